"""System checks that keep the walls: what a model must not do, and what the database must enforce."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections, models

from tenancy.models import OrganisationForeignKey, OrganisationModel

# A role counts for every role it may become: a member of the owner can switch the policies off.
ROLE = """SELECT bool_or(r.rolsuper OR r.rolbypassrls),
                 bool_or(EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = ANY(%s) AND c.relowner = r.oid))
          FROM pg_roles r WHERE r.rolname = current_user OR pg_has_role(current_user, r.oid, 'MEMBER')"""
OPEN = """SELECT relname FROM pg_class c WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace
          AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (
              SELECT 1 FROM pg_policy WHERE polrelid = c.oid AND polqual IS NOT NULL AND polwithcheck IS NOT NULL))
          ORDER BY relname"""


def organisation_models() -> list[type[OrganisationModel]]:
    return [model for model in apps.get_models() if issubclass(model, OrganisationModel) and not model._meta.proxy]


@register(Tags.models)
def check_organisation_models(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [error for model in apps.get_models() if not model._meta.proxy for error in _model_errors(model)]


def _model_errors(model: type[models.Model]) -> Iterator[Error]:
    meta, ours = model._meta, issubclass(model, OrganisationModel)
    for field in meta.local_fields:
        target = field.remote_field and field.remote_field.model
        crosses = isinstance(target, type) and issubclass(target, OrganisationModel)
        if crosses and not (ours and isinstance(field, OrganisationForeignKey)):
            yield Error(
                f"{field} points at an organisation's table: use OrganisationForeignKey", obj=model, id="tenancy.E001"
            )
        if ours and field.unique and not field.primary_key:
            yield Error(f"{field} is unique over all organisations", obj=model, id="tenancy.E002")
    for constraint in meta.constraints if ours else ():
        if isinstance(constraint, models.UniqueConstraint) and "organisation" not in constraint.fields:
            yield Error(f"{constraint.name} must include organisation", obj=model, id="tenancy.E003")
    for relation in meta.local_many_to_many if ours else ():
        through = relation.remote_field.through
        if through is not None and through._meta.auto_created:
            yield Error(f"{relation} needs through= an OrganisationModel", obj=model, id="tenancy.E004")
    if ours and meta.parents:
        yield Error("multi-table inheritance leaves the child without an organisation", obj=model, id="tenancy.E005")


@register(Tags.database)
def check_database_walls(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    return database_wall_errors("default") if "default" in (databases or ()) else []


def database_wall_errors(alias: str) -> list[Error]:
    """What is wrong with the walls behind this connection: role too strong, or tables without forced policies."""
    tables = [model._meta.db_table for model in organisation_models()]
    errors = []
    with connections[alias].cursor() as cursor:
        cursor.execute(ROLE, [tables])
        bypasses, owns = cursor.fetchone()
        if bypasses:
            errors.append(
                Error(
                    "The application's database role bypasses row-level security.",
                    hint="DATABASE_URL must name a role that is neither superuser nor BYPASSRLS, such as propcomm_app.",
                    id="tenancy.E006",
                )
            )
        if owns and not settings.TESTING:
            errors.append(
                Error(
                    "The application's database role owns its tables and could switch the policies off.",
                    hint="Run migrations as DATABASE_OWNER_URL (propcomm_owner), the application as DATABASE_URL.",
                    id="tenancy.E008",
                )
            )
        cursor.execute(OPEN, [tables])
        errors += [
            Error(f"{table} has no forced row-level security", id="tenancy.E007") for (table,) in cursor.fetchall()
        ]
    return errors


def refuse_unsafe_start() -> None:
    """Stop a web server or worker whose database connection would make the walls void. Raises SystemExit."""
    errors = database_wall_errors("default")
    if errors:
        raise SystemExit("PropComm does not start:\n" + "\n".join(f"- {e.msg} {e.hint or ''}".rstrip() for e in errors))
