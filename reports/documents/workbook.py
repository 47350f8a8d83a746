"""The report as a spreadsheet. Text is only ever text: a name such as ``=1+1`` stays what it says."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from reports.rules import sections
from reports.rules.method import method
from reports.rules.sections import Cell, Column, Report, Table

HEAD = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="0B6660")
BOLD = Font(bold=True)
BIG = Font(bold=True, size=14)
WRAP = Alignment(wrap_text=True, vertical="top")
FORMATS = {"count": "#,##0", "decimal": "0.0", "instant": "yyyy-mm-dd hh:mm"}
# What XML cannot carry, and what a sheet's name may not hold.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
UNNAMEABLE = re.compile(r"[\[\]:*?/\\']")
LONGEST = 32_000


class Sheet:
    """A sheet written row by row; widths must be known before the first one."""

    def __init__(self, book: Workbook, title: str, widths: Iterable[int]) -> None:
        self.page = book.create_sheet(UNNAMEABLE.sub(" ", title)[:31])
        for place, width in enumerate(widths, 1):
            self.page.column_dimensions[get_column_letter(place)].width = width

    def cell(self, value: Any, *, kind: str = "", font: Font | None = None, fill: PatternFill | None = None) -> Any:
        is_text = isinstance(value, str)
        written = WriteOnlyCell(self.page, UNWRITABLE.sub("", value)[:LONGEST] if is_text else value)
        if is_text:
            written.data_type = "s"
            written.alignment = WRAP
            # Also after somebody edits the cell.
            written.quotePrefix = value[:1] in ("=", "+", "-", "@")
        elif kind in FORMATS:
            written.number_format = FORMATS[kind]
        elif kind == "share":
            written.number_format = "0.0%"
        if font is not None:
            written.font = font
        if fill is not None:
            written.fill = fill
        return written

    def row(self, values: Iterable[Any]) -> None:
        self.page.append(list(values))

    def words(self, *values: str, font: Font | None = None) -> None:
        self.row(self.cell(value, font=font) for value in values)


def month_workbook(figures: Mapping[str, Any], listing: Iterable[Mapping[str, Any]]) -> bytes:
    """The same figures as on the page, a table a sheet, every complaint of the month, and the method."""
    report = sections.build(figures)
    book = Workbook(write_only=True)
    write_summary(book, report)
    for table in report.tables:
        write_table(book, table)
    write_table(book, sections.listing(listing, figures))
    sheet = Sheet(book, _("How it is computed"), (28, 120))
    for term, definition in method():
        sheet.row([sheet.cell(term, font=BOLD), sheet.cell(definition)])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_summary(book: Workbook, report: Report) -> None:
    sheet = Sheet(book, _("Summary"), (36, 16, 40))
    sheet.words(report.organisation, font=BOLD)
    sheet.words(report.title, font=BIG)
    for line in (report.place, report.span, _("Made %(when)s") % {"when": report.made}, "", *report.headlines, ""):
        sheet.words(line)
    for tile in report.tiles:
        sheet.words(tile.label, tile.value, tile.detail)


def write_table(book: Workbook, table: Table) -> None:
    # A share takes three columns: the part, the whole, the percentage.
    heads = [head for column in table.columns for head in _heads(column)]
    widths = [_width(place, column) for place, column in enumerate(table.columns) for _head in _heads(column)]
    sheet = Sheet(book, table.title, widths)
    sheet.page.freeze_panes = "B2"
    sheet.row(sheet.cell(head, font=HEAD, fill=HEAD_FILL) for head in heads)
    for row in table.rows:
        sheet.row(_values(sheet, table.columns, row))
    if table.total:
        sheet.row(_values(sheet, table.columns, table.total, font=BOLD))


def _heads(column: Column) -> list[str]:
    if column.kind != "share":
        return [column.title]
    return [column.title, _("of"), f"{column.title} (%)"]


def _width(place: int, column: Column) -> int:
    if column.kind == "text":
        return 34 if place == 0 else 26
    return 18 if column.kind == "instant" else 13


def _values(sheet: Sheet, columns: list[Column], row: list[Cell], font: Font | None = None) -> Iterable[Any]:
    for column, cell in zip(columns, row, strict=True):
        if column.kind == "share":
            yield sheet.cell(cell.part, kind="count", font=font)
            yield sheet.cell(cell.whole, kind="count", font=font)
        yield sheet.cell(cell.value, kind=column.kind, font=font)
