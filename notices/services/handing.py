"""From one message to the next: what became of the one before is written together with the beginning of the next.

That is one statement, for it is run for every message that leaves. A worker that is killed can so leave one message
behind of which nobody knows whether it arrived, and the row says which.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from notices.channels.fates import Outcome
from notices.models import Attempt, Delivery
from notices.rules import SECRET_EVENTS
from notices.rules.pace import pace
from notices.rules.retrying import Consequence, consequence_of
from notices.services.claiming import NO_LEASE, Claim
from notices.services.falling_back import tell_elsewhere
from notices.services.receipts import settle
from notices.services.suppressing import note_refusal
from tenancy.context import ask_in_scope, scope
from tenancy.models import uuid7

State = Delivery.State
DETAIL_LENGTH = 300
# Both halves may be empty: the ids of no row are NULL then. The state is compared as an expression, else the index of
# what waits looks cheaper than the key to a database that has not counted its rows of late.
PASS_ON = """
WITH ended AS (
    UPDATE notices_delivery SET
        state = %(state)s, attempts = %(attempts)s, last_error = %(detail)s, next_attempt_at = %(next_attempt_at)s,
        handed_at = CASE WHEN %(is_out)s THEN %(now)s ELSE handed_at END,
        handing_at = CASE WHEN %(is_over)s THEN handing_at END,
        provider_reference = CASE WHEN %(reference)s = '' THEN provider_reference ELSE %(reference)s END,
        sealed = CASE WHEN %(is_over)s THEN '' ELSE sealed END,
        text = CASE WHEN %(is_secret)s THEN '' ELSE text END,
        html = CASE WHEN %(is_secret)s THEN '' ELSE html END,
        link = CASE WHEN %(is_secret)s THEN '' ELSE link END,
        lease_token = NULL, lease_until = NULL
    WHERE organisation_id = %(organisation)s AND id = %(ended)s AND lease_token = %(token)s AND state || '' = 'claimed'
    RETURNING id
), tried AS (
    INSERT INTO notices_attempt (organisation_id, id, delivery_id, at, outcome, detail)
    SELECT %(organisation)s, %(attempt)s, id, %(now)s, %(outcome)s, %(detail)s FROM ended
), begun AS (
    UPDATE notices_delivery SET handing_at = %(now)s, lease_until = %(until)s, next_attempt_at = %(until)s
    WHERE organisation_id = %(organisation)s AND id = %(begun)s AND lease_token = %(token)s AND state || '' = 'claimed'
    RETURNING id
)
SELECT EXISTS (SELECT FROM ended), EXISTS (SELECT FROM begun)
"""
_NOTHING_ENDED: dict[str, Any] = {
    "ended": None, "state": "", "attempts": 0, "detail": "", "next_attempt_at": None, "is_out": False, "is_over": False,
    "reference": "", "is_secret": False, "attempt": None, "outcome": "",
}  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """A message that was handed over, or not, and what the other side said."""

    claim: Claim
    outcome: Outcome


def pass_on(
    *, organisation_id: int, token: UUID, ended: Ended | None, begun: Delivery | None, now: datetime, chance: float
) -> tuple[str, bool]:
    """Write what became of ``ended`` and that ``begun`` goes over the line now.

    Returns the state of the first ("" when its lease was lost: then nothing is written of it) and whether the second
    is ours to hand over. Writes the rows and an attempt; of one that is dead also what `tell_elsewhere` writes.
    Opens the scope itself, for nothing may be open while the other side is talked to.
    """
    state, values = "", dict(_NOTHING_ENDED)
    if ended is not None:
        then = consequence_of(
            ended.outcome, attempts=ended.claim.delivery.attempts, now=now, chance=chance,
            may_have_arrived=ended.claim.may_have_arrived,
        )  # fmt: skip
        state = then.state
        if state == State.DEAD:
            with scope(organisation_id):
                state = _bury(ended, token, then, now)
        else:
            values = _values_of(ended, then)
    if values["ended"] is None and begun is None:
        return state, False
    values |= {
        "organisation": organisation_id, "token": token, "now": now, "until": now + pace().handing_lease,
        "begun": begun.pk if begun else None,
    }  # fmt: skip
    ((was_ours, is_ours),) = ask_in_scope(organisation_id, PASS_ON, values)
    if was_ours and values["is_out"] and values["reference"]:
        _hear(organisation_id, values["ended"], now)
    return (state if was_ours or values["ended"] is None else ""), is_ours


def _hear(organisation_id: int, delivery_id: UUID, now: datetime) -> None:
    """Apply what a provider told of the message before we knew that it has it."""
    with scope(organisation_id):
        settle(delivery=Delivery.objects.get(pk=delivery_id), now=now)


def _values_of(ended: Ended, then: Consequence) -> dict[str, Any]:
    row = ended.claim.delivery
    return {
        "ended": row.pk,
        "state": str(then.state),
        "attempts": then.attempts,
        "detail": ended.outcome.detail[:DETAIL_LENGTH],
        "next_attempt_at": then.next_attempt_at,
        "is_out": then.is_out,
        "is_over": then.is_over,
        "reference": ended.outcome.reference,
        # The token in it is the recipient's alone from now on.
        "is_secret": then.is_out and row.event in SECRET_EVENTS,
        "attempt": uuid7(),
        "outcome": str(ended.outcome.fate),
    }


@transaction.atomic
def _bury(ended: Ended, token: UUID, then: Consequence, now: datetime) -> str:
    """Write a message off and have its reader told another way. Returns its state, "" when the lease was lost."""
    row, detail = ended.claim.delivery, ended.outcome.detail[:DETAIL_LENGTH]
    held = Delivery.objects.filter(pk=row.pk, lease_token=token, state=State.CLAIMED)
    if not held.update(
        state=State.DEAD, attempts=then.attempts, last_error=detail, next_attempt_at=None, sealed="", **NO_LEASE
    ):
        return ""
    Attempt.objects.create(delivery=row, at=now, outcome=ended.outcome.fate, detail=detail)
    note_refusal(delivery=row, said=detail, now=now)
    tell_elsewhere([row], now=now)
    return State.DEAD
