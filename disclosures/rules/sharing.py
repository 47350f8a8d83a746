"""A shared cost divided among units by their areas, to the last cent (CC 283: by area unless agreed otherwise)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

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


@dataclass(frozen=True)
class Undivided:
    """A cost that nobody shares, and why."""

    building: str
    cost: Decimal
    is_known: bool
    """Units stand there (or it is the whole estate's), but they have no area; else there are none with this code."""


@dataclass(frozen=True)
class Divided:
    parts: dict[str, list[Part]]
    undivided: list[Undivided]


def shared(costs: Sequence[tuple[str, Decimal]], places: Sequence[Place]) -> Divided:
    """Each unit's parts of each cost, by the largest remainder: all of them sum to what was divided exactly.

    ``costs`` are (code of a building, amount): shared by the units of that building, or by all when it names none. Those
    of a building without units, and of units without any area, are shared by nobody: a code written wrong must not make
    neighbours pay. Shares have cents, or more decimals where the sum of the costs has.
    """
    summed: dict[str, Decimal] = {}
    for building, amount in costs:
        summed[building] = summed.get(building, Decimal(0)) + amount
    parts: dict[str, list[Part]] = {place.key: [] for place in places}
    undivided, groups = [], []
    for building, cost in sorted(summed.items()):
        sharing = [place for place in places if not building or place.building == building]
        area = sum((place.area for place in sharing), Decimal(0))
        if area:
            groups.append((building, cost, area, sharing))
        else:
            undivided.append(Undivided(building, cost, bool(sharing) or not building))
    digits, rounded = _rounded([cost for _building, cost, _area, _sharing in groups])
    for (building, cost, area, sharing), coins in zip(groups, rounded, strict=True):
        shares = money.apportioned(coins, [Fraction(place.area) for place in sharing], digits=digits)
        for place, share in zip(sharing, shares, strict=True):
            parts[place.key].append(Part(building, cost, area, share))
    return Divided(parts, undivided)


def _rounded(costs: Sequence[Decimal]) -> tuple[int, list[Fraction]]:
    """The decimals their sum has, two at least, and each cost in whole coins of that size, so that they sum to it."""
    whole = sum(costs, Decimal(0))
    digits = max(money.CENTS, -int(whole.normalize().as_tuple().exponent))
    exact = [Fraction(cost) * 10**digits for cost in costs]
    coins = [floor(cost) for cost in exact]
    by_remainder = sorted(range(len(coins)), key=lambda place: (coins[place] - exact[place], place))
    for place in by_remainder[: int(sum(exact, Fraction(0))) - sum(coins)]:
        coins[place] += 1
    return digits, [Fraction(coin, 10**digits) for coin in coins]


def whole_of(parts: Sequence[Part]) -> Decimal:
    return sum((part.share for part in parts), Decimal(0))
