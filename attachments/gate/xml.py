"""What the checks of both office formats share: XML as text that can be searched, and which addresses are far away."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from attachments.gate.verdict import Refused

# Another machine: of the web, of the local network. A drive of the own computer is not.
REMOTE = re.compile(
    r"\s*(https?:|ftps?:|smb:|davs?:|mhtml:|ms-[a-z-]+:|(file:)?[\\/]{2}(?!localhost/)([^\\/]|[\\/]{2}))", re.IGNORECASE
)
# What does something else than show a page when it is followed.
SCRIPT = re.compile(r"\s*(javascript|vbscript|data|vnd\.sun\.star\.[a-z]+|macro):", re.IGNORECASE)


def searchable(content: bytes) -> bytes:
    """As UTF-8: in another encoding a search of the bytes would find nothing. Raises Refused("active") for entities."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode()
    elif content[:1] == b"\0" or content[1:2] == b"\0":
        content = content.decode("utf-16-be" if content[:1] == b"\0" else "utf-16-le", "replace").encode()
    if b"<!ENTITY" in content:
        raise Refused("active")
    return content


def elements(content: bytes) -> Element:
    """Raises Refused: "active" for a document type, "broken" for what is no XML."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused("active") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refused("broken") from error
    return root
