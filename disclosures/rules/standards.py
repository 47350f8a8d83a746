"""Whether a promise was kept in a month. Plain values in, plain values out; a month is its first day."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from tenancy.covering import cover, whole

MONTHS_IN = {"month": 1, "year": 12}
DAYS_IN = {"day": 1, "week": 7}
LONGEST_MONTH = 31


@dataclass(frozen=True)
class Tally:
    """What a source counted of one of its keys: where (None: the estate as a whole), in which month, how many of how
    many were as promised. ``of`` is None where the source does not know how many there should be."""

    key: str
    building: UUID | None
    month: date
    kept: int
    of: int | None
    on: date | None = None
    """The day, where the source tells it: of what is counted against a rhythm."""


@dataclass(frozen=True)
class Cell:
    """One month of a promise. ``state``: kept, missed, running (the month is not over), nothing (there was nothing to
    keep), covered (too few to be shown), before (not promised yet, or not any more)."""

    state: str
    kept: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a version asks: so many times in so many days, weeks, months or years from a day on, and kept from which part;
    ``ends_on`` is the first day on which it is asked no more."""

    from_on: date
    times: int
    every: int
    unit: str
    least: Fraction
    ends_on: date | None = None


def first_of(day: date) -> date:
    return day.replace(day=1)


def last_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def next_month(month: date, by: int = 1) -> date:
    index = month.year * 12 + month.month - 1 + by
    return date(index // 12, index % 12 + 1, 1)


def months_until(last: date, number: int) -> list[date]:
    """So many months, the last one last."""
    return [next_month(first_of(last), -back) for back in range(number - 1, -1, -1)]


def last_asked(terms: Terms, month: date) -> date:
    """The last day of a month on which it is promised."""
    return last_of(month) if terms.ends_on is None else min(last_of(month), terms.ends_on - timedelta(days=1))


def asked_in(terms: Terms, month: date) -> int:
    """How many times it is due in a month. Stretches are counted from the first day: those of days and weeks are due on
    their last day, those of months and years in their last month. A last month cut short by the end of the promise asks
    for its part, rounded half up, so that ending it wipes nothing."""
    if terms.unit in DAYS_IN:
        return terms.times * (_over_by(terms, last_asked(terms, month)) - _over_by(terms, month - timedelta(days=1)))
    if terms.unit in MONTHS_IN:
        stretch = terms.every * MONTHS_IN[terms.unit]
        gone = _months_gone(terms, month)
        if gone <= 0 or gone % stretch:
            return 0
        asked, days = max((last_asked(terms, month) - month).days + 1, 0), last_of(month).day
        return (2 * terms.times * asked + days) // (2 * days)
    return 0


def _stretch_days(terms: Terms) -> int:
    return terms.every * DAYS_IN[terms.unit]


def _over_by(terms: Terms, day: date) -> int:
    """How many stretches of days are over by the end of a day."""
    return max((day - terms.from_on).days + 1, 0) // _stretch_days(terms)


def _months_gone(terms: Terms, month: date) -> int:
    return (month.year - terms.from_on.year) * 12 + month.month - terms.from_on.month + 1


def counted_in(terms: Terms, month: date) -> tuple[date, date]:
    """The first and the last of the days whose records count for a month: its own, as far as it is promised; of stretches
    longer than a month those of the stretches that end in it (an empty span when none does)."""
    ends = last_asked(terms, month)
    if terms.unit in MONTHS_IN:
        begins = next_month(month, 1 - terms.every * MONTHS_IN[terms.unit])
    elif terms.unit in DAYS_IN and _stretch_days(terms) > LONGEST_MONTH:
        days, before = _stretch_days(terms), _over_by(terms, month - timedelta(days=1))
        begins = terms.from_on + timedelta(days=before * days)
        ends = terms.from_on + timedelta(days=_over_by(terms, ends) * days - 1)
    else:
        begins = month
    return max(begins, terms.from_on), ends


def judged_with(terms: Terms, on: date) -> date:
    """The month for which what was done on a day counts."""
    if terms.unit in MONTHS_IN:
        stretch = terms.every * MONTHS_IN[terms.unit]
        return next_month(first_of(on), -_months_gone(terms, on) % stretch)
    if terms.unit in DAYS_IN and _stretch_days(terms) > LONGEST_MONTH:
        over = _over_by(terms, on - timedelta(days=1))
        return first_of(terms.from_on + timedelta(days=(over + 1) * _stretch_days(terms) - 1))
    return first_of(on)


def cell_of(kept: int, of: int, *, terms: Terms | None, month: date, today: date) -> Cell:
    """What a month came to. More than was asked is as good as what was asked."""
    if terms is None:
        return Cell("before")
    kept = min(kept, of)
    if of == 0:
        return Cell("running" if month >= first_of(today) else "nothing", 0, 0)
    if month >= first_of(today):
        return Cell("running", kept, of)
    return Cell("kept" if Fraction(kept, of) >= terms.least else "missed", kept, of)


def covered(cells: Sequence[Cell], least: int) -> list[Cell]:
    """The cells of a month's buildings as a neighbour may see them: those that count fewer than ``least`` cases show
    neither how many nor how they went, and no other leads back to them."""
    shown = cover([cell.of or 0 for cell in cells], least)
    return [Cell("covered") if number is None else cell for number, cell in zip(shown, cells, strict=True)]


def covered_whole(cell: Cell, least: int) -> Cell:
    return Cell("covered") if whole(cell.of or 0, least) is None else cell


def in_force(versions: Sequence[Any], month: date, *, ends_on: date | None) -> Any:
    """Of versions in the order of their days the one that counts for a month: the last that began by its end; nothing
    once the promise had ended when the month began."""
    if ends_on is not None and ends_on <= month:
        return None
    begun = [
        version for version in versions
        if version.from_on <= last_of(month) and (ends_on is None or version.from_on < ends_on)
    ]  # fmt: skip
    return begun[-1] if begun else None
