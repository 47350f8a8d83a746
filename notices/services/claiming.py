"""Claims: a worker takes what is due under a lease, and gives back what it did not begin."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from notices import queries
from notices.channels.fates import Fate
from notices.models import Attempt, Delivery
from notices.queries.stopped import stopped_among
from notices.rules.pace import pace
from notices.rules.retrying import reason_not_to_send, spread
from notices.services.falling_back import tell_elsewhere
from notices.services.letting_sleep import let_sleep
from notices.wording import versions_of, words_of
from notices.writing import Words
from tenancy.models import Organisation

Channel, State, Because = Delivery.Channel, Delivery.State, Delivery.Because
NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}
LOST = "the worker ended before it could say what became of it"
# Whoever waits for one of these has to be told another way.
UNSENDABLE = (Because.STOPPED_ADDRESS, Because.NO_PROVIDER, Because.NO_ADDRESS)


@dataclass(frozen=True)
class Claim:
    """One message in hand. ``words`` is what could not be written when it could not. ``may_have_arrived`` by an
    earlier try of which nobody knows."""

    delivery: Delivery
    words: Words | ValueError
    may_have_arrived: bool


@dataclass(frozen=True)
class Batch:
    """What was claimed, and how many rows were found: some of them may have been written off instead."""

    claims: list[Claim]
    found: int


@transaction.atomic
def claim_batch(
    *, channel: str, organisation: Organisation, token: UUID, now: datetime, size: int, repeats_safely: bool = False
) -> Batch:
    """Take up to ``size`` due messages of the channel; nobody else gets them until the lease runs out.

    Writes state, lease and ``next_attempt_at`` (the end of the lease: a lost worker's rows come due by themselves). A
    row whose worker was lost after it had begun counts a try and gets an attempt "unsure"; one not begun counts
    nothing. What is no longer to be sent is suppressed, with the reason. ``repeats_safely`` says of the
    channel that a second try is no second message.
    """
    due = queries.due(channel, now).select_related("notice", "recipient__estate", "recipient__building")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:size])
    found = len(rows)
    hopeless = _note_lost([row for row in rows if row.state == State.CLAIMED and row.handing_at], now)
    rows = _without_unwanted([row for row in rows if row.pk not in hopeless], channel, now)
    rows = let_sleep(rows, channel=channel, organisation=organisation, now=now)
    until = now + pace().waiting_lease
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.CLAIMED, lease_token=token, lease_until=until, next_attempt_at=until, handing_at=None
    )
    unsure = set() if repeats_safely else _unsure_among(rows)
    versions = versions_of(rows)
    return Batch([Claim(row, _words(row, organisation, versions), row.pk in unsure) for row in rows], found)


def _words(row: Delivery, organisation: Organisation, versions: Any) -> Words | ValueError:
    try:
        return words_of(row, organisation, versions)
    except ValueError as error:
        return error


def _note_lost(lost: Sequence[Delivery], now: datetime) -> set[UUID]:
    """Count a try of those that a lost worker had begun. Returns which of them are given up with that."""
    if not lost:
        return set()
    Attempt.objects.bulk_create(Attempt(delivery=row, at=now, outcome=Fate.UNSURE, detail=LOST) for row in lost)
    Delivery.objects.filter(pk__in=[row.pk for row in lost]).update(attempts=F("attempts") + 1, last_error=LOST)
    for row in lost:
        row.attempts += 1
    hopeless = [row for row in lost if row.attempts > len(pace().retry_minutes)]
    if hopeless:
        _write_off(hopeless, State.DEAD, "")
        tell_elsewhere(hopeless, now=now)
    return {row.pk for row in hopeless}


def _without_unwanted(rows: Sequence[Delivery], channel: str, now: datetime) -> list[Delivery]:
    """Those still to be sent; the others are written off with the reason."""
    stopped = stopped_among([(channel, row.address) for row in rows])
    wanted, unwanted = [], defaultdict(list)
    for row in rows:
        because = reason_not_to_send(row, is_stopped=(channel, row.address.lower()) in stopped, now=now)
        if not because:
            wanted.append(row)
        else:
            unwanted[because].append(row)
    for because, those in unwanted.items():
        suppress(those, because, now=now)
    return wanted


def suppress(rows: Sequence[Delivery], because: str, *, now: datetime) -> None:
    """Write that these are not sent, and why; whoever cannot be reached this way is told another.

    One of which an earlier try may have arrived is dead, for "not sent" would not be true.
    """
    unsure = _unsure_among(rows)
    _write_off([row for row in rows if row.pk not in unsure], State.SUPPRESSED, because)
    _write_off([row for row in rows if row.pk in unsure], State.DEAD, because)
    if because in UNSENDABLE:
        tell_elsewhere(rows, now=now)


def _write_off(rows: Sequence[Delivery], state: str, because: str) -> None:
    if rows:
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=state, because=because, next_attempt_at=None, sealed="", **NO_LEASE
        )


def _unsure_among(rows: Iterable[Delivery]) -> set[UUID]:
    tried = [row.pk for row in rows if row.attempts]
    unsure = Attempt.objects.filter(delivery__in=tried, outcome=Fate.UNSURE) if tried else Attempt.objects.none()
    return set(unsure.values_list("delivery_id", flat=True))


@transaction.atomic
def suppress_unprovided(*, channel: str, now: datetime, size: int) -> int:
    """Write of up to ``size`` due messages that nobody carries the channel for the organisation. Returns how many.

    Letters of a notice are not given up: they wait for people, who print and post them. One that a print shop may have
    had before it was dismissed is.
    """
    due = queries.due(channel, now).select_for_update(skip_locked=True, of=("self",))
    rows = list(due[:size])
    by_hand = [row for row in rows if channel == Channel.LETTER and row.recipient_id and not row.handing_at]
    kept = {row.pk for row in by_hand} - _unsure_among(by_hand)
    Delivery.objects.filter(pk__in=kept).update(state=State.QUEUED, next_attempt_at=None, **NO_LEASE)
    suppress([row for row in rows if row.pk not in kept], Because.NO_PROVIDER, now=now)
    return len(rows)


def release(*, delivery_ids: Sequence[UUID], token: UUID, unreachable: bool, now: datetime, chance: float) -> int:
    """Give claimed messages back that were not begun: due at once, or a little later when nobody can be reached."""
    wait = spread(timedelta(seconds=pace().unreachable_seconds), chance=chance) if unreachable else timedelta()
    held = Delivery.objects.filter(pk__in=delivery_ids, lease_token=token, state=State.CLAIMED, handing_at__isnull=True)
    return held.update(state=State.QUEUED, next_attempt_at=now + wait, **NO_LEASE)
