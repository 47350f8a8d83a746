"""What can become of one try to hand a message over."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    HANDED = "handed"  # the other side took it
    LATER = "later"  # it said: not now
    UNSURE = "unsure"  # the conversation broke after the words were on their way: it may have arrived
    UNREACHABLE = "unreachable"  # nobody to talk to: not this message's fault
    REFUSED = "refused"  # it said: never


@dataclass(frozen=True)
class Outcome:
    fate: Fate
    detail: str = ""
    reference: str = ""
