"""What `data/publishing.yaml` says: the packs of rules an estate can follow. Data in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import yaml

from disclosures.rules.defaults import DATA

DEFAULT = "default"


@cache
def publishing() -> Mapping[str, Any]:
    said: dict[str, Any] = yaml.safe_load((DATA / "publishing.yaml").read_text(encoding="utf-8"))
    return said


def pack_codes() -> list[str]:
    return [code for code, said in publishing().items() if isinstance(said, Mapping)]


@cache
def pack(code: str) -> Mapping[str, Any]:
    """A pack with what it extends filled in; an unknown code, of a pack that is gone, is the general one."""
    said = publishing().get(code)
    if not isinstance(said, Mapping):
        return pack(DEFAULT)
    return _merged(pack(said["extends"]), said) if "extends" in said else said


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(below)
    for key, value in above.items():
        there = found.get(key)
        found[key] = _merged(there, value) if isinstance(there, Mapping) and isinstance(value, Mapping) else value
    return found


def title_of(said: Mapping[str, Any], language: str, what: str = "title") -> str:
    return str(said.get(f"{what}_zh" if language.startswith("zh") else f"{what}_en") or "")


@dataclass(frozen=True)
class RevenueRule:
    """While the fund holds less than ``below`` of its first amount, ``share`` of public revenue tops it up first."""

    below: Fraction
    share: Fraction
    basis: str


def revenue_rule_of(code: str, language: str) -> RevenueRule | None:
    """What the pack says of it (BJ 74); nothing when it says nothing."""
    said = pack(code).get("revenue")
    if not said:
        return None
    return RevenueRule(Fraction(said["below"]), Fraction(said["share"]), title_of(said, language, "basis"))


def min_days_of(code: str, kind: str) -> int:
    """Days a publication of this kind stays shown at least (HZ 30: 15; audit and fee rise 30: SH 67, HZ 53)."""
    display = pack(code)["display"]
    return max(int(display.get(kind, display["default"])), int(display["floor"]))
