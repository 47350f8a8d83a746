"""What can be wrong with a registry file, and what to write instead. Problems are stored as data, worded when shown."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# code: (what is wrong, what to do). Values come from the file, so they are only ever filled in as text.
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    # the file as a whole
    "no_tables": (
        _("No sheet with units and owners was recognised."),
        _("The first rows of a sheet must hold headings such as unit_code, exclusive_area, name, share, voter, or 房号, 份额."),
    ),
    "missing_sheet": (_("The sheet “%(what)s” is missing."), _("Add it, with its headings in the first row, even when it is empty.")),
    "missing_column": (_("The column “%(what)s” is missing."), _("Add a column with this heading.")),
    "column_twice": (_("The heading “%(value)s” stands twice."), _("Keep one column with this meaning and rename or remove the other.")),
    "no_rows": (_("The sheet has headings and no rows."), _("Fill in at least one row.")),
    "too_many_rows": (_("The file has more than %(limit)s rows."), _("Split it and import one building after the other.")),
    "no_estate_name": (_("The file does not say which estate it is for."), _("Choose the estate, or give a name and a code.")),
    "estate": ("%(reason)s", ""),
    # a cell
    "missing": (_("Nothing stands here."), _("Fill in this cell.")),
    "too_long": (_("“%(value)s” is too long."), _("Write at most %(limit)s characters.")),
    "formula": (_("The formula in this cell has no stored result."), _("Replace the formula with its value.")),
    "formula_error": (_("The formula in this cell fails: %(value)s."), _("Write the value itself.")),
    "date": (_("“%(value)s” is not a date."), _("Write it as year-month-day, for example 2024-05-03.")),
    "date_order": (_("“%(value)s” could be two different days."), _("Write it as year-month-day, for example 2024-05-03.")),
    "date_range": (_("“%(value)s” is not a likely date."), _("Write a date between 1900 and 2100, for example 2024-05-03.")),
    "from_after_to": (_("It ends on %(value)s, before it begins on %(begins)s."), _("Write an end on or after the beginning, or leave it empty.")),
    "area": (_("“%(value)s” is not an area."), _("Write square metres as a number, for example 61.13.")),
    "area_positive": (_("The area is %(value)s."), _("Write an area above 0, in square metres.")),
    "area_decimals": (_("The area %(value)s has more than two decimals."), _("Write it with two decimals, for example 61.13.")),
    "area_large": (_("The area %(value)s is too large for one unit."), _("Write square metres, for example 61.13.")),
    "whole_number": (_("“%(value)s” is not a whole number."), _("Write a whole number, for example 12.")),
    "floor": (_("“%(value)s” is not a floor."), _("Write a whole number; -1 is the first basement.")),
    "share": (_("“%(value)s” is not a share."), _("Write a fraction such as 1/2, or a percentage such as 50%%.")),
    "share_date": (
        _("The spreadsheet has made a date of this share."),
        _("Format the cell as text and write the fraction, for example 1/2."),
    ),
    "share_range": (_("The share “%(value)s” is not between 0 and 1."), _("Write a fraction such as 1/2, or 1/1 for a sole owner.")),
    "share_fine": (_("The share “%(value)s” has too many digits."), _("Write it as a fraction, for example 1/3.")),
    "yes_no": (_("“%(value)s” is neither yes nor no."), _("Write yes or no (是 or 否).")),
    "unit_kind": (
        _("“%(value)s” is not a kind of unit."),
        _("Write flat, shop, parking or storage (住宅, 商铺, 车位, 储藏室)."),
    ),
    "unit_status": (
        _("“%(value)s” is not a status of a unit."),
        _("Write owner_occupied, let, vacant, unsold or sold_undelivered (自住, 出租, 空置, 未售, 已售未交付)."),
    ),
    "party_kind": (
        _("“%(value)s” is not a type of owner."),
        _("Write person, company or construction_unit (自然人, 企业, 建设单位)."),
    ),
    "occupant_kind": (
        _("“%(value)s” is not a kind of occupant."),
        _("Write lessee, family, borrower or residence_right (承租人, 家属, 借用人, 居住权人)."),
    ),
    "email": (_("“%(value)s” is not an e-mail address."), _("Write an address such as name@example.com, or leave the cell empty.")),
    "phone": (
        _("“%(value)s” is not a phone number."),
        _("Write one whole number, for numbers abroad with + and the country code, or leave the cell empty."),
    ),
    "language": (_("“%(value)s” is not a language we know."), _("Write en, zh, or another two-letter code.")),
    # between cells and rows
    "building_twice": (_("The building “%(value)s” stands already in row %(first)s."), _("Keep one row for each building.")),
    "unknown_building": (
        _("The building “%(value)s” is not in the sheet of buildings."),
        _("Correct the code, or add the building to that sheet.%(near)s"),
    ),
    "unit_twice": (
        _("The unit “%(value)s” stands already in row %(first)s."),
        _("Give every unit its own code, or remove the second row."),
    ),
    "unit_differs": (
        _("For the unit %(unit)s this row says “%(value)s”, row %(first)s says “%(other)s”."),
        _("Write the same in all rows of a unit."),
    ),
    "unknown_unit": (
        _("The unit “%(value)s” is not in the sheet of units."),
        _("Correct the code, or add the unit to that sheet.%(near)s"),
    ),
    "no_owner": (
        _("The unit “%(value)s” has no owner."),
        _("Add a row with its owner; an unsold unit belongs to the construction unit, with the share 1/1."),
    ),
    "share_sum": (
        _("The shares of the unit %(unit)s make %(sum)s, not 1 (rows %(rows)s)."),
        _("Correct the shares so that together they make exactly 1."),
    ),
    "no_voter": (
        _("Nobody votes for the unit %(unit)s (rows %(rows)s)."),
        _("Write yes at exactly one of its owners."),
    ),
    "two_voters": (
        _("More than one owner votes for the unit %(unit)s (rows %(rows)s)."),
        _("Write yes at exactly one of its owners, no at the others."),
    ),
    "owner_twice": (
        _("%(value)s stands already in row %(first)s as an owner of the unit %(unit)s."),
        _("Keep one row for each owner of a unit, with the whole share."),
    ),
    "occupant_twice": (
        _("%(value)s stands already in row %(first)s as an occupant of the unit %(unit)s."),
        _("Keep one row for each occupant of a unit."),
    ),
    "party_differs": (
        _("For the owner %(reference)s this row says “%(value)s”, row %(first)s says “%(other)s”."),
        _("Write the same in all rows of a person, or give two persons two references."),
    ),
    "unsold_owner": (
        _("The unit %(unit)s is unsold, yet its owner “%(value)s” is not a construction unit."),
        _("Correct the status of the unit, or name the construction unit as its owner."),
    ),
    # notes: worth knowing, not wrong
    "sheet_left_out": (_("The sheet “%(sheet)s” is not part of a registry and is left out."), ""),
    "columns_left_out": (_("In “%(sheet)s” these columns are left out: %(columns)s."), ""),
    "hidden_rows": (_("“%(sheet)s” has %(count)s hidden rows; they are imported like the others."), ""),
    "totals_left_out": (_("In “%(sheet)s” rows with totals or remarks are left out: %(rows)s."), ""),
    "no_occupants": (_("The file says nothing of occupants; those we know stay as they are."), ""),
    "buildings_from_units": (_("There is no sheet of buildings; they are taken from the units."), ""),
    "floor_above": (_("%(sheet)s, row %(row)s: floor %(value)s is above the %(floors)s floors of building %(building)s."), ""),
}  # fmt: skip


class Unreadable(ValueError):
    """The file as a whole cannot be read. The message says what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class Wrong(ValueError):
    """A cell's value cannot be used; ``code`` is a key of WORDS."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Problem:
    """One thing to correct. ``row`` 0 is the sheet itself; ``column`` is the letter as the spreadsheet shows it."""

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    heading: str = ""
    value: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def shown(value: Any) -> str:
    """A cell's content as text for a message: short, on one line."""
    if value is None:
        return ""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def words(problem: dict[str, Any]) -> tuple[str, str]:
    """(what is wrong, what to write instead) of a stored problem, in the active language."""
    what, instead = WORDS[problem["code"]]
    known = {name: problem[name] for name in ("value", "sheet", "row")}
    params = {**known, "near": "", **problem["params"]}
    if params["near"]:
        params["near"] = " " + gettext("Is it “%(code)s”?") % {"code": params["near"]}
    return str(what) % params, str(instead) % params if instead else ""


def place(problem: dict[str, Any]) -> str:
    """Where: “Owners, row 12, column E (share)”, in the active language."""
    parts = [str(problem["sheet"])] if problem["sheet"] else []
    if problem["row"]:
        parts.append(gettext("row %(row)s") % {"row": problem["row"]})
    if problem["column"]:
        parts.append(gettext("column %(column)s (%(heading)s)") % problem)
    elif problem["heading"]:
        parts.append(gettext("column “%(heading)s”") % problem)
    return gettext(", ").join(parts)


def line(problem: dict[str, Any]) -> str:
    """The whole sentence, for the command line and plain text."""
    what, instead = words(problem)
    where = place(problem)
    return f"{where}: {what} {instead}".strip() if where else f"{what} {instead}".strip()
