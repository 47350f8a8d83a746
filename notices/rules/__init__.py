"""Clean words, and who may send again. Plain values in, plain values out."""

import re
import unicodedata

from tenancy.models import Membership
from tenancy.policy import can

SUBJECT_LENGTH = 200
# Mails that carry a way in: their words and link go as soon as the mail server has taken them.
SECRET_EVENTS = frozenset({"invitation"})


def one_line(words: str, *, length: int = SUBJECT_LENGTH) -> str:
    """A single line fit for a mail header: no control or direction-changing characters, at most ``length`` long."""
    spaced = re.sub(r"\s+", " ", words)
    if not spaced.isprintable():  # as nearly everything is, and holds none of these
        # Cc holds NUL, CR and LF; Cf the invisible marks that can turn the reading direction; Cs lone surrogates.
        spaced = "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    kept = spaced.strip()
    return kept if len(kept) <= length else f"{kept[: length - 1].rstrip()}…"


def paragraphs(body: str) -> list[list[str]]:
    """The lines of each paragraph; paragraphs stand apart by an empty line."""
    blocks = re.split(r"\n[ \t]*\n\s*", body.strip())
    return [[line.rstrip() for line in block.splitlines()] for block in blocks if block.strip()]


def may_send_again(actor: Membership | None, delivery: object = None) -> bool:
    return can(actor, "outbox.send_again", delivery)
