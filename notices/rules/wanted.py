"""Whether and when somebody wants to be told, from what they chose. Plain values in, plain values out."""

from dataclasses import dataclass
from datetime import datetime, time

from notices.models import Delivery, Preference
from notices.models.notice import Kind
from notices.rules.quiet import end_of_quiet

Channel, Topic, Mode = Delivery.Channel, Preference.Topic, Preference.Mode
# What wakes people.
LOUD = (Channel.SMS, Channel.PUSH)
# What may be chosen of each topic, by channel. The portal keeps everything; what the law requires stands nowhere here.
_ALL, _SWITCH = (Mode.AT_ONCE, Mode.DIGEST, Mode.OFF), (Mode.AT_ONCE, Mode.OFF)
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    Topic.ORDINARY: {Channel.EMAIL: _ALL, Channel.SMS: _SWITCH, Channel.PUSH: _SWITCH, Channel.LETTER: _SWITCH},
    Topic.EMERGENCY: {Channel.EMAIL: _SWITCH, Channel.SMS: _SWITCH, Channel.PUSH: _SWITCH},
    Topic.CASES: {Channel.EMAIL: _ALL, Channel.PUSH: _SWITCH},
}
# Ordinary notices and emergencies say in their mails how to stop them; news of a case somebody asked for does not.
ONE_CLICK = (Topic.ORDINARY, Topic.EMERGENCY)


@dataclass(frozen=True)
class Now:
    """Send it."""


@dataclass(frozen=True)
class Later:
    """Send it when the quiet hours are over."""

    at: datetime


@dataclass(frozen=True)
class Digest:
    """It goes into the daily digest."""


@dataclass(frozen=True)
class Off:
    """Not by this channel."""


Wish = Now | Later | Digest | Off


@dataclass(frozen=True)
class Quiet:
    """Somebody's quiet hours, in the time of ``zone``."""

    zone: str
    begins: time | None
    ends: time | None


def topic_of_kind(kind: str) -> str | None:
    """The topic of a notice's kind; None for what the law requires, which nobody can switch off."""
    return {Kind.ORDINARY: Topic.ORDINARY, Kind.EMERGENCY: Topic.EMERGENCY}.get(Kind(kind))


def decide(*, topic: str | None, channel: str, mode: str, quiet: Quiet, now: datetime) -> Wish:
    """What becomes of one message. ``mode`` is what its reader chose, "" when nothing; ``topic`` None cannot be refused.

    Emergencies that are wanted come at any hour. A choice that a channel does not know counts as none.
    """
    if topic is not None and mode in CHOICES.get(topic, {}).get(channel, ()):
        if mode == Mode.OFF:
            return Off()
        if mode == Mode.DIGEST:
            return Digest()
    if channel in LOUD and topic != Topic.EMERGENCY:
        ends = end_of_quiet(now, zone=quiet.zone, begins=quiet.begins, ends=quiet.ends)
        if ends is not None:
            return Later(ends)
    return Now()
