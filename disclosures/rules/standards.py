"""Whether a promise was kept in a month. Plain values in, plain values out; a month is its first day."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from tenancy.covering import cover, whole

MONTHS_IN = {"month": 1, "year": 12}
DAYS_IN = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Tally:
    """What a source counted of one of its keys: where (None: the estate as a whole), in which month, how many of how
    many were as promised. ``of`` is None where the source does not know how many there should be."""

    key: str
    building: UUID | None
    month: date
    kept: int
    of: int | None


@dataclass(frozen=True)
class Cell:
    """One month of a promise. ``state``: kept, missed, running (the month is not over), nothing (there was nothing to
    keep), covered (too few to be shown), before (not promised yet, or not any more)."""

    state: str
    kept: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a version asks: so many times in so many days, weeks, months or years from a day on, and kept from which part."""

    from_on: date
    times: int
    every: int
    unit: str
    least: Fraction


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


def asked_in(terms: Terms, month: date) -> int:
    """How many times it is due in a month. Whole stretches of days or weeks within the part of the month in which it is
    promised; of months and years in the month in which a stretch, counted from the first, is over."""
    if terms.unit in DAYS_IN:
        begins = max(month, terms.from_on)
        days = (last_of(month) - begins).days + 1
        return terms.times * (max(days, 0) // (terms.every * DAYS_IN[terms.unit]))
    if terms.unit in MONTHS_IN:
        stretch = terms.every * MONTHS_IN[terms.unit]
        gone = (month.year - terms.from_on.year) * 12 + month.month - terms.from_on.month + 1
        return terms.times if gone > 0 and gone % stretch == 0 else 0
    return 0


def stretch_months(terms: Terms) -> int:
    """Over how many months what was done is summed up for the month in which it is due."""
    return terms.every * MONTHS_IN[terms.unit] if terms.unit in MONTHS_IN else 1


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
    once the promise has ended before the month did."""
    if ends_on is not None and ends_on <= last_of(month):
        return None
    begun = [version for version in versions if version.from_on <= last_of(month)]
    return begun[-1] if begun else None
