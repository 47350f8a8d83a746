"""Word processing, spreadsheets and presentations: zip archives, read entry by entry within limits."""

import io
import zipfile
import zlib
from collections.abc import Callable

from attachments.gate import odf, ooxml
from attachments.gate.verdict import Limits, Refused, Verdict

EMBEDDED_DEPTH = 1
PROGRAMS = (b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")
DAMAGE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)
HEAD_BYTES = 1024 * 1024
LOCAL_HEADER_BYTES = 30


def check_office(data: bytes, limits: Limits, depth: int = 0) -> Verdict:
    """Raises Refused for macros, embedded programs, active links, oversized or damaged archives, and other zips."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE as error:
        raise Refused("broken") from error
    with archive:
        entries = archive.infolist()
        _check_entries(entries, limits)
        mime, check = _type_of(archive)
        total = 0
        for entry in entries:
            content = _unpack(archive, entry, limits, total)
            total += len(content)
            if content.startswith(PROGRAMS):
                raise Refused("active")
            check(entry.filename.lower(), content)
            if content.startswith(b"PK\x03\x04"):
                _check_embedded(content, limits, depth)
    return Verdict("clean", kind="document", mime=mime)


def _type_of(archive: zipfile.ZipFile) -> tuple[str, Callable[[str, bytes], None]]:
    names = set(archive.namelist())
    if ooxml.TYPES_PART in names:
        return ooxml.type_of(_head(archive, ooxml.TYPES_PART)), ooxml.check_part
    if "mimetype" in names:
        declared = _head(archive, "mimetype").decode("ascii", "replace").strip()
        if declared in odf.TYPES:
            return declared, odf.check_part
        if declared.startswith("application/vnd.oasis.opendocument."):
            raise Refused("kind")
    raise Refused("archive")


def _check_embedded(content: bytes, limits: Limits, depth: int) -> None:
    """The table behind a chart is a workbook in the document, and is looked at like one. No other archive is taken."""
    if depth >= EMBEDDED_DEPTH:
        raise Refused("active")
    try:
        check_office(content, limits, depth + 1)
    except Refused as refusal:
        raise Refused("active" if refusal.code in ("archive", "kind") else refusal.code) from refusal


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if not entries:
        raise Refused("archive")
    if len(entries) > limits.archive_entries:
        raise Refused("too_heavy")
    # Programs do not agree on what an archive with bytes before, or with two entries of a name, contains.
    if min(entry.header_offset for entry in entries) != 0:
        raise Refused("disguised")
    names: set[str] = set()
    for entry in entries:
        name = entry.filename.lower()
        parts = name.split("/")
        if ".." in parts or "\\" in name or parts[0] == "" or ":" in parts[0] or name in names:
            raise Refused("disguised")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise Refused("disguised")
        if entry.flag_bits & 0x1:
            raise Refused("locked")
        names.add(name)
    _check_overlap(entries)
    if sum(entry.file_size for entry in entries) > limits.archive_bytes:
        raise Refused("too_heavy")


def _check_overlap(entries: list[zipfile.ZipInfo]) -> None:
    """Bombs of today let all entries share the same packed bytes."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Refused("too_heavy")
        end = entry.header_offset + LOCAL_HEADER_BYTES + entry.compress_size


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, total: int) -> bytes:
    """The entry's bytes. The declared size is only a claim, so what comes out is counted."""
    try:
        with archive.open(entry) as stream:
            content = stream.read(limits.archive_bytes - total + 1)
    except DAMAGE as error:
        raise Refused("broken") from error
    if len(content) + total > limits.archive_bytes:
        raise Refused("too_heavy")
    if len(content) > HEAD_BYTES and len(content) > entry.compress_size * limits.archive_ratio:
        raise Refused("too_heavy")
    return content


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(HEAD_BYTES)
    except DAMAGE as error:
        raise Refused("broken") from error
