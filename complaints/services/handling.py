"""Working on a complaint: assign, look into, propose, answer, carry out, resolve. Waiting is in ``pausing``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import queries
from complaints.models import Complaint
from complaints.models.settings import TargetKind
from complaints.rules import moving
from complaints.services import clocks, pausing, telling, trail, waking
from contacts.services.commitments import Promise, make_commitment
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership

State = Complaint.State


@dataclass(frozen=True)
class Action:
    """What will be done, by which day."""

    text: str
    due_on: date


@transaction.atomic
def assign_complaint(*, complaint_id: UUID, handler_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Give an accepted, reopened or second-look complaint its handler; or hand one that is being worked on to another.

    Writes the complaint, a Move when the state changes, one audit entry; tells the handler and the complainant.
    Raises NotFound, NotAllowed unless a supervisor or above (and never to the person complained of), IllegalMove.
    """
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_assign(actor, complaint):
        raise NotAllowed(_("Only a supervisor or manager assigns complaints."))
    handler = queries.staff_for(complaint).select_related("user").filter(pk=handler_id).first()
    if handler is None:
        raise NotFound("no such handler")
    verdict = moving.assigning_verdict(handler=handler.pk, subject_staff=complaint.subject_staff_id)
    if not verdict.allowed:
        raise NotAllowed(moving.REFUSALS[verdict.outcome], code=verdict.outcome)
    return give(complaint, handler, actor=actor, now=now)


