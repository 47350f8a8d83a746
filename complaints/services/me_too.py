"""“Me too”: a complainant has their complaint dealt with under an open one of the same place and class."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from attachments.models import Attachment
from complaints import joining_queries, queries
from complaints.models import Complaint, Joining
from complaints.rules import moving
from complaints.services import handling, intake, telling, trail
from complaints.services.intake import Filing
from tenancy.models import Membership


@transaction.atomic
def file_with(
    *,
    filing: Filing,
    leading_id: UUID,
    actor: Membership | None,
    now: datetime,
    attachments: Iterable[Attachment] = (),
) -> Complaint:
    """File it, and join it to the one that was offered. A second click finds the first. Raises as file_complaint."""
    complaint = intake.file_complaint(filing=filing, actor=actor, now=now, attachments=attachments)
    return _join(complaint, leading_id, actor=actor, now=now)


@transaction.atomic
def join_own(
    *, complaint_id: UUID, leading_id: UUID, actor: Membership | None, now: datetime, follow_token: str = ""
) -> Complaint:
    """Deal with one's own new complaint under an open one of the same place and class: one handler, one answer.

    It keeps its number, its promises and its own “solved?”; it is accepted and has its handler as far as the leading
    one has. When that one is no longer offered, or this one has moved on, nothing changes. Writes a Joining and an audit
    entry, and tells the complainant. Whoever filed without an account joins by the link they follow it with; of an
    anonymous one nobody is written down. Raises NotFound for what is not the actor's own.
    """
    complaint = queries.get_own(actor, complaint_id, follow_token=follow_token)
    return _join(complaint, leading_id, actor=actor, now=now)


def _join(complaint: Complaint, leading_id: UUID, *, actor: Membership | None, now: datetime) -> Complaint:
    joining_queries.lock_for_joining({complaint.pk, leading_id})
    spot = joining_queries.Spot(complaint.estate, complaint.building, complaint.unit)
    offered = (
        joining_queries.alike(spot, complaint.category, complaint.kind).exclude(pk=complaint.pk).filter(pk=leading_id)
    )
    leading = Complaint.objects.filter(pk__in=offered.values("pk")).first()
    rows = Complaint.objects.select_related("estate__calendar", "category", "complainant")
    complaint = rows.get(pk=complaint.pk)
    is_new = complaint.state == Complaint.State.RECEIVED and complaint.subject_staff_id is None
    if complaint.is_confidential and complaint.unit_id:  # the other one's place would say whose it is
        return complaint
    if leading is None or not is_new or joining_queries.about(complaint):
        return complaint
    author = None if complaint.is_anonymous else actor
    Joining.objects.create(complaint=complaint, leading=leading, at=now, actor=author)
    trail.note(complaint, "joined", actor=author, now=now, changes={"to": leading.number})
    _catch_up(complaint, leading, now)
    telling.tell_complainant(complaint, "joined", now=now)
    return complaint


def _catch_up(complaint: Complaint, leading: Complaint, now: datetime) -> None:
    if leading.state == Complaint.State.RECEIVED:
        return
    due = intake.accept(complaint, actor=None, now=now)
    if leading.handler is not None and leading.state in moving.AT_WORK:
        handling.give(complaint, leading.handler, actor=None, now=now, is_told=False)
    intake.tell_accepted(complaint, due, now=now)
