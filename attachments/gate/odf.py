"""OpenDocument: part by part, what acts by itself or is fetched from elsewhere when the file is opened."""

import html
import re

from attachments.gate.verdict import Refused
from attachments.gate.xml import REMOTE, SCRIPT, searchable

TYPES = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}
ACTIVE_NAMES = re.compile(r"^(basic|scripts|plugins)/|\.(exe|dll|js|vbs|hta|scr|bat|cmd|ps1|jar|swf)$")
# Macros bound to events, other programs' data, foreign frames.
_ACTIVE = re.compile(
    rb":event-listener\b|<\w+:dde-|:dde-source\b|<\w+:(floating-frame|plugin|applet)\b|:database-(row|next|name)"
)
_LINK = re.compile(rb"<(?:[\w-]+:)?([\w-]+)\b[^<>]*?\bhref=(?:\"([^\"]*)\"|'([^']*)')")
_FORMULA = re.compile(rb"\bformula=\"([^\"]*)\"")
_FETCHING = re.compile(r"\b(WEBSERVICE|DDE)\s*\(", re.IGNORECASE)


def check_part(name: str, content: bytes) -> None:
    """`name` in small letters. Raises Refused: "active", or "locked" for an encrypted document."""
    if ACTIVE_NAMES.search(name):
        raise Refused("active")
    if not name.endswith((".xml", ".rdf", ".svg")):
        return
    content = searchable(content)
    if name == "meta-inf/manifest.xml":
        if b"encryption-data" in content:
            raise Refused("locked")
        if b"oleobject" in content.lower():
            raise Refused("active")
    elif (
        _ACTIVE.search(content) or any(_is_active(*link) for link in _links(content)) or _has_fetching_formula(content)
    ):
        raise Refused("active")


def _links(content: bytes) -> list[tuple[str, str]]:
    """The element and the address of each link."""
    return [
        (found[1].decode(), html.unescape((found[2] or found[3] or b"").decode("utf-8", "replace")))
        for found in _LINK.finditer(content)
    ]


def _is_active(element: str, address: str) -> bool:
    """A link in the text is followed by its reader; every other one by the program."""
    return bool(SCRIPT.match(address)) or (element != "a" and bool(REMOTE.match(address)))


def _has_fetching_formula(content: bytes) -> bool:
    return any(
        _FETCHING.search(html.unescape(found[1].decode("utf-8", "replace"))) for found in _FORMULA.finditer(content)
    )