@transaction.atomic
def take_complaint(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Take a complaint that nobody has: the actor is its handler. Writes and tells as assign_complaint.

    Of two who take it, the second finds it taken. Raises NotFound, NotAllowed, IllegalMove.
    """
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_take(actor, complaint):
        raise NotAllowed(_("Your role does not handle complaints."))
    if complaint.state in moving.AT_WORK and complaint.handler_id != actor.pk:
        raise IllegalMove(
            _("Complaint %(number)s is with %(name)s.")
            % {"number": complaint.number, "name": complaint.handler.name if complaint.handler else "–"}
        )
    return give(complaint, actor, actor=actor, now=now)


@transaction.atomic
def give_back(*, complaint_id: UUID, actor: Membership, reason: str, now: datetime) -> Complaint:
    """The handler of an assigned complaint gives it back to be assigned anew, with a reason; its clocks run on."""
    complaint = pausing.worked(complaint_id, actor)
    if not reason.strip():
        raise DomainError(_("Write why: colleagues read it."))
    trail.move(complaint, State.ACCEPTED, actor=actor, now=now, reason=reason.strip())
    complaint.handler, complaint.wake_at = None, None
    complaint.save()
    deciders = [member for member in queries.assigners_for(complaint) if member.pk != actor.pk]
    telling.tell_staff(complaint, "given_back", deciders, now=now, name=actor.name, reason=reason.strip())
    return complaint


def give(
    complaint: Complaint,
    handler: Membership,
    *,
    actor: Membership | None,
    now: datetime,
    reason: str = "",
    is_told: bool = True,
) -> Complaint:
    """Make somebody the handler, with everything that is told of it; ``actor`` is empty when a rule decided, and
    ``is_told`` off when the complainant learns it with something else.

    The caller has locked the complaint and asked the policy. Raises NotAllowed, IllegalMove.
    """
    if complaint.handler_id == handler.pk and complaint.state in moving.AT_WORK:
        return complaint
    _check_second_look(complaint, handler)
    complaint.handler = handler
    if complaint.state in moving.AT_WORK:
        if complaint.state == State.ASSIGNED:
            complaint.wake_at = waking.untouched_at(complaint, now=now)
        trail.note(complaint, "handed_over", actor=actor, now=now, changes={"handler": str(handler.pk)})
    else:
        trail.move(complaint, State.ASSIGNED, actor=actor, now=now, reason=reason)
        clocks.stop_clocks(complaint, [TargetKind.ACCEPT], now=now)  # of a second look: it is confirmed by its handler
        complaint.wake_at = waking.untouched_at(complaint, now=now)
        trail.note(complaint, "assigned", actor=actor, now=now, changes={"handler": str(handler.pk)})
    complaint.save()
    if actor is None or handler.pk != actor.pk:
        telling.tell_staff(complaint, "assigned", [handler], now=now)
    if is_told:
        telling.tell_complainant(complaint, "has_handler", now=now, due=complaint.next_due_at)
    return complaint


def _check_second_look(complaint: Complaint, handler: Membership) -> None:
    if complaint.stage > 1 and handler.pk in (complaint.first_handler_id, complaint.first_signer_id):
        raise NotAllowed(_("A second look is taken by somebody else than the first."))


@transaction.atomic
def start_investigation(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """The handler looks into it. Raises NotFound, NotAllowed, IllegalMove."""
    complaint = pausing.worked(complaint_id, actor)
    _check_not_waiting(complaint)
    trail.move(complaint, State.INVESTIGATING, actor=actor, now=now)
    complaint.save()
    return complaint


def _check_not_waiting(complaint: Complaint) -> None:
    """Out of a wait a complaint goes by ``resume`` only, which sets its clocks going again."""
    if complaint.state in Complaint.WAITING:
        raise IllegalMove(
            _("Complaint %(number)s is waiting: go on without waiting first.") % {"number": complaint.number}
        )


@transaction.atomic
def propose_solution(*, complaint_id: UUID, actor: Membership, remedy: str, now: datetime) -> Complaint:
    """Write down the solution before it is answered, so that somebody may sign it."""
    complaint = pausing.worked(complaint_id, actor)
    if not remedy.strip():
        raise DomainError(_("Write what you propose."))
    _into_investigation(complaint, actor, now)
    trail.move(complaint, State.PROPOSED, actor=actor, now=now)
    complaint.remedy = remedy.strip()
    complaint.save()
    return complaint


@transaction.atomic
def send_back(*, complaint_id: UUID, actor: Membership, reason: str, now: datetime) -> Complaint:
    """Who signs sends a proposed solution back to be looked into again."""
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_assign(actor, complaint):
        raise NotAllowed(_("Only a supervisor or manager sends a proposal back."))
    if complaint.state != State.PROPOSED:
        raise IllegalMove(_("Complaint %(number)s has no proposal to send back.") % {"number": complaint.number})
    trail.move(complaint, State.INVESTIGATING, actor=actor, now=now, reason=reason.strip())
    complaint.save()
    telling.tell_staff(complaint, "sent_back", [complaint.handler], now=now, reason=reason.strip())
    return complaint


@transaction.atomic
def answer_complaint(
    *,
    complaint_id: UUID,
    actor: Membership,
    decision: str,
    reasons: str = "",
    remedy: str = "",
    actions: Sequence[Action] = (),
    now: datetime,
) -> Complaint:
    """Give the complainant the answer: what was decided and why, and what will be done until when.

    Each action becomes a promise in the register, which stays tracked after the answer.

    The steps before it that were not clicked (investigation, proposal) are recorded on the way. Stops the answer
    clock and the statutory limit. Raises NotAllowed unless the handler or above, and for a major complaint unless
    the manager; IllegalMove; DomainError without a decision.
    """
    complaint = pausing.worked(complaint_id, actor)
    if not moving.may_sign_answer(actor, complaint):
        raise NotAllowed(_("The answer to a major complaint is signed by the estate manager. Propose it instead."))
    if not decision.strip():
        raise DomainError(_("Write the answer: what you decided, and why."))
    if complaint.state in Complaint.WAITING:
        pausing.resume(complaint, actor=actor, now=now)
    _into_investigation(complaint, actor, now)
    if complaint.state == State.INVESTIGATING:
        trail.move(complaint, State.PROPOSED, actor=actor, now=now)
    trail.move(complaint, State.ANSWERED, actor=actor, now=now)
    complaint.decision, complaint.reasons = decision.strip(), reasons.strip()
    complaint.remedy = remedy.strip() or complaint.remedy
    complaint.answered_at = complaint.answered_at or now
    clocks.stop_clocks(complaint, [TargetKind.ANSWER, TargetKind.STATUTORY, TargetKind.UPDATE], now=now)
    if complaint.stage > 1:  # a second look promises the solution once it has answered
        clocks.start_missing(complaint, TargetKind.RESOLVE, start=now)
    complaint.save()
    _promise_actions(complaint, actor, actions, now)
    telling.tell_complainant(complaint, "answered", now=now, actions=list(actions), rules=queries.handling_rules())
    return complaint


def _promise_actions(complaint: Complaint, actor: Membership, actions: Sequence[Action], now: datetime) -> None:
    today = timezone.localdate(now, ZoneInfo(complaint.estate.calendar.time_zone))
    for action in actions:
        if not action.text.strip():
            raise DomainError(_("Write what will be done by this day."), code="actions")
        if action.due_on < today:
            raise DomainError(_("An action is done by a day that is still to come."), code="actions")
        to_whom = complaint.complainant.name if complaint.complainant else complaint.caller_name
        # Of a confidential case the register of promises says neither to whom nor for which unit.
        is_named = not complaint.is_confidential
        promise = Promise(
            estate=complaint.estate, building=complaint.building, unit=complaint.unit if is_named else None,
            text=action.text.strip(), to_whom=to_whom if is_named and to_whom else complaint.number,
            promised_by=actor, promised_on=timezone.localdate(now), due_on=action.due_on,
            person=complaint.complainant if is_named else None, case_number=complaint.number,
        )  # fmt: skip
        make_commitment(promise=promise, actor=actor, now=now)


def _into_investigation(complaint: Complaint, actor: Membership, now: datetime) -> None:
    if complaint.state == State.ASSIGNED:
        trail.move(complaint, State.INVESTIGATING, actor=actor, now=now)


@transaction.atomic
def start_work(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """What was answered, or asked for, is now being carried out."""
    complaint = pausing.worked(complaint_id, actor)
    _check_not_waiting(complaint)
    trail.move(complaint, State.IMPLEMENTING, actor=actor, now=now)
    complaint.save()
    return complaint


@transaction.atomic
def resolve_complaint(*, complaint_id: UUID, actor: Membership, resolution: str, now: datetime) -> Complaint:
    """What was to be done is done. Stops the resolution clock and asks the complainant whether it is solved.

    Whom no message reaches is asked by the return visit.
    """
    complaint = pausing.worked(complaint_id, actor)
    if not resolution.strip():
        raise DomainError(_("Write what was done: the complainant reads it."))
    trail.move(complaint, State.RESOLVED, actor=actor, now=now)
    complaint.resolution, complaint.resolved_at = resolution.strip(), now
    clocks.stop_clocks(complaint, [TargetKind.RESOLVE, TargetKind.UPDATE], now=now)
    can_be_told, percent = telling.can_be_told(complaint), queries.handling_rules().request_visit_percent
    if moving.is_visited(complaint, can_be_told=can_be_told, request_percent=percent):
        clocks.start_missing(complaint, TargetKind.VISIT, start=now)
    complaint.wake_at = waking.reminded_at(complaint, now=now)
    complaint.save()
    telling.tell_complainant(complaint, "resolved", now=now)
    return complaint
