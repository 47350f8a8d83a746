"""Reads the mail that the demo's SMTP server kept: one `.eml` file a message, named by arrival."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"[0-9]{1,24}-[0-9]{1,10}\.eml")
# A search looks back over so many messages.
LOOK_BACK = 5000
HEAD_BYTES = 16 * 1024


@dataclass(frozen=True)
class Letter:
    """A captured mail. ``text`` is empty until it is opened."""

    name: str
    at: datetime
    subject: str
    sender: str
    to: str
    organisation: str
    text: str = ""


def letters(*, slug: str = "", words: str = "", before: str = "") -> Iterator[Letter]:
    """The captured mails, newest first: of one organisation, and with these words in recipient or subject."""
    folder: Path = settings.OUTBOX_ROOT
    names = sorted((path.name for path in folder.glob("*.eml") if NAME.fullmatch(path.name)), reverse=True)
    wanted = words.casefold().split()
    for name in [name for name in names if not before or name < before][:LOOK_BACK]:
        letter = _read(folder / name, heads_only=True)
        if letter is None or (slug and not _belongs_to(letter, slug)):
            continue
        if all(word in f"{letter.to} {letter.subject}".casefold() for word in wanted):
            yield letter


def letter(name: str, *, slug: str = "") -> Letter | None:
    """One captured mail with its words, or None when there is none of that name for this organisation."""
    if not NAME.fullmatch(name):
        return None
    found = _read(settings.OUTBOX_ROOT / name, heads_only=False)
    return None if found is None or (slug and not _belongs_to(found, slug)) else found


def forget(*, patterns: Iterable[str], numbers: Iterable[str]) -> int:
    """Delete the captured mails in which an erased person stands, or one of their complaints. Returns how many.

    ``patterns`` are regular expressions that Python and the database read alike.
    """
    marks = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    marks += [re.compile(re.escape(number)) for number in numbers]
    dropped = 0
    for path in settings.OUTBOX_ROOT.glob("*.eml") if marks else ():
        found = _read(path, heads_only=False)
        if found and any(mark.search(f"{found.to}\n{found.subject}\n{found.text}") for mark in marks):
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _belongs_to(letter: Letter, slug: str) -> bool:
    """By our own header; a mail without it (about signing in) by its recipient's address."""
    if letter.organisation:
        return letter.organisation == slug
    return any(address.endswith(f"@{slug}.example") for _name, address in getaddresses([letter.to.lower()]))


def _read(path: Path, *, heads_only: bool) -> Letter | None:
    try:
        with path.open("rb") as file:
            content = file.read(HEAD_BYTES if heads_only else -1)
    except OSError:
        return None
    parser = BytesParser(policy=policy.default)
    message = parser.parsebytes(content, headersonly=heads_only)
    return Letter(
        name=path.name,
        at=datetime.fromtimestamp(int(path.name.split("-")[0]) / 1_000_000_000, UTC),
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        to=str(message.get("To", "") or message.get("X-Envelope-To", "")),
        organisation=str(message.get("X-PropComm-Organisation", "")).strip(),
        text="" if heads_only else _text(message),
    )


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, UnicodeError):  # an unknown character set
        return ""
