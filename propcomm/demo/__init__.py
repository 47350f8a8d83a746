"""Only in the demo: its captured mail, and signing in as one of its people with one click."""
