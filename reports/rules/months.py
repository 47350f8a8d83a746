"""The month of a report as a span of time, and its weeks, in one time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS_OFFERED = 24


@dataclass(frozen=True)
class Span:
    """[start, until): the local month, cut at ``now`` while it still runs."""

    month: date
    start: datetime
    until: datetime
    zone: ZoneInfo
    is_whole: bool

    def __contains__(self, at: datetime | None) -> bool:
        return at is not None and self.start <= at < self.until


def first_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return first_of(first_of(month) + timedelta(days=31))


def month_span(month: date, zone: ZoneInfo, now: datetime) -> Span:
    """The month from its first to its last midnight in ``zone``; of a month that still runs, what has passed of it."""
    start, end = (datetime.combine(day, time.min, tzinfo=zone) for day in (first_of(month), next_month(month)))
    return Span(first_of(month), start, min(end, max(now, start)), zone, now >= end)


def months_offered(today: date) -> list[date]:
    """The running month and those before it, newest first."""
    months = [first_of(today)]
    while len(months) < MONTHS_OFFERED:
        months.append(first_of(months[-1] - timedelta(days=1)))
    return months


def weeks_of(span: Span) -> list[tuple[date, date]]:
    """First and last day of each week from Monday to Sunday, cut at the ends of the month."""
    last, day, weeks = next_month(span.month) - timedelta(days=1), span.month, []
    while day <= last:
        end = min(day + timedelta(days=6 - day.weekday()), last)
        weeks.append((day, end))
        day = end + timedelta(days=1)
    return weeks
