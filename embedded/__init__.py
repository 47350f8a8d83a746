"""The parts a developer's machine lacks: PostgreSQL, Valkey and a mailbox, run inside this checkout.

Used by `make demo`, `make test` and `manage.py` when no DATABASE_URL is given; never in production.
"""
