"""Word processing, spreadsheets and presentations: zip archives, read entry by entry within limits."""

import io
import re
import zipfile
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from attachments.gate.verdict import Limits, Refused, Verdict

_OOXML = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    "wordprocessingml.document.main+xml": _OOXML + "wordprocessingml.document",
    "spreadsheetml.sheet.main+xml": _OOXML + "spreadsheetml.sheet",
    "presentationml.presentation.main+xml": _OOXML + "presentationml.presentation",
    "presentationml.slideshow.main+xml": _OOXML + "presentationml.presentation",
}
ODF = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}
ACTIVE_TYPES = (
    "macroenabled",
    "vbaproject",
    "vbadata",
    "activex",
    "oleobject",
    "macrosheet",
    "sheet.binary",
    "control+xml",
)
ACTIVE_NAMES = re.compile(
    r"(vbaproject|vbadata|/activex/|activex\d|oleobject|macrosheets/|/ctrlprops/.*\.bin|\.(exe|dll|js|vbs|hta|scr|bat|cmd|ps1|jar|swf)$)"
)
ODF_ACTIVE_NAMES = re.compile(r"^(basic|scripts|plugins)/")
EMBEDDED = re.compile(r"\.(docx|xlsx|pptx)$")
EMBEDDED_DEPTH = 1
HARMLESS_LINKS = ("/hyperlink", "/externallinkpath", "/externallinklongpath", "/xlpathmissing")
_REMOTE = re.compile(
    r"^\s*(https?:|ftp:|\\\\|//|file:/*(?![/a-z]*[a-z]:)|mhtml:|ms-[a-z]+:|javascript:)",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(rb"<w:instrText[^>]*>([^<]*)|w:instr=\"([^\"]*)\"")
_DDE = re.compile(rb"\bDDE(AUTO)?\b", re.IGNORECASE)


def check_office(data: bytes, limits: Limits, depth: int = 0) -> Verdict:
    """Raises Refused for macros, embedded programs, active links, oversized or damaged archives, and other zips."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused("broken") from error
    with archive:
        entries = archive.infolist()
        _check_entries(entries, limits)
        names = {entry.filename for entry in entries}
        if "[Content_Types].xml" in names:
            mime = _ooxml_type(_read(archive, "[Content_Types].xml"))
        elif "mimetype" in names and (declared := _read(archive, "mimetype").decode("ascii", "replace").strip()) in ODF:
            mime = declared
        else:
            raise Refused("archive")
        _check_contents(archive, entries, limits, mime, depth)
    return Verdict("clean", kind="document", mime=mime)


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise Refused("too_heavy")
    names: set[str] = set()
    for entry in entries:
        parts = entry.filename.split("/")
        if ".." in parts or "\\" in entry.filename or parts[0] == "" or ":" in parts[0] or entry.filename in names:
            raise Refused("disguised")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise Refused("disguised")
        if entry.flag_bits & 0x1:
            raise Refused("locked")
        names.add(entry.filename)
    if sum(entry.file_size for entry in entries) > limits.archive_bytes:
        raise Refused("too_heavy")


def _check_contents(
    archive: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    limits: Limits,
    mime: str,
    depth: int,
) -> None:
    total = 0
    for entry in entries:
        content = _unpack(archive, entry, limits, total)
        total += len(content)
        name = entry.filename.lower()
        if mime in ODF:
            _check_odf(name, content)
        else:
            _check_ooxml(name, content)
        if EMBEDDED.search(name):
            if depth >= EMBEDDED_DEPTH:
                raise Refused("active")
            check_office(content, limits, depth + 1)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, total: int) -> bytes:
    """The entry's bytes. The declared size is only a claim, so what comes out is counted."""
    try:
        with archive.open(entry) as stream:
            content = stream.read(limits.archive_bytes - total + 1)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise Refused("broken") from error
    if len(content) + total > limits.archive_bytes:
        raise Refused("too_heavy")
    if len(content) > 1024 * 1024 and len(content) > entry.compress_size * limits.archive_ratio:
        raise Refused("too_heavy")
    return content


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(1024 * 1024)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        zipfile.error,
    ) as error:
        raise Refused("broken") from error


def _xml(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused("active") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refused("broken") from error
    return root


def _ooxml_type(content: bytes) -> str:
    found = ""
    for element in _xml(content):
        declared = element.get("ContentType", "").lower()
        if any(word in declared for word in ACTIVE_TYPES):
            raise Refused("active")
        for ending, mime in MAIN_PARTS.items():
            if declared == _OOXML + ending:
                found = found or mime
    if not found:
        raise Refused("archive")
    return found


def _check_ooxml(name: str, content: bytes) -> None:
    if ACTIVE_NAMES.search("/" + name):
        raise Refused("active")
    if content.startswith((b"\xd0\xcf\x11\xe0", b"MZ")):
        raise Refused("active")
    if name.endswith(".rels"):
        _check_links(content)
    elif name.endswith((".xml", ".vml")):
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise Refused("active")
        if name.startswith("xl/externallinks/") and (b"ddeLink" in content or b"oleLink" in content):
            raise Refused("active")
        if name.startswith("word/"):
            code = b"".join(text or attribute for text, attribute in _INSTRUCTION.findall(content))
            if _DDE.search(code):
                raise Refused("active")


def _check_links(content: bytes) -> None:
    """A link that a reader follows is fine; one that the program fetches by itself is not."""
    for element in _xml(content):
        kind = element.get("Type", "").lower()
        if kind.endswith(("/oleobject", "/control", "/vbaproject", "/activexcontrol")):
            raise Refused("active")
        if element.get("TargetMode", "").lower() != "external" or kind.endswith(HARMLESS_LINKS):
            continue
        if not kind.endswith("/attachedtemplate") or _REMOTE.match(element.get("Target", "")):
            raise Refused("active")


def _check_odf(name: str, content: bytes) -> None:
    if ODF_ACTIVE_NAMES.search(name) or content.startswith((b"\xd0\xcf\x11\xe0", b"MZ")):
        raise Refused("active")
    if name == "meta-inf/manifest.xml":
        if b"encryption-data" in content:
            raise Refused("locked")
        if b"oleobject" in content.lower() or b"application/binary" in content:
            raise Refused("active")
    elif name.endswith("content.xml") and (
        b"script:event-listener" in content or b"<table:dde-" in content or b"office:dde-" in content
    ):
        raise Refused("active")
    if name.endswith(".xml") and b"<!ENTITY" in content:
        raise Refused("active")
