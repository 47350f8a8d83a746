"""From the bytes of an upload to rows of cells: xlsx and CSV, with caps before anything is unpacked."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

from owners.registry.problems import Unreadable

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 60_000
MAX_COLUMNS = 200
MAX_CELLS = 2_000_000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# No part of these may run on past the next tag: a hostile file must not make them slow.
EMPTY_FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f\b(?:[^<>]*/>|[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')
MERGED = re.compile(rb'<mergeCell\b[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')

NOT_A_SPREADSHEET = _("This is not a spreadsheet. Upload an .xlsx file, or a .csv file saved as UTF-8.")
TOO_LARGE = _("The file is larger than %(limit)s MB. Split it, one building after the other.")
FAR_TOO_LARGE = _("Unpacked, the file is far too large for a registry. Copy the rows into a new workbook, upload that.")
DAMAGED = _("The file is damaged and cannot be opened. Save it again as .xlsx and upload the new file.")


@dataclass
class Sheet:
    """One sheet: rows with the number the spreadsheet shows. ``uncomputed`` are cells whose formula has no result."""

    name: str
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: int = 0


def column_letter(index: int) -> str:
    return get_column_letter(index + 1)


def refuse_unreadable(content: bytes) -> None:
    """Raise Unreadable for what no reader should open: wrong type, encrypted, too large when unpacked."""
    if not content.strip():
        raise Unreadable(_("The file is empty. Choose another."))
    if len(content) > MAX_BYTES:
        raise Unreadable(TOO_LARGE % {"limit": MAX_BYTES // 1024 // 1024})
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise Unreadable(_("The file is locked with a password. Save it without the password and upload it again."))
        raise Unreadable(_("This is an old .xls file. Open it, save it as .xlsx and upload the new file."))
    if content.startswith(b"PK"):
        _refuse_archive(content)
    elif content.lstrip()[:200].lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise Unreadable(
            _("This is a web page named like a spreadsheet. Open it, save it as .xlsx and upload the new file.")
        )
    elif content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b", b"7z\xbc")):
        raise Unreadable(NOT_A_SPREADSHEET)


def _refuse_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable(
                    _("The file is locked with a password. Save it without the password and upload it again.")
                )
            # What an archive says of its sizes is what zipfile will at most unpack.
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Unreadable(FAR_TOO_LARGE)
            if "xl/workbook.bin" in names:
                raise Unreadable(_("This is an .xlsb file. Open it, save it as .xlsx and upload the new file."))
            if "mimetype" in names and "content.xml" in names:
                raise Unreadable(_("This is an OpenDocument file. Open it, save it as .xlsx and upload the new file."))
            if "xl/workbook.xml" not in names:
                raise Unreadable(NOT_A_SPREADSHEET)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.open(part).read(2000):
                    raise Unreadable(DAMAGED)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable(DAMAGED) from error


def open_sheets(content: bytes, file_name: str) -> list[Sheet]:
    """The sheets of a workbook, or the one table of a CSV file. Raises Unreadable."""
    refuse_unreadable(content)
    if content.startswith(b"PK"):
        return _open_workbook(content)
    return [_open_csv(content, file_name)]


def _open_workbook(content: bytes) -> list[Sheet]:
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return [_read_sheet(sheet) for sheet in workbook.worksheets]
    except Unreadable:
        raise
    except Exception as error:  # the reader raises many kinds on damaged files
        raise Unreadable(DAMAGED) from error


def _read_sheet(source: Any) -> Sheet:
    sheet = Sheet(source.title)
    source.reset_dimensions()
    cell_count = 0
    for number, cells in enumerate(source.iter_rows(values_only=True), 1):
        values = list(cells[:MAX_COLUMNS])
        cell_count += len(values)
        if any(value is not None and value != "" for value in values):
            sheet.rows.append((number, values))
        if len(sheet.rows) > MAX_ROWS or cell_count > MAX_CELLS:
            raise Unreadable(
                _("A sheet has more than %(limit)s rows. Split the file, one building after the other.")
                % {"limit": MAX_ROWS}
            )
    with source._get_source() as stream:
        _read_extras(sheet, stream.read())
    return sheet


def _read_extras(sheet: Sheet, xml: bytes) -> None:
    """What the fast reader does not tell: merged cells are filled, hidden rows counted, uncomputed formulas marked."""
    sheet.hidden_rows = len(HIDDEN_ROW.findall(xml))
    if b"<f" in xml:
        for letters, row in EMPTY_FORMULA.findall(xml):
            sheet.uncomputed.add((int(row), column_index_from_string(letters.decode()) - 1))
    ranges = MERGED.findall(xml)
    if not ranges:
        return
    by_number = dict(sheet.rows)
    for found in ranges[:MAX_ROWS]:
        left, top, bottom = column_index_from_string(found[0].decode()), int(found[1]), int(found[3])
        first = by_number.get(top, [])
        # A range over several columns is a title; only a value shared by rows below each other is data.
        if found[0] != found[2] or left > len(first) or first[left - 1] is None:
            continue
        for number in range(top + 1, min(bottom, top + MAX_ROWS) + 1):
            cells = by_number.get(number)
            if cells is not None:
                cells.extend([None] * (left - len(cells)))
                if cells[left - 1] is None:
                    cells[left - 1] = first[left - 1]


def _open_csv(content: bytes, file_name: str) -> Sheet:
    text = _decoded(content)
    sheet = Sheet(file_name)
    csv.field_size_limit(200_000)
    try:
        for number, cells in enumerate(_csv_rows(text), 1):
            if any(cell.strip() for cell in cells):
                sheet.rows.append((number, [cell if cell.strip() else None for cell in cells[:MAX_COLUMNS]]))
            if len(sheet.rows) > MAX_ROWS:
                raise Unreadable(
                    _("A sheet has more than %(limit)s rows. Split the file, one building after the other.")
                    % {"limit": MAX_ROWS}
                )
    except csv.Error as error:
        raise Unreadable(DAMAGED) from error
    return sheet


def _csv_rows(text: str) -> Iterator[list[str]]:
    head = text[:4000].splitlines()[:3]
    delimiter = max(",;\t|", key=lambda mark: sum(row.count(mark) for row in head))
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content:
        raise Unreadable(NOT_A_SPREADSHEET)
    else:
        encodings = ["utf-8-sig", "gb18030" if _looks_double_byte(content) else "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise Unreadable(_("The characters of this file cannot be read. Save it as “CSV UTF-8” and upload it again."))


def _looks_double_byte(content: bytes) -> bool:
    """Chinese text is written in pairs of high bytes; accented Latin letters stand alone."""
    high = re.findall(rb"[\x80-\xff]+", content)
    alone = sum(1 for run in high if len(run) == 1)
    return alone * 2 < len(high)
