"""What a statement says in figures: by category, against the period before and the budget. Exact, no floats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from disclosures.rules import money


@dataclass(frozen=True)
class Booked:
    """The sum of one category: amounts in the currency's unit; ``budget`` and ``prior`` are empty when unknown."""

    direction: str
    category: str
    names: Mapping[str, str]
    amount: Decimal
    count: int
    budget: Decimal | None = None


@dataclass(frozen=True)
class Category:
    booked: Booked
    prior: Decimal | None
    share: Decimal | None
    """Per cent of all income or expense, one decimal."""
    change: Decimal | None
    """Per cent against the period before, one decimal; empty without one."""
    over_budget: Decimal | None
    is_flagged: bool


@dataclass(frozen=True)
class Totals:
    income: Decimal
    expense: Decimal
    reckoned: money.Reconciled
    bank_difference: Decimal | None

    @property
    def is_right(self) -> bool:
        return self.reckoned.reconciles and not self.bank_difference


def totals(
    booked: Iterable[Booked], *, opening: Decimal, closing: Decimal, bank: Decimal | None, digits: int = money.CENTS
) -> Totals:
    """Opening + income - expense against the closing balance, and that against the bank's."""
    rows = list(booked)
    income = [Fraction(row.amount) for row in rows if row.direction == "income"]
    expense = [Fraction(row.amount) for row in rows if row.direction == "expense"]
    reckoned = money.reconciled(Fraction(opening), income, expense, Fraction(closing), digits=digits)
    return Totals(
        income=money.printed(sum(income, Fraction(0)), digits), expense=money.printed(sum(expense, Fraction(0)), digits),
        reckoned=reckoned,
        bank_difference=None if bank is None else money.printed(Fraction(bank) - Fraction(closing), digits),
    )  # fmt: skip


def compared(
    booked: Iterable[Booked], prior: Mapping[tuple[str, str], Decimal] | None, *, flag_share: Fraction
) -> list[Category]:
    """Each category with its share, and what it differs by; the largest first within income and expense.

    ``prior`` are sums by (direction, category), None without an earlier period.
    """
    rows = sorted(booked, key=lambda row: (row.direction != "income", -row.amount, row.category))
    whole = {way: sum((Fraction(row.amount) for row in rows if row.direction == way), Fraction(0))
             for way in ("income", "expense")}  # fmt: skip
    return [_compared(row, prior, whole[row.direction], flag_share) for row in rows]


def _compared(
    row: Booked, prior: Mapping[tuple[str, str], Decimal] | None, whole: Fraction, flag_share: Fraction
) -> Category:
    before = None if prior is None else prior.get((row.direction, row.category), Decimal(0))
    change, off = _part_off(row.amount, before), _part_off(row.amount, row.budget)
    is_new = before is not None and before == 0 and row.amount != 0
    flagged = is_new or any(part is not None and abs(part) > flag_share for part in (change, off))
    share = Fraction(row.amount) / whole if whole else None
    return Category(
        booked=row, prior=before, share=_percent(share), change=_percent(change), over_budget=_percent(off),
        is_flagged=flagged,
    )  # fmt: skip


def _part_off(amount: Decimal, base: Decimal | None) -> Fraction | None:
    """What an amount differs by, as a part of its base; nothing without one."""
    if base is None or base == 0:
        return None
    return (Fraction(amount) - Fraction(base)) / abs(Fraction(base))


def percent_off(amount: Decimal, base: Decimal | None) -> Decimal | None:
    """By how many per cent of its base an amount differs, one decimal; nothing without a base."""
    return _percent(_part_off(amount, base))


def _percent(part: Fraction | None) -> Decimal | None:
    return None if part is None else money.printed(100 * part, 1)


def of_each_hundred(categories: Iterable[Category], *, direction: str = "expense") -> list[tuple[Category, Decimal]]:
    """Of each 100 that was spent, how much went where: whole numbers that sum to 100. Categories below zero are left
    out; nothing when nothing was spent."""
    rows = [row for row in categories if row.booked.direction == direction and row.booked.amount > 0]
    if not rows:
        return []
    parts = money.apportioned(Fraction(100), [Fraction(row.booked.amount) for row in rows], digits=0)
    return list(zip(rows, parts, strict=True))
