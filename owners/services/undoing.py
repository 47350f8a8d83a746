"""Taking back an import: what it made goes, what it changed is as before. Refused when something leans on it."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.services import record
from deadlines.models import ServiceCalendar
from owners.models import Estate, EstateAssignment, Occupancy, Ownership, RegistryImport
from owners.services.imports import lock_import
from owners.services.storing import TABLES, plain
from tenancy.errors import DomainError
from tenancy.models import Membership

State = RegistryImport.State
CHUNK = 2000
OWN_TABLES = (Ownership, Occupancy)


@transaction.atomic
def undo_import(*, import_id: Any, actor: Membership | None, now: datetime) -> RegistryImport:
    """Restore what the registry held before an import, within 24 hours of it.

    Deletes the rows the import made, writes back the fields it changed, removes an estate it made; one audit entry.
    Raises NotFound, NotAllowed, IllegalMove unless it is done, DomainError that names what leans on it since.
    """
    row = lock_import(import_id, actor)
    row.move(State.UNDONE)
    if row.undo_until is None or now > row.undo_until:
        raise DomainError(_("An import can be undone for 24 hours. Import the former file instead."))
    estate = Estate.objects.select_for_update().get(pk=row.estate_id)  # a finished import has one
    _refuse_when_leaned_on(row, estate)
    _restore(row.undo_data.get("changed", {}))
    removed = _remove(row, estate)
    row.finished_at = now
    row.save()
    record(action="registryimport.undone", subject=row, actor=actor, now=now, changes=removed)
    return row


def _refuse_when_leaned_on(row: RegistryImport, estate: Estate) -> None:
    later = RegistryImport.objects.filter(
        estate=estate, state=State.DONE, undo_until__gt=row.undo_until
    ).exclude(pk=row.pk)  # fmt: skip
    if later.exists():
        raise DomainError(_("The registry of this estate was imported again since. Undo the newer import first."))
    reasons = _leaning(row, estate) + _changed_since(row)
    if reasons:
        raise DomainError(
            _("This import can no longer be undone: %(reasons)s depend on it since. Correct it with a new import.")
            % {"reasons": ", ".join(reasons)}
        )


def _leaning(row: RegistryImport, estate: Estate) -> list[str]:
    """What refers to rows the import made and was not made by it: complaints, requests, invitations, later owners."""
    found: dict[str, int] = {}
    for model in TABLES.values():
        made = model._default_manager.filter(created_by_import=row.pk)
        for relation in model._meta.related_objects:
            if not made.exists():
                break
            leaning = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": made})
            if any(field.name == "created_by_import" for field in relation.related_model._meta.fields):
                leaning = leaning.exclude(created_by_import=row.pk)
            _count(found, leaning)
    if row.undo_data.get("estate_created"):
        # Imports of the estate keep their record without it; assignments go with it.
        for relation in Estate._meta.related_objects:
            related = relation.related_model
            if related in (RegistryImport, EstateAssignment):
                continue
            leaning = related._default_manager.filter(**{relation.field.name: estate})
            if any(field.name == "created_by_import" for field in related._meta.fields):
                leaning = leaning.exclude(created_by_import=row.pk)
            _count(found, leaning)
    people = TABLES["people"]._default_manager.filter(created_by_import=row.pk, membership__isnull=False).count()
    if people:
        found[str(_("people who sign in"))] = people
    return [f"{count} {name}" for name, count in sorted(found.items())]


def _count(found: dict[str, int], rows: models.QuerySet[Any]) -> None:
    count = rows.count()
    if count:
        name = str(rows.model._meta.verbose_name_plural if count > 1 else rows.model._meta.verbose_name)
        found[name] = max(found.get(name, 0), count)


def _changed_since(row: RegistryImport) -> list[str]:
    """How many of the rows the import changed hold something else by now."""
    count = 0
    for name, changed in row.undo_data.get("changed", {}).items():
        fields = sorted({field for said in changed.values() for field in said})
        now_held = {str(held["pk"]): held for held in _values(TABLES[name], list(changed), fields)}
        for pk, said in changed.items():
            held = now_held.get(pk)
            if held is None or any(plain(held[field]) != new for field, (_old, new) in said.items()):
                count += 1
    return [ngettext("%d later correction", "%d later corrections", count) % count] if count else []


def _values(model: type[models.Model], ids: list[str], fields: list[str]) -> list[dict[str, Any]]:
    rows = []
    for start in range(0, len(ids), CHUNK):
        rows += list(model._default_manager.filter(pk__in=ids[start : start + CHUNK]).values("pk", *fields))
    return rows


def _restore(changed: dict[str, dict[str, dict[str, list[Any]]]]) -> None:
    for name, rows in changed.items():
        model = TABLES[name]
        ids = list(rows)
        for start in range(0, len(ids), 200):
            batch = list(model._default_manager.filter(pk__in=ids[start : start + 200]))
            fields: set[str] = set()
            for obj in batch:
                for attribute, (old, _new) in rows[str(obj.pk)].items():
                    field = model._meta.get_field(attribute.removesuffix("_id"))
                    value = field.target_field.to_python(old) if field.is_relation else field.to_python(old)  # type: ignore[union-attr]
                    setattr(obj, attribute, value)
                    fields.add(field.name)
            if batch:
                model._default_manager.bulk_update(batch, sorted(fields))


def _remove(row: RegistryImport, estate: Estate) -> dict[str, int]:
    removed = {}
    for name in ("occupancies", "ownerships", "people", "units", "buildings"):
        made = TABLES[name]._default_manager.filter(created_by_import=row.pk)
        # Nothing leans on these rows: without Django's search for dependants 10,000 go in a moment.
        removed[name] = made._raw_delete(made.db)
    if row.undo_data.get("estate_created"):
        row.estate = None
        RegistryImport.objects.filter(estate=estate).update(estate=None)
        EstateAssignment.objects.filter(estate=estate).delete()
        estate.delete()
        calendar_id = row.undo_data.get("calendar_created")
        if calendar_id and not Estate.objects.filter(calendar_id=calendar_id).exists():
            ServiceCalendar.objects.filter(pk=calendar_id).delete()
    return removed


def can_be_undone(row: RegistryImport, now: datetime) -> bool:
    return row.state == State.DONE and row.undo_until is not None and now <= row.undo_until
