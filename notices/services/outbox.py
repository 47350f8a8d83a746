"""The verbs of the outbox: claim what waits, record what became of it, send it again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit import services as audit
from notices import queries, rules
from notices.channels.fates import Fate, Outcome
from notices.models import Attempt, Delivery
from notices.services.queueing import nudge_after_commit
from tenancy.errors import IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership

State = Delivery.State

# -- sending: called by the tasks, inside the organisation's scope ---------------------------------------------------

BATCH = 50
# Longer than a run's seconds plus the slowest conversation about one message.
LEASE = timedelta(minutes=2)


@transaction.atomic
def claim_batch(*, token: UUID, now: datetime, size: int = BATCH) -> list[Delivery]:
    """Take up to ``size`` due e-mails for sending; nobody else gets them until the lease runs out.

    Writes state, lease and ``next_attempt_at`` (the end of the lease: a lost worker's rows come due by themselves).
    A row whose worker was lost counts a try and gets an attempt of its own; it may have arrived. What is past its
    ``expires_at`` is given up.
    """
    due = list(queries.due_mail(now).select_for_update(skip_locked=True)[:size])
    lost = [row for row in due if row.state == State.CLAIMED]
    detail = "the worker ended before it could say what became of it"
    _write_attempts([row.pk for row in lost], Outcome(Fate.UNSURE, detail), now)
    for row in lost:
        row.attempts += 1
    hopeless = {row.pk for row in lost if row.attempts > len(rules.RETRY_AFTER)}
    # A code that has run out is of no use to its reader, and a puzzle.
    hopeless |= {row.pk for row in due if row.expires_at is not None and row.expires_at <= now}
    if lost:
        Delivery.objects.filter(pk__in=[row.pk for row in lost]).update(attempts=F("attempts") + 1, last_error=detail)
    if hopeless:
        Delivery.objects.filter(pk__in=hopeless).update(state=State.DEAD, next_attempt_at=None, sealed="", **_NO_LEASE)
    batch = [row for row in due if row.pk not in hopeless]
    if batch:
        until = now + LEASE
        Delivery.objects.filter(pk__in=[row.pk for row in batch]).update(
            state=State.CLAIMED, lease_token=token, lease_until=until, next_attempt_at=until
        )
    return batch


_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


@transaction.atomic
def record_outcome(*, delivery: Delivery, token: UUID, outcome: Outcome, now: datetime, chance: float) -> str:
    """Write what became of a claimed e-mail, and an attempt. Returns the new state, or "" when the lease was lost.

    Handed: done. Refused: dead. Later and unsure: tried again after 1, 5, 15, 60 min, 4 h, 12 h, then dead.
    Unreachable: tried again within a minute, for as long as it takes. ``chance`` (0 to 1) spreads the times.
    """
    attempts = delivery.attempts + (outcome.fate != Fate.UNREACHABLE)
    changes = _consequences(outcome, attempts, now, chance)
    if outcome.fate == Fate.HANDED and delivery.event in rules.SECRET_EVENTS:
        changes |= {"text": "", "html": "", "link": ""}  # the token in it is the recipient's alone from now on
    held = Delivery.objects.filter(pk=delivery.pk, lease_token=token, state=State.CLAIMED)
    if not held.update(attempts=attempts, last_error=outcome.detail[:300], **_NO_LEASE, **changes):
        return ""
    _write_attempts([delivery.pk], outcome, now)
    return str(changes["state"])


def _consequences(outcome: Outcome, attempts: int, now: datetime, chance: float) -> dict[str, Any]:
    if outcome.fate == Fate.HANDED:
        return {"state": State.HANDED, "handed_at": now, "next_attempt_at": None, "sealed": ""}
    if outcome.fate == Fate.UNREACHABLE:
        wait: timedelta | None = rules.spread(rules.UNREACHABLE_AFTER, chance=chance)
    else:
        wait = None if outcome.fate == Fate.REFUSED else rules.retry_after(attempts, chance=chance)
    if wait is None:
        return {"state": State.DEAD, "next_attempt_at": None, "sealed": ""}
    return {"state": State.QUEUED, "next_attempt_at": now + wait}


def release(*, delivery_ids: Sequence[UUID], token: UUID, unreachable: bool, now: datetime, chance: float) -> int:
    """Give claimed e-mails back untried: due at once, or within a minute when the server is unreachable."""
    wait = rules.spread(rules.UNREACHABLE_AFTER, chance=chance) if unreachable else timedelta()
    held = Delivery.objects.filter(pk__in=delivery_ids, lease_token=token, state=State.CLAIMED)
    return held.update(state=State.QUEUED, next_attempt_at=now + wait, **_NO_LEASE)


def _write_attempts(delivery_ids: Sequence[UUID], outcome: Outcome, now: datetime) -> None:
    if delivery_ids:
        Attempt.objects.bulk_create(
            Attempt(delivery_id=pk, at=now, outcome=outcome.fate, detail=outcome.detail[:300]) for pk in delivery_ids
        )


# -- what people do --------------------------------------------------------------------------------------------------


@transaction.atomic
def requeue(*, delivery_id: UUID, actor: Membership, now: datetime) -> Delivery:
    """Send a dead e-mail again, with all its tries before it. Writes the delivery and an audit entry.

    Raises NotAllowed unless ``actor`` may send again, IllegalMove unless it is dead, NotFound.
    """
    if not rules.may_send_again(actor):
        raise NotAllowed(_("Your role may not send messages again."))
    delivery = queries.outbox_of(actor).select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no such message."))
    if delivery.state != State.DEAD:
        raise IllegalMove(_("Only a message that could not be sent can be sent again."))
    if not delivery.text:
        raise IllegalMove(
            _("This message was about a sign-in. Its words are not kept: they have to be asked for again.")
        )
    delivery.state, delivery.attempts, delivery.next_attempt_at = State.QUEUED, 0, now
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    audit.record(action="delivery.requeued", subject=delivery, actor=actor, now=now, label=delivery.event)
    nudge_after_commit()
    return delivery


def mark_read(*, delivery: Delivery, now: datetime) -> None:
    """Note when the recipient first opened a portal message; later openings change nothing.

    Writes the message and one audit entry.
    """
    if delivery.read_at is None and Delivery.objects.filter(pk=delivery.pk, read_at=None).update(read_at=now):
        audit.record(action="delivery.read", subject=delivery, actor=delivery.membership, now=now)
