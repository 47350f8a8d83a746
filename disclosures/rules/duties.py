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


def following(span: Span) -> Span:
    """As many months after it: what a budget shown this year is about."""
    first = span.to_on + timedelta(days=1)
    months = (first.year - span.from_on.year) * 12 + first.month - span.from_on.month
    return Span(first, _months_later(first, months) - timedelta(days=1))


def overlap(one: Span, other: Span) -> bool:
    return one.from_on <= other.to_on and one.to_on >= other.from_on


def kept_by(span: Span, shown: Iterable[Shown], *, is_ahead: bool = False) -> Shown | None:
    """What completed the span: the first after which every day of it is covered; two quarters keep a half-year.

    What was shown before the days it is about were over does not tell what happened in them, so it counts only where the
    duty looks ahead.
    """
    covered: list[Span] = []
    for one in sorted(shown, key=lambda one: one.on):
        is_over = one.on > min(one.span.to_on, span.to_on)
        if overlap(one.span, span) and (is_ahead or is_over):
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
