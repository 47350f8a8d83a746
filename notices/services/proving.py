"""The proof of a notice's reach: asked for, made by a worker, fetched."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from audit.services import record
from notices import proof_queries, reach_queries, tasks
from notices.models import Notice, ProofPack
from notices.paper import pdf, proof
from tenancy.context import current_organisation_id, scope
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

log = logging.getLogger(__name__)
State = ProofPack.State
STORAGE = "private"
ATTEMPTS = 3
# Two thousand people take a minute to set; a lost worker's proof waits no longer than this.
LEASE = timedelta(minutes=5)
FAILED = "failed"


@transaction.atomic
def request_proof(*, notice_id: UUID, language: str, actor: Membership, now: datetime) -> ProofPack:
    """Have the proof made, of the recipients ``actor`` looks after; a second click finds the first.

    Writes the row and one audit entry, and asks for a worker once the transaction is through. Raises NotAllowed,
    NotFound, DomainError for a language there is not.
    """
    if not can(actor, "notice.prove"):
        raise NotAllowed(_("Your role does not have proofs made."))
    notice: Notice | None = reach_queries.notices_seen_by(actor, "notice.prove").filter(pk=notice_id).first()
    if notice is None:
        raise NotFound(_("There is no such notice."))
    if language not in dict(settings.LANGUAGES):
        raise DomainError(_("There is no such language."))
    wanted = {"notice": notice, "membership": actor, "language": language}
    waiting = ProofPack.objects.filter(**wanted, state__in=proof_queries.WAITING)
    if (found := waiting.first()) is not None:
        return found
    try:
        with transaction.atomic():
            pack: ProofPack = ProofPack.objects.create(**wanted, requested_at=now)
    except IntegrityError:  # the other of two clicks was quicker
        return waiting.get()
    record(action="notice.proof_requested", subject=notice, actor=actor, now=now, label=notice.number)
    transaction.on_commit(partial(tasks.nudge_proof, current_organisation_id(), pack.pk), robust=True)
    return pack


def make_proof(*, organisation_id: int, pack_id: UUID, clock: Callable[[], datetime]) -> str:
    """Make a proof that waits, or one whose worker is gone; at most three times. For callers outside any scope.

    Returns done, skipped, lost, retry or failed. What stands in it is read in one transaction; none is open while the
    pages are set.
    """
    pack = _claim(organisation_id, pack_id, clock())
    if pack is None:
        return "skipped"
    try:
        with scope(organisation_id), translation.override(pack.language):
            html, pictures = proof.proof_of(pack, now=clock())
        with translation.override(pack.language):
            content = pdf.write(html, pictures=pictures)
        path = f"proofs/{organisation_id}/{pack.pk}/{pack.attempts}.pdf"
        storages[STORAGE].delete(path)
        stored = storages[STORAGE].save(path, ContentFile(content))
    except pdf.PartsMissingError:
        log.exception("proof %s", pack_id)
        return _give_up(organisation_id, pack, pdf.PARTS_MISSING, clock(), for_good=True)
    except Exception:  # whatever went wrong, the person is told so in a safe sentence
        log.exception("proof %s, attempt %s", pack_id, pack.attempts)
        return _give_up(organisation_id, pack, FAILED, clock(), for_good=False)
    with scope(organisation_id):
        done = _ours(pack).update(state=State.DONE, pdf_name=stored, finished_at=clock(), lease_until=None, error="")
    if not done:
        storages[STORAGE].delete(stored)
    return "done" if done else "lost"


def _ours(pack: ProofPack) -> QuerySet[ProofPack]:
    """The number of the attempt fences off a worker that was taken for dead."""
    return ProofPack.objects.filter(pk=pack.pk, state=State.RUNNING, attempts=pack.attempts)


def _claim(organisation_id: int, pack_id: UUID, now: datetime) -> ProofPack | None:
    with scope(organisation_id):
        free = ProofPack.objects.filter(proof_queries.takeable(now), pk=pack_id)
        free.filter(attempts__gte=ATTEMPTS).update(state=State.FAILED, error=FAILED, lease_until=None, finished_at=now)
        taken = free.filter(attempts__lt=ATTEMPTS).update(
            state=State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1, error=""
        )
        if not taken:
            return None
        found: ProofPack = ProofPack.objects.select_related("notice", "membership").get(pk=pack_id)
        return found


def _give_up(organisation_id: int, pack: ProofPack, code: str, now: datetime, *, for_good: bool) -> str:
    last = for_good or pack.attempts >= ATTEMPTS
    with scope(organisation_id):
        _ours(pack).update(
            state=State.FAILED if last else State.WAITING, error=code if last else "", lease_until=None,
            finished_at=now if last else None,
        )  # fmt: skip
    return "failed" if last else "retry"
