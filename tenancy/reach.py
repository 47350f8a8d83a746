"""Where a member works: everywhere, in whole estates, or in single buildings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenancy.models import Membership


@dataclass(frozen=True)
class Reach:
    """``estates`` are those assigned as a whole, ``buildings`` those assigned one by one, ``parts`` their estates."""

    everywhere: bool = False
    estates: frozenset[UUID] = frozenset()
    buildings: frozenset[UUID] = frozenset()
    parts: frozenset[UUID] = frozenset()

    def covers(self, estate_id: UUID | None, building_id: UUID | None = None) -> bool:
        """Whether a thing of this estate, in this building or in none, lies within."""
        return (
            self.everywhere or estate_id in self.estates or (building_id is not None and building_id in self.buildings)
        )

    def covers_whole(self, estate_ids: Iterable[UUID]) -> bool:
        """Whether all these estates, and there is one, lie within as a whole."""
        wanted = frozenset(estate_ids)
        return bool(wanted) and (self.everywhere or wanted <= self.estates)

    @property
    def touched(self) -> frozenset[UUID]:
        """Every estate the member works for, in whole or in part."""
        return self.estates | self.parts


EVERYWHERE = Reach(everywhere=True)


def reach_of(member: Membership) -> Reach:
    """Read once and kept with the member, who lives as long as a request.

    The assignments are rows of the room of estates, above this one; they are asked by name through the member.
    """
    if member.all_estates:
        return EVERYWHERE
    known: Reach | None = member.__dict__.get("_reach")
    if known is None:
        assignments: Any = member.estate_assignments
        known = keep_reach(member, assignments.values_list("estate_id", "building_id"))
    return known


def keep_reach(member: Membership, rows: Iterable[tuple[UUID, UUID | None]]) -> Reach:
    """Give a member the reach of assignments that were read for another reason too."""
    reach: Reach = reach_from(rows)
    member.__dict__["_reach"] = reach
    return reach


def reach_from(rows: Iterable[tuple[UUID, UUID | None]]) -> Reach:
    """From (estate, building) of assignments; one without a building is of the whole estate."""
    rows = list(rows)
    whole = frozenset(estate for estate, building in rows if building is None)
    limited = [(estate, building) for estate, building in rows if building is not None and estate not in whole]
    return Reach(
        estates=whole,
        buildings=frozenset(building for _estate, building in limited),
        parts=frozenset(estate for estate, _building in limited),
    )
