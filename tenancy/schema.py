# ruff: noqa: S608  (every name in this SQL is a model's)
"""DDL that Django lacks, as entries of Meta.constraints: migrations write, apply and reverse them."""

from typing import Any

from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import BaseConstraint

IN_FORCE = "NULLIF(current_setting('app.organisation_id', true), '')::bigint"


class _Ddl(BaseConstraint):
    create = remove = ""

    def _parts(self, model: Any, editor: Any) -> dict[str, Any]:
        table = model._meta.db_table
        return {
            "table": Table(table, editor.quote_name),
            "name": editor.quote_name(self.name),
            "pkey": editor.quote_name(f"{table}_pkey"),
        }

    def create_sql(self, model: Any, editor: Any) -> Any:
        return Statement(self.create, **self._parts(model, editor))

    def remove_sql(self, model: Any, editor: Any) -> Any:
        return Statement(self.remove, **self._parts(model, editor))

    def constraint_sql(self, model: Any, editor: Any) -> Any:
        # Asked for inside CREATE TABLE, where it cannot stand: it runs right after.
        editor.deferred_sql.append(self.create_sql(model, editor))

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database alone enforces these."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ddl) and type(self) is type(other) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]


class OrganisationTable(_Ddl):
    """PRIMARY KEY (organisation_id, id), and row-level security enabled and forced."""

    create = (
        "DO $$ BEGIN IF (SELECT cardinality(conkey) = 1 FROM pg_constraint "
        "WHERE conrelid = '%(table)s'::regclass AND contype = 'p') THEN "
        "ALTER TABLE %(table)s DROP CONSTRAINT %(pkey)s; "
        "ALTER TABLE %(table)s ADD CONSTRAINT %(pkey)s PRIMARY KEY (organisation_id, id); END IF; END $$;\n"
        "ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY;\n"
        "ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY;\n"
        f"CREATE POLICY %(name)s ON %(table)s USING (organisation_id = {IN_FORCE}) "
        f"WITH CHECK (organisation_id = {IN_FORCE})"
    )
    remove = (  # the composite key stays: references may lean on it
        "DROP POLICY %(name)s ON %(table)s;\n"
        "ALTER TABLE %(table)s NO FORCE ROW LEVEL SECURITY;\n"
        "ALTER TABLE %(table)s DISABLE ROW LEVEL SECURITY"
    )


class OrganisationReference(_Ddl):
    """FOREIGN KEY (organisation_id, x_id) REFERENCES other (organisation_id, id).

    A single-column key would let a row refer to another organisation's row: foreign-key checks bypass policies.
    """

    create = (
        "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (organisation_id, %(column)s) "
        "REFERENCES %(to)s (organisation_id, id) DEFERRABLE INITIALLY DEFERRED"
    )
    remove = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field}

    def _parts(self, model: Any, editor: Any) -> dict[str, Any]:
        field = model._meta.get_field(self.field)
        return {
            **super()._parts(model, editor),
            "column": Columns(model._meta.db_table, [field.column], editor.quote_name),
            "to": Table(field.remote_field.model._meta.db_table, editor.quote_name),
        }

    def create_sql(self, model: Any, editor: Any) -> Any:
        editor.deferred_sql.append(super().create_sql(model, editor))  # last, when every key exists
        return ""

    def constraint_sql(self, model: Any, editor: Any) -> Any:
        self.create_sql(model, editor)
