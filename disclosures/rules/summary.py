"""What a statement says in plain words: of each hundred that owners paid, and how much more or less than before."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from disclosures.rules import money
from disclosures.rules.figures import Category


def of_each_hundred_paid(categories: Iterable[Category]) -> list[tuple[Category | None, Decimal]]:
    """Of each hundred that came in, how much went where, and last (``None``) how much is left: whole numbers that sum
    to a hundred by the largest remainder. Nothing when more went out than came in, or a category is below zero: then
    it was not paid from this."""
    rows = list(categories)
    income = sum((Fraction(row.booked.amount) for row in rows if row.booked.direction == "income"), Fraction(0))
    spent = [row for row in rows if row.booked.direction == "expense" and row.booked.amount != 0]
    left = income - sum((Fraction(row.booked.amount) for row in spent), Fraction(0))
    if income <= 0 or left < 0 or any(row.booked.amount < 0 for row in spent):
        return []
    weights = [Fraction(row.booked.amount) for row in spent]
    parts = money.apportioned(Fraction(100), [*weights, left], digits=0)
    shown: list[tuple[Category | None, Decimal]] = list(zip(spent, parts, strict=False))
    return [*shown, (None, parts[-1])] if left else shown


def expense_change(expense: Decimal, prior: Mapping[tuple[str, str], Decimal] | None) -> Decimal | None:
    """Per cent by which expense differs from that of the period before, one decimal; nothing without one."""
    if prior is None:
        return None
    before = sum((Fraction(amount) for (way, _code), amount in prior.items() if way == "expense"), Fraction(0))
    return money.printed(100 * (Fraction(expense) - before) / before, 1) if before > 0 else None


def largest(rows: Sequence[Category], *, most: int) -> tuple[list[Category], list[Category]]:
    """The categories a picture shows, and those it sums up: never one alone."""
    return (list(rows), []) if len(rows) <= most else (list(rows[: most - 1]), list(rows[most - 1 :]))
