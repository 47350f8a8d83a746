"""Service calendars: when the house is open. A pure value; organisations keep their own as rows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from . import zones
from .zones import DAY, MINUTE, SECOND

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class CalendarError(ValueError):
    """A calendar that cannot be used; ``field`` names the part, such as ``weekly.mon[1]``."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


class NeverOpen(ValueError):
    """The calendar has no working day to find after the given day."""


class Window(NamedTuple):
    """[start, end) of local time, in microseconds after midnight; end may be 24:00."""

    start: int
    end: int


@dataclass(frozen=True)
class Calendar:
    """Opening windows by weekday, holidays without any, and make-up workdays with their own.

    A date's windows: make-up workday first, then holiday, then weekday. A date in both lists is open
    (an imported holiday feed may carry the working days that replace the days off).
    """

    code: str
    time_zone: str
    weekly: tuple[tuple[Window, ...], ...]
    holidays: frozenset[date]
    makeup_workdays: frozenset[date]
    makeup_windows: tuple[Window, ...]

    @classmethod
    def parse(cls, mapping: Mapping[str, Any], code: str = "") -> Self:
        """Read plain data, every part checked. Raises CalendarError (a ValueError) naming the part."""
        zone = _zone(mapping.get("time_zone"))
        weekly = mapping.get("weekly") or {}
        if not isinstance(weekly, Mapping):
            raise CalendarError("weekly", _("this must list windows by weekday"))
        for key in weekly:
            if key not in WEEKDAYS:
                raise CalendarError(f"weekly.{key}", _("weekdays are mon, tue, wed, thu, fri, sat, sun"))
        return cls(
            code=code or str(mapping.get("code") or ""),
            time_zone=zone,
            weekly=tuple(_windows(f"weekly.{day}", weekly.get(day)) for day in WEEKDAYS),
            holidays=_dates("holidays", mapping.get("holidays"), zone),
            makeup_workdays=_dates("makeup_workdays", mapping.get("makeup_workdays"), zone),
            makeup_windows=_windows("makeup_windows", mapping.get("makeup_windows")),
        )

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The local windows of a date, in order."""
        if day in self.makeup_workdays:
            return self.makeup_windows
        if day in self.holidays:
            return ()
        return self.weekly[day.weekday()]


def local_date(calendar: Calendar, value: date) -> date:
    """A date as it is; of an instant, the local date in the calendar's time zone."""
    return zones.local_day(calendar.time_zone, value)


def is_working_day(calendar: Calendar, day: date) -> bool:
    """A working day has at least one window; any other day is a rest day."""
    return bool(calendar.windows_on(local_date(calendar, day)))


def next_working_day(calendar: Calendar, day: date) -> date:
    """The first working day after the day. Raises NeverOpen."""
    return working_day_from(calendar, local_date(calendar, day) + timedelta(days=1))


def working_day_from(calendar: Calendar, day: date) -> date:
    """The day itself when it is a working day, else the next one. Raises NeverOpen."""
    day = local_date(calendar, day)
    try:
        while not calendar.windows_on(day):
            if is_closed_after(calendar, day):
                raise never_open(calendar)
            day += timedelta(days=1)
    except OverflowError as error:
        raise never_open(calendar) from error
    return day


def is_closed_after(calendar: Calendar, day: date) -> bool:
    """Whether no working day can follow: no weekday has a window and no make-up workday is left."""
    if any(calendar.weekly):
        return False
    return not calendar.makeup_windows or max(calendar.makeup_workdays, default=day) <= day


def never_open(calendar: Calendar) -> NeverOpen:
    return NeverOpen(_("The calendar %(code)s has no more working days.") % {"code": calendar.code})


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(str(value or "")).key
    except (KeyError, ValueError, OSError) as error:  # not found, a bad key, a folder's name
        raise CalendarError("time_zone", _("%(zone)s is not a time zone") % {"zone": value}) from error


def _windows(field: str, pairs: Any) -> tuple[Window, ...]:
    windows = []
    for index, pair in enumerate(_list(field, pairs)):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise CalendarError(f"{field}[{index}]", _("a window has a beginning and an end"))
        window = Window(*(_clock(f"{field}[{index}]", value) for value in pair))
        if window.start >= window.end:
            raise CalendarError(f"{field}[{index}]", _("a window must end after it begins, at 24:00 at the latest"))
        windows.append(window)
    windows.sort()
    for earlier, later in pairwise(windows):
        if later.start < earlier.end:
            raise CalendarError(field, _("windows overlap"))
    return tuple(windows)


def _clock(field: str, value: Any) -> int:
    """09:00, 24:00, 09:00:30; YAML 1.1 reads an unquoted 13:30 as 810 and 13:30:00 as 48600."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value * SECOND <= DAY:
        return value * MINUTE if value <= 1440 else value * SECOND
    if isinstance(value, time) and value.tzinfo is None:
        return (timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)) // timedelta(microseconds=1)
    found = CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        tick = ((hours * 60 + minutes) * 60 + seconds) * SECOND
        if minutes < 60 and seconds < 60 and tick <= DAY:
            return tick
    raise CalendarError(field, _("%(value)s is not a time between 00:00 and 24:00") % {"value": value})


def _dates(field: str, values: Any, zone: str) -> frozenset[date]:
    return frozenset(_date(f"{field}[{index}]", value, zone) for index, value in enumerate(_list(field, values)))


def _date(field: str, value: Any, zone: str) -> date:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        if isinstance(value, date):
            return zones.local_day(zone, value)
    except ValueError:
        pass
    raise CalendarError(field, _("%(value)s is not a date") % {"value": value})


def _list(field: str, value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return list(value)
    raise CalendarError(field, _("this must be a list"))
