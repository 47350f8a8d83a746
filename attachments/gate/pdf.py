"""A PDF is kept as it came and only ever downloaded; what could act on opening is refused."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from attachments.gate.verdict import Refused, Verdict

END_WITHIN = 2048
MAX_OBJECTS = 400_000
# Keys that make a PDF act by itself or carry another file, wherever they stand.
ACTIVE_KEYS = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/AA",
    "/XFA",
    "/RichMedia",
}
# Values of /S (kind of action), /Subtype (kind of annotation) and /Type that do the same.
ACTIVE_KINDS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/Rendition",
    "/RichMediaExecute",
    "/GoToE",
    "/RichMedia",
    "/FileAttachment",
    "/EmbeddedFile",
    "/Screen",
    "/Movie",
    "/3D",
}
_ACTIVE_BYTES = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)[\x00\t\n\f\r ()<>\[\]{}/%]")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(data: bytes) -> Verdict:
    """Raises Refused for encryption, active content, a hidden archive, or a file that cannot be read."""
    if b"%%EOF" not in data.rstrip(b"\0\t\r\n \x1a")[-END_WITHIN:]:
        raise Refused("broken")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("disguised")
    # Parsers disagree on damaged files, so the bytes are searched too: names of this length do not occur by chance.
    if _ACTIVE_BYTES.search(_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Refused("active")
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Refused("locked")
    for found in _dictionaries(reader):
        _check_dictionary(found)
    pages = len(reader.pages)
    if pages < 1:
        raise Refused("broken")
    return Verdict("clean", kind="document", mime="application/pdf", pages=pages)


def _check_dictionary(found: DictionaryObject) -> None:
    if ACTIVE_KEYS & found.keys():
        raise Refused("active")
    for key in ("/S", "/Subtype", "/Type"):
        value = found.raw_get(key) if key in found else None
        value = value.get_object() if isinstance(value, IndirectObject) else value
        if isinstance(value, str) and str(value) in ACTIVE_KINDS:
            raise Refused("active")


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, reachable from the trailer or not."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer]
    for generation, entries in reader.xref.items():
        waiting += [IndirectObject(number, generation, reader) for number in entries]
    waiting += [IndirectObject(number, 0, reader) for number in reader.xref_objStm]
    visited = 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            place = (found.idnum, found.generation)
            if place in seen:
                continue
            seen.add(place)
            found = _resolved(found)
        if isinstance(found, DictionaryObject):
            visited += 1
            if visited > MAX_OBJECTS:
                raise Refused("too_heavy")
            yield found
            waiting += [value for value in (found.raw_get(key) for key in found) if _is_container(value)]
        elif isinstance(found, ArrayObject):
            waiting += [value for value in list.__iter__(found) if _is_container(value)]


def _is_container(value: object) -> bool:
    return isinstance(value, (IndirectObject, DictionaryObject, ArrayObject, StreamObject))


def _resolved(reference: IndirectObject) -> Any:
    """A free or damaged entry is nothing; the pages are counted afterwards and must be readable."""
    try:
        return reference.get_object()
    except (MemoryError, RecursionError):
        raise
    except Exception:
        return None
