"""Fees compared and reckoned: exact decimals, no floats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from disclosures.rules import money

MONTHLY = ("m2_month", "unit_month", "space_month")
YEARLY = ("m2_year", "unit_year")
BY_AREA = ("m2_month", "m2_year")
BY_SPACE = ("space_month",)


@dataclass(frozen=True)
class Rated:
    """One charge: its key is kept from version to version."""

    key: UUID
    rate: Decimal
    per: str
    row: Any = None


@dataclass(frozen=True)
class Compared:
    """One charge beside what it was. ``verdict``: new, gone, up, down, same or other (what it is
    charged per, or the currency, differs)."""

    now: Rated | None
    before: Rated | None
    verdict: str
    difference: Decimal | None
    percent: Decimal | None
    """One decimal; empty when there was nothing to compare with."""

    @property
    def row(self) -> Any:
        one = self.now or self.before
        return one.row if one else None


def compared(now: Iterable[Rated], before: Iterable[Rated] | None, *, is_same_currency: bool = True) -> list[Compared]:
    """Each charge of the newer version in its order, then those that are gone; without an earlier one, just these.

    Rates in two currencies have no difference.
    """
    old = {one.key: one for one in before or ()}
    if before is None:
        return [Compared(one, None, "same", None, None) for one in now]
    rows = [_compared(one, old.pop(one.key, None), is_same_currency) for one in now]
    return [*rows, *(Compared(None, one, "gone", None, None) for one in old.values())]


def _compared(now: Rated, before: Rated | None, is_same_currency: bool) -> Compared:
    if before is None:
        return Compared(now, None, "new", None, None)
    if now.per != before.per or not is_same_currency:
        return Compared(now, before, "other", None, None)
    difference = now.rate - before.rate
    part = Fraction(difference) / Fraction(before.rate) if before.rate else None
    percent = None if part is None else money.printed(100 * part, 1)
    verdict = "up" if difference > 0 else "down" if difference < 0 else "same"
    return Compared(now, before, verdict, difference, percent)


def is_rise(rows: Iterable[Compared]) -> bool:
    """Whether owners may pay more: a charge rises, is new, or is charged per something else (HZ 53)."""
    return any(one.verdict in ("up", "other") or (one.verdict == "new" and one.now and one.now.rate) for one in rows)


def payable(rate: Decimal, per: str, area: Decimal, *, is_space: bool = False) -> Decimal | None:
    """What one unit pays for a charge, to the cent, half up: by its exclusive area or as a whole; by the parking space
    where the unit is one; nothing for what is charged by use."""
    if per not in (*MONTHLY, *YEARLY) or (per in BY_SPACE and not is_space):
        return None
    return money.printed(Fraction(rate) * (Fraction(area) if per in BY_AREA else 1), money.CENTS)


def in_a_month(amounts: Iterable[tuple[Decimal | None, str]]) -> Decimal:
    """The sum of what is charged each month."""
    return sum((amount for amount, per in amounts if amount is not None and per in MONTHLY), Decimal(0))


def lacks_of_rise(
    needs: Mapping[str, Any], *, has_audit: bool, decision: str, decided_on: date | None, today: date
) -> list[str]:
    """What a rise still lacks before it may be published: ``audit``, ``decision`` and its day, which is not to come
    (HZ 53)."""
    found = {
        "audit": needs.get("audit") and not has_audit, "decision": needs.get("decision") and not decision.strip(),
        "decided_on": needs.get("decision") and (decided_on is None or decided_on > today),
    }  # fmt: skip
    return [name for name, lacks in found.items() if lacks]
