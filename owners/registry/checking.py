"""What must hold between the rows of a registry."""

from fractions import Fraction

from owners.registry.rows import BuildingRow, OccupantRow, OwnerRow, Registry

ROWS_NAMED = 8
LOSES_A_ROW = frozenset({"unknown_unit", "missing", "too_long", "formula", "formula_error"})


def check(registry: Registry) -> None:
    """Add the problems that no single cell shows: unknown buildings, shares, voters, unsold units, repeated rows."""
    _buildings(registry)
    owners: dict[str, list[OwnerRow]] = {}
    for owner in registry.owners:
        owners.setdefault(owner.unit, []).append(owner)
    # A row that could not be read has said so already; its unit is not blamed for lacking it.
    has_owner_faults = any(problem.code in LOSES_A_ROW for problem in registry.problems)
    for code, unit in registry.units.items():
        found = owners.get(code)
        if found:
            _unit_owners(code, found)
            _unsold(code, unit.status, found)
        elif not has_owner_faults:
            name = "unit_code" if "unit_code" in unit.at.table.columns else "number"
            unit.at.wrong(name, "no_owner", code)
    _occupants(registry)


def _buildings(registry: Registry) -> None:
    for unit in registry.units.values():
        building = registry.buildings.get(unit.building)
        if building is None and unit.building:
            if registry.has_buildings:
                near = next((code for code in registry.buildings if code.casefold() == unit.building.casefold()), "")
                unit.at.wrong("building_code", "unknown_building", unit.building, near=near)
            else:
                registry.buildings[unit.building] = BuildingRow(unit.building, unit.building)
        elif building and building.floors and unit.floor and unit.floor > building.floors:
            registry.notes.append(
                unit.at.problem("floor", "floor_above", floors=building.floors, building=building.code)
            )


def _unit_owners(code: str, found: list[OwnerRow]) -> None:
    first_row: dict[tuple[str, ...], int] = {}
    for owner in found:
        if owner.party.key in first_row:
            owner.at.wrong("name", "owner_twice", owner.party.name, unit=code, first=first_row[owner.party.key])
            return
        first_row[owner.party.key] = owner.at.number
    rows = ", ".join(str(owner.at.number) for owner in found[:ROWS_NAMED])
    shares = [owner.share for owner in found if owner.share is not None]
    total = sum(shares, Fraction(0))
    if len(shares) == len(found) and total != 1:
        found[0].at.wrong("share", "share_sum", unit=code, sum=str(total), rows=rows)
    if any(owner.is_voter is None for owner in found):
        return
    voters = sum(bool(owner.is_voter) for owner in found)
    if voters == 0:
        found[0].at.wrong("voter", "no_voter", unit=code, rows=rows)
    elif voters > 1:
        for owner in found:
            if owner.is_voter:
                owner.at.wrong("voter", "two_voters", unit=code, rows=rows)


def _unsold(code: str, status: str, found: list[OwnerRow]) -> None:
    if status != "unsold":
        return
    for owner in found:
        if owner.party.kind != "construction_unit" and not owner.at.is_blank("party_kind"):
            owner.at.wrong("party_kind", "unsold_owner", owner.party.name, unit=code)


def _occupants(registry: Registry) -> None:
    kept: dict[tuple[object, ...], OccupantRow] = {}
    rows = []
    for occupant in registry.occupants:
        key = (occupant.unit, occupant.party.key, occupant.from_on)
        first = kept.setdefault(key, occupant)
        if first is occupant:
            rows.append(occupant)
        elif occupant.at.table.kind != "flat":  # a flat table repeats the occupant beside every owner
            occupant.at.wrong(
                "occupant_name", "occupant_twice", occupant.party.name, unit=occupant.unit, first=first.at.number
            )
    registry.occupants = rows
