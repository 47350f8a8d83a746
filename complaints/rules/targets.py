"""When a target is due, and what happens on the way: pure functions over a calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple, Protocol, TypeVar

from deadlines.rules import zones
from deadlines.rules.business_time import business_due, business_time_between
from deadlines.rules.calendars import Calendar, local_date, next_working_day
from deadlines.rules.periods import calendar_days, working_days

HALF, THREE_QUARTERS, BREACH, REMINDER, LADDER = "half", "three_quarters", "breach", "reminder", "ladder"
# Which targets a case has from its filing and from its acceptance: a request is carried out, not answered.
AT_FILING: dict[str, tuple[str, ...]] = {"complaint": ("accept", "statutory"), "request": ("accept",)}
AT_ACCEPTANCE: dict[str, tuple[str, ...]] = {"complaint": ("answer", "resolve"), "request": ("resolve",)}
OWED_BY_LAW = ("statutory",)
WARNINGS = ((50, HALF), (75, THREE_QUARTERS), (100, BREACH))


Stood = tuple[datetime, datetime]
"""A stretch in which a clock stood still, from when until when."""


class Step(NamedTuple):
    """At this instant, this happens; ``level`` names the rung for a step of the ladder."""

    at: datetime
    event: str
    level: str = ""


@dataclass(frozen=True)
class Rung:
    """A level of the ladder: at a per cent of the time, or working days after the due time."""

    level: str
    percent: int
    working_days_after: int


class LadderRow(Protocol):
    """A step of one of the organisation's ladders."""

    content_class: str
    priority: str


L = TypeVar("L", bound=LadderRow)


def ladder_for(steps: Iterable[L], *, content_class: str, priority: str) -> list[L]:
    """The steps of the narrowest ladder there is: of the class and priority, of the class, of the priority, of all."""
    steps = list(steps)
    for wanted in ((content_class, priority), (content_class, ""), ("", priority), ("", "")):
        found = [step for step in steps if (step.content_class, step.priority) == wanted]
        if found:
            return found
    return []


def due_at(calendar: Calendar, start: datetime, *, amount: int, measure: str, kind: str = "") -> datetime:
    """When a target that starts now is due. ``amount`` counts what ``measure`` says.

    Working days end at the close of business: a promise for today is not kept at midnight. Calendar days leave out the
    first day; the statutory limit moves off a rest day (Civil Code 201-203), what we promised ourselves does not.
    """
    if measure == "business_minutes":
        return _without_pauses(business_due(calendar, start, amount))
    if measure == "working_days":
        return working_days(calendar, start, amount, ends="close_of_business").ends_at
    if measure == "calendar_days":
        return calendar_days(calendar, start, amount, roll=kind in OWED_BY_LAW).ends_at
    return start + timedelta(minutes=amount)


def point_at(calendar: Calendar, start: datetime, due: datetime, percent: int, stood: Iterable[Stood] = ()) -> datetime:
    """The instant at which that per cent of the business time between start and due is used.

    The stretches in which the clock stood still use nothing.
    """
    stood = list(stood)
    budget = business_time_between(calendar, start, due, stood)
    if percent >= 100 or budget <= timedelta(0):
        return due if percent >= 100 else start + (due - start) * percent / 100
    minutes = Fraction(round(budget.total_seconds()) * percent, 6000)
    return _without_pauses(business_due(calendar, start, minutes, stood))


def schedule(
    calendar: Calendar, start: datetime, due: datetime, ladder: Iterable[Rung], stood: Iterable[Stood] = ()
) -> list[Step]:
    """All that will happen to a target, in order: the warnings, the breach, the rungs of the ladder."""
    stood = list(stood)
    steps = [Step(point_at(calendar, start, due, percent, stood), event) for percent, event in WARNINGS]
    for rung in ladder:
        at = point_at(calendar, start, due, rung.percent, stood)
        if rung.working_days_after:
            # So many working days after it was due, at the close of business of the last of them.
            at = working_days(calendar, due, rung.working_days_after, ends="close_of_business").ends_at
        steps.append(Step(at, LADDER, rung.level))
    return sorted(steps, key=lambda step: step.at)  # stable: a warning stands before the rung of the same instant


def next_reminder(calendar: Calendar, now: datetime) -> datetime:
    """The opening of the next working day: a late target is named again once a working day, never at midnight."""
    day = next_working_day(calendar, local_date(calendar, now))
    return zones.instant(zones.first_reaching(calendar.time_zone, day, calendar.windows_on(day)[0].start))


def business_minutes_left(calendar: Calendar, now: datetime, due: datetime) -> int:
    """Whole business minutes until due, rounded down; negative once it has passed."""
    return business_time_between(calendar, now, due) // timedelta(minutes=1)


def minutes_used(calendar: Calendar, started: datetime, until: datetime, stood: Iterable[Stood]) -> int:
    """Whole business minutes between two instants, without the stretches in which the clock stood still."""
    used = business_time_between(calendar, started, until)
    for began, ended in stood:
        began, ended = max(began, started), min(ended, until)
        if began < ended:
            used -= business_time_between(calendar, began, ended)
    return max(used, timedelta(0)) // timedelta(minutes=1)


def due_after_pause(calendar: Calendar, *, paused_at: datetime, resumed_at: datetime, due: datetime) -> datetime:
    """The due time moved on by what was left when the pause began. A target already late stays late."""
    left = business_time_between(calendar, paused_at, due)
    if left <= timedelta(0):
        return due
    return _without_pauses(business_due(calendar, resumed_at, Fraction(round(left.total_seconds()), 60)))


def _without_pauses(due: datetime | None) -> datetime:
    """Only an open pause leaves a due time undefined, and none is handed in here."""
    if due is None:
        raise ValueError("a due time without pauses is always defined")
    return due
