"""From recognised sheets to a registry: buildings, units, parties, ownerships, occupancies, and every problem found."""

import re
from collections.abc import Callable

from owners.registry import values
from owners.registry.checking import check
from owners.registry.headings import Table, heading_problems, recognised
from owners.registry.problems import Problem, shown
from owners.registry.rows import BuildingRow, Line, OccupantRow, OwnerRow, Party, Registry, UnitRow
from owners.registry.workbook import Sheet, open_sheets

TOTALS = frozenset(["合计", "总计", "小计", "共计", "total", "totals", "grandtotal", "subtotal", "sum"])
REMARKS = ("注", "备注", "说明", "填表", "制表", "note", "remark", "*", "※")
ESTATE_LABELS = frozenset(("estate", "estate name", "project", "小区", "小区名称", "项目", "项目名称", "物业管理区域"))
ALSO_CHINESE = frozenset({"HK", "MO", "TW", "SG", "MY"})
Step = Callable[[int, int], None]
CODE = {limit: values.read_code(limit) for limit in (40, 60)}
TEXT = {limit: values.read_text(limit) for limit in (120, 200, 300)}
KIND = values.read_choice(values.UNIT_KINDS, "unit_kind")
STATUS = values.read_choice(values.UNIT_STATUSES, "unit_status")
PARTY = values.read_choice(values.PARTY_KINDS, "party_kind")
OCCUPANT = values.read_choice(values.OCCUPANT_KINDS, "occupant_kind")
YES_NO = values.read_choice(values.YES_NO, "yes_no")


def read_registry(content: bytes, file_name: str, *, region: str, step: Step | None = None) -> Registry:
    """Read a whole file. ``region`` (GB, CN) says how numbers without + are written; ``step`` hears of the rows done.

    Raises Unreadable when the file cannot be opened at all; everything else ends up in ``problems``.
    """
    registry = Registry()
    tables = _tables(open_sheets(content, file_name), registry)
    if registry.problems:
        return registry
    _Reader(registry, tables, region, step or (lambda done, total: None)).read()
    check(registry)
    registry.problems.sort(key=lambda problem: (problem.sheet, problem.row, problem.column))
    return registry


def _tables(sheets: list[Sheet], registry: Registry) -> dict[str, list[Table]]:
    found: dict[str, list[Table]] = {}
    for sheet in sheets:
        table = recognised(sheet)
        if table is not None:
            found.setdefault(table.kind, []).append(table)
        elif sheet.rows and not _estate_name(sheet, registry):
            registry.notes.append(Problem("sheet_left_out", sheet.name))
    if "flat" in found:
        # A sheet per building is usual; a sheet that only repeats some of the columns is somebody's extract.
        for kind in ("units", "owners"):
            registry.notes += [Problem("sheet_left_out", table.sheet.name) for table in found.pop(kind, [])]
    for kind, tables in found.items():
        whole = [table for table in tables if not table.missing()]
        registry.notes += [
            Problem("sheet_left_out", table.sheet.name) for table in tables if whole and table not in whole
        ]
        found[kind] = whole or tables
    _heading_check(found, registry, len(sheets))
    return found


def _estate_name(sheet: Sheet, registry: Registry) -> bool:
    for _number, cells in sheet.rows[:30]:
        if len(cells) > 1 and values.folded(cells[0]).rstrip(":") in ESTATE_LABELS:
            registry.estate_name = values.as_text(cells[1])[:200]
            return True
    return False


