"""Sends what waits. A nudge names one organisation; the beat asks for all of them."""

import logging
import random
import time
from collections import deque
from uuid import UUID, uuid4

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from notices import proof_queries, queries, reach_queries
from notices.mail import Fate, Outcome, Post, message_of
from notices.models import Delivery
from tenancy.context import scope
from tenancy.models import Organisation

log = logging.getLogger(__name__)

# A run starts no new message after so long: the slowest server then still answers within the lease of two minutes.
RUN_SECONDS = 40
# An unreachable server is asked again after so long, not by every worker at once.
REST_SECONDS = 15
RESTING = "notices:mail-server-rests"


@shared_task(soft_time_limit=150, time_limit=180, expires=60)
def send_waiting_deliveries(organisation_id: int | None = None) -> str:
    """Send the e-mails that are due: a batch of each organisation in turn, on one connection to the mail server.

    Several may run at once; the claims keep them apart. While the server is being talked to, no transaction is open.
    """
    if _is_resting():
        return "resting"
    turns = [organisation_id] if organisation_id else queries.organisations_with_due_mail(timezone.now())
    waiting = deque(random.sample(turns, len(turns)))  # another order each run, so that none is always served last
    until = time.monotonic() + RUN_SECONDS
    sent = 0
    with Post() as post:
        while waiting and not post.is_down and time.monotonic() < until:
            turn = waiting.popleft()
            tried, has_more = _send_batch(turn, post, until)
            sent += tried
            if has_more:
                waiting.append(turn)
        if post.is_down:
            _rest()
    return f"{sent} tried"


def _send_batch(organisation_id: int, post: Post, until: float) -> tuple[int, bool]:
    """Claim and send one batch. How many were tried, and whether more may be waiting.

    Each outcome is recorded before the next message leaves: a killed worker can double one message, not a batch.
    """
    from notices.services import outbox

    token = uuid4()
    with scope(organisation_id):
        organisation = Organisation.objects.get(pk=organisation_id)
        batch = outbox.claim_batch(token=token, now=timezone.now())
    for place, delivery in enumerate(batch):
        if post.is_down or time.monotonic() >= until:
            _release(organisation_id, [waiting.pk for waiting in batch[place:]], token, unreachable=post.is_down)
            return place, False
        outcome = _send(delivery, organisation, post)
        with scope(organisation_id):
            outbox.record_outcome(delivery=delivery, token=token, outcome=outcome, now=timezone.now(), chance=_chance())
    return len(batch), len(batch) == outbox.BATCH


def _send(delivery: Delivery, organisation: Organisation, post: Post) -> Outcome:
    try:
        message = message_of(delivery, organisation)
    except ValueError as error:
        return Outcome(Fate.REFUSED, str(error))
    return post.send(message)


def _release(organisation_id: int, delivery_ids: list[UUID], token: UUID, *, unreachable: bool) -> None:
    from notices.services import outbox

    with scope(organisation_id):
        outbox.release(
            delivery_ids=delivery_ids, token=token, unreachable=unreachable, now=timezone.now(), chance=_chance()
        )


def _chance() -> float:
    return random.random()  # noqa: S311 - spreads retries, guards nothing


def _is_resting() -> bool:
    try:
        return bool(cache.get(RESTING))
    except Exception:  # a lost cache must not keep mail from leaving
        return False


def _rest() -> None:
    try:
        cache.set(RESTING, True, REST_SECONDS)
    except Exception:  # then the server is asked more often
        return


# -- chains --------------------------------------------------------------------------------------------------------------


def nudge_steps(organisation_id: int) -> None:
    """Ask for a worker now. When the broker is down the beat's sweep finds what is due."""
    try:
        take_due_steps.apply_async(args=(organisation_id,), retry=False)
    except Exception as error:  # whatever the broker's client raises
        log.warning("no nudge, the sweep will find the chain: %s", type(error).__name__)


@shared_task(soft_time_limit=60, time_limit=90, expires=60)
def take_due_steps(organisation_id: int | None = None) -> str:
    """Take the steps of chains that are due, and remind who has not acknowledged; a transaction for each batch."""
    from notices.services import acknowledging, chain

    now, until, taken, reminded = timezone.now(), time.monotonic() + RUN_SECONDS, 0, 0
    turns = [organisation_id] if organisation_id else reach_queries.organisations_with_due_steps(now)
    for turn in turns:
        looked_at = chain.BATCH
        while looked_at == chain.BATCH and time.monotonic() < until:
            with scope(turn):
                looked_at = chain.take_due_steps(now=now)
            taken += looked_at
        with scope(turn):
            reminded += acknowledging.remind_due(now=now)
    return f"{taken} looked at, {reminded} reminded"


# -- proofs of reach -----------------------------------------------------------------------------------------------------


def nudge_proof(organisation_id: int, pack_id: UUID) -> None:
    """Ask for a worker now. When the broker is down the beat's sweep finds the row."""
    try:
        make_proof.apply_async(args=(organisation_id, str(pack_id)), retry=False)
    except Exception as error:  # whatever the broker's client raises
        log.warning("no nudge, the sweep will find the proof: %s", type(error).__name__)


@shared_task(soft_time_limit=240, time_limit=270)
def make_proof(organisation_id: int, pack_id: str) -> str:
    """Make one proof, unless somebody else is at it."""
    from notices.services import proving

    return proving.make_proof(organisation_id=organisation_id, pack_id=UUID(pack_id), clock=timezone.now)


@shared_task(expires=60)
def make_waiting_proofs() -> str:
    """The sweep: whatever a lost message meant or a killed worker left, in every organisation."""
    waiting = proof_queries.proofs_to_make(timezone.now())
    for organisation_id, pack_id in waiting:
        nudge_proof(organisation_id, pack_id)
    return f"{len(waiting)} waiting"
