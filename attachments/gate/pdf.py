"""A PDF is kept as it came and only ever downloaded; what could act on opening is refused."""

import io
import re
import zipfile
import zlib
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
    "/EF",
}
# What a document may do by itself when it is opened: go to a page, show the print window.
HARMLESS_ON_OPENING = {"/GoTo", "/Named"}
MAX_UNPACKED = 64 * 1024 * 1024
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
_PACKED_OBJECTS = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_BAD_LINK = re.compile(
    r"\s*(javascript|vbscript|data|smb|ms-[a-z-]+):|\s*(file:)?[\\/]{2}(?!localhost/)([^\\/]|[\\/]{2})", re.IGNORECASE
)
_MARKUP = re.compile(rb"<(script|html|svg|iframe|body|\?php|\?=|!doctype)", re.IGNORECASE)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(data: bytes) -> Verdict:
    """Raises Refused for encryption, active content, a hidden archive, or a file that cannot be read."""
    end = data.rfind(b"%%EOF")
    if end < len(data.rstrip(b"\0\t\r\n \x1a")) - END_WITHIN or end < 0:
        raise Refused("broken")
    if zipfile.is_zipfile(io.BytesIO(data)) or _MARKUP.search(data, end):
        raise Refused("disguised")
    # Parsers disagree on damaged files, so the bytes are searched too: names of this length do not occur by chance.
    _search(data)
    for unpacked in _packed_objects(data):
        _search(unpacked)
    reader = PdfReader(io.BytesIO(data), strict=False)
    # Many banks protect a statement against changes only: everybody can open it, and so can we.
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused("locked")
    _check_opening(reader)
    for found in _dictionaries(reader):
        _check_dictionary(found)
    pages = len(reader.pages)
    if pages < 1:
        raise Refused("broken")
    return Verdict("clean", kind="document", mime="application/pdf", pages=pages)


def _search(data: bytes) -> None:
    if _ACTIVE_BYTES.search(_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Refused("active")


def _packed_objects(data: bytes) -> Iterator[bytes]:
    """Objects packed into streams, also into those that no table names: another reader may find them."""
    left = MAX_UNPACKED
    for found in _STREAM.finditer(data):
        head = _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), data[max(0, found.start() - 400) : found.start()])
        if not _PACKED_OBJECTS.search(head):
            continue
        try:
            unpacked = zlib.decompressobj().decompress(data[found.end() :], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        if left <= 0:
            raise Refused("too_heavy")
        yield unpacked


def _check_opening(reader: PdfReader) -> None:
    action = reader.root_object.get("/OpenAction")
    action = action.get_object() if isinstance(action, IndirectObject) else action
    if isinstance(action, DictionaryObject) and str(action.get("/S")) not in HARMLESS_ON_OPENING:
        raise Refused("active")


def _check_dictionary(found: DictionaryObject) -> None:
    if ACTIVE_KEYS & found.keys():
        raise Refused("active")
    for key in ("/S", "/Subtype", "/Type"):
        value = found.raw_get(key) if key in found else None
        value = value.get_object() if isinstance(value, IndirectObject) else value
        if isinstance(value, str) and str(value) in ACTIVE_KINDS:
            raise Refused("active")
    for key in ("/URI", "/F"):
        value = found.get(key)
        if isinstance(value, str) and _BAD_LINK.match(value):
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
