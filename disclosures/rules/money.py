"""Money of many: shared out to the cent, held against limits, reconciled. Exact fractions inside, decimals outside.

Amounts are decimals in the currency's unit; ``digits`` is how many decimals its smallest coin has. What is printed is
rounded once, from the exact value, half away from zero.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

CENTS = 2
COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip


class NoWeight(ValueError):
    """There is nothing to share by: no weight, or all of them nothing."""


def printed(exact: Fraction, digits: int = CENTS) -> Decimal:
    """The exact value as a decimal with so many digits, rounded half away from zero."""
    return _decimal(_coins(exact, digits), digits)


def in_full(exact: Fraction, digits: int = CENTS) -> Decimal:
    """The value with so many digits at least, and more where it has more; what no decimal holds is rounded."""
    rest, counts = exact.denominator, {2: 0, 5: 0}
    for prime in counts:
        while rest % prime == 0:
            rest, counts[prime] = rest // prime, counts[prime] + 1
    return printed(exact, digits if rest != 1 else max(digits, *counts.values()))


def rounded_up(exact: Fraction, digits: int = CENTS) -> Decimal:
    """The smallest amount of so many digits that is no less."""
    return _decimal(ceil(exact * 10**digits), digits)


def _coins(exact: Fraction, digits: int) -> int:
    whole = floor(abs(exact) * 10**digits + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def _decimal(coins: int, digits: int) -> Decimal:
    """Put together from its figures: arithmetic with decimals would round to the precision of its context."""
    sign, figures, _exponent = Decimal(coins).as_tuple()
    return Decimal((sign, figures, -digits))


def passes(value: Fraction, op: str, limit: Fraction) -> bool:
    """``value op limit``, of the exact values. Raises ValueError for a comparator that is none."""
    if op not in COMPARISONS:
        raise ValueError(f"{op} is no comparator")
    return COMPARISONS[op](value, limit)


def apportioned(amount: Fraction, weights: Sequence[Fraction], *, digits: int = CENTS) -> list[Decimal]:
    """An amount shared out by weights with the largest remainder: the parts sum to it to the last coin.

    Each part is rounded down; the coins that are left go one each to the largest remainders, ties to the earlier. A
    negative amount is the mirror image. Raises NoWeight when the weights sum to nothing, ValueError for a negative one.
    """
    total = sum(weights, Fraction(0))
    if total == 0:
        raise NoWeight
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is never negative")
    coins = abs(_coins(amount, digits))
    exact = [coins * weight / total for weight in weights]
    parts = [floor(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: coins - sum(parts)]:
        parts[place] += 1
    sign = -1 if amount < 0 else 1
    return [_decimal(sign * part, digits) for part in parts]


@dataclass(frozen=True)
class Revenue:
    """What common parts brought in, and the least of it that tops the maintenance fund up."""

    income: Decimal
    net: Decimal
    to_fund_min: Decimal


def revenue(
    income: Iterable[Fraction], cost: Fraction, *, fund_ratio: Fraction | None, below: Fraction | None, share: Fraction,
    digits: int = CENTS,
) -> Revenue:  # fmt: skip
    """Public revenue of a period. A share of what is left, rounded up, goes to the fund while that holds less than
    ``below`` of what it first held; nothing when nothing is left, when there never was a fund, or no such rule
    (``None``)."""
    gross = sum(income, Fraction(0))
    net = gross - cost
    is_low = fund_ratio is not None and below is not None and fund_ratio < below
    least = rounded_up(share * net, digits) if is_low and net > 0 else _decimal(0, digits)
    return Revenue(in_full(gross, digits), in_full(net, digits), least)


@dataclass(frozen=True)
class Ratio:
    """A part of a whole; all empty when there is no whole. ``met`` is empty when nothing was aimed at."""

    fraction: Fraction | None
    percent: Decimal | None
    met: bool | None


def ratio(part: Fraction, whole: Fraction, *, target: Fraction | None = None, op: str = ">=") -> Ratio:
    if whole == 0:
        return Ratio(None, None, None)
    fraction = part / whole
    return Ratio(fraction, printed(100 * fraction), None if target is None else passes(fraction, op, target))


def minimum_count(population: int, fraction: Fraction) -> int:
    """How many of a population are at least such a part of it."""
    return ceil(population * fraction)


@dataclass(frozen=True)
class Consultation:
    """Whether who pays must be asked first, and what each owes."""

    required: bool
    largest: Decimal | None
    average: Decimal | None
    payable: list[Decimal]


def consultation(
    cost: Fraction, shares: Sequence[Fraction], *, trigger: Fraction | None, op: str, cap: Fraction | None,
    payer_count: int | None = None, is_consulted: bool = False, digits: int = CENTS,
) -> Consultation:  # fmt: skip
    """Required as soon as any one payer's exact part passes the trigger, whatever the average; never without one.

    Without it each part is capped; else it is owed in full. ``payer_count`` is how many pay when only some are listed.
    """
    parts = [cost * share for share in shares]
    required = trigger is not None and any(passes(part, op, trigger) for part in parts)
    is_capped = required and not is_consulted and cap is not None
    owed = [min(part, cap) if is_capped and cap is not None else part for part in parts]
    count = len(parts) if payer_count is None else payer_count
    return Consultation(
        required=required,
        largest=printed(max(parts), digits) if parts else None,
        average=printed(cost / count, digits) if count else None,
        payable=[printed(part, digits) for part in owed],
    )


@dataclass(frozen=True)
class Reconciled:
    """A period's closing balance as it follows from its lines, and what the stated one differs by: both in full, so
    that a difference is never nothing where they do not agree."""

    computed_closing: Decimal
    difference: Decimal
    reconciles: bool


def reconciled(
    opening: Fraction, income: Iterable[Fraction], cost: Iterable[Fraction], closing: Fraction, *, digits: int = CENTS
) -> Reconciled:
    computed = opening + sum(income, Fraction(0)) - sum(cost, Fraction(0))
    difference = closing - computed
    return Reconciled(in_full(computed, digits), in_full(difference, digits), difference == 0)