def _heading_check(found: dict[str, list[Table]], registry: Registry, sheet_count: int) -> None:
    problems = registry.problems
    if not found.keys() & {"flat", "units", "owners"}:
        problems.append(Problem("no_tables"))
        return
    chinese = any(
        not heading.isascii() for tables in found.values() for table in tables for heading in table.headings.values()
    )
    if "flat" not in found:
        names = {"buildings": "楼幢", "units": "房屋", "owners": "业主", "occupants": "使用人"}
        problems += [
            Problem("missing_sheet", params={"what": names[kind] if chinese else kind.title()})
            for kind in names
            if kind not in found
        ]
    elif "buildings" not in found and sheet_count > 1:
        registry.notes.append(Problem("buildings_from_units"))
    for kind, tables in found.items():
        for table in tables:
            problems += heading_problems(table, chinese=chinese)
            if not table.rows and kind in ("flat", "units", "owners"):
                problems.append(Problem("no_rows", table.sheet.name, table.heading_row))
            if table.left_out:
                registry.notes.append(
                    Problem("columns_left_out", table.sheet.name, params={"columns": ", ".join(table.left_out[:10])})
                )
            if table.sheet.hidden_rows:
                registry.notes.append(
                    Problem("hidden_rows", table.sheet.name, params={"count": table.sheet.hidden_rows})
                )


