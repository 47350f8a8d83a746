"""The verbs of service standards: promise, change, end; note that it was done, take a note back."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.models import Contract
from contacts.rules.access import reach_for
from disclosures import standard_queries as queries
from disclosures.models import ServiceStandard, StandardRecord, StandardVersion
from disclosures.rules.defaults import defaults
from disclosures.rules.standards import first_of, judged_with, last_of
from disclosures.standard_sources import RECORDS, sources
from owners.models import Building, Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership


@dataclass(frozen=True)
class Promise:
    """What a version says."""

    from_on: date
    unit: str
    source: str
    source_key: str = ""
    item_en: str = ""
    item_zh: str = ""
    level_en: str = ""
    level_zh: str = ""
    measure_en: str = ""
    measure_zh: str = ""
    times: int = 1
    every: int = 1
    per_building: bool = False
    least_percent: Decimal = Decimal(100)
    contract: Contract | None = None


def said_by(promise: Promise) -> dict[str, Any]:
    return {each.name: getattr(promise, each.name) for each in fields(promise)}


def _must_write(actor: Membership | None, estate_id: UUID) -> Membership:
    if actor is None or not reach_for(actor, "standard.write").covers(estate_id):
        raise NotAllowed(_("You cannot say what is promised to this estate."))
    return actor


def _check(promise: Promise, estate: Estate, actor: Membership, known: StandardVersion | None = None) -> None:
    """Raises DomainError with the field as its code."""
    if not (promise.item_en.strip() or promise.item_zh.strip()):
        raise DomainError(_("Name the service in one of the languages at least."), code="item_en")
    if not (promise.level_en.strip() or promise.level_zh.strip()):
        raise DomainError(_("Say what is promised in one of the languages at least."), code="level_en")
    source = sources().get(promise.source)
    if source is None or promise.source_key not in [key for key, _label in source.kinds()]:
        raise DomainError(_("Choose where it is seen whether the promise is kept."), code="evidence")
    if promise.source == RECORDS.code and promise.unit == StandardVersion.Unit.CASE:
        raise DomainError(_("Records need a rhythm: say how often it is done."), code="unit")
    if promise.times < 1 or promise.every < 1:
        raise DomainError(_("Write a number from 1."), code="times" if promise.times < 1 else "every")
    if not 0 < promise.least_percent <= 100:
        raise DomainError(_("Write a part above 0 and up to 100 per cent."), code="least_percent")
    is_kept = known is not None and promise.contract is not None and known.contract_id == promise.contract.pk
    if (
        promise.contract is not None
        and not is_kept
        and promise.contract not in queries.contracts_offered(actor, estate)
    ):
        raise DomainError(_("This contract is of a party that does not serve the estate."), code="contract")


@transaction.atomic
def promise_service(
    *, estate: Estate, promise: Promise, actor: Membership | None, now: datetime, entry_key: UUID | None = None
) -> ServiceStandard:
    """Say what is promised to an estate. Writes the standard, its first version and an audit entry.

    The same form sent twice by the same actor makes one. Raises NotAllowed, DomainError with the field as its code.
    """
    actor = _must_write(actor, estate.pk)
    _check(promise, estate, actor)
    key = entry_key and uuid5(entry_key, str(actor.pk))
    try:
        with transaction.atomic():
            row = ServiceStandard(estate=estate, entry_key=key, created_by=actor, created_at=now)
            row.save(force_insert=True)
    except IntegrityError:
        there: ServiceStandard | None = ServiceStandard.objects.filter(entry_key=key).first() if key else None
        if there is None:
            raise
        return there
    _write(row, promise, 1, "", actor, now)
    record(action="standard.promised", subject=row, actor=actor, now=now, changes={"source": promise.source})
    return row


def _write(
    row: ServiceStandard, promise: Promise, number: int, explanation: str, actor: Membership, now: datetime
) -> StandardVersion:
    version = StandardVersion(
        standard=row, number=number, explanation=explanation, created_by=actor, created_at=now, **said_by(promise)
    )
    version.save(force_insert=True)
    return version


def _locked(standard_id: UUID, actor: Membership | None) -> ServiceStandard:
    """Raises NotFound for what the actor cannot see, NotAllowed for what they cannot change."""
    seen = queries.standards_visible_to(actor).filter(pk=standard_id)
    row = ServiceStandard.objects.select_for_update(of=("self",)).filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such standard")
    _must_write(actor, row.estate_id)
    return row


@transaction.atomic
def change_promise(
    *, standard_id: UUID, promise: Promise, explanation: str, based_on: int, actor: Membership | None, now: datetime,
    today: date,
) -> StandardVersion:  # fmt: skip
    """A new version from a day on; what was promised before stays as it was judged.

    ``based_on`` is the number of the version the actor read. A second click finds the first one's. Raises NotFound,
    NotAllowed, DomainError with the field as its code, among them that somebody else was quicker.
    """
    row = _locked(standard_id, actor)
    actor = _must_write(actor, row.estate_id)
    if row.ends_on is not None:
        raise DomainError(_("This promise has ended."), code="state")
    last: StandardVersion = row.versions.latest("number")
    if all(getattr(last, name) == value for name, value in said_by(promise).items()):
        return last
    if based_on != last.number:
        raise DomainError(
            _("Somebody else has changed it meanwhile. Look at their version, then save yours."), code="based_on"
        )
    _check(promise, row.estate, actor, last)
    if promise.from_on <= last.from_on:
        raise DomainError(_("It begins after the version before it."), code="from_on")
    if promise.from_on != first_of(promise.from_on) or promise.from_on < today:
        raise DomainError(
            _("A change begins on the first of a month that is still to come: each month is judged by one promise."),
            code="from_on",
        )
    if not explanation.strip():
        raise DomainError(_("Say what is changed, and why. Everybody reads it."), code="explanation")
    version = _write(row, promise, last.number + 1, explanation.strip(), actor, now)
    record(action="standard.changed", subject=row, actor=actor, now=now, changes={"version": version.number})
    return version


@transaction.atomic
def end_promise(
    *, standard_id: UUID, ends_on: date, reason: str, actor: Membership | None, now: datetime, today: date
) -> ServiceStandard:
    """From a day on it is promised no more; what was kept until then stays to be read. A second click changes nothing.

    Raises NotFound, NotAllowed, DomainError with the field as its code.
    """
    row = _locked(standard_id, actor)
    if row.ends_on is not None:
        return row
    if ends_on < today:
        raise DomainError(_("It ends today at the earliest: what was promised until now stays."), code="ends_on")
    if not reason.strip():
        raise DomainError(_("Say why it is promised no more. Everybody reads it."), code="reason")
    row.ends_on, row.end_reason = ends_on, reason.strip()
    row.save(update_fields=["ends_on", "end_reason"])
    record(action="standard.ended", subject=row, actor=actor, now=now, changes={"ends_on": ends_on.isoformat()})
    return row


@dataclass(frozen=True)
class Done:
    """That it was done: on which day, where, how many times."""

    on: date
    building: Building | None = None
    times: int = 1
    note: str = ""


@transaction.atomic
def note_done(
    *, standard_id: UUID, done: Done, files: Sequence[Attachment] = (), actor: Membership | None, now: datetime,
    today: date, entry_key: UUID | None = None,
) -> StandardRecord:  # fmt: skip
    """Write down that a service was done, with photos and files that everybody at home there may see.

    Writes the record, its files and an audit entry; the same form sent twice makes one. Raises NotFound, NotAllowed,
    DomainError with the field as its code.
    """
    row: ServiceStandard | None = queries.standards_visible_to(actor).filter(pk=standard_id).first()
    if row is None or actor is None:
        raise NotFound("no such standard")
    if not reach_for(actor, "standard.record").covers(row.estate_id, done.building.pk if done.building else None):
        raise NotAllowed(_("You cannot write down what is done in this estate."))
    key = entry_key and uuid5(entry_key, str(actor.pk))
    if key and (there := StandardRecord.objects.filter(entry_key=key).first()) is not None:
        return there
    _check_done(row, done, today)
    try:
        with transaction.atomic():
            made = StandardRecord(
                standard=row, building=done.building, on=done.on, times=done.times, note=done.note.strip(), by=actor,
                at=now, entry_key=key,
            )  # fmt: skip
            made.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        return StandardRecord.objects.get(entry_key=key)
    attach(attachments=files, subject_type=queries.RECORD_FILES, subject_id=made.pk)
    changes = {"on": done.on.isoformat(), "times": done.times, "files": len(files)}
    record(action="standard.done", subject=row, actor=actor, now=now, changes=changes)
    return made


def _check_done(row: ServiceStandard, done: Done, today: date) -> None:
    version = queries.version_on(row, done.on)
    if version is None or version.source != RECORDS.code:
        raise DomainError(_("Whether this is kept is seen elsewhere; nothing is written down by hand."), code="state")
    if done.on > today:
        raise DomainError(_("This day has not come yet."), code="on")
    if done.on < version.from_on:
        raise DomainError(_("It was not promised yet on this day."), code="on")
    if row.ends_on is not None and done.on >= row.ends_on:
        raise DomainError(_("It was promised no more on this day."), code="on")
    if today > _noted_until(row, version, done.on):
        raise DomainError(
            _("The month for which it would count has been judged: nothing is added to it any more."), code="on"
        )
    if done.building is not None and done.building.estate_id != row.estate_id:
        raise DomainError(_("This building is in another estate."), code="building")
    if version.per_building and done.building is None:
        raise DomainError(_("It is promised for each building: choose which."), code="building")
    if done.times < 1:
        raise DomainError(_("Write a number from 1."), code="times")


def _noted_until(row: ServiceStandard, version: StandardVersion, on: date) -> date:
    """The last day for writing down what was done on a day: some days after the month for which it counts, or after the
    promise was entered for a time that was over by then (`defaults.yaml`, `standards: late_days`)."""
    month = judged_with(queries.terms_of(version), on)
    if row.ends_on is not None:
        month = min(month, first_of(row.ends_on - timedelta(days=1)))
    entered = timezone.localtime(row.created_at).date()
    return max(last_of(month), entered) + timedelta(days=defaults()["standards"]["late_days"])


@transaction.atomic
def withdraw_record(*, record_id: UUID, reason: str, actor: Membership | None, now: datetime) -> StandardRecord:
    """Take back a record that was wrong: it counts no more, and staff go on reading it with the reason.

    Raises NotFound, NotAllowed, DomainError.
    """
    seen = queries.standards_visible_to(actor)
    rows = StandardRecord.objects.select_for_update(of=("self",)).select_related("standard")
    found: StandardRecord | None = rows.filter(pk=record_id, standard__in=seen.values("pk")).first()
    if found is None:
        raise NotFound("no such record")
    _must_write(actor, found.standard.estate_id)
    if found.withdrawn_at is not None:
        return found
    if not reason.strip():
        raise DomainError(_("Say why it is taken back."), code="reason")
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_reason = now, actor, reason.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(action="standard.done_withdrawn", subject=found.standard, actor=actor, now=now,
           changes={"on": found.on.isoformat()})  # fmt: skip
    return found
