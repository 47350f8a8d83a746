"""A shared cost divided among units by their areas, to the last cent (CC 283: by area unless agreed otherwise)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from disclosures.rules import money


@dataclass(frozen=True)
class Place:
    """A unit: who it is, in which building, with which area."""

    key: str
    building: str
    area: Decimal


@dataclass(frozen=True)
class Part:
    """What a unit pays of one cost: the cost, the area it is divided by, and the share."""

    building: str
    """The code of the building whose units share it; empty for all of them."""
    cost: Decimal
    whole_area: Decimal
    share: Decimal


def shared(costs: Sequence[tuple[str, Decimal]], places: Sequence[Place]) -> dict[str, list[Part]]:
    """Each unit's parts of each cost; those of one cost sum to it exactly, by the largest remainder.

    ``costs`` are (code of a building, amount): shared by the units of that building, or by all when it names none that has
    any. Raises NoWeight when there is no unit at all.
    """
    known = {place.building for place in places}
    summed: dict[str, Decimal] = {}
    for building, amount in costs:
        where = building if building in known else ""
        summed[where] = summed.get(where, Decimal(0)) + amount
    parts: dict[str, list[Part]] = {place.key: [] for place in places}
    for building, cost in sorted(summed.items()):
        sharing = [place for place in places if not building or place.building == building]
        shares = money.apportioned(Fraction(cost), [Fraction(place.area) for place in sharing])
        area = sum((place.area for place in sharing), Decimal(0))
        for place, share in zip(sharing, shares, strict=True):
            parts[place.key].append(Part(building, cost, area, share))
    return parts


def whole_of(parts: Sequence[Part]) -> Decimal:
    return sum((part.share for part in parts), Decimal(0))
