"""The life of a registry import: uploaded, checked, shown, carried out as a whole."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.services import record
from owners import queries, rules, tasks
from owners.models import Estate, RegistryImport, Unit
from owners.registry.problems import Problem, Unreadable, shown
from owners.registry.reading import read_registry
from owners.registry.rows import Registry
from owners.registry.workbook import refuse_unreadable
from owners.services.estates import new_calendar, new_estate
from owners.services.storing import Plan
from tenancy.context import current_organisation_id
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership, Organisation

State = RegistryImport.State
LEASE = timedelta(minutes=10)
ATTEMPTS = 3
UNDO_HOURS = 24
ERRORS_KEPT = 2000


@dataclass(frozen=True)
class Wish:
    """Where a registry shall go: an estate there is, or a new one. Empty names are taken from the file."""

    estate_id: Any = None
    estate_name: str = ""
    estate_code: str = ""
    calendar: str = ""

    def as_options(self) -> dict[str, str]:
        return {
            "estate_id": str(self.estate_id or ""),
            "estate_name": self.estate_name,
            "estate_code": self.estate_code,
            "calendar": self.calendar,
        }

    @classmethod
    def of(cls, options: dict[str, Any]) -> "Wish":
        return cls(**{name: options.get(name, "") for name in ("estate_id", "estate_name", "estate_code", "calendar")})


def organisation_in_force() -> Organisation:
    return Organisation.objects.get(pk=current_organisation_id())


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    rows = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    parts = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return {zone[2]: zone[0] for zone in parts}


def phone_region(organisation: Organisation) -> str:
    """The country whose way of writing phone numbers an organisation uses, from its time zone."""
    by_language = "CN" if organisation.language.startswith("zh") else "GB"
    return _regions().get(organisation.time_zone, by_language)


# -- verbs of people --------------------------------------------------------------------------------------------------


@transaction.atomic
def upload_registry(
    *, actor: Membership | None, now: datetime, file_name: str, content: bytes, wish: Wish, by_system: bool = False
) -> RegistryImport:
    """Keep an uploaded registry and have it checked in the background.

    Writes the file in the private storage, one import, one audit entry. Raises NotAllowed, and Unreadable
    when the file is of a kind, or of a size, that is never opened.
    """
    if not by_system:
        _allow(actor, wish.estate_id or None)
        if not wish.estate_id and not rules.may_create_estate(actor):
            raise NotAllowed(_("Only an administrator may import a new estate."))
    refuse_unreadable(content)
    row = RegistryImport(
        file_name=PurePath(file_name.replace("\\", "/")).name[-200:] or "registry.xlsx",
        sha256=hashlib.sha256(content).hexdigest(),
        estate_id=wish.estate_id or None,
        options=wish.as_options(),
        created_at=now,
        created_by=actor,
    )
    suffix = "xlsx" if content.startswith(b"PK") else "csv"
    name = f"{current_organisation_id()}/registry/{row.pk}.{suffix}"
    row.stored_name = storages["private"].save(name, ContentFile(content))
    row.save(force_insert=True)
    record(action="registryimport.uploaded", subject=row, actor=actor, now=now)
    _nudge(row)
    return row


@transaction.atomic
def start_import(*, import_id: Any, actor: Membership | None, now: datetime) -> RegistryImport:
    """Carry out an import that was checked and is ready. Raises NotFound, NotAllowed, IllegalMove."""
    row = lock_import(import_id, actor)
    row.move(State.IMPORTING)
    row.lease_until, row.attempts, row.rows_done = None, 0, 0
    row.save()
    record(action="registryimport.started", subject=row, actor=actor, now=now)
    _nudge(row)
    return row


@transaction.atomic
def carry_out_now(*, import_id: Any, now: datetime) -> RegistryImport:
    """Carry out a ready import in the caller's transaction, for the command line."""
    row = RegistryImport.objects.select_for_update().get(pk=import_id)
    row.move(State.IMPORTING)
    row.save()
    work_on_import(import_id=row.pk, now=now)
    row.refresh_from_db()
    return row


def drop_file(row: RegistryImport) -> None:
    """Remove the kept file of an import that is rolled back."""
    storages["private"].delete(row.stored_name)


def lock_import(import_id: Any, actor: Membership | None) -> RegistryImport:
    """The import, locked until the transaction ends. Raises NotFound, NotAllowed."""
    row = queries.imports_visible_to(actor).select_related(None).select_for_update().filter(pk=import_id).first()
    if row is None:
        raise NotFound(_("There is no such import."))
    _allow(actor, row.estate_id)
    return row


