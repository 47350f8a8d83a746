"""After a calendar was edited: the promises that run by its older versions, shown as they would be, then set anew.

Nothing is moved silently: an edit leaves every running clock as it was promised, until somebody asks for this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from audit.services import record
from complaints import queries
from complaints.models import Clock, Complaint, ServiceLevel
from complaints.models.settings import TargetKind
from complaints.rules import targets
from complaints.services import clocks, telling, trail
from deadlines.models import ServiceCalendar
from deadlines.rules.business_time import business_due, business_time_between
from deadlines.rules.periods import working_days
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

SHOWN = 200


@dataclass(frozen=True)
class Change:
    """A running promise, when it is due now, and when it would be."""

    clock: Clock
    due_before: datetime
    due_after: datetime

    @property
    def is_moved(self) -> bool:
        return self.due_before != self.due_after


def calendars_with_older(actor: Membership | None) -> list[tuple[ServiceCalendar, int]]:
    """Calendars by whose older versions promises run, each with how many the actor could set anew."""
    if not can(actor, "calendar.change"):
        return []
    counts: dict[UUID, int] = {}
    for calendar_id in _older(actor).values_list("calendar", flat=True):
        counts[calendar_id] = counts.get(calendar_id, 0) + 1
    rows = ServiceCalendar.objects.filter(pk__in=counts).order_by("title")
    return [(row, counts[row.pk]) for row in rows]


def calendar_for(actor: Membership | None, calendar_id: UUID) -> ServiceCalendar:
    """The calendar, for who may change it. Raises NotFound, NotAllowed."""
    if not can(actor, "calendar.change"):
        raise NotAllowed(_("Your role does not change calendars."))
    calendar = ServiceCalendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        raise NotFound("no such calendar")
    return calendar


def preview(*, calendar: ServiceCalendar, actor: Membership | None, now: datetime) -> list[Change]:
    """What would change, in the order of the numbers; nothing is written."""
    found = _older(actor).filter(calendar=calendar).order_by("complaint__number", "due_at")
    levels = _Levels()
    return [_change(clock, levels, now) for clock in found]


@transaction.atomic
def recompute(*, calendar_id: UUID, actor: Membership | None, now: datetime) -> int:
    """Set the running promises of a calendar anew by its present version; how many moved.

    Writes the clocks, the next due time of each complaint, an audit entry for each that moved and one for the calendar;
    tells each complainant whose promise moved. A second time it finds nothing. Raises NotFound, NotAllowed.
    """
    calendar = calendar_for(actor, calendar_id)
    found = list(_older(actor).filter(calendar=calendar).select_for_update(of=("self",)).order_by("complaint_id"))
    levels, moved = _Levels(), 0
    changed: dict[UUID, list[Change]] = {}
    for clock in found:
        changed.setdefault(clock.complaint_id, []).append(_change(clock, levels, now))
    for complaint_id, changes in changed.items():
        complaint = queries.get_worked(actor, complaint_id, lock=True)
        _set(complaint, changes)
        news = [change for change in changes if change.is_moved]
        moved += len(news)
        if news:
            said = {change.clock.kind: change.due_after.isoformat() for change in news}
            trail.note(complaint, "recomputed", actor=actor, now=now, changes=said)
            telling.tell_complainant(complaint, "changed", now=now, due=complaint.next_due_at)
    if found:
        record(
            action="calendar.recomputed", subject=calendar, actor=actor, now=now,
            changes={"version": calendar.version, "clocks": len(found), "moved": moved},
        )  # fmt: skip
    return moved


def _older(actor: Membership | None) -> QuerySet[Clock]:
    """Running clocks of an older version. A paused one keeps its version until it counts on; a promised word is an
    instant that somebody named, round the clock there is no calendar."""
    seen = queries.worked_complaints(actor).values("pk")
    running = Clock.objects.filter(complaint__in=seen, stopped_at__isnull=True, round_the_clock=False)
    running = running.exclude(state=Clock.State.PAUSED).exclude(kind=TargetKind.UPDATE)
    older = running.exclude(calendar_version=F("calendar__version"))
    return older.select_related("calendar", "complaint__estate__calendar", "complaint__category")


class _Levels:
    """The settings of targets, read once for each estate and priority."""

    def __init__(self) -> None:
        self.known: dict[tuple[UUID, str], dict[str, ServiceLevel]] = {}

    def of(self, clock: Clock) -> ServiceLevel | None:
        complaint = clock.complaint
        key = (complaint.estate_id, complaint.priority)
        if key not in self.known:
            self.known[key] = queries.service_levels_for(complaint.estate, complaint.priority)
        return self.known[key].get(clock.kind)


def _change(clock: Clock, levels: _Levels, now: datetime) -> Change:
    return Change(clock, clock.due_at, _due_anew(clock, levels.of(clock), now))


def _due_anew(clock: Clock, level: ServiceLevel | None, now: datetime) -> datetime:
    """Days of the calendar count from the start; of business time, what is left now is left by the new calendar.

    What is late stays late; what was due at the close of business stays so.
    """
    if clock.due_at <= now:
        return clock.due_at
    old, new = clocks.rules_of(clock), clocks.rules_calendar(clock.calendar)
    if level is not None and level.measure == ServiceLevel.Measure.CALENDAR_DAYS:
        return targets.due_at(new, clock.started_at, amount=level.amount, measure=level.measure, kind=clock.kind)
    left = business_time_between(old, now, clock.due_at)
    due = business_due(new, now, Fraction(round(left.total_seconds()), 60))
    if due is None:
        return clock.due_at
    was_close = clock.due_at == working_days(old, clock.due_at, 0, ends="close_of_business").ends_at
    return working_days(new, due, 0, ends="close_of_business").ends_at if was_close else due


def _set(complaint: Complaint, changes: Iterable[Change]) -> None:
    rungs = clocks.rungs_in_force(complaint)
    changed = []
    for change in changes:
        clock = change.clock
        clock.calendar_version = clock.calendar.version
        if change.is_moved:
            clocks.set_due(clock, change.due_after, rungs)
        changed.append(clock)
    Clock.objects.bulk_update(changed, ["calendar_version", "due_at", "schedule", "next_at"])
    clocks.show_next_due_of(complaint)
    complaint.save(update_fields=["next_due_at", "next_due_kind", "is_late"])
