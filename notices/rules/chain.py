"""Which channel follows which, when the next is due, and when somebody has been reached. Pure.

What counts as proof is data: notices/data/reach.yaml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).resolve().parent.parent / "data" / "reach.yaml"
Chain = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ReachRules:
    """Channels and ways by hand are named by their codes; see the file for what each is."""

    proof_channels: frozenset[str]
    proof_by_hand: frozenset[str]
    manual_channels: frozenset[str]
    done_by: Mapping[str, str]
    remind_before: timedelta
    proof_people: int
    proof_photos: int


@cache
def reach_rules() -> ReachRules:
    """The file, read once."""
    said = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return ReachRules(
        proof_channels=frozenset(said["proof_channels"]),
        proof_by_hand=frozenset(said["proof_by_hand"]),
        manual_channels=frozenset(said["manual_channels"]),
        done_by=said["done_by"],
        remind_before=timedelta(hours=said["remind_before_hours"]),
        proof_people=int(said["proof_people"]),
        proof_photos=int(said["proof_photos"]),
    )


@dataclass(frozen=True)
class Standing:
    """What is known of one recipient: ``delivered`` by which channels, ``by_hand`` in which ways."""

    must_acknowledge: bool = False
    is_acknowledged: bool = False
    is_read: bool = False
    delivered: frozenset[str] = frozenset()
    by_hand: frozenset[str] = frozenset()


def is_reached(standing: Standing) -> bool:
    """Whether the notice needs no further channel for them.

    One that must be acknowledged: only by that. Any other: read, or proven to have arrived by provider or by hand.
    """
    if standing.must_acknowledge:
        return standing.is_acknowledged
    if standing.is_acknowledged or standing.is_read:
        return True
    rules = reach_rules()
    return bool(standing.delivered & rules.proof_channels or standing.by_hand & rules.proof_by_hand)


def channel_of(chain: Chain, step: int) -> str:
    """The channel of the step (from 0), or "" after the last."""
    return str(chain[step]["channel"]) if step < len(chain) else ""


def step_due_at(chain: Chain, step: int, sent_at: datetime) -> datetime | None:
    """When the step (from 0) is due, or None after the last."""
    return sent_at + timedelta(minutes=int(chain[step]["after_minutes"])) if step < len(chain) else None


def is_manual(channel: str) -> bool:
    """Whether the step is people's work rather than a message."""
    return channel in reach_rules().manual_channels


def reminder_due_from(acknowledge_by: datetime) -> datetime:
    """From when somebody who has not acknowledged is reminded, once."""
    return acknowledge_by - reach_rules().remind_before


def is_overdue(*, acknowledge_by: datetime | None, acknowledged_at: datetime | None, now: datetime) -> bool:
    """Whether the deadline passed without an acknowledgement; one that came late is late no more."""
    return acknowledge_by is not None and acknowledged_at is None and acknowledge_by <= now
