"""Fee schedules: begun, filled in, checked by a second person, published. What is published stays."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.rules.access import reach_for
from contacts.rules.calendars import calendar_of
from deadlines.rules import periods
from disclosures import fee_queries as queries
from disclosures.models import FeeItem, FeeSchedule
from disclosures.rules import fees as rules
from disclosures.services.announcing import announce_fees
from disclosures.services.publications import BY_THE_RULES, Terms
from owners.models import Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

State = FeeSchedule.State
COPIED = ("key", "place", "name_en", "name_zh", "rate", "per", "note")


@dataclass(frozen=True)
class Facts:
    """What a version says beside its items."""

    valid_from: date
    currency: str
    explanation: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass(frozen=True)
class ItemFacts:
    name_en: str
    name_zh: str
    rate: Decimal
    per: str
    note: str = ""


@transaction.atomic
def begin(
    *, estate: Estate, unit_kind: str, facts: Facts, actor: Membership | None, now: datetime,
    entry_key: UUID | None = None,
) -> FeeSchedule:  # fmt: skip
    """A draft, with the items of the version before it; the first of one kind of unit has those of all units. The same ``entry_key`` finds the one that is there.

    Raises NotAllowed, DomainError while another draft of the same units is not published.
    """
    if actor is None or not reach_for(actor, "fee.write").covers(estate.pk):
        raise NotAllowed(_("You cannot set fees of this estate."))
    Estate.objects.select_for_update().get(pk=estate.pk)  # two at once make one
    if entry_key and (same := FeeSchedule.objects.filter(entry_key=entry_key).first()) is not None:
        return same
    rows = FeeSchedule.objects.filter(estate=estate, unit_kind=unit_kind)
    if (open_one := rows.exclude(state=State.PUBLISHED).first()) is not None:
        raise DomainError(
            _("%(number)s is not published yet. Go on with that one.") % {"number": open_one}, code="unit_kind"
        )
    _must_be_later(estate.pk, unit_kind, facts.valid_from)
    row = FeeSchedule(
        estate=estate, unit_kind=unit_kind, version=(rows.aggregate(last=Max("version"))["last"] or 0) + 1,
        entered_by=actor, entered_at=now, changed_by=actor, changed_at=now, entry_key=entry_key, writers=[str(actor.pk)],
        **vars(facts),
    )  # fmt: skip
    prior = queries.before(row, timezone.localdate(now))
    row.number = next_number(code=f"F-{estate.code}", year=timezone.localdate(now).year)
    row.save(force_insert=True)
    if prior is not None:
        FeeItem.objects.bulk_create(
            FeeItem(schedule=row, **{name: getattr(item, name) for name in COPIED}) for item in prior.items.all()
        )
    record(action="feeschedule.begun", subject=row, actor=actor, now=now, label=row.number)
    return row


def _must_be_later(estate_id: UUID, unit_kind: str, day: date) -> None:
    last = queries.latest_published(estate_id, unit_kind)
    if last is not None and day <= last.valid_from:
        raise DomainError(
            _("%(number)s is in force from %(day)s. A new version begins later.")
            % {"number": last, "day": formats.date_format(last.valid_from)},
            code="valid_from",
        )


def locked(schedule_id: UUID, actor: Membership | None, action: str, words: str) -> FeeSchedule:
    """The schedule, its row locked, for who may do this. Raises NotFound, NotAllowed."""
    seen = queries.schedules_visible_to(actor).filter(pk=schedule_id)
    row = FeeSchedule.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such fee schedule")
    if not can(actor, action, row):
        raise NotAllowed(words)
    return row


def _draft(schedule_id: UUID, actor: Membership | None) -> FeeSchedule:
    row = locked(schedule_id, actor, "fee.write", _("You may read these fees, but not change them."))
    if row.state == State.PUBLISHED:
        raise DomainError(_("It is published, and stays as it is. Begin a new version."), code="state")
    if row.state != State.DRAFT:
        raise DomainError(_("It has been checked. Send it back to change it."), code="state")
    return row


def _changed(row: FeeSchedule, actor: Membership, now: datetime, action: str, **changes: object) -> None:
    """Save it, and who wrote: none of them checks it, whoever writes last."""
    row.changed_by, row.changed_at = actor, now
    if str(actor.pk) not in row.writers:
        row.writers = [*row.writers, str(actor.pk)]
    row.save()
    record(action=action, subject=row, actor=actor, now=now, label=row.number, changes=dict(changes))


@transaction.atomic
def change(*, schedule_id: UUID, facts: Facts, actor: Membership, now: datetime) -> FeeSchedule:
    """Day, currency, reasons and the congress's decision of a draft. Raises NotFound, NotAllowed, DomainError."""
    row = _draft(schedule_id, actor)
    _must_be_later(row.estate_id, row.unit_kind, facts.valid_from)
    changed = [name for name, value in vars(facts).items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, getattr(facts, name))
        _changed(row, actor, now, "feeschedule.changed", fields=changed)
    return row


