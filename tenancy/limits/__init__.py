"""How often something may be done: one table, one atomic step that asks and counts."""