def _allow(actor: Membership | None, estate_id: Any) -> None:
    assigned = {str(pk) for pk in queries.assigned_estate_ids(actor)}
    if not rules.may_import(actor, str(estate_id) if estate_id else None, assigned):
        raise NotAllowed(_("You may not import a registry into this estate."))


def _nudge(row: RegistryImport) -> None:
    organisation_id, import_id = current_organisation_id(), str(row.pk)
    transaction.on_commit(lambda: tasks.enqueue(tasks.work_on_import, organisation_id, import_id))


# -- the work ----------------------------------------------------------------------------------------------------


def claim_import(*, import_id: Any, now: datetime) -> bool:
    """Take the work on an import for ten minutes; False when it is done, or somebody is at it.

    After three workers that never finished the import is given up.
    """
    free = RegistryImport.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now), pk=import_id, state__in=queries.ACTIVE
    )
    row = free.select_for_update().first()
    if row is None:
        return False
    if row.attempts >= ATTEMPTS:
        _fail(row, now, str(_("Something went wrong on our side. Upload the file again, or ask your operator.")))
        return False
    row.lease_until, row.attempts = now + LEASE, row.attempts + 1
    row.save(update_fields=["lease_until", "attempts"])
    return True


def work_on_import(*, import_id: Any, now: datetime) -> str:
    """Check, or carry out, a claimed import. Everything is one transaction; only the progress is seen meanwhile.

    Returns the state it ends in, or "skipped". Running it again does nothing.
    """
    row = RegistryImport.objects.select_for_update().filter(pk=import_id, state__in=queries.ACTIVE).first()
    if row is None:
        return "skipped"
    try:
        if row.state == State.CHECKING:
            _check(row, now)
        else:
            _carry_out(row, now)
    except Unreadable as error:
        _fail(row, now, str(error.message))
    return str(row.state)


def run_waiting_imports(*, now: datetime) -> int:
    """Work on every waiting import of the organisation in force; how many were worked on."""
    waiting = list(queries.imports_waiting(now).values_list("pk", flat=True))
    done = 0
    for import_id in waiting:
        if claim_import(import_id=import_id, now=now):
            done += work_on_import(import_id=import_id, now=now) != "skipped"
    return done


