"""What is read of fee schedules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from attachments.models import Attachment
from attachments.queries import of_subject
from contacts.rules.access import reach_for
from disclosures.models import FeeSchedule, PublicationPlan
from disclosures.models.fees import version_on
from disclosures.models.publications import is_open_to, reads_withdrawn, withdrawn
from disclosures.queries import in_language
from disclosures.rules import fees
from disclosures.rules.packs import DEFAULT, pack, title_of
from owners.models import Unit
from owners.queries import homes_of, units_of
from tenancy.models import Membership
from tenancy.policy import scopes_of

FILES_OF = "disclosures.feeschedule"
State = FeeSchedule.State


def schedules_visible_to(member: Membership | None) -> QuerySet[FeeSchedule]:
    """Whose charges somebody reads. Staff: those of estates they have as a whole. Whoever is at home there: what is
    published; what was withdrawn of it only the committee."""
    rows = schedules_named_to(member)
    return rows if member is None or reads_withdrawn(member) else rows.exclude(withdrawn(FeeSchedule))


def schedules_named_to(member: Membership | None) -> QuerySet[FeeSchedule]:
    """The same with those that were withdrawn, of which others than staff and committee read only that."""
    scopes = scopes_of(member, "fee.read")
    if member is None or not scopes:
        return FeeSchedule.objects.none()
    if "home" in scopes:
        return FeeSchedule.objects.filter(state=State.PUBLISHED, estate__in=list(homes_of(member)))
    reach = reach_for(member, "fee.read")
    return FeeSchedule.objects.filter(Q() if reach.everywhere else Q(estate__in=reach.estates))


def pack_of(estate_id: UUID) -> str:
    """The rules an estate follows; the general ones until somebody has chosen."""
    return PublicationPlan.objects.filter(estate=estate_id).values_list("pack", flat=True).first() or DEFAULT


def rise_needs_of(estate_id: UUID) -> dict[str, Any]:
    """What a rise needs by the estate's rules; the basis in the language in force."""
    needs = pack(pack_of(estate_id))["rise"]
    return {**needs, "basis": title_of(needs, get_language() or "en", "basis")}


def before(schedule: FeeSchedule, on: date | None = None) -> FeeSchedule | None:
    """What a version is compared with: settled once it is published, until then what its units would pay without it.

    That is the version before of the same units; the first schedule of one kind of unit follows that of all units.
    ``on`` is the day it is asked on, today when left out.
    """
    if schedule.is_published:
        return schedule.replaces
    own = _published(schedule.estate_id, schedule.unit_kind).filter(valid_from__lt=schedule.valid_from).first()
    if own is not None or not schedule.unit_kind:
        return own
    return _general_before(schedule, on or timezone.localdate())


def _general_before(schedule: FeeSchedule, on: date) -> FeeSchedule | None:
    """Of the versions for all units the one in force the day before. A schedule that begins today or began in the past
    is compared with what is paid today, else a fall since then would hide its rise; and one that would begin before all
    of them with the first: it replaces what these units were told."""
    rows = _published(schedule.estate_id, "")
    held = max(schedule.valid_from - timedelta(days=1), on)
    return rows.filter(valid_from__lte=held).first() or rows.last()


def _published(estate_id: UUID, unit_kind: str) -> QuerySet[FeeSchedule]:
    """Those of the same units, the latest first."""
    rows = FeeSchedule.objects.filter(estate=estate_id, unit_kind=unit_kind, state=State.PUBLISHED)
    return rows.order_by("-valid_from", "-version")


def latest_published(estate_id: UUID, unit_kind: str) -> FeeSchedule | None:
    return _published(estate_id, unit_kind).first()


def follower_of(schedule: FeeSchedule) -> FeeSchedule | None:
    """The next version of the same units; a schedule of one kind that was compared with this one is none."""
    return schedule.followers.filter(state=State.PUBLISHED, unit_kind=schedule.unit_kind).first()


def has_written(schedule: FeeSchedule, member: Membership) -> bool:
    """Whether a member has written any of it since it was begun."""
    return str(member.pk) in schedule.writers or member.pk in (schedule.entered_by_id, schedule.changed_by_id)


def rated(schedule: FeeSchedule) -> list[fees.Rated]:
    return [fees.Rated(item.key, item.rate, item.per, item) for item in schedule.items.all()]


def before_shown_to(schedule: FeeSchedule, member: Membership) -> FeeSchedule | None:
    """What it is shown beside: nothing where that was withdrawn and is closed to the reader."""
    prior = before(schedule)
    return prior if prior is not None and is_open_to(prior, member) else None


def compared(schedule: FeeSchedule, on: date | None = None) -> list[fees.Compared]:
    """Each item beside what it was."""
    return compared_with(schedule, before(schedule, on))


def compared_with(schedule: FeeSchedule, prior: FeeSchedule | None) -> list[fees.Compared]:
    """Each item beside what it was in that version; without one, just the items."""
    rows = fees.compared(
        rated(schedule), None if prior is None else rated(prior),
        is_same_currency=prior is None or prior.currency == schedule.currency,
    )  # fmt: skip
    for one in rows:
        one.row.name = name_of(one.row)
    return rows


