"""Many rows in one statement. The ORM's own bulk writing spends more on each value than the database does."""
# ruff: noqa: S608  (every name in this SQL is a model's)

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models

from tenancy.context import current_organisation_id
from tenancy.models import OrganisationModel

R = TypeVar("R", bound=OrganisationModel)


def insert_new(rows: Sequence[R]) -> list[R]:
    """Insert those rows that no unique key has already; returns them, in their order. One statement, no signals."""
    if not rows:
        return []
    meta = rows[0]._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values, parameters, lists = [], [], []
    for place, field in enumerate(fields):
        column = _column(rows, field)
        if not field.primary_key and all(value is column[0] for value in column):  # as most are: said once
            values.append(f"%s::{_type(field)}")
            parameters.append(column[0])
        else:
            values.append(f"v.c{place}")
            lists.append((place, field, column))
    many = ", ".join(f"%s::{_type(field)}[]" for _place, field, _values in lists)
    called = ", ".join(f"c{place}" for place, _field, _values in lists)
    statement = (
        f'INSERT INTO "{meta.db_table}" ({names}) SELECT {", ".join(values)} FROM unnest({many}) AS v ({called}) '
        'ON CONFLICT DO NOTHING RETURNING "id"'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *(column for _place, _field, column in lists)])
        if cursor.rowcount == len(rows):
            written = list(rows)
        else:
            new = {pk for (pk,) in cursor.fetchall()}
            written = [row for row in rows if row.pk in new]
    for row in written:
        row._state.adding = False
    return written


def update_rows(rows: Sequence[OrganisationModel], names: Iterable[str]) -> None:
    """Store the named fields of these rows, in one statement."""
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    sets = ", ".join(f'"{field.column}" = v.c{place}' for place, field in enumerate(fields))
    many = ", ".join(f"%s::{_type(field)}[]" for field in (meta.pk, *fields))
    called = ", ".join(f"c{place}" for place in range(len(fields)))
    statement = (
        f'UPDATE "{meta.db_table}" t SET {sets} FROM unnest({many}) AS v (key, {called}) '
        "WHERE t.organisation_id = %s AND t.id = v.key"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [*(_column(rows, field) for field in (meta.pk, *fields)), current_organisation_id()],
        )


def _column(rows: Sequence[OrganisationModel], field: Any) -> list[Any]:
    values = [getattr(row, field.attname) for row in rows]
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, connection) for value in values]
    return values


def _type(field: Any) -> str:
    # Without its length: a value that is too long shall be refused, not cut.
    kind: str = field.db_type(connection)
    return kind.split("(")[0]
