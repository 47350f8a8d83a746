"""Messages handed over as files in a folder: for a modem, a print shop's client, or a person with a printer.

``<spool>/<organisation>/<channel>/<day written>/<message id>.json`` (and ``.pdf``). Names are made of the message alone,
so a second try writes the same file again and nothing is there twice. Each file appears whole or not at all.
"""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from notices.channels.fates import Fate, Outcome
from notices.channels.letters import letter_of
from notices.channels.short import sms_of
from notices.models import Delivery, Provider
from notices.writing import Words
from tenancy.models import Organisation

Contents = tuple[dict[str, Any], bytes | None]
MANIFEST = "manifest.csv"
# What the list names of each message; its words are in the message's own file.
COLUMNS = ("id", "to", "name", "address", "number", "segments", "sha256")


class FileDrop:
    """One run's writing into a channel's folder; closing it brings the folders' lists up to date."""

    repeats_safely = True  # the same name again: one file, and one letter

    def __init__(self, channel: str, organisation: Organisation, contents: Callable[..., Contents]) -> None:
        self._root = Path(settings.SPOOL_ROOT) / organisation.slug / channel
        self._organisation = organisation
        self._contents = contents
        self._touched: set[Path] = set()
        self.is_down = False

    def send(self, delivery: Delivery, words: Words) -> Outcome:
        """Write one message. Its reference is its id; a full or missing disk makes the folder unreachable."""
        try:
            manifest, paper = self._contents(delivery, words, self._organisation)
        except ValueError as error:
            return Outcome(Fate.REFUSED, str(error))
        folder = self._root / delivery.created_at.date().isoformat()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if paper is not None:
                write_whole(folder / f"{delivery.pk}.pdf", paper)
            # Last, because whoever empties the folder looks for it.
            write_whole(folder / f"{delivery.pk}.json", json.dumps(manifest, ensure_ascii=False).encode())
        except OSError as error:
            self.is_down = True
            return Outcome(Fate.UNREACHABLE, f"{type(error).__name__}: {error.strerror}")
        self._touched.add(folder)
        return Outcome(Fate.HANDED, folder.name, reference=str(delivery.pk))

    def close(self) -> None:
        for folder in self._touched:
            try:
                write_whole(folder / MANIFEST, _list_of(folder))
            except OSError:
                continue  # the files are the record; the next run writes the list
        self._touched.clear()


def write_whole(path: Path, content: bytes) -> None:
    """Write beside it, have the disk keep it, and rename: a reader finds the old file or the new one."""
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _list_of(folder: Path) -> bytes:
    """The list of all messages in the folder, whoever wrote them."""
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, extrasaction="ignore", restval="")
    rows.writeheader()
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_bytes())
        rows.writerow({name: _harmless(str(told.get(name, ""))) for name in COLUMNS})
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Spreadsheets calculate what begins like a formula; a telephone number is none."""
    is_number = cell[:1] == "+" and cell[1:].isdecimal()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell


def _sms(delivery: Delivery, words: Words, organisation: Organisation) -> Contents:
    sms = sms_of(delivery, words, organisation)
    return {"id": str(delivery.pk), "to": sms.to, "text": sms.text, "segments": sms.segments}, None


def _letter(delivery: Delivery, words: Words, organisation: Organisation) -> Contents:
    letter = letter_of(delivery, words, organisation)
    return letter.manifest, letter.pdf


def sms_files(provider: Provider, organisation: Organisation) -> FileDrop:
    return FileDrop(Delivery.Channel.SMS, organisation, _sms)


def letter_files(provider: Provider, organisation: Organisation) -> FileDrop:
    return FileDrop(Delivery.Channel.LETTER, organisation, _letter)
