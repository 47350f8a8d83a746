"""A mail as it came, read without trust: broken, huge, nested or in any charset, it becomes plain words and files."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).resolve().parent.parent / "data" / "inbound.yaml"
RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To")
# RFC 3834 and what is in use beside it.
PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+-].*)?@", re.IGNORECASE)
ABSENT = re.compile(
    r"^\s*(\[?auto(matic)?[ -]?(reply|response|antwort)|out of (the )?office|abwesen|自动回复|自動回覆|自动答复)",
    re.IGNORECASE,
)
CHINESE = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "ms936", "hz-gb-2312", "gb18030"})


@cache
def limits() -> dict[str, Any]:
    """The numbers of data/inbound.yaml."""
    loaded: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True)
class Read:
    """What a mail says. ``automatic`` is why no person wrote it, as a code; "" when somebody did."""

    key: str
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    recipients: tuple[str, ...] = ()
    text: str = ""
    files: tuple[File, ...] = ()
    left_out: int = 0
    automatic: str = ""
    is_doubtful: bool = False
    is_readable: bool = True


@dataclass
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    left_out: int = 0


def read_mail(raw: bytes, *, domain: str) -> Read:
    """Never raises, whatever the bytes are. ``domain`` is that of our own Message-IDs."""
    try:
        return _read(raw, domain)
    except (Exception, RecursionError):  # whatever a parser of hostile bytes may raise
        return Read(key=_key("", raw), is_readable=False)


def _read(raw: bytes, domain: str) -> Read:
    mail = message_from_bytes(raw)
    name, sender = parseaddr(_header(mail, "From"))
    found = _Found()
    for part, depth in _parts(mail):
        _sort(part, depth, found)
    text = "\n\n".join(found.plain) if any(each.strip() for each in found.plain) else "\n\n".join(found.html)
    pairs = getaddresses([_header(mail, each, at) for each in RECIPIENTS for at in range(len(mail.get_all(each, [])))])
    most = limits()["files"]
    return Read(
        key=_key(_header(mail, "Message-ID"), raw),
        sender=_address(sender)[:254],
        sender_name=_line(name)[:200],
        subject=_line(_header(mail, "Subject"))[:200],
        recipients=tuple(dict.fromkeys(_address(address) for _name, address in pairs if "@" in address)),
        text=clean(text),
        files=tuple(found.files[:most]),
        left_out=found.left_out + len(found.files[most:]),
        automatic=_automatic(mail, sender, domain),
        is_doubtful="dmarc=fail" in _header(mail, "Authentication-Results").lower(),
    )


def _key(message_id: str, raw: bytes) -> str:
    """The same mail twice has the same key: by its Message-ID, or by its bytes when it has none."""
    said = message_id.strip().encode("utf-8", "replace") or raw
    return hashlib.sha256(said).hexdigest()


# -- headers -----------------------------------------------------------------------------------------------------------


def _header(mail: Message, name: str, at: int = 0) -> str:
    values = mail.get_all(name) or []
    if len(values) <= at:
        return ""
    try:
        parts = decode_header(values[at])
    except Exception:  # a broken encoded word stands as it is
        parts = [(str(values[at]), None)]
    return "".join(part if isinstance(part, str) else decoded(part, charset) for part, charset in parts)


def _address(words: str) -> str:
    return _line(words).lower() if "@" in words else ""


def _line(words: str) -> str:
    return " ".join(clean(words).split())


def _automatic(mail: Message, sender: str, domain: str) -> str:
    said = _header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    if mail.get("X-PropComm-Organisation") or _header(mail, "Message-ID").strip().lower().endswith(
        f"@{domain}>".lower()
    ):
        return "ours"
    if mail.get_content_type() == "multipart/report" or _header(mail, "Return-Path").strip() == "<>":
        return "report"
    if said and said != "no":
        return "auto_submitted"
    if _header(mail, "Precedence").strip().lower() in PRECEDENCE or mail.get("List-Id") or mail.get("List-Unsubscribe"):
        return "list"
    if any(mail.get(each) for each in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Loop")):
        return "auto_submitted"
    if MACHINES.match(sender):
        return "machine"
    return "absence" if ABSENT.match(_header(mail, "Subject")) else ""


# -- parts -------------------------------------------------------------------------------------------------------------


def _parts(mail: Message) -> Iterator[tuple[Message, int]]:
    """The leaves, in order; what a mail carries within a mail is a leaf too."""
    waiting: list[tuple[Message, int]] = [(mail, 0)]
    seen = 0
    while waiting and seen < limits()["parts"]:
        part, depth = waiting.pop(0)
        seen += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list) and depth < limits()["depth"]:
            waiting[:0] = [(each, depth + 1) for each in inner if isinstance(each, Message)]
        else:
            yield part, depth
    for part, _depth in waiting:
        yield part, limits()["depth"] + 1


def _sort(part: Message, depth: int, found: _Found) -> None:
    kind, name = part.get_content_type(), _file_name(part)
    if depth > limits()["depth"] or part.is_multipart():
        found.left_out += 1
        return
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
        text = decoded(content, part.get_content_charset())
        if kind == "text/html":
            found.html.append(words_of_html(text))
        else:
            found.plain.append(text)
    elif content and not (part.get("Content-ID") and len(content) < limits()["least_inline_bytes"]):
        found.files.append(File(name or f"file.{kind.rpartition('/')[2][:10]}", content))


def _file_name(part: Message) -> str:
    try:
        given = part.get_filename() or ""
        words = "".join(
            each if isinstance(each, str) else decoded(each, charset) for each, charset in decode_header(given)
        )
    except Exception:  # a file without a readable name is a file all the same
        words = ""
    return _line(words)[:150]


def decoded(content: bytes, charset: str | None) -> str:
    """Text in the charset it claims; else UTF-8; else GB18030, in which most mail that lies about itself is written."""
    claimed = (charset or "").strip().lower()
    claimed = "gb18030" if claimed in CHINESE else claimed
    for each in dict.fromkeys(
        (claimed if claimed not in ("", "unknown-8bit", "us-ascii") else "utf-8", "utf-8", "gb18030")
    ):
        try:
            return content.decode(each)
        except Exception:  # noqa: S112 - an unknown charset, or not in this one
            continue
    return content.decode("latin-1")


def clean(words: str) -> str:
    """Without signs that no text can hold or that turn its direction."""
    kept = (sign for sign in words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    return "".join(
        sign for sign in kept if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs")
    ).strip()


class _Words(HTMLParser):
    """Text of HTML, a quotation marked by ">" as in plain mail."""

    DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript"})
    BREAKS = frozenset({"br", "p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "blockquote", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.dropped = self.quoted = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.dropped += tag in self.DROPPED
        self.quoted += tag == "blockquote"
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self.dropped = max(0, self.dropped - (tag in self.DROPPED))
        self.quoted = max(0, self.quoted - (tag == "blockquote"))
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in self.BREAKS:
            self.parts.append("\n> " if self.quoted else "\n")

    def handle_data(self, data: str) -> None:
        if not self.dropped:
            self.parts.append(re.sub(r"\s+", " ", data))


def words_of_html(html: str) -> str:
    """What a reader would see of it, as plain text; nothing in it is fetched or run."""
    parser = _Words()
    parser.feed(html[: limits()["html_characters"]])
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join("" if line == ">" else line for line in lines)).strip()
