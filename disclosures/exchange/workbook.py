"""A spreadsheet of account statements, read: what the period is, the balances of each account, and its lines."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from disclosures.exchange.columns import Choice, Remembered, complain_of_lacking, recognised
from disclosures.rules.defaults import columns, defaults
from owners.registry.problems import Unreadable
from owners.registry.values import as_text, folded
from owners.registry.workbook import Sheet, open_sheets

Row = dict[str, Any]
LONGEST = {"voucher": 80, "category": 40, "category_en": 200, "category_zh": 200, "counterparty": 200, "building": 80,
           "text_en": 500, "text_zh": 500, "note": 500}  # fmt: skip
SHOWN_PROBLEMS = 20
LIMIT = Decimal(10) ** 14
PART_BELOW = 10  # 25 is 25 per cent without its sign
SERVICE_CHARGE = "service_charge"


@dataclass
class Account:
    """One statement to be. Amounts are exact, in the currency's unit."""

    kind: str
    opening: Decimal
    closing: Decimal
    bank_balance: Decimal | None
    lines: list[Row] = field(default_factory=list)
    fund_ratio: Decimal | None = None
    """What the maintenance fund holds, as a part of its first amount."""


@dataclass
class Book:
    from_on: date
    to_on: date
    currency: str
    accounts: dict[str, Account]


class Problems(Unreadable):
    """What is wrong with a file, each in a sentence that names its place."""

    def __init__(self, sentences: Sequence[str]) -> None:
        shown = list(sentences[:SHOWN_PROBLEMS])
        if len(sentences) > len(shown):
            shown.append(_("And %(number)s more of the kind.") % {"number": len(sentences) - len(shown)})
        super().__init__(" ".join(shown))
        self.sentences = shown


def read(
    content: bytes, file_name: str, *, remembered: Remembered | None = None,
    chosen: Mapping[str, Choice | None] | None = None,
) -> Book:  # fmt: skip
    """The book of a file, its columns by their names, as they are ``remembered``, or as somebody has ``chosen``.

    Raises Unreadable with a sentence, NotUnderstood when sheets or columns are lacking, or Problems with several.
    """
    return book_of(open_sheets(content, file_name), remembered=remembered, chosen=chosen)


def book_of(
    sheets: Sequence[Sheet], *, remembered: Remembered | None = None,
    chosen: Mapping[str, Choice | None] | None = None,
) -> Book:  # fmt: skip
    """The same of sheets that are open already."""
    choices = recognised(sheets, remembered or {}) if chosen is None else chosen
    complain_of_lacking(sheets, choices)
    parts = {part: (sheets[choice.sheet], choice) for part, choice in choices.items() if choice is not None}
    about = _about(*parts["about"])
    found: list[str] = []
    accounts = _accounts(*parts["balances"], about, found)
    _lines(*parts["lines"], accounts, about, found)
    if found:
        raise Problems(found)
    if not accounts:
        raise Problems([_("The sheet of balances holds no account.")])
    return Book(about["from_on"], about["to_on"], about["currency"], accounts)


# -- the period ------------------------------------------------------------------------------------------------------


def _about(sheet: Sheet, choice: Choice) -> Row:
    said: Row = {}
    for code, place in choice.places.items():
        cells = sheet.rows[place][1] if place < len(sheet.rows) else []
        said[code] = cells[1] if len(cells) > 1 else None
    _complain_of_empty(said, sheet.name)
    try:
        said["from_on"], said["to_on"] = as_day(said["from_on"]), as_day(said["to_on"])
    except ValueError:
        raise Unreadable(_("Sheet “%(sheet)s”: a day of the period is no date.") % {"sheet": sheet.name}) from None
    if said["from_on"] is None or said["to_on"] is None or said["to_on"] < said["from_on"]:
        raise Unreadable(_("Sheet “%(sheet)s”: the period ends before it begins.") % {"sheet": sheet.name})
    said["currency"] = as_text(said["currency"]).upper()
    if len(said["currency"]) != 3 or not said["currency"].isascii() or not said["currency"].isalpha():
        raise Unreadable(
            _("Sheet “%(sheet)s”: the currency is a code of three letters such as CNY.") % {"sheet": sheet.name}
        )
    return said


def _complain_of_empty(said: Mapping[str, Any], sheet: str) -> None:
    lacking = [columns()["about"][code][0] for code in columns()["needed"]["about"] if said.get(code) in (None, "")]
    if lacking:
        raise Unreadable(_("Sheet “%(sheet)s” lacks: %(columns)s.") % {"sheet": sheet, "columns": ", ".join(lacking)})


# -- balances and lines --------------------------------------------------------------------------------------------------


def _table(sheet: Sheet, choice: Choice) -> Iterator[tuple[int, Row]]:
    """Rows below the line of headings, by column. Raises Unreadable when formulas have no results."""
    for number, cells in sheet.rows[choice.head + 1 :]:
        yield number, {code: cells[place] if place < len(cells) else None for code, place in choice.places.items()}
    if sheet.uncomputed:
        raise Unreadable(_("The file holds formulas without results. Open it, save it again and upload it once more."))


