"""Local time as stretches of constant offset from UTC, in whole microseconds since 1970.

Windows and days are written in local time, but only elapsed time counts. Cutting the time line where
a zone changes its offset keeps both exact: inside a stretch local time is UTC plus a constant.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
FOREVER = 10**19  # later than every date Python can write
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
MARGIN = 3 * DAY  # a local day lies within one day of the same day in UTC
STEP = 6 * 3600  # no zone changes its offset twice within six hours


class Stretch(NamedTuple):
    """[start, end) in UTC during which local time is UTC + offset."""

    start: int
    end: int
    offset: int


def ticks(instant: datetime) -> int:
    """Microseconds since 1970 of an instant; raises ValueError when it has no offset."""
    if instant.tzinfo is None:
        raise ValueError(_("An instant needs an offset from UTC."))
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant(tick: int) -> datetime:
    """The instant in UTC."""
    return EPOCH + timedelta(microseconds=tick)


def local_midnight(day: date) -> int:
    """00:00 of the day read as if local time were UTC."""
    return (day.toordinal() - EPOCH_ORDINAL) * DAY


def local_day(zone: str, value: date) -> date:
    """The date itself, or the local date of an instant in the zone."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(_("An instant needs an offset from UTC."))
    return value.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def stretches(zone: str, year: int) -> tuple[Stretch, ...]:
    """The stretches that together hold every local day of the year, in order."""
    if not 2 <= year <= 9998:
        raise ValueError(_("The year %(year)s is out of range.") % {"year": year})
    info = ZoneInfo(zone)
    first = (local_midnight(date(year, 1, 1)) - MARGIN) // SECOND
    last = (local_midnight(date(year + 1, 1, 1)) + MARGIN) // SECOND

    def offset_at(second: int) -> int:
        offset = (EPOCH + timedelta(seconds=second)).astimezone(info).utcoffset()
        return (offset or timedelta(0)) // timedelta(microseconds=1)

    found: list[Stretch] = []
    start, before, offset = -FOREVER, first, offset_at(first)
    for moment in range(first + STEP, last + STEP, STEP):
        if offset_at(moment) != offset:
            low, high = before, moment
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(middle) == offset else (low, middle)
            found.append(Stretch(start, high * SECOND, offset))
            start, offset = high * SECOND, offset_at(moment)
        before = moment
    found.append(Stretch(start, FOREVER, offset))
    return tuple(found)


def first_reaching(zone: str, day: date, after_midnight: int) -> int:
    """The first instant at which the local clock shows that time of that day, or anything later.

    A time inside a clock change that skips it is reached at the change; a time shown twice is reached
    the first time.
    """
    target = local_midnight(day) + after_midnight
    for stretch in stretches(zone, day.year):
        reached = max(target - stretch.offset, stretch.start)
        if reached < stretch.end:
            return reached
    raise AssertionError("the last stretch has no end")


def day_end(zone: str, day: date) -> datetime:
    """24:00 local of the day: the instant the next day begins."""
    return instant(first_reaching(zone, day, DAY))


def local_spans(zone: str, day: date, from_: int, to: int) -> list[tuple[int, int]]:
    """The instants at which the local clock shows a time in [from, to) of that day, as UTC spans.

    A clock change may cut such a window short, leave nothing of it, or show part of it twice.
    """
    midnight = local_midnight(day)
    spans = []
    for stretch in stretches(zone, day.year):
        start = max(midnight + from_ - stretch.offset, stretch.start)
        end = min(midnight + to - stretch.offset, stretch.end)
        if start < end:
            spans.append((start, end))
    return spans
