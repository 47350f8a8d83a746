"""What can still be done with a notice that has left: say it right, or take it away; never silently."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from notices import notice_queries
from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.models.notice import Kind
from notices.rules.approval import may_approve, may_send
from notices.services.composing import Words, WordsRefused, check_words, locked, must_write
from notices.services.queueing import nudge_after_commit
from notices.services.sending import split_chain, write_deliveries
from tenancy.errors import IllegalMove, NotAllowed
from tenancy.models import Membership

State = Notice.State


@transaction.atomic
def correct_notice(
    *, notice_id: UUID, words: Words, reason: str, tell_again: bool, actor: Membership, now: datetime,
    event: tuple[datetime, datetime | None] | None = None,
) -> NoticeVersion:  # fmt: skip
    """Write a new version of a sent notice: readers see the new words, that and why there are new ones, and the old.

    Writes the version and an audit entry; with ``event`` also when what it announces begins and ends now; with
    ``tell_again`` also a delivery by the portal and the first channels to everybody who was sent it. What still waits
    in the outbox goes out in the new words. A notice required by law is corrected by who may approve one. Raises NotFound, NotAllowed, IllegalMove, WordsRefused.
    """
    notice = locked(notice_id, actor)
    must_write(notice, actor)
    if not may_send(actor, notice) or (notice.kind == Kind.STATUTORY and not may_approve(actor)):
        raise NotAllowed(_("Your role does not correct this notice."))
    if notice.state != State.SENT:
        raise IllegalMove(_("Only a notice that was sent can be corrected."))
    if not reason.strip():
        raise WordsRefused(_("Say what was corrected and why. The readers see it."))
    check_words(words)
    last = notice_queries.newest_version(notice)
    version = NoticeVersion.objects.create(
        notice=notice, number=last.number + 1, reason=reason.strip()[:500], author=actor, created_at=now, **vars(words)
    )
    if event is not None:
        notice.event_starts_at, notice.event_ends_at = event
        notice.save(update_fields=["event_starts_at", "event_ends_at"])
    if tell_again:
        _tell_again(notice, version, now)
    told = {"version": version.number, "told_again": tell_again}
    audit.record(action="notice.corrected", subject=notice, actor=actor, now=now, label=notice.number, changes=told)
    return version


def _tell_again(notice: Notice, version: NoticeVersion, now: datetime) -> None:
    with connection.cursor() as cursor:
        for channel in split_chain(notice.chain)[0]:
            write_deliveries(cursor, notice, channel, now=now, suffix=f":v{version.number}")
    nudge_after_commit()


@transaction.atomic
def withdraw_notice(*, notice_id: UUID, reason: str, actor: Membership, now: datetime) -> Notice:
    """Withdraw a sent notice: what waits is not sent, the chain ends, readers see that and why it was withdrawn.

    Writes the notice, its waiting deliveries and recipients, and an audit entry. Raises NotFound, NotAllowed,
    IllegalMove, WordsRefused without a reason.
    """
    notice = locked(notice_id, actor)
    must_write(notice, actor)
    if not may_send(actor, notice):
        raise NotAllowed(_("Your role does not withdraw notices."))
    if notice.state != State.SENT:
        raise IllegalMove(_("Only a notice that was sent can be withdrawn."))
    if not reason.strip():
        raise WordsRefused(_("Say why it is withdrawn. The readers see it."))
    notice.move(State.WITHDRAWN, at=now)
    notice.withdrawn_by, notice.withdrawal_reason = actor, reason.strip()[:500]
    notice.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    waiting = Delivery.objects.filter(notice=notice, state=Delivery.State.QUEUED)
    stopped = waiting.update(state=Delivery.State.SUPPRESSED, because=Delivery.Because.WITHDRAWN, next_attempt_at=None)
    NoticeRecipient.objects.filter(notice=notice, next_step_at__isnull=False).update(next_step_at=None)
    changes = {"stopped": stopped}
    audit.record(action="notice.withdrawn", subject=notice, actor=actor, now=now, label=notice.number, changes=changes)
    return notice