def _accounts(sheet: Sheet, choice: Choice, about: Row, found: list[str]) -> dict[str, Account]:
    """By kind."""
    accounts: dict[str, Account] = {}
    for number, row in _table(sheet, choice):
        where = {"sheet": sheet.name, "row": number}
        kind = _kind(row["account"], about)
        if kind is None:
            found.append(_("%(sheet)s, row %(row)s: no such kind of account.") % where)
            continue
        if kind in accounts:
            found.append(_("%(sheet)s, row %(row)s: this account stands here twice.") % where)
            continue
        try:
            opening, closing, bank = (as_amount(row.get(name)) for name in ("opening", "closing", "bank_balance"))
        except ValueError:
            found.append(_("%(sheet)s, row %(row)s: a balance is no amount with at most two decimals.") % where)
            continue
        if opening is None or closing is None:
            found.append(_("%(sheet)s, row %(row)s: opening or closing balance is missing.") % where)
            continue
        try:
            fund = as_part(row.get("fund_ratio"))
        except ValueError:
            found.append(_("%(sheet)s, row %(row)s: what the fund holds is a part such as 0.25 or 25%%.") % where)
            continue
        accounts[kind] = Account(kind, opening, closing, bank, fund_ratio=fund)
    return accounts


def _kind(said: Any, about: Row) -> str | None:
    kind = _word("accounts", said)
    if kind != SERVICE_CHARGE:
        return kind
    return _word("bases", about.get("basis")) or "lump_sum"


def _word(part: str, said: Any) -> str | None:
    return next((code for code, names in columns()[part].items() if folded(said) in {folded(n) for n in names}), None)


def _lines(
    sheet: Sheet, choice: Choice, accounts: dict[str, Account], about: Row, found: list[str]
) -> None:  # fmt: skip
    taken: Counter[tuple[str, int]] = Counter()
    for count, (number, row) in enumerate(_table(sheet, choice), 1):
        if count > defaults()["import"]["lines"]:
            raise Unreadable(_("The file has more than %(limit)s lines.") % {"limit": defaults()["import"]["lines"]})
        account = accounts.get(_kind(row["account"], about) or "")
        try:
            if account is None:
                raise ValueError(_("its account is not among the balances"))
            line = _line(row, len(account.lines) + 1)
        except ValueError as problem:
            found.append(
                _("%(sheet)s, row %(row)s: %(problem)s.") % {"sheet": sheet.name, "row": number, "problem": problem}
            )
            continue
        taken[account.kind, line["place"]] += 1
        if taken[account.kind, line["place"]] > 1:
            found.append(
                _("%(sheet)s, row %(row)s: the line number %(place)s stands here twice.")
                % {"sheet": sheet.name, "row": number, "place": line["place"]}
            )
        account.lines.append(line)


def _line(row: Row, place: int) -> Row:
    """Raises ValueError with what is wrong, in words."""
    line: Row = {name: as_text(row.get(name)) for name in LONGEST}
    if not line["category"]:
        raise ValueError(_("the category is missing"))
    if long := next((name for name, most in LONGEST.items() if len(line[name]) > most), None):
        raise ValueError(_("“%(column)s” is too long") % {"column": columns()["lines"][long][0]})
    direction = _word("directions", row["direction"])
    if direction is None:
        raise ValueError(_("it says neither income nor expense"))
    try:
        amount, budget = as_amount(row["amount"]), as_amount(row.get("budget"))
    except ValueError:
        raise ValueError(_("the amount is no number with at most two decimals")) from None
    if amount is None:
        raise ValueError(_("the amount is missing"))
    try:
        booked_on = as_day(row.get("booked_on"))
    except ValueError:
        raise ValueError(_("the date is none")) from None
    return line | {
        "place": _place(row.get("place"), place), "direction": direction, "amount": amount, "budget": budget,
        "booked_on": booked_on,
    }  # fmt: skip


def _place(said: Any, else_this: int) -> int:
    try:
        place = int(said)
    except (TypeError, ValueError):
        return else_this
    return place if 0 < place < 10**8 else else_this


# -- cells ---------------------------------------------------------------------------------------------------------------


def as_amount(cell: Any) -> Decimal | None:
    """An exact amount: what the sheet shows, to two decimals. Raises ValueError for anything else."""
    if cell is None or cell == "" or isinstance(cell, bool):
        if isinstance(cell, bool):
            raise ValueError("not an amount")
        return None
    try:
        # A spreadsheet keeps binary fractions; the shortest decimal that means the same one is what was typed.
        amount = Decimal(repr(cell) if isinstance(cell, float) else as_text(cell).replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not amount.is_finite() or abs(amount) >= LIMIT:
        raise ValueError("not an amount")
    rounded = amount.quantize(Decimal("0.01"))
    # What formulas add up is off by less than any coin.
    if abs(rounded - amount) > Decimal("0.000001"):
        raise ValueError("too many decimals")
    return rounded


def as_part(cell: Any) -> Decimal | None:
    """A part of a whole: 0.25, or 25% in words. Raises ValueError for anything else, also for a per cent without its sign."""
    said = as_text(cell).replace("％", "%").strip() if not isinstance(cell, float) else repr(cell)
    if not said:
        return None
    try:
        part = Decimal(said.rstrip("% ")) / (100 if said.endswith("%") else 1)
    except InvalidOperation:
        raise ValueError("not a part") from None
    if isinstance(cell, bool) or not part.is_finite() or not 0 <= part < PART_BELOW:
        raise ValueError("not a part")
    return part.quantize(Decimal("0.0001"))


def as_day(cell: Any) -> date | None:
    """Raises ValueError."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return date.fromisoformat(as_text(cell).replace("/", "-").replace(".", "-"))
