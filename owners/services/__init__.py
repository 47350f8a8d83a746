"""The verbs of the registry, one module a noun."""
