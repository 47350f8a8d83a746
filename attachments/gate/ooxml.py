"""Word, Excel and PowerPoint: part by part, what acts by itself or is fetched from elsewhere when the file is opened."""

import html
import re

from attachments.gate.verdict import Refused
from attachments.gate.xml import REMOTE, SCRIPT, elements, searchable

TYPES_PART = "[Content_Types].xml"
_OOXML = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    "wordprocessingml.document.main+xml": _OOXML + "wordprocessingml.document",
    "spreadsheetml.sheet.main+xml": _OOXML + "spreadsheetml.sheet",
    "presentationml.presentation.main+xml": _OOXML + "presentationml.presentation",
    "presentationml.slideshow.main+xml": _OOXML + "presentationml.presentation",
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
    r"(vbaproject|vbadata|/activex/|activex\d|oleobject|macrosheets/|/customui/|/ctrlprops/.*\.bin|\.(exe|dll|js|vbs|hta|scr|bat|cmd|ps1|jar|swf)$)"
)
# Relations to a part that acts, wherever it lies.
ACTIVE_RELATIONS = (
    "/oleobject",
    "/control",
    "/vbaproject",
    "/wordvbadata",
    "/activexcontrol",
    "/activexcontrolbinary",
    "/afchunk",
    "/subdocument",
    "/xlmacrosheet",
    "/xlintlmacrosheet",
    "/extensibility",
    "/usercustomization",
)
# Outside the file a link may point anywhere when a reader follows it, and to the own computer when the program does.
FOLLOWED = ("/hyperlink",)
FETCHED = (
    "/image",
    "/attachedtemplate",
    "/externallinkpath",
    "/externallinklongpath",
    "/xlpathmissing",
    "/xlexternallinkpath/xlpathmissing",
    "/video",
    "/audio",
    "/media",
)
_FIELD = re.compile(
    rb"<(?:\w+:)?(?:(?P<mark>fldChar)\b|instrText[^>]*>(?P<text>[^<]*)|fldSimple\b[^>]*?instr=[\"\'](?P<simple>[^\"\'>]*))"
)
# Fields that start programs, that fetch, and that spell such a field from numbers.
_ACTIVE_FIELD = re.compile(
    r"(?<![\w/.:-])(DDE(AUTO)?(?![\w/.-])|QUOTE(\s+\d{2,3}){3}|(INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK)\s[^{}]*?"
    r"(https?:|ftp:|\\\\\\\\|\"\\\\)|DATABASE\s)",
    re.IGNORECASE,
)
_FORMULA = re.compile(rb"<(?:\w+:)?(?:f|definedName|formula1?|formula2)\b[^>]*>([^<]+)<")
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
_ACTIVE_FORMULA = re.compile(
    r"\w\s*\|[^|]*!|\b(WEBSERVICE|RTD|REGISTER\.ID|EXEC)\s*\(|_xlfn\.IMAGE\s*\(", re.IGNORECASE
)
_FETCHING_QUERY = re.compile(rb"refreshOnLoad=[\"\'](1|true)|<(?:\w+:)?webPr\b", re.IGNORECASE)
_ACTIVE_CLICK = re.compile(rb"ppaction://(macro|program|ole)", re.IGNORECASE)
_LIVE_SVG = re.compile(rb"<script|\son\w+\s*=|javascript:|<foreignObject", re.IGNORECASE)


def type_of(content: bytes) -> str:
    """The type of the document by its list of parts. Raises Refused: "active" for a part that acts, "kind"."""
    found = ""
    for element in elements(content):
        declared = element.get("ContentType", "").lower()
        if any(word in declared for word in ACTIVE_TYPES):
            raise Refused("active")
        for ending, mime in MAIN_PARTS.items():
            if declared == _OOXML + ending:
                found = found or mime
    if not found:
        raise Refused("kind")
    return found


def check_part(name: str, content: bytes) -> None:
    """`name` in small letters. Raises Refused("active")."""
    if ACTIVE_NAMES.search("/" + name):
        raise Refused("active")
    if "/embeddings/" in name and not content.startswith(b"PK\x03\x04"):
        raise Refused("active")
    if name.endswith(".rels"):
        _check_relations(content)
    elif name.endswith((".xml", ".vml", ".svg")):
        _check_xml(name, searchable(content))


def _check_relations(content: bytes) -> None:
    """A link that a reader follows is fine; one that the program fetches by itself is not."""
    for element in elements(content):
        kind, target = element.get("Type", "").lower(), element.get("Target", "")
        if kind.endswith(ACTIVE_RELATIONS) or SCRIPT.match(target):
            raise Refused("active")
        if element.get("TargetMode", "").lower() != "external" or kind.endswith(FOLLOWED):
            continue
        if not kind.endswith(FETCHED) or REMOTE.match(target):
            raise Refused("active")


def _check_xml(name: str, content: bytes) -> None:
    if b"<!DOCTYPE" in content and not name.endswith(".svg"):
        raise Refused("active")
    if name.endswith(".svg"):
        is_active = bool(_LIVE_SVG.search(content))
    elif name.startswith("word/"):
        is_active = bool(_ACTIVE_FIELD.search(_field_codes(content)))
    elif name.startswith("ppt/"):
        is_active = bool(_ACTIVE_CLICK.search(content))
    elif name.startswith("xl/externallinks/"):
        is_active = b"ddeLink" in content or b"oleLink" in content
    elif name.startswith("xl/"):
        is_active = bool(_FETCHING_QUERY.search(content)) or _has_active_formula(content)
    else:
        is_active = False
    if is_active:
        raise Refused("active")


def _field_codes(content: bytes) -> str:
    """The codes of all fields: one may be cut into many runs, and the next one begins at its mark."""
    parts = (
        b" " if found["mark"] else (found["text"] or found["simple"] or b"") + (b" " if found["simple"] else b"")
        for found in _FIELD.finditer(content)
    )
    return html.unescape(b"".join(parts).decode("utf-8", "replace"))


def _has_active_formula(content: bytes) -> bool:
    """Outside its quotes a formula has a bar only to call another program: =cmd|'/c calc'!A0."""
    for found in _FORMULA.finditer(content):
        formula = html.unescape(found[1].decode("utf-8", "replace"))
        if _ACTIVE_FORMULA.search(_LITERAL.sub("", formula)):
            return True
    return False
