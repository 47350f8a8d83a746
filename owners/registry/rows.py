"""What a registry file says, row by row, and the row that reads itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from owners.registry import values
from owners.registry.headings import Table
from owners.registry.problems import Problem, Wrong, shown


@dataclass
class BuildingRow:
    code: str
    name: str = ""
    floors: int | None = None
    sections: int | None = None
    lifts: int | None = None
    completed_on: date | None = None
    address: str = ""
    row: int = 0


@dataclass
class UnitRow:
    code: str
    building: str
    section: str
    floor: int | None
    number: str
    kind: str
    area: Decimal | None
    status: str
    delivered_on: date | None
    at: "Line"


@dataclass
class Party:
    """A person, company or construction unit of the file; ``key`` tells it from every other."""

    key: tuple[str, ...]
    reference: str
    name: str
    kind: str
    phone: str = ""
    email: str = ""
    language: str = ""
    postal_address: str = ""
    row: int = 0


@dataclass
class OwnerRow:
    unit: str
    party: Party
    share: Fraction | None
    is_voter: bool | None
    from_on: date | None
    at: "Line"


@dataclass
class OccupantRow:
    unit: str
    party: Party
    kind: str
    from_on: date | None
    to_on: date | None
    at: "Line"


@dataclass
class Registry:
    """What a file says. Usable only when ``problems`` is empty. ``given`` names the fields the file has columns for."""

    estate_name: str = ""
    buildings: dict[str, BuildingRow] = field(default_factory=dict)
    units: dict[str, UnitRow] = field(default_factory=dict)
    parties: dict[tuple[str, ...], Party] = field(default_factory=dict)
    owners: list[OwnerRow] = field(default_factory=list)
    occupants: list[OccupantRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    rows_total: int = 0
    has_buildings: bool = False
    has_occupants: bool = False


class Line:
    """One row under known headings; what cannot be read goes to the registry's problems."""

    __slots__ = ("cells", "number", "registry", "table")

    def __init__(self, table: Table, number: int, cells: list[Any], registry: Registry) -> None:
        self.table, self.number, self.cells, self.registry = table, number, cells, registry

    def raw(self, name: str) -> Any:
        index = self.table.columns.get(name)
        return self.cells[index] if index is not None and index < len(self.cells) else None

    def is_blank(self, *names: str) -> bool:
        return all(values.as_text(self.raw(name)) == "" for name in names)

    def problem(self, name: str, code: str, value: str | None = None, **params: Any) -> Problem:
        table = self.table
        found = shown(self.raw(name)) if value is None else value
        return Problem(
            code, table.sheet.name, self.number, table.letter(name), table.headings.get(name, ""), found, params
        )

    def wrong(self, name: str, code: str, value: str | None = None, **params: Any) -> None:
        self.registry.problems.append(self.problem(name, code, value, **params))

    def read(self, name: str, reader: Callable[[Any], Any], *, required: bool = False, default: Any = None) -> Any:
        """The value of a column, or ``default`` when there is none or it is wrong."""
        index = self.table.columns.get(name)
        if index is None:
            return default
        if (self.number, index) in self.table.sheet.uncomputed:
            self.wrong(name, "formula")
            return default
        value = self.raw(name)
        if values.as_text(value) == "":
            if required:
                self.wrong(name, "missing")
            return default
        try:
            return reader(value)
        except Wrong as wrong:
            self.wrong(name, wrong.code, **wrong.params)
            return default
