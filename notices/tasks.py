"""Sends what waits. A nudge names one organisation; the beat asks for all of them."""

import logging
import time
from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from notices import digest_queries, printing_queries, proof_queries, queries, reach_queries
from tenancy.context import scope

log = logging.getLogger(__name__)

# A run of chains begins no new batch after so long.
RUN_SECONDS = 40
PASSING_SECONDS = 0.5


@shared_task(soft_time_limit=50, time_limit=60, expires=60)
def send_waiting_deliveries(organisation_id: int | None = None, *, is_passed_on: bool = False) -> str:
    """Have the messages sent that are due. Several may be asked at once; the claims keep them apart.

    A process that is at it already passes the beat's call on, and keeps out of the way until another has taken it: so
    every process of the worker comes to help with a long queue.
    """
    from notices.services import lines

    did = lines.start(organisation_id, clock=timezone.now)
    if did == lines.BUSY and organisation_id is None and not is_passed_on:
        _enqueue(send_waiting_deliveries, is_passed_on=True)
        time.sleep(PASSING_SECONDS)
    return did


# -- chains --------------------------------------------------------------------------------------------------------------


def nudge_steps(organisation_id: int) -> None:
    """Ask for a worker now. When the broker is down the beat's sweep finds what is due."""
    _enqueue(take_due_steps, organisation_id)


def _enqueue(task: Any, *args: Any, **kwargs: Any) -> None:
    try:
        task.apply_async(args=args, kwargs=kwargs, retry=False)
    except Exception as error:  # whatever the broker's client raises
        log.warning("no nudge, the sweep will find what is due: %s", type(error).__name__)


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


# -- paper ---------------------------------------------------------------------------------------------------------------


def nudge_paper(organisation_id: int, run_id: UUID) -> None:
    """Ask for a worker now. When the broker is down the beat's sweep finds the run."""
    _enqueue(make_paper, organisation_id, str(run_id))


@shared_task
def make_paper(organisation_id: int, run_id: str) -> str:
    """Make one print run, unless somebody else is at it."""
    from notices.services import printing

    return printing.make_run(organisation_id=organisation_id, run_id=UUID(run_id), clock=timezone.now)


@shared_task(expires=60)
def make_waiting_paper() -> str:
    """The sweep: whatever a lost message meant or a killed worker left, in every organisation."""
    waiting = printing_queries.runs_to_make(timezone.now())
    for organisation_id, run_id in waiting:
        nudge_paper(organisation_id, run_id)
    return f"{len(waiting)} waiting"


# -- notices whose time has come -----------------------------------------------------------------------------------------


@shared_task
def send_due_notices() -> str:
    """The beat's: freeze every notice that is due, of every organisation, each in its own scope."""
    from notices import notice_queries

    organisations = notice_queries.organisations_with_due_notices(timezone.now())
    return f"{sum(send_notices_of(organisation_id) for organisation_id in organisations)} notices"


@shared_task
def send_notices_of(organisation_id: int) -> int:
    """Freeze an organisation's due notices one after the other. The claim is committed first: it ends what can be undone."""
    from notices.services import sending

    done = 0
    while True:
        with scope(organisation_id):
            claimed = sending.claim_due_notice(now=timezone.now())
        if claimed is None:
            return done
        with scope(organisation_id):
            sending.freeze(notice_id=claimed, now=timezone.now())
        done += 1


# -- daily digests ---------------------------------------------------------------------------------------------------------


@shared_task(soft_time_limit=100, time_limit=110, expires=120)
def write_due_digests() -> str:
    """The beat's: the digests of organisations whose hour has come, some people in each transaction."""
    written = sum(write_digests_of(organisation_id) for organisation_id in digest_queries.organisations_with_digests())
    return f"{written} looked at"


@shared_task(soft_time_limit=100, time_limit=110)
def write_digests_of(organisation_id: int) -> int:
    """One organisation's. Whoever is not done when the time is up has theirs by the next turn of the beat."""
    from notices.services import digesting

    looked_at, until = 0, time.monotonic() + RUN_SECONDS
    while time.monotonic() < until:
        with scope(organisation_id):
            found = digesting.write_digests(now=timezone.now())
        looked_at += found
        if not found:
            break
    return looked_at


# -- second factors ------------------------------------------------------------------------------------------------------


@shared_task
def reset_due_factors() -> str:
    """Second factors whose reset was asked for, waited long enough and was not stopped."""
    from notices import factor_resets

    now = timezone.now()
    done = 0
    for organisation_id in queries.organisations_with_due_factor_resets(now):
        with scope(organisation_id):
            done += factor_resets.carry_out_due(now=now)
    return f"{done} reset"


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


# -- returned mail -------------------------------------------------------------------------------------------------------


@shared_task(soft_time_limit=100, time_limit=120, expires=60)
def read_returned_mail() -> str:
    """What came back, from the mailbox that is set; nothing where none is."""
    import imaplib

    from django.conf import settings

    from notices.returned_mail import Mailbox, read_mailbox

    if not settings.BOUNCES_URL:
        return "no mailbox"
    try:
        read, applied = read_mailbox(Mailbox.of(settings.BOUNCES_URL), now=timezone.now())
    except (OSError, ValueError, imaplib.IMAP4.error) as error:
        log.warning("the mailbox of returned mail could not be read: %s", type(error).__name__)
        return "not read"
    return f"{read} read, {applied} applied"
