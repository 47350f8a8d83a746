"""The organisation in force: one ContextVar, one transaction, one database setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections, transaction
from django.db.models import BigIntegerField, Value

from tenancy.errors import NoOrganisation

_current: ContextVar[int | None] = ContextVar("organisation_id", default=None)


def current_organisation_id() -> int:
    """The organisation in force. Raises NoOrganisation outside a scope."""
    value = _current.get()
    if value is None:
        raise NoOrganisation("no organisation in force: wrap the code in `with scope(organisation_id):`")
    return value


def default_organisation_id() -> int | None:
    """Field default. None outside a scope: migrations may call it; NOT NULL and the policies then refuse the row."""
    return _current.get()


def _set_for_transaction(organisation_id: int | None, using: str) -> None:
    with connections[using].cursor() as cursor:
        # int() makes the literal safe. SET LOCAL ends with the transaction, so a pooled connection carries nothing on.
        cursor.execute(
            "SET LOCAL app.organisation_id = '%s'" % ("" if organisation_id is None else int(organisation_id))
        )


@contextmanager
def scope(organisation_id: int, *, using: str = "default") -> Iterator[None]:
    """Run the block as one transaction that sees and writes only this organisation's rows.

    Raises RuntimeError when another organisation's scope is already open.
    """
    outer = _current.get()
    if outer not in (None, organisation_id):
        raise RuntimeError(f"already inside organisation {outer}")
    goes_on = connections[using].in_atomic_block  # an outer transaction, as in tests
    token = _current.set(organisation_id)
    try:
        with transaction.atomic(using=using):
            _set_for_transaction(organisation_id, using)
            yield
            if goes_on and outer is None and not connections[using].needs_rollback:
                _set_for_transaction(None, using)
    finally:
        _current.reset(token)


def ask_in_scope(organisation_id: int, statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement that sees and writes only this organisation's rows, as a transaction of its own.

    For statements run thousands of times: scope, statement and commit go over in one message. Inside an open
    transaction it is a part of that, as with `scope`.
    """
    connection = connections["default"]
    if connection.in_atomic_block:
        with scope(organisation_id), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    with connection.cursor() as cursor:
        # Several statements in one message are one transaction, and SET LOCAL ends with it.
        cursor.execute(f"SET LOCAL app.organisation_id = '{int(organisation_id)}'; {statement}", values)
        return list(cursor.fetchall())


_BIGINT = BigIntegerField()  # one for all: every query makes a CurrentOrganisation or three


class CurrentOrganisation(Value):
    """The organisation in force, resolved when SQL is compiled, so querysets may be built before a scope is open."""

    def __init__(self, output_field: Any = None) -> None:
        super().__init__(None, output_field=output_field or _BIGINT)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[int]]:
        if not connection.in_atomic_block:
            raise NoOrganisation("query of an organisation's table outside `with scope(organisation_id):`")
        return "%s", (current_organisation_id(),)
