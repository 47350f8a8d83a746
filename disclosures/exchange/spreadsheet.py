"""A statement as spreadsheet: the figures of the page, with its pictures, and every line."""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.utils import get_column_letter

from disclosures import queries
from disclosures.models import AccountStatement, Review, StatementLine

COLUMNS = 11
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BAR_CENTIMETRES = 1


def written(row: AccountStatement, shown: Mapping[str, Any]) -> bytes:
    """``shown`` are the figures, and how the committee decided (disclosures/showing.py)."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("Summary")
    fill(sheet, _summary(row, shown))
    if shown.get("comparison"):
        fill(book.create_sheet(_("What is corrected")), _comparison(shown["comparison"]))
    if shown["hundred"]:
        fill(book.create_sheet(_("Of 100")), [
            [_("Category"), _("Of 100")], *([one["name"], one["part"]] for one in shown["hundred"]),
        ])  # fmt: skip
    categories = book.create_sheet(_("Categories"))
    fill(categories, _categories(shown))
    _draw(categories, shown)
    fill(book.create_sheet(_("Lines")), _lines(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _summary(row: AccountStatement, shown: Mapping[str, Any]) -> list[list[Any]]:
    totals = shown["totals"]
    withdrawn = [[_("Withdrawn"), shown["withdrawn_words"]]] if shown.get("withdrawn_words") else []
    return [
        *withdrawn, [_("Account"), row.get_kind_display()], [_("Number"), str(row)], [_("Estate"), row.estate.name],
        [_("From"), row.from_on], [_("To"), row.to_on], [_("Currency"), row.currency],
        [_("State"), row.get_state_display()], [_("Opening balance"), row.opening], [_("Income"), totals.income],
        [_("Expense"), totals.expense], [_("Closing balance"), row.closing],
        [_("Balance at the bank"), row.bank_balance], [_("Difference"), totals.reckoned.difference], *_reviewed(shown), [],
        [_("In short")], *([sentence] for sentence in shown["sentences"]),
    ]  # fmt: skip


def _comparison(shown: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Balances and categories, then every line that differs, before and after."""
    sides = [_("Before the correction"), _("After it"), *([_("Difference")] if shown["is_same_currency"] else [])]
    if not shown["is_same_currency"]:
        yield [_("Currency"), "", shown["prior"].currency, shown["row"].currency]
    yield [_("Account"), _("Income or expense"), *sides]
    for one in (*shown["balances"], *shown["categories"]):
        yield [one["name"], one.get("direction", ""), *_sides(one, shown)]
    yield []
    yield [_("Line"), _("Income or expense"), *sides, _("Description"), _("How it differs"),
           pgettext("correction", "What differs"), _("What it said"), pgettext("correction", "What it says")]  # fmt: skip
    for line in shown["lines"]:
        yield [line["place"], line["direction"], *_sides(line, shown), line["name"], line["verdict_word"]]
        for field in line["fields"]:
            blank = [""] * (len(sides) + 4)
            yield [*blank, field["label"], field["before"], field["after"]]


def _sides(one: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Any]:
    return [one["before"], one["after"], *([one["difference"]] if shown["is_same_currency"] else [])]


def _reviewed(shown: Mapping[str, Any]) -> list[list[Any]]:
    """What the committee said, and how many said nothing: silence is shown as silence."""
    if not shown.get("asked_count"):
        return []
    said = Review.Decision
    return [
        [_("Members of the committee asked"), shown["asked_count"]], [str(said.SIGNED.label), shown["signed_count"]],
        [str(said.RETURNED.label), shown["returned_count"]], [str(said.NONE.label), shown["silent_count"]],
    ]  # fmt: skip


def _categories(shown: Mapping[str, Any]) -> Iterator[list[Any]]:
    yield [_("Income or expense"), _("Category"), _("Lines"), _("Amount"), _("Period before"),
           f"{pgettext('in figures', 'Change')} %", _("Budget"), f"{_('Against it')} %", _("differs a lot")]  # fmt: skip
    for one in shown["categories"]:
        yield [
            _direction(one["direction"]), one["name"], one["count"], one["amount"], one["prior"], one["change"],
            one["budget"], one["over_budget"], _("yes") if one["is_flagged"] else "",
        ]  # fmt: skip


def _draw(sheet: Any, shown: Mapping[str, Any]) -> None:
    """A chart of income and one of expense, from the cells of the table; the program that opens it draws them."""
    first, down = 2, 1
    for way in ("income", "expense"):
        number = len([one for one in shown["categories"] if one["direction"] == way])
        if not number:
            continue
        last = first + number - 1
        drawn = BarChart()
        drawn.type, drawn.style, drawn.title = "bar", 10, _direction(way)
        drawn.y_axis.delete = drawn.x_axis.delete = False
        drawn.x_axis.scaling.orientation = "maxMin"
        for column, is_there in ((4, True), (5, shown["prior"] is not None), (7, shown["has_budget"])):
            if is_there:
                drawn.add_data(Reference(sheet, min_col=column, min_row=first, max_row=last), titles_from_data=False)
                drawn.series[-1].tx = _heading(sheet, column)
        drawn.set_categories(Reference(sheet, min_col=2, min_row=first, max_row=last))
        drawn.height, drawn.width = 5 + BAR_CENTIMETRES * number, 18
        sheet.add_chart(drawn, f"K{down}")
        down += 10 + 2 * number
        first = last + 1


def _heading(sheet: Any, column: int) -> Any:
    letter = get_column_letter(column)
    return SeriesLabel(strRef=StrRef(f"'{sheet.title}'!${letter}$1"))


def _lines(row: AccountStatement) -> Iterator[list[Any]]:
    yield [_("Line"), _("Date"), _("Voucher"), _("Income or expense"), _("Category"), _("Description"),
           _("To or from whom"), _("Building"), _("Amount"), _("Budget"), _("Note")]  # fmt: skip
    for line in row.lines.order_by("place").iterator(chunk_size=1000):
        text = queries.in_language({"en": line.text_en, "zh": line.text_zh}, "")
        category = queries.in_language({"en": line.category_en, "zh": line.category_zh}, line.category)
        yield [line.place, line.booked_on, line.voucher, _direction(line.direction), category, text, line.counterparty,
               line.building, line.amount, line.budget, line.note]  # fmt: skip


def _direction(code: str) -> str:
    return str(StatementLine.Direction(code).label)


def fill(sheet: Any, rows: Iterable[list[Any]]) -> None:
    """Text is only ever text: a name such as ``=1+1`` stays what it says."""
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place, None if value == "" else value)
            if isinstance(value, str) and value:
                cell.data_type, cell.quotePrefix = "s", value[:1] in ("=", "+", "-", "@")
    for place in range(1, COLUMNS + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 22