def read_stored(row: RegistryImport, *, half: bool) -> Registry:
    """Read the kept file. ``half``: reading is the first half of the progress, writing the second."""
    with storages["private"].open(row.stored_name) as stored:
        content = stored.read()

    def step(done: int, total: int) -> None:
        report_progress(row.pk, done // 2 if half else done, total)

    return read_registry(content, row.file_name, region=phone_region(organisation_in_force()), step=step)


def _check(row: RegistryImport, now: datetime) -> None:
    registry = read_stored(row, half=False)
    row.rows_total = registry.rows_total
    plan = None
    if not registry.problems:
        wish = Wish.of(row.options)
        try:
            estate, is_new = estate_wanted(registry, wish)
            plan = Plan(registry, estate, is_new=is_new, today=_today(now))
            row.options = (
                {**row.options, "estate_name": estate.name, "estate_code": estate.code} if is_new else row.options
            )
            row.estate = None if is_new else estate
        except DomainError as error:
            registry.problems.append(Problem("estate", params={"reason": str(error.message)}))
    _finish(row, State.FAULTY if registry.problems else State.READY, registry, plan)
    record(
        action=f"registryimport.{row.state}", subject=row, actor=None, now=now,
        changes={"rows": row.rows_total, "errors": len(registry.problems)},
    )  # fmt: skip


def _carry_out(row: RegistryImport, now: datetime) -> None:
    registry = read_stored(row, half=True)
    if registry.problems:
        _finish(row, State.FAULTY, registry, None)
        return
    row.rows_total = registry.rows_total
    try:
        estate, is_new = estate_wanted(registry, Wish.of(row.options))
    except DomainError as error:
        registry.problems.append(Problem("estate", params={"reason": str(error.message)}))
        _finish(row, State.FAULTY, registry, None)
        return
    undo: dict[str, Any] = {}
    if is_new:
        estate.calendar, undo["calendar_created"] = new_calendar(
            row.options.get("calendar", ""), organisation_in_force()
        )
        estate.save(force_insert=True)
        undo["estate_created"] = True
        record(action="estate.added", subject=estate, actor=row.created_by, now=now, label=estate.code)
    else:
        estate = Estate.objects.select_for_update().get(pk=estate.pk)  # one import of an estate after the other
    plan = Plan(registry, estate, is_new=is_new, today=_today(now), import_id=row.pk)

    def step(done: int, total: int) -> None:
        half = registry.rows_total // 2
        report_progress(row.pk, half + (registry.rows_total - half) * done // total, registry.rows_total)

    undo["changed"] = plan.apply(step)
    row.estate, row.undo_data, row.rows_done = estate, undo, registry.rows_total
    row.finished_at, row.undo_until = now, now + timedelta(hours=UNDO_HOURS)
    _finish(row, State.DONE, registry, plan)
    record(
        action="registryimport.done", subject=row, actor=row.created_by, now=now,
        changes={"estate": str(estate.pk), **plan.counts()},
    )  # fmt: skip


def _finish(row: RegistryImport, state: str, registry: Registry, plan: Plan | None) -> None:
    row.move(state)
    row.errors = [problem.as_data() for problem in registry.problems[:ERRORS_KEPT]]
    row.preview = preview_of(registry, plan)
    row.lease_until = None
    row.save()


def _fail(row: RegistryImport, now: datetime, reason: str) -> None:
    row.move(State.FAILED)
    row.preview, row.finished_at, row.lease_until = {"failure": reason}, now, None
    row.save()
    record(action="registryimport.failed", subject=row, actor=None, now=now)


def preview_of(registry: Registry, plan: Plan | None) -> dict[str, Any]:
    """What the page shows of a checked file."""
    by_kind: dict[str, dict[str, Any]] = {}
    for unit in registry.units.values():
        kind = by_kind.setdefault(unit.kind, {"units": 0, "area": 0})
        kind["units"] += 1
        kind["area"] += unit.area or 0
    preview: dict[str, Any] = {
        "error_count": len(registry.problems),
        "notes": [note.as_data() for note in registry.notes[:50]],
        "figures": {
            "buildings": len(registry.buildings),
            "units": len(registry.units),
            "people": len(registry.parties),
            "ownerships": len(registry.owners),
            "occupancies": len(registry.occupants),
            "by_kind": {
                kind: {"units": row["units"], "area": f"{row['area']:.2f}"} for kind, row in sorted(by_kind.items())
            },
        },
    }
    if plan is not None:
        preview |= {
            "estate": shown(plan.estate.name),
            "is_new_estate": plan.is_new,
            "counts": plan.counts(),
            "samples": plan.samples(),
            "untouched_units": plan.untouched_units,
        }
    return preview


def _today(now: datetime) -> Any:
    return now.astimezone(ZoneInfo(organisation_in_force().time_zone)).date()


def estate_wanted(registry: Registry, wish: Wish) -> tuple[Estate, bool]:
    """The estate a file goes to, and whether it is still to be made. Raises DomainError when that is unclear."""
    if wish.estate_id:
        found = Estate.objects.filter(pk=wish.estate_id).first()
        if found is None:
            raise DomainError(_("The chosen estate no longer exists. Choose another."))
        return found, False
    name = wish.estate_name or registry.estate_name
    if not wish.estate_code:
        known = Estate.objects.filter(name=name).first() if name else _guessed(registry)
        if known is not None:
            return known, False
    elif known := Estate.objects.filter(code__iexact=wish.estate_code).first():
        if wish.estate_name and known.name != wish.estate_name:
            raise DomainError(
                _("The code %(code)s belongs to the estate “%(name)s”.") % {"code": known.code, "name": known.name}
            )
        return known, False
    return new_estate(name=name, code=wish.estate_code, organisation=organisation_in_force()), True


def _guessed(registry: Registry) -> Estate | None:
    """For a file that names no estate: the only one there is, or the one that most of its units belong to."""
    codes = list(registry.units)[:500]
    for estate in Estate.objects.all()[:200]:
        if Unit.objects.filter(estate=estate, code__in=codes).count() * 2 > len(codes):
            return estate
    return None


# -- progress: seen by others while the import's transaction is still open ---------------------------------------------


def _progress_key(import_id: Any) -> str:
    return f"registry-import:{current_organisation_id()}:{import_id}"


def report_progress(import_id: Any, done: int, total: int) -> None:
    cache.set(_progress_key(import_id), (done, total), timeout=3600)


def progress(row: RegistryImport) -> tuple[int, int]:
    """(rows done, rows in all) of an import that is being worked on."""
    seen: tuple[int, int] | None = cache.get(_progress_key(row.pk))
    return seen or (row.rows_done, row.rows_total)
