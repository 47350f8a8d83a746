"""Periods in days, working days, months and years; notice before an event; minimum display.

The start day is not counted; a period ends at 24:00 of its last day, or when business closes
(Civil Code 201-203). Wherever a day is wanted, an instant stands for its local date in the
calendar's time zone. Instants come back in UTC.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from . import zones
from .calendars import Calendar, local_date, next_working_day, working_day_from

Ends = Literal["midnight", "close_of_business"]


@dataclass(frozen=True)
class Period:
    """``unrolled``: the day counted to; ``last_day``: after moving off a rest day; ``ends_at``: the instant it is over."""

    unrolled: date
    last_day: date
    ends_at: datetime


@dataclass(frozen=True)
class Notice:
    """The latest day to give notice; ``valid`` is None until it has been given."""

    latest: date
    valid: bool | None


@dataclass(frozen=True)
class Display:
    """The last day that must be shown and the earliest end; ``accepted`` is None when no end was asked for."""

    last_day: date
    earliest_end: datetime
    accepted: bool | None


def calendar_days(calendar: Calendar, start: date, days: int, *, roll: bool = False, ends: Ends = "midnight") -> Period:
    """``days`` days after the start day; with ``roll`` a rest day moves to the next working day."""
    day = local_date(calendar, start) + timedelta(days=_count(days))
    return _period(calendar, day, roll=roll, ends=ends)


def working_days(calendar: Calendar, start: date, days: int, *, ends: Ends = "midnight") -> Period:
    """The n-th working day after the start day; with 0 days the start day itself. Raises NeverOpen."""
    day = local_date(calendar, start)
    for _day in range(_count(days)):
        day = next_working_day(calendar, day)
    return _period(calendar, day, roll=False, ends=ends)


def months(calendar: Calendar, start: date, count: int, *, roll: bool = False, ends: Ends = "midnight") -> Period:
    """The corresponding day ``count`` months later, or the last day of a month without it; years are 12 months."""
    return _period(calendar, corresponding_day(local_date(calendar, start), _count(count)), roll=roll, ends=ends)


def corresponding_day(first: date, count: int) -> date:
    """The day of the same number ``count`` months later, or the last day of a month without it."""
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def latest_of(periods: Iterable[Period]) -> Period:
    """The period that ends last, the first of several that end together. Raises ValueError without any."""
    found = list(periods)
    if not found:
        raise ValueError(_("There is no period to choose from."))
    return max(found, key=lambda period: period.ends_at)


def notice(calendar: Calendar, event: date, days: int, *, clear: bool = False, published: date | None = None) -> Notice:
    """Event day minus ``days``, one day more for clear days, never moved; also "finished N days before"."""
    latest = local_date(calendar, event) - timedelta(days=_count(days) + (1 if clear else 0))
    return Notice(latest, None if published is None else local_date(calendar, published) <= latest)


def display(calendar: Calendar, start: date, min_days: int, requested_end: date | None = None) -> Display:
    """The start day is not counted and the last day never moves; a requested end given as a date means its 24:00."""
    last_day = local_date(calendar, start) + timedelta(days=_count(min_days))
    earliest = zones.day_end(calendar.time_zone, last_day)
    if requested_end is None:
        return Display(last_day, earliest, None)
    if not isinstance(requested_end, datetime):
        requested_end = zones.day_end(calendar.time_zone, requested_end)
    return Display(last_day, earliest, zones.ticks(requested_end) >= zones.ticks(earliest))


def end_of_day(calendar: Calendar, day: date, ends: Ends = "midnight") -> datetime:
    """24:00 local as the instant the next day begins, or the end of the day's last window.

    A rest day has no business to close, so it ends at 24:00 either way (Civil Code 203). A window
    that a clock change swallows closes at the change.
    """
    windows = calendar.windows_on(day)
    if ends == "midnight" or not windows:
        return zones.day_end(calendar.time_zone, day)
    spans = [span for window in windows for span in zones.local_spans(calendar.time_zone, day, *window)]
    if spans:
        return zones.instant(max(end for _start, end in spans))
    return zones.instant(zones.first_reaching(calendar.time_zone, day, windows[-1].end))


def _period(calendar: Calendar, day: date, *, roll: bool, ends: Ends) -> Period:
    last_day = working_day_from(calendar, day) if roll else day
    return Period(day, last_day, end_of_day(calendar, last_day, ends))


def _count(number: int) -> int:
    if number < 0:
        raise ValueError(_("A number of days or months cannot be negative."))
    return number