def rises(schedule: FeeSchedule, on: date | None = None) -> bool:
    """Whether its units may pay more than without it. In another currency nobody can tell, so they may."""
    prior = before(schedule, on)
    if prior is None:
        return False
    return prior.currency != schedule.currency or fees.is_rise(compared(schedule, on))


def name_of(item: Any) -> str:
    return in_language({"en": item.name_en, "zh": item.name_zh}, "")


def states_of_files(schedule: FeeSchedule) -> set[str]:
    """How far the scanner is with the files it has."""
    return set(of_subject(FILES_OF, schedule.pk).values_list("state", flat=True))


def reads_reports(member: Membership | None) -> bool:
    """Who only uses a unit reads no audits (domain.md 2.9)."""
    return member is not None and member.role != Membership.Role.OCCUPANT


def files_of(schedule: FeeSchedule, member: Membership | None) -> list[Attachment]:
    """Its audit reports, for whom they are."""
    return list(of_subject(FILES_OF, schedule.pk)) if reads_reports(member) else []


def file_readable_by(subject_id: Any, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of audit reports: whoever reads the schedule, but not who only uses a unit."""
    return reads_reports(member) and schedules_visible_to(member).filter(pk=subject_id).exists()


@dataclass(frozen=True)
class Standing:
    """The schedules of one estate and kind of unit: in force, to come, and before."""

    estate: Any
    kind_words: str
    in_force: FeeSchedule | None
    coming: list[FeeSchedule]
    past: list[FeeSchedule]
    drafts: list[FeeSchedule]


def standings(rows: Iterable[FeeSchedule], today: date) -> list[Standing]:
    """Grouped, the estate's name first and all units before single kinds."""
    groups: dict[tuple[str, str, UUID], list[FeeSchedule]] = {}
    for row in rows:
        groups.setdefault((row.estate.name, row.unit_kind, row.estate_id), []).append(row)
    return [_standing(groups[key], today) for key in sorted(groups)]


def _standing(rows: list[FeeSchedule], today: date) -> Standing:
    found = version_on(rows, today)
    published = sorted((row for row in rows if row.is_published), key=lambda row: row.valid_from, reverse=True)
    return Standing(
        estate=rows[0].estate, kind_words=str(rows[0].get_unit_kind_display()), in_force=found,
        coming=[row for row in published if row.valid_from > today][::-1],
        past=[row for row in published if row.valid_from <= today and row != found],
        drafts=[row for row in rows if not row.is_published],
    )  # fmt: skip


@dataclass(frozen=True)
class Bill:
    """What one unit pays by the schedule in force, and by the one that comes. ``is_withdrawn``: nothing is told of what
    it pays by the schedule in force, whose publication was withdrawn."""

    unit: Unit
    schedule: FeeSchedule | None
    is_withdrawn: bool
    lines: list[dict[str, Any]]
    monthly: Any
    coming: FeeSchedule | None
    coming_monthly: Any


def bills_of(member: Membership, today: date) -> list[Bill]:
    """The units the member owns today, each with its charges: by the schedule of its kind, else by that of all units."""
    units = [unit for unit, relation in units_of(member, today) if relation == "owner"]
    rows: list[Any] = list(
        schedules_named_to(member).filter(estate__in={unit.estate_id for unit in units})
        .annotate(is_withdrawn=withdrawn(FeeSchedule)).select_related("estate").prefetch_related("items")
    )  # fmt: skip
    closed = set() if reads_withdrawn(member) else {row.pk for row in rows if row.is_withdrawn}
    return [_bill(unit, rows, today, closed) for unit in units]


def _bill(unit: Unit, rows: list[FeeSchedule], today: date, closed: set[UUID]) -> Bill:
    """What was withdrawn is in force all the same, as nothing else is; its amounts are in no bill."""
    own = [row for row in rows if row.estate_id == unit.estate_id and row.unit_kind == unit.kind]
    general = [row for row in rows if row.estate_id == unit.estate_id and not row.unit_kind]
    found = version_on(own, today) or version_on(general, today)
    later = [row for row in (own if any(row.valid_from <= today for row in own) else own + general)
             if row.valid_from > today and row.pk not in closed]  # fmt: skip
    coming = min(later, key=lambda row: row.valid_from, default=None)
    is_closed = found is not None and found.pk in closed
    lines = [] if is_closed else _lines(found, unit)
    return Bill(
        unit=unit, schedule=found, is_withdrawn=is_closed, lines=lines, monthly=fees.in_a_month((one["amount"], one["item"].per) for one in lines),
        coming=coming,
        coming_monthly=None if coming is None
        else fees.in_a_month((one["amount"], one["item"].per) for one in _lines(coming, unit)),
    )  # fmt: skip


def _lines(schedule: FeeSchedule | None, unit: Unit) -> list[dict[str, Any]]:
    items = schedule.items.all() if schedule is not None else ()
    return [
        {"item": item, "name": name_of(item), "amount": fees.payable(
            item.rate, item.per, unit.exclusive_area, is_space=unit.kind == Unit.Kind.PARKING),
         "by_area": item.per in fees.BY_AREA}
        for item in items
    ]  # fmt: skip
