"""Campaigns of publicity: each quarter one, and one with each new rule (domain.md 2.5; good practice, not law)."""

from datetime import date, timedelta

MONTHS = 3


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of the calendar quarter."""
    first = date(day.year, day.month - (day.month - 1) % MONTHS, 1)
    after = date(first.year + 1, 1, 1) if first.month > 12 - MONTHS else date(first.year, first.month + MONTHS, 1)
    return first, after - timedelta(days=1)


def is_prompted(day: date, days: int) -> bool:
    """Whether so many days of the quarter have come: on the day itself it is said. 0 days: never."""
    first, last = quarter_of(day)
    return days > 0 and day >= min(first + timedelta(days=days - 1), last)
