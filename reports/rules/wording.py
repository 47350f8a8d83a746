"""How figures are written: percentages, hours, days, the same on the page, on paper and in the spreadsheet."""

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language

NOTHING = "–"


def tenths(value: Fraction) -> int:
    """A value of 0 or more in tenths, rounded half away from zero."""
    return (20 * value.numerator + value.denominator) // (2 * value.denominator)


def percent_tenths(part: int, whole: int) -> int | None:
    """A share in tenths of a per cent; None of nothing."""
    return tenths(Fraction(100 * part, whole)) if whole else None


def one_decimal(amount: int) -> str:
    return f"{amount // 10:,}.{amount % 10}"


def percent(part: int, whole: int) -> str:
    amount = percent_tenths(part, whole)
    return NOTHING if amount is None else f"{one_decimal(amount)}%"


def hours_tenths(minutes: str | None) -> int | None:
    """Minutes, kept as an exact fraction, in tenths of an hour."""
    return None if minutes is None else tenths(Fraction(minutes) / 60)


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def month_words(month: date) -> str:
    return dateformat.format(month, "Y年n月" if is_chinese() else "F Y")


def day_words(day: date) -> str:
    return dateformat.format(day, "Y年n月j日" if is_chinese() else "j F Y")


def short_day(day: date) -> str:
    return dateformat.format(day, "n月j日" if is_chinese() else "j M")


def week_words(first: date, last: date) -> str:
    if first == last:
        return short_day(first)
    if is_chinese():
        return dateformat.format(first, "n月j") + "–" + dateformat.format(last, "j日")
    return f"{first.day}–{dateformat.format(last, 'j M')}"


def days_words(first: date, last: date) -> str:
    """A week by its days alone, where the month is said already."""
    words = f"{first.day}" if first == last else f"{first.day}–{last.day}"
    return f"{words}日" if is_chinese() else words


def instant_words(moment: datetime, zone: ZoneInfo) -> str:
    """A day and a time of the report's zone, with the year."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"


def short_instant(moment: datetime, zone: ZoneInfo) -> str:
    """For narrow columns: day, month and time."""
    local = moment.astimezone(zone)
    return f"{short_day(local.date())} {local:%H:%M}"
