"""Somebody's data as one zip: a word on what it is, everything as JSON, each kind as CSV, their files."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import IO, Any

from django.core.files.storage import Storage
from django.template.loader import render_to_string

from tenancy.exporting import Sheet, StoredFile
from tenancy.models import Organisation

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
CHUNK = 1024 * 1024


def write_archive(
    target: IO[bytes],
    *,
    organisation: Organisation,
    name: str,
    sheets: list[Sheet],
    files: list[StoredFile],
    storage: Storage,
    made_at: datetime,
    step: Callable[[int, int], None],
) -> None:
    """Write the whole archive in the active language. A file whose bytes are gone is left out and named in README.

    ``step`` is told how many files are packed of how many.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        missing = []
        for done, file in enumerate(files, start=1):
            if storage.exists(file.stored_name):
                _pack(archive, storage, file)
            else:
                missing.append(file.path)
            step(done, len(files))
        archive.writestr("data.json", _json(organisation, name, sheets, made_at))
        for sheet in sheets:
            archive.writestr(f"csv/{sheet.code}.csv", _csv(sheet))
        said = {"organisation": organisation, "name": name, "sheets": sheets, "files": len(files) - len(missing),
                "missing": missing, "made_at": made_at}  # fmt: skip
        archive.writestr("README.txt", render_to_string("privacy/readme.txt", said).replace("\n", "\r\n"))


def _pack(archive: zipfile.ZipFile, storage: Storage, file: StoredFile) -> None:
    with storage.open(file.stored_name) as source, archive.open(f"files/{file.path}", "w") as entry:
        while chunk := source.read(CHUNK):
            entry.write(chunk)


def _json(organisation: Organisation, name: str, sheets: Iterable[Sheet], made_at: datetime) -> str:
    whole: dict[str, Any] = {"organisation": organisation.name, "person": name, "made_at": made_at.isoformat()}
    whole |= {sheet.code: sheet.as_objects() for sheet in sheets}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _csv(sheet: Sheet) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([inert(heading) for _key, heading in sheet.columns])
    writer.writerows([inert(cell) for cell in row] for row in sheet.rows)
    return "\ufeff" + stream.getvalue()


def inert(cell: Any) -> Any:
    """What begins like a formula is text, in every spreadsheet; numbers stay numbers."""
    if cell is None or isinstance(cell, bool | int | float):
        return "" if cell is None else cell
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
