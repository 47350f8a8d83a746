"""Outside parties as CSV and XLSX, out and in."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from contacts.exchange.columns import COLUMNS
from contacts.exchange.words import headings
from owners.registry.problems import Unreadable
from owners.registry.values import as_text, folded
from owners.registry.workbook import open_sheets

Row = dict[str, str]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What `inert` put before a number or a formula comes off again.
EMPTY = gettext_lazy(
    "This file of outside parties is empty: neither headings nor parties are in it. "
    "Choose another, or export one first to see how it looks."
)
MADE_INERT = re.compile(r"^'(?=[=+\-@])")


def read_tables(content: bytes, file_name: str) -> list[tuple[str, Row]]:
    """(where, cells by column) of every row below a line of headings. Raises Unreadable with a sentence."""
    if not content.removeprefix(BOM_UTF8).strip():
        raise Unreadable(EMPTY)
    found: list[tuple[str, Row]] = []
    sheets, has_headings = open_sheets(content, file_name), False
    for sheet in sheets:
        known: dict[int, str] = {}
        for number, cells in sheet.rows:
            named = {place: column for place, cell in enumerate(cells) if (column := headings().get(folded(cell)))}
            if not known:
                known = named if "name" in named.values() else {}
                has_headings = has_headings or bool(known)
                continue
            row = {column: _text(cells[place]) for place, column in known.items() if place < len(cells)}
            if any(row.values()):
                where = str(number) if len(sheets) == 1 else f"{sheet.name} {number}"
                found.append((where, row))
    if not found and not any(sheet.rows for sheet in sheets):
        raise Unreadable(EMPTY)
    if not found and has_headings:
        raise Unreadable(
            _(
                "This file of outside parties has headings, but no party below them. Write each party in a row of its own."
            )
        )
    if not found:
        raise Unreadable(
            _("We find no row below a line of headings with “%(name)s”. Export a file first to see how it looks.")
            % {"name": COLUMNS["name"]}
        )
    return found


def _text(cell: Any) -> str:
    """A cell as clean text; unlike in the registry its lines stay lines, for notes have several."""
    lines = cell.splitlines() if isinstance(cell, str) else [cell]
    return MADE_INERT.sub("", "\n".join(as_text(line) for line in lines))


def inert(cell: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_csv(rows: Iterable[Row]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([str(words) for words in COLUMNS.values()])
    for row in rows:
        writer.writerow([inert(row.get(column, "")) for column in COLUMNS])
    return ("\ufeff" + stream.getvalue()).encode()  # else spreadsheets take Chinese for something else


def as_xlsx(rows: Iterable[Row]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("Outside parties")[:31]
    sheet.append([str(words) for words in COLUMNS.values()])
    for row in rows:
        _append(sheet, [row.get(column, "") for column in COLUMNS])
    sheet.freeze_panes = "B2"
    for place, _column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = 22
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _append(sheet: Any, cells: Sequence[str]) -> None:
    number = sheet.max_row + 1
    for place, words in enumerate(cells, 1):
        cell = sheet.cell(number, place, words or None)
        if words:
            cell.data_type = "s"  # text, whatever it begins with
