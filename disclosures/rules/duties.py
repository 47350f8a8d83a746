"""What must be published for which period, by when, and what keeps it. Plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deadlines.rules.calendars import Calendar, NeverOpen, working_day_from

MONTHS = {"quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True)
class Span:
    """First and last day."""

    from_on: date
    to_on: date


@dataclass(frozen=True)
class Shown:
    """Something that was published about a span of time, and when it was shown first."""

    span: Span
    on: date
    key: Any = None


def spans(every: str, since: date, today: date) -> list[Span]:
    """The quarters, half-years or years that end on ``since`` or later and have begun, the oldest first."""
    months = MONTHS[every]
    first = date(since.year, (since.month - 1) // months * months + 1, 1)
    found = []
    while first <= today:
        following = _months_later(first, months)
        found.append(Span(first, following - timedelta(days=1)))
        first = following
    return found


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def due_on(due: Mapping[str, Any], span: Span, calendar: Calendar | None) -> date:
    """So many days after the span's last day, or a day of the year after it.

    With a ``calendar`` a rest day moves to the next working day (Civil Code 203); one that never opens moves nothing.
    """
    if "days" in due:
        day = span.to_on + timedelta(days=due["days"])
    else:
        day = date(span.to_on.year + 1, due["month"], due["day"])
    if calendar is None:
        return day
    try:
        return working_day_from(calendar, day)
    except NeverOpen:
        return day


def kept_by(span: Span, shown: Iterable[Shown]) -> Shown | None:
    """What completed the span: the first after which every day of it is covered; two quarters keep a half-year."""
    covered: list[Span] = []
    for one in sorted(shown, key=lambda one: one.on):
        if one.span.from_on <= span.to_on and one.span.to_on >= span.from_on:
            covered.append(one.span)
            if _covers(covered, span):
                return one
    return None


def _covers(parts: Iterable[Span], span: Span) -> bool:
    wanted = span.from_on
    for part in sorted(parts, key=lambda part: part.from_on):
        if part.from_on > wanted:
            return False
        wanted = max(wanted, part.to_on + timedelta(days=1))
        if wanted > span.to_on:
            return True
    return False


@dataclass(frozen=True)
class Tally:
    kept: int
    late: int
    missed: int
    waiting: int


def tally(standings: Iterable[str]) -> Tally:
    said = list(standings)
    return Tally(said.count("kept"), said.count("late"), said.count("missed"), said.count("waiting"))