@transaction.atomic
def put_item(
    *, schedule_id: UUID, facts: ItemFacts, actor: Membership, now: datetime, item_id: UUID | None = None,
    key: UUID | None = None,
) -> FeeItem:  # fmt: skip
    """Add an item to a draft, or change one. The same ``key`` sent twice adds one.

    Raises NotFound, NotAllowed, DomainError when it has no name.
    """
    row = _draft(schedule_id, actor)
    if not (facts.name_en.strip() or facts.name_zh.strip()):
        raise DomainError(_("Name it, in one language at least."), code="name_en")
    if item_id is None:
        if key and (same := row.items.filter(key=key).first()) is not None:
            return same
        last = row.items.aggregate(last=Max("place"))["last"] or 0
        item = FeeItem(schedule=row, key=key or uuid.uuid4(), place=last + 1)
    else:
        there = row.items.filter(pk=item_id).first()
        if there is None:
            raise NotFound("no such item")
        item = there
        if all(getattr(item, name) == value for name, value in vars(facts).items()):
            return item
    for name, value in vars(facts).items():
        setattr(item, name, value)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise DomainError(_("The rate cannot be below zero."), code="rate") from error
    _changed(row, actor, now, "feeschedule.item_put", place=item.place)
    return item


@transaction.atomic
def drop_item(*, item_id: UUID, actor: Membership, now: datetime) -> FeeSchedule:
    """Take an item out of a draft. Raises NotFound, NotAllowed, DomainError."""
    schedule_id = FeeItem.objects.filter(pk=item_id).values_list("schedule", flat=True).first()
    if schedule_id is None:
        raise NotFound("no such item")
    row = _draft(schedule_id, actor)
    item = row.items.get(pk=item_id)
    place = item.place
    item.delete()
    _changed(row, actor, now, "feeschedule.item_dropped", place=place)
    return row


@transaction.atomic
def add_files(*, schedule_id: UUID, files: Sequence[Attachment], actor: Membership, now: datetime) -> FeeSchedule:
    """The audit report that a rise needs, to a draft: whoever checks looks at it too.

    Raises NotFound, NotAllowed, DomainError.
    """
    row = _draft(schedule_id, actor)
    if not files:
        raise DomainError(_("Choose a file."), code="documents")
    attach(attachments=files, subject_type=queries.FILES_OF, subject_id=row.pk)
    _changed(row, actor, now, "feeschedule.files_added", files=len(files))
    return row


@transaction.atomic
def check(*, schedule_id: UUID, actor: Membership, now: datetime) -> FeeSchedule:
    """Somebody who has written nothing of it has looked it through. A second click changes nothing. Raises NotFound, NotAllowed, DomainError."""
    row = locked(schedule_id, actor, "fee.check", _("You may read these fees, but not check them."))
    if row.state != State.DRAFT:
        return row
    if queries.has_written(row, actor):
        raise DomainError(_("Somebody else than whoever wrote it checks it."), code="actor")
    if not row.items.exists():
        raise DomainError(_("There is no charge in it yet."), code="items")
    row.state, row.checked_by, row.back_reason = State.CHECKED, actor, ""
    row.save()
    record(action="feeschedule.checked", subject=row, actor=actor, now=now, label=row.number)
    return row


