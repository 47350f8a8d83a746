"""The verbs between a draft and its leaving: hand in, approve, return, schedule, undo."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from notices import audience_queries, notice_queries
from notices.models import Notice
from notices.rules.approval import may_approve, may_send, needs_second_eyes
from notices.rules.audience import AudienceRefused, is_within
from notices.services.composing import WordsRefused, check_audience, locked, must_write
from notices.services.provisioning import chain_of
from tenancy.context import current_organisation_id
from tenancy.errors import IllegalMove, NotAllowed
from tenancy.models import Membership, Organisation
from tenancy.services import next_number

State = Notice.State


@transaction.atomic
def send_or_submit(*, notice_id: UUID, actor: Membership, now: datetime, at: datetime | None = None) -> Notice:
    """Let a draft go: it leaves after the seconds in which it can be undone, or at ``at``; or waits for approval.

    Whether somebody else must see it first is decided here, by the people it reaches now. Writes the notice, its
    number and chain when it leaves, and an audit entry. Raises NotFound, NotAllowed, IllegalMove, AudienceRefused
    when it reaches nobody, WordsRefused for a time that lies behind.
    """
    notice = locked(notice_id, actor)
    must_write(notice, actor)
    if not may_send(actor, notice):
        raise NotAllowed(_("Your role does not send notices."))
    audience = audience_queries.of_notice(notice.audience)
    check_audience(audience, actor)
    if at is not None and at <= now:
        raise WordsRefused(_("The time to send it must lie ahead."))
    people = audience_queries.counted(audience, day=now.date(), sample=0).people
    if not people:
        raise AudienceRefused(_("Nobody is meant by this audience. Change it first."))
    settings = notice_queries.settings_in_force()
    notice.scheduled_for, notice.return_reason = at, ""
    if needs_second_eyes(kind=notice.kind, recipients=people, approval_over=settings.approval_over):
        notice.move(State.SUBMITTED, at=now)
        notice.save()
        audit.record(action="notice.submitted", subject=notice, actor=actor, now=now)
        return notice
    return _schedule(notice, actor, now, approver=None)


@transaction.atomic
def approve_notice(*, notice_id: UUID, actor: Membership, now: datetime) -> Notice:
    """Approve somebody else's notice: it leaves when its author wanted, at the earliest after the seconds to undo.

    Writes the notice with its number and chain, and an audit entry. Raises NotFound, NotAllowed for one's own or for
    places that one does not look after, IllegalMove for a draft that its author has not handed in.
    """
    notice = locked(notice_id, actor)
    _must_approve(notice, actor)
    if notice.state != State.SUBMITTED:
        raise IllegalMove(_("Only a notice that waits for approval can be approved."))
    return _schedule(notice, actor, now, approver=actor)


@transaction.atomic
def return_notice(*, notice_id: UUID, reason: str, actor: Membership, now: datetime) -> Notice:
    """Give a notice back to its author with a reason. Raises NotFound, NotAllowed, IllegalMove, WordsRefused."""
    notice = locked(notice_id, actor)
    _must_approve(notice, actor)
    if not reason.strip():
        raise WordsRefused(_("Say why it comes back. The author reads it."))
    if notice.state != State.SUBMITTED:
        raise IllegalMove(_("Only a notice that waits for approval can be returned."))
    notice.move(State.DRAFT, at=now)
    notice.return_reason = reason.strip()[:500]
    notice.save()
    audit.record(action="notice.returned", subject=notice, actor=actor, now=now)
    return notice


@transaction.atomic
def undo_sending(*, notice_id: UUID, actor: Membership, now: datetime) -> Notice:
    """Take a notice back before it leaves: it is a draft again and keeps its number for when it goes.

    The row's lock decides between this and the worker that freezes it: exactly one of them wins. Raises NotFound,
    NotAllowed, IllegalMove when it has left.
    """
    notice = locked(notice_id, actor)
    must_write(notice, actor)
    if notice.state not in (State.SCHEDULED, State.SUBMITTED):
        raise IllegalMove(_("It has left already. It can be corrected or withdrawn."))
    notice.move(State.DRAFT, at=now)
    notice.sends_at = notice.approver = notice.approved_at = None
    notice.save()
    audit.record(action="notice.taken_back", subject=notice, actor=actor, now=now)
    return notice


def _must_approve(notice: Notice, actor: Membership) -> None:
    if notice.author_id == actor.pk:
        raise NotAllowed(_("Somebody else must look at your notice: four eyes see more than two."))
    reach = audience_queries.writing_reach(actor)
    if not may_approve(actor, notice) or not is_within(reach, notice.places()):
        raise NotAllowed(_("Your role does not approve this notice."))


def _schedule(notice: Notice, actor: Membership, now: datetime, *, approver: Membership | None) -> Notice:
    """The number is given last: a rolled-back sending gives it back, and a discarded draft leaves no gap."""
    settings = notice_queries.settings_in_force()
    notice.move(State.SCHEDULED, at=now)
    notice.approver = approver
    notice.approved_at = now if approver else None
    earliest = now + timedelta(seconds=settings.undo_seconds)
    notice.sends_at = max(notice.scheduled_for or earliest, earliest)
    notice.chain = chain_of(notice.kind)
    if not notice.number:
        notice.number = next_number(code="N", year=_year(now))
    notice.save()
    action = "notice.approved" if approver else "notice.scheduled"
    audit.record(action=action, subject=notice, actor=actor, now=now, label=notice.number)
    return notice


def _year(now: datetime) -> int:
    organisation = Organisation.objects.get(pk=current_organisation_id())
    return now.astimezone(ZoneInfo(organisation.time_zone)).year
