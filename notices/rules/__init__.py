"""Clean words, when to try again, and who may send again. Plain values in, plain values out."""

import re
import unicodedata
from datetime import timedelta

from tenancy.models import Membership
from tenancy.policy import can

SUBJECT_LENGTH = 200
# After each failed try the next one waits this long; after the last of them the delivery is given up.
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
# An unreachable server is nobody's fault: mail leaves within a minute of its coming back.
UNREACHABLE_AFTER = timedelta(seconds=30)
JITTER = 0.2


# Mails that carry a way in: their words and link go as soon as the mail server has taken them.
SECRET_EVENTS = frozenset({"invitation"})


def one_line(words: str, *, length: int = SUBJECT_LENGTH) -> str:
    """A single line fit for a mail header: no control or direction-changing characters, at most ``length`` long."""
    spaced = re.sub(r"\s+", " ", words)
    # Cc holds NUL, CR and LF; Cf the invisible marks that can turn the reading direction; Cs lone surrogates.
    kept = "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    kept = kept.strip()
    return kept if len(kept) <= length else f"{kept[: length - 1].rstrip()}…"


def paragraphs(body: str) -> list[list[str]]:
    """The lines of each paragraph; paragraphs stand apart by an empty line."""
    blocks = re.split(r"\n[ \t]*\n\s*", body.strip())
    return [[line.rstrip() for line in block.splitlines()] for block in blocks if block.strip()]


def retry_after(failures: int, *, chance: float) -> timedelta | None:
    """How long to wait after this many failed tries (from 1), or None to give up. ``chance`` is from 0 to 1."""
    if failures > len(RETRY_AFTER):
        return None
    return spread(RETRY_AFTER[failures - 1], chance=chance)


def spread(delay: timedelta, *, chance: float) -> timedelta:
    """The delay, up to 20 % shorter or longer, so that what failed together does not come back together."""
    return delay * (1 + JITTER * (2 * chance - 1))


def may_send_again(actor: Membership | None, delivery: object = None) -> bool:
    return can(actor, "outbox.send_again", delivery)