class _Reader:
    def __init__(self, registry: Registry, tables: dict[str, list[Table]], region: str, step: Step) -> None:
        self.registry, self.tables, self.step = registry, tables, step
        headings = "".join(
            heading for found in tables.values() for table in found for heading in table.headings.values()
        )
        if not headings.isascii() and region not in ALSO_CHINESE:
            region = "CN"
        self.phone = lambda value: values.read_phone(value, region)
        self.by_loose_code: dict[str, str | None] = {}
        self.done = 0
        registry.rows_total = sum(len(table.rows) for found in tables.values() for table in found)
        registry.given = {name for found in tables.values() for table in found for name in table.columns}
        registry.has_buildings = "buildings" in tables
        occupant_columns = [table for table in tables.get("flat", []) if "occupant_name" in table.columns]
        registry.has_occupants = "occupants" in tables or bool(occupant_columns)
        if not registry.has_occupants:
            registry.notes.append(Problem("no_occupants"))

    def read(self) -> None:
        for table in self.tables.get("buildings", []):
            for line in self._lines(table):
                self._building(line)
        for kind in ("flat", "units"):
            for table in self.tables.get(kind, []):
                for line in self._lines(table):
                    self._flat(line) if kind == "flat" else self._unit(line)
        for code in self.registry.units:
            loose = loosened(code)
            self.by_loose_code[loose] = None if loose in self.by_loose_code else code
        for kind in ("owners", "occupants"):
            for table in self.tables.get(kind, []):
                for line in self._lines(table):
                    unit = self._unit_of(line)
                    self._owner(line, unit) if kind == "owners" else self._occupant(line, unit)
        self.step(self.registry.rows_total, self.registry.rows_total)

    def _lines(self, table: Table) -> list[Line]:
        lines, left_out = [], []
        for number, cells in table.rows:
            line = Line(table, number, cells, self.registry)
            if line.is_blank(*table.columns):
                continue
            if _is_total(line):
                left_out.append(number)
                continue
            lines.append(line)
        if left_out:
            rows = ", ".join(map(str, left_out[:10]))
            self.registry.notes.append(Problem("totals_left_out", table.sheet.name, params={"rows": rows}))
        return lines

    def _advance(self) -> None:
        self.done += 1
        if self.done % 250 == 0:
            self.step(self.done, self.registry.rows_total)

    def _building(self, line: Line) -> None:
        self._advance()
        code = line.read("building_code", CODE[40], required=True)
        name = line.read("building_name", TEXT[120], default="")
        row = BuildingRow(
            code or "",
            name or code or "",
            line.read("floors", values.read_whole),
            line.read("sections", values.read_whole),
            line.read("lifts", values.read_whole),
            line.read("completed_on", values.read_date),
            line.read("address", TEXT[300], default=""),
            line.number,
        )
        if code and code in self.registry.buildings:
            line.wrong("building_code", "building_twice", code, first=self.registry.buildings[code].row)
        elif code:
            self.registry.buildings[code] = row

    def _unit_row(self, line: Line) -> UnitRow | None:
        building = line.read("building_code", CODE[40], required=True, default="")
        section = line.read("section", CODE[40], default="")
        number = line.read("number", CODE[40], default="")
        code = line.read("unit_code", CODE[60], default="")
        if not code and not number:
            line.wrong("unit_code" if "unit_code" in line.table.columns else "number", "missing")
        elif not code and building:
            code = "-".join(part for part in (building, section, number) if part)
        if not code:
            # Read the rest all the same: every mistake is shown at once.
            self._unit_facts(line, "", building, section, number)
            return None
        return self._unit_facts(line, code, building, section, number)

    def _unit_facts(self, line: Line, code: str, building: str, section: str, number: str) -> UnitRow:
        return UnitRow(
            code=code,
            building=building,
            section=section,
            floor=line.read("floor", values.read_floor),
            number=number or code,
            kind=line.read("kind", KIND, required=True, default=""),
            area=line.read("area", values.read_area, required=True),
            status=line.read("status", STATUS, required=True, default=""),
            delivered_on=line.read("delivered_on", values.read_date),
            at=line,
        )

    def _unit(self, line: Line) -> None:
        self._advance()
        unit = self._unit_row(line)
        if unit is None:
            return
        first = self.registry.units.get(unit.code)
        if first is not None:
            name = "unit_code" if "unit_code" in line.table.columns else "number"
            line.wrong(name, "unit_twice", unit.code, first=first.at.number)
        else:
            self.registry.units[unit.code] = unit

    def _flat(self, line: Line) -> None:
        self._advance()
        unit = self._unit_row(line)
        if unit is not None:
            first = self.registry.units.setdefault(unit.code, unit)
            if first is not unit:
                self._same_unit(line, first, unit)
        code = unit.code if unit else ""
        owner = (
            "name",
            "party_kind",
            "share",
            "voter",
            "phone",
            "email",
            "language",
            "reference",
            "postal_address",
            "owned_from",
        )
        if not line.is_blank(*owner):
            self._owner(line, code)
        occupant = (
            "occupant_name",
            "occupant_kind",
            "occupant_phone",
            "occupant_email",
            "occupant_from",
            "occupant_to",
        )
        if not line.is_blank(*occupant):
            self._occupant(line, code)

    def _same_unit(self, line: Line, first: UnitRow, unit: UnitRow) -> None:
        columns = {"area": "area", "kind": "kind", "status": "status", "floor": "floor", "delivered_on": "delivered_on"}
        for attribute, name in columns.items():
            said, before = getattr(unit, attribute), getattr(first, attribute)
            if said != before and not line.is_blank(name) and said not in (None, "") and before not in (None, ""):
                line.wrong(name, "unit_differs", unit=unit.code, first=first.at.number, other=shown(first.at.raw(name)))

    def _unit_of(self, line: Line) -> str:
        """The code of the unit this row speaks of, or "" with a problem."""
        self._advance()
        name = "unit_code" if "unit_code" in line.table.columns else "number"
        code = line.read(name, CODE[60], required=True, default="")
        if name == "number" and code:
            parts = (line.read("building_code", CODE[40], default=""), line.read("section", CODE[40], default=""), code)
            code = "-".join(part for part in parts if part)
        if not code or code in self.registry.units:
            return code or ""
        known = self.by_loose_code.get(loosened(code))
        if known:
            return known
        line.wrong(name, "unknown_unit", code, near=self._near(code))
        return ""

    def _near(self, code: str) -> str:
        digits = re.sub(r"\D", "", code).lstrip("0")
        same = [known for known in self.registry.units if digits and re.sub(r"\D", "", known).lstrip("0") == digits]
        return same[0] if len(same) == 1 else ""

    def _owner(self, line: Line, unit: str) -> None:
        name = line.read("name", TEXT[200], required=True, default="")
        reference = line.read("reference", CODE[60], required="reference" in line.table.columns, default="")
        kind = line.read("party_kind", PARTY, required=True, default="")
        phone, email = line.read("phone", self.phone, default=""), line.read("email", values.read_email, default="")
        share = line.read("share", values.read_share, required=True)
        voter = line.read("voter", YES_NO, required=True)
        from_on = line.read("owned_from", values.read_date)
        language = line.read("language", values.read_language, default="")
        postal_address = line.read("postal_address", TEXT[300], default="")
        if not name or (not reference and "reference" in line.table.columns):
            return
        key = ("ref", reference) if reference else _contact_key(name, phone, email)
        party = self.registry.parties.get(key)
        if party is None:
            party = Party(key, reference, name, kind or "person", phone, email, language, postal_address, line.number)
            self.registry.parties[key] = party
        else:
            said = {"name": name, "kind": kind, "phone": phone, "email": email}
            self._same_party(line, party, said, language, postal_address)
        if unit:
            self.registry.owners.append(OwnerRow(unit, party, share, voter, from_on, line))

    def _same_party(self, line: Line, party: Party, said: dict[str, str], language: str, postal_address: str) -> None:
        columns = {"name": "name", "kind": "party_kind", "phone": "phone", "email": "email"}
        for attribute, value in said.items():
            before = getattr(party, attribute)
            if value and before and values.folded(value) != values.folded(before):
                line.wrong(
                    columns[attribute],
                    "party_differs",
                    reference=party.reference or party.name,
                    first=party.row,
                    other=before,
                )
            elif value and not before:
                setattr(party, attribute, value)
        party.language = party.language or language
        party.postal_address = party.postal_address or postal_address

    def _occupant(self, line: Line, unit: str) -> None:
        name = line.read("occupant_name", TEXT[200], required=True, default="")
        kind = line.read("occupant_kind", OCCUPANT, required=True, default="")
        phone = line.read("occupant_phone", self.phone, default="")
        email = line.read("occupant_email", values.read_email, default="")
        from_on, to_on = line.read("occupant_from", values.read_date), line.read("occupant_to", values.read_date)
        language = line.read("occupant_language", values.read_language, default="")
        if from_on and to_on and from_on > to_on:
            line.wrong("occupant_to", "from_after_to", to_on.isoformat(), begins=from_on.isoformat())
        if not name or not unit:
            return
        party = self._known_party(name, phone, email)
        if party is None:
            # Without phone and e-mail nothing says that two of one name are one person: then each unit has its own.
            key = _contact_key(name, phone, email) if phone or email else ("unit", unit, values.folded(name))
            party = self.registry.parties.get(key) or Party(
                key, "", name, "person", phone, email, language, "", line.number
            )
            self.registry.parties[key] = party
        self.registry.occupants.append(OccupantRow(unit, party, kind, from_on, to_on, line))

    def _known_party(self, name: str, phone: str, email: str) -> Party | None:
        """An owner of the file with the same name and phone or e-mail."""
        if not hasattr(self, "_by_contact"):
            self._by_contact: dict[tuple[str, str], Party] = {}
            self._indexed = 0
        parties = self.registry.parties
        if self._indexed != len(parties):
            for party in list(parties.values())[self._indexed :]:
                for contact in filter(None, (party.phone, party.email)):
                    self._by_contact.setdefault((values.folded(party.name), contact), party)
            self._indexed = len(parties)
        folded = values.folded(name)
        return (self._by_contact.get((folded, phone)) if phone else None) or (
            self._by_contact.get((folded, email)) if email else None
        )


def _contact_key(name: str, phone: str, email: str) -> tuple[str, ...]:
    return ("contact", values.folded(name), phone or email)


def loosened(code: str) -> str:
    """A unit's code without what people write differently: case, blanks, hyphens, leading zeros."""
    text = re.sub(r"[\s\-_/#.]+", "-", values.folded(code))
    return (
        re.sub(r"(?<!\d)0+(?=\d)", "", text).replace("-", "")
        if "-" not in text
        else "-".join(part.lstrip("0") or "0" for part in text.split("-"))
    )


def _is_total(line: Line) -> bool:
    filled: list[str] = []
    for cell in line.cells:
        if cell is not None and (text := values.folded(cell)):
            filled.append(text)
            if len(filled) == 4:
                break
    if not filled:
        return True
    first = filled[0].rstrip(":： ").replace(" ", "")
    if first in TOTALS or any(word.rstrip(":：") in TOTALS for word in filled):
        return line.is_blank("name", "share", "voter") or line.is_blank("number", "unit_code")
    return len(filled) == 1 and first.startswith(REMARKS)
