"""What a correction changes: each line beside the line of the version before that has its key, and the sums. Exact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from disclosures.rules.figures import Booked

# What of a line is compared beside its amount; its place, and how its category is called, may differ.
COMPARED = ("direction", "category", "text", "voucher", "counterparty", "building", "booked_on", "budget", "note")
TEXTS = ("text_en", "text_zh")


@dataclass(frozen=True)
class Changed:
    """One line that is not as before. ``verdict``: new, gone or changed; ``fields``: what of it differs, the amount left
    out; ``before`` and ``after``: its amounts, empty where it is not there."""

    key: UUID
    verdict: str
    now: Mapping[str, Any] | None
    was: Mapping[str, Any] | None
    fields: tuple[str, ...] = ()

    @property
    def line(self) -> Mapping[str, Any]:
        return self.now or self.was or {}

    @property
    def before(self) -> Decimal | None:
        return None if self.was is None else self.was["amount"]

    @property
    def after(self) -> Decimal | None:
        return None if self.now is None else self.now["amount"]

    @property
    def difference(self) -> Decimal | None:
        """Of its amount; none where income became expense, of which no difference says anything."""
        if "direction" in self.fields:
            return None
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class Sum:
    """One category in both versions; nothing was or is booked there where an amount is zero."""

    direction: str
    category: str
    names: Mapping[str, str]
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


def compared(now: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]]) -> list[Changed]:
    """The lines that differ: of the newer version in its order, then those that are gone. What is as before is left out."""
    old = {line["key"]: line for line in before}
    rows = [_compared(line, old.pop(line["key"], None)) for line in now]
    gone = (Changed(key, "gone", None, line) for key, line in old.items())
    return [*(one for one in rows if one is not None), *gone]


def _compared(now: Mapping[str, Any], was: Mapping[str, Any] | None) -> Changed | None:
    if was is None:
        return Changed(now["key"], "new", now, None)
    fields = tuple(name for name in COMPARED if _value(now, name) != _value(was, name))
    if not fields and now["amount"] == was["amount"]:
        return None
    return Changed(now["key"], "changed", now, was, fields)


def _value(line: Mapping[str, Any], name: str) -> Any:
    return tuple(line[one] for one in TEXTS) if name == "text" else line[name]


def sums(now: Iterable[Booked], before: Iterable[Booked]) -> list[Sum]:
    """Every category of either version: income first, the largest difference first."""
    new = {(one.direction, one.category): one for one in now}
    old = {(one.direction, one.category): one for one in before}
    found = [
        Sum(way, code, (new.get((way, code)) or old[way, code]).names, _amount(old, way, code), _amount(new, way, code))
        for way, code in {**new, **old}
    ]
    return sorted(found, key=lambda one: (one.direction != "income", -abs(one.difference), one.category))


def _amount(booked: Mapping[tuple[str, str], Booked], way: str, code: str) -> Decimal:
    found = booked.get((way, code))
    return found.amount if found is not None else Decimal(0)
