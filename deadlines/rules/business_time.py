"""Business time: elapsed time inside a calendar's windows and outside the pauses.

All instants are aware; results are in UTC. Clock changes count as the time that really passes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from django.utils.translation import gettext as _

from . import zones
from .calendars import Calendar, is_closed_after, local_date, never_open
from .periods import working_days
from .zones import FOREVER, MINUTE, ticks

HORIZON_YEARS = 400


class Pause(NamedTuple):
    """[starts_at, ends_at) does not count; ends_at None means still waiting."""

    starts_at: datetime
    ends_at: datetime | None


def business_due(
    calendar: Calendar,
    start: datetime,
    minutes: int | Fraction | Decimal,
    pauses: Iterable[tuple[datetime, datetime | None]] = (),
    pause_max_working_days: int | None = None,
) -> datetime | None:
    """The end of the last of ``minutes`` business minutes after ``start``; with 0 minutes ``start`` itself.

    It may equal the end of a window. None while an open pause began before the minutes are used up.
    With ``pause_max_working_days`` every pause ends at the latest at 24:00 of that working day after
    the local day it began. Raises NeverOpen when the calendar stays closed, ValueError for negative minutes.
    """
    budget = _budget(minutes)
    position = ticks(start)
    if not budget:
        return zones.instant(position)
    for pause_start, pause_end in _blocked(calendar, pauses, pause_max_working_days):
        if pause_end <= position:
            continue
        if pause_start > position:
            passed = _open_between(calendar, position, pause_start)
            if passed >= budget:
                break
            budget -= passed
        if pause_end == FOREVER:
            return None
        position = pause_end
    return zones.instant(_advance(calendar, position, budget))


def business_time_between(
    calendar: Calendar,
    start: datetime,
    end: datetime,
    pauses: Iterable[tuple[datetime, datetime | None]] = (),
    pause_max_working_days: int | None = None,
) -> timedelta:
    """The exact business time that passes from start to end, outside the pauses; negative when end is earlier."""
    first, last = sorted((ticks(start), ticks(end)))
    position, passed = first, 0
    for pause_start, pause_end in _blocked(calendar, pauses, pause_max_working_days):
        pause_start, pause_end = min(pause_start, last), min(pause_end, last)
        if pause_start > position:
            passed += _open_between(calendar, position, pause_start)
        position = max(position, pause_end)
    if position < last:
        passed += _open_between(calendar, position, last)
    return timedelta(microseconds=passed if first == ticks(start) else -passed)


def business_minutes_between(
    calendar: Calendar,
    start: datetime,
    end: datetime,
    pauses: Iterable[tuple[datetime, datetime | None]] = (),
    pause_max_working_days: int | None = None,
) -> int:
    """Whole business minutes from start to end, rounded down; see business_time_between."""
    return business_time_between(calendar, start, end, pauses, pause_max_working_days) // timedelta(minutes=1)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the instant is inside a window; the end of a window is not."""
    tick = ticks(at)
    year = _year(calendar, local_date(calendar, at).year)
    index = bisect_right(year.starts, tick) - 1
    return index >= 0 and tick < year.ends[index]


class Year(NamedTuple):
    """Every open span of a local year in UTC, with the open time up to the end of each."""

    starts: list[int]
    ends: list[int]
    totals: list[int]


@lru_cache(maxsize=1024)
def _year(calendar: Calendar, year: int) -> Year:
    day, spans = date(year, 1, 1), []
    while day.year == year:
        for window in calendar.windows_on(day):
            spans += zones.local_spans(calendar.time_zone, day, *window)
        day += timedelta(days=1)
    spans.sort()
    lengths = accumulate(end - start for start, end in spans)
    return Year([start for start, _end in spans], [end for _start, end in spans], list(lengths))


def _open_before(year: Year, tick: int) -> int:
    """Open time of the year before the instant."""
    index = bisect_right(year.starts, tick) - 1
    return year.totals[index] - max(0, year.ends[index] - tick) if index >= 0 else 0


def _open_between(calendar: Calendar, start: int, end: int) -> int:
    first, last = _year_of(calendar, start), _year_of(calendar, end)
    passed = _open_before(_year(calendar, last), end) - _open_before(_year(calendar, first), start)
    return passed + sum(_total(_year(calendar, year)) for year in range(first, last))


def _advance(calendar: Calendar, start: int, budget: int) -> int:
    """The first instant by which the budget has passed in open time since start; the budget is above 0."""
    number = first = _year_of(calendar, start)
    year = _year(calendar, number)
    budget += _open_before(year, start)
    while _total(year) < budget:
        if number - first > HORIZON_YEARS or is_closed_after(calendar, date(number, 12, 31)):
            raise never_open(calendar)
        budget -= _total(year)
        number += 1
        year = _year(calendar, number)
    index = bisect_left(year.totals, budget)
    return year.ends[index] - (year.totals[index] - budget)


def _year_of(calendar: Calendar, tick: int) -> int:
    return local_date(calendar, zones.instant(tick)).year


def _total(year: Year) -> int:
    return year.totals[-1] if year.totals else 0


def _budget(minutes: int | Fraction | Decimal) -> int:
    """Minutes as microseconds, a part of a microsecond counting as a whole one."""
    budget = ceil(Fraction(minutes) * MINUTE)
    if budget < 0:
        raise ValueError(_("Minutes cannot be negative."))
    return budget


def _blocked(
    calendar: Calendar, pauses: Iterable[tuple[datetime, datetime | None]], most_days: int | None
) -> list[tuple[int, int]]:
    """The pauses cut to their longest length and joined where they overlap, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(_pause(calendar, *pause, most_days) for pause in pauses):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif start < end:
            joined.append((start, end))
    return joined


def _pause(calendar: Calendar, starts_at: datetime, ends_at: datetime | None, most_days: int | None) -> tuple[int, int]:
    start, end = ticks(starts_at), FOREVER if ends_at is None else ticks(ends_at)
    if end < start:
        raise ValueError(_("A pause cannot end before it begins."))
    if most_days is not None:
        latest = working_days(calendar, starts_at, most_days).last_day
        end = min(end, ticks(zones.day_end(calendar.time_zone, latest)))
    return start, end
