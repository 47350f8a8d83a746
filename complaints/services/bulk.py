"""One act on several complaints: each by its own verb and in its own savepoint, so that one refusal stops no other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.rules import moving
from complaints.services import handling, intake
from tenancy.errors import DomainError
from tenancy.models import Membership

ACTS = ("accept", "assign", "priority")


@dataclass(frozen=True)
class Outcome:
    """What became of one complaint; ``refusal`` is empty when it was done, or was so already."""

    complaint: Complaint
    is_changed: bool
    refusal: str | Promise = ""


def refusal_of(act: str, complaint: Complaint, actor: Membership) -> str:
    """Why this act would change nothing on this complaint, before it is tried; empty when it would."""
    state = {"state": complaint.get_state_display()}
    if act == "accept":
        if not moving.may_accept(actor, complaint):
            return _("Your role does not accept complaints.")
        if complaint.state != Complaint.State.RECEIVED:
            return _("It is past that: %(state)s.") % state
    if act == "assign":
        if not moving.may_assign(actor, complaint):
            return _("Only a supervisor or manager assigns complaints.")
        if complaint.state not in moving.AT_WORK and Complaint.State.ASSIGNED not in complaint.next_states:
            return _("It cannot be assigned now: %(state)s.") % state
    if act == "priority":
        if not moving.may_set_priority(actor, complaint):
            return _("Your role does not change priorities.")
        if not complaint.is_open:
            return _("The complaint is closed; its priority stays.")
    return ""


def act_on_each(
    *, act: str, complaints: Iterable[Complaint], actor: Membership, now: datetime, handler_id: UUID | None = None,
    priority: str = "",
) -> list[Outcome]:  # fmt: skip
    """Accept, assign or give a priority to each. Doing it again changes nothing and refuses nothing."""
    outcomes = []
    for complaint in complaints:
        if _is_so(act, complaint, handler_id, priority):
            outcomes.append(Outcome(complaint, is_changed=False))
            continue
        try:
            changed = _act(act, complaint, actor, now, handler_id, priority)
        except DomainError as refused:
            words = refused.message if refused.status != 404 else _("This person does not work for its estate.")
            outcomes.append(Outcome(complaint, is_changed=False, refusal=words))
        else:
            outcomes.append(Outcome(changed, is_changed=True))
    return outcomes


def _is_so(act: str, complaint: Complaint, handler_id: UUID | None, priority: str) -> bool:
    if act == "accept":
        return complaint.state == Complaint.State.ACCEPTED
    if act == "assign":
        return complaint.handler_id == handler_id and complaint.state in moving.AT_WORK
    return complaint.priority == priority and complaint.is_open


def _act(
    act: str, complaint: Complaint, actor: Membership, now: datetime, handler_id: UUID | None, priority: str
) -> Complaint:
    if act == "accept":
        return intake.accept_complaint(complaint_id=complaint.pk, actor=actor, now=now)
    if act == "assign":
        if handler_id is None:
            raise DomainError(_("Choose who gets them."))
        return handling.assign_complaint(complaint_id=complaint.pk, handler_id=handler_id, actor=actor, now=now)
    return intake.set_priority(complaint_id=complaint.pk, actor=actor, priority=priority, now=now)
