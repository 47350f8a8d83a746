"""Complaints of one cause under a leading one: joined, parted again. What then is done to all is in ``acts.perform``."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import joining_queries, queries
from complaints.models import Complaint, Joining
from complaints.rules import moving
from complaints.services import handling, intake, telling, trail
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership


@transaction.atomic
def join_complaint(*, complaint_id: UUID, actor: Membership, leading_number: str, now: datetime) -> Complaint:
    """Deal with a complaint under another of the same cause: one handler, one answer to all.

    Accepts it and gives it to the leading one's handler when it has one, takes along what was joined to it, and tells
    the complainant, who learns nothing of the other households. Writes a Joining for each and an audit entry; joining
    it again to the same changes nothing. Raises NotFound, NotAllowed, DomainError (code ``leading_number``).
    """
    leading = joining_queries.leading_by_number(actor, leading_number)
    joining_queries.lock_for_joining({complaint_id, leading.pk if leading else complaint_id})
    locked = joining_queries.locked(actor, {complaint_id, leading.pk if leading else complaint_id})
    complaint = locked[complaint_id]
    if not moving.may_assign(actor, complaint):
        raise NotAllowed(_("Only a supervisor or manager decides this."))
    leading = locked[leading.pk] if leading else None
    if leading is None or not leading.is_open or not moving.may_assign(actor, leading):
        raise DomainError(_("Give the number of an open complaint that you work on."), code="leading_number")
    now_under = joining_queries.in_force(complaint)
    if now_under is not None and now_under.leading_id == leading.pk:
        return complaint
    _check(complaint, leading)
    for row in [*joining_queries.led_by(complaint), *([now_under] if now_under else [])]:
        _end(row, actor, now)
        if row.complaint_id != complaint.pk:
            _begin(row.complaint, leading, actor, now)
    _begin(complaint, leading, actor, now)
    _catch_up(complaint, leading, actor, now)
    telling.tell_complainant(complaint, "joined", now=now)
    return complaint


@transaction.atomic
def part_complaint(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Deal with a joined complaint on its own again, and tell the complainant.

    What was said and done meanwhile stands; its clocks ran all the time. Raises NotFound, NotAllowed, and DomainError
    when it is joined to nothing, or longer ago than the organisation allows.
    """
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_assign(actor, complaint):
        raise NotAllowed(_("Only a supervisor or manager decides this."))
    row = joining_queries.in_force(complaint)
    if row is None:
        raise DomainError(_("Complaint %(number)s is joined to no other.") % {"number": complaint.number})
    days = queries.handling_rules().part_days
    if now - row.at > timedelta(days=days):
        raise DomainError(_("It was joined more than %(days)d days ago: it can no longer be parted.") % {"days": days})
    _end(row, actor, now)
    telling.tell_complainant(complaint, "parted", now=now, due=complaint.next_due_at)
    return complaint


def _check(complaint: Complaint, leading: Complaint) -> None:
    """Raises DomainError, told at the number that was typed."""
    words = {"number": leading.number}
    if leading.pk == complaint.pk:
        raise DomainError(_("This is its own number."), code="leading_number")
    if complaint.state not in moving.JOINABLE:
        raise DomainError(_("It is answered already: only what waits for an answer can be joined."))
    if leading.estate_id != complaint.estate_id:
        raise DomainError(_("%(number)s belongs to another estate.") % words, code="leading_number")
    if leading.kind != complaint.kind:
        raise DomainError(
            _("A request and a complaint are dealt with apart: one is carried out, the other answered."),
            code="leading_number",
        )
    if leading.subject_staff_id != complaint.subject_staff_id:
        raise DomainError(
            _("One of them complains of a person: they are dealt with apart from each other."), code="leading_number"
        )
    above = joining_queries.in_force(leading)
    if above is not None:
        raise DomainError(
            _("%(number)s is dealt with under %(above)s itself: join it to that one.")
            % {**words, "above": above.leading.number},
            code="leading_number",
        )


def _begin(complaint: Complaint, leading: Complaint, actor: Membership, now: datetime) -> None:
    Joining.objects.create(complaint=complaint, leading=leading, at=now, actor=actor)
    trail.note(complaint, "joined", actor=actor, now=now, changes={"to": leading.number})


def _end(row: Joining, actor: Membership, now: datetime) -> None:
    row.ended_at, row.ended_by = now, actor
    row.save(update_fields=["ended_at", "ended_by"])
    trail.note(row.complaint, "parted", actor=actor, now=now, changes={"from": row.leading.number})


def _catch_up(complaint: Complaint, leading: Complaint, actor: Membership, now: datetime) -> None:
    """Bring it to the leading one's handler, or let it wait with it, so that from now on both move together."""
    handler_id = leading.handler_id
    if complaint.state == Complaint.State.RECEIVED and moving.may_accept(actor, complaint):
        intake.accept_complaint(complaint_id=complaint.pk, actor=actor, now=now, by_rule=False)
    if handler_id and complaint.handler_id != handler_id and leading.state in moving.AT_WORK:
        handling.assign_complaint(complaint_id=complaint.pk, handler_id=handler_id, actor=actor, now=now)
    complaint.refresh_from_db()