@transaction.atomic
def send_back(*, schedule_id: UUID, reason: str, actor: Membership, now: datetime) -> FeeSchedule:
    """A draft again, with what is to be mended. Raises NotFound, NotAllowed, DomainError."""
    row = locked(schedule_id, actor, "fee.check", _("You may read these fees, but not check them."))
    if row.is_published:
        raise DomainError(_("It is published, and stays as it is. Begin a new version."), code="state")
    if not reason.strip():
        raise DomainError(_("Say what is to be mended."), code="reason")
    row.state, row.checked_by, row.back_reason = State.DRAFT, None, reason.strip()
    row.save()
    record(action="feeschedule.sent_back", subject=row, actor=actor, now=now, label=row.number)
    return row


def earliest_of_rise(row: FeeSchedule, on: date) -> tuple[date, bool]:
    """The first day a rise published that day may be in force from, and whether its day is late enough (HZ 53)."""
    days = queries.rise_needs_of(row.estate_id)["days"]
    latest = periods.notice(calendar_of(row.estate), row.valid_from, days, published=on)
    return periods.calendar_days(calendar_of(row.estate), on, days).last_day, bool(latest.valid)


@transaction.atomic
def publish(*, schedule_id: UUID, actor: Membership, now: datetime, terms: Terms = BY_THE_RULES) -> FeeSchedule:
    """Owners see it from now on: what is in force or what comes. A second click changes nothing.

    A rise is published so many days before it is in force, with an audit report and the congress's decision named
    (HZ 53; numbers from the estate's pack). Makes its publication. Raises NotFound, NotAllowed, DomainError.
    """
    row = locked(schedule_id, actor, "fee.publish", _("You may read these fees, but not publish them."))
    if row.is_published:
        return row
    if row.state != State.CHECKED:
        raise DomainError(_("A second person checks it first."), code="state")
    Estate.objects.select_for_update().get(pk=row.estate_id)
    _must_be_later(row.estate_id, row.unit_kind, row.valid_from)
    today = timezone.localdate(now)
    row.replaces, row.is_rise = queries.before(row, today), queries.rises(row, today)
    if row.is_rise:
        _rise_must_stand(row, today)
    row.state, row.published_by, row.published_at = State.PUBLISHED, actor, now
    row.save()
    record(
        action="feeschedule.published", subject=row, actor=actor, now=now, label=row.number,
        changes={"rise": row.is_rise, "valid_from": row.valid_from.isoformat()},
    )  # fmt: skip
    announce_fees(row, queries.compared(row), actor=actor, now=now, terms=terms)
    return row


def _rise_must_stand(row: FeeSchedule, today: date) -> None:
    needs = queries.rise_needs_of(row.estate_id)
    files = queries.states_of_files(row)
    lacks = rules.lacks_of_rise(
        needs, has_audit=Attachment.State.CLEAN in files, decision=row.decision, decided_on=row.decided_on, today=today
    )
    if "audit" in lacks and Attachment.State.PENDING in files:
        raise DomainError(_("The audit report is still being checked for viruses. Try again later."), code="documents")
    if "audit" in lacks:
        raise DomainError(_("A fee rises: attach the audit report first."), code="documents")
    if "decision" in lacks:
        raise DomainError(_("A fee rises: name the decision of the owners' congress first."), code="decision")
    if "decided_on" in lacks:
        raise DomainError(
            _("A fee rises: say when the owners' congress decided it, a day that is not to come."), code="decided_on"
        )
    earliest, is_late_enough = earliest_of_rise(row, today)
    if not is_late_enough:
        raise DomainError(
            _("A fee rises: it is shown for %(days)s days first, so it can be in force from %(day)s at the earliest.")
            % {"days": needs["days"], "day": formats.date_format(earliest)},
            code="valid_from",
        )
