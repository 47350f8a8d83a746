"""After the answer: solved or not, the return visit, closing, reopening, the second look."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import queries
from complaints.models import Complaint, ReturnVisit
from complaints.models.settings import TargetKind
from complaints.rules import moving, targets
from complaints.services import clocks, telling, trail
from tenancy.errors import DomainError, IllegalMove, NotAllowed
from tenancy.models import Membership
from tenancy.policy import roles_with

State, How = Complaint.State, Complaint.ClosedHow


def _checked_rating(rating: int | None) -> int | None:
    if rating is not None and rating not in range(1, 6):
        raise DomainError(_("A rating is a number from 1 to 5."))
    return rating


@transaction.atomic
def say_solved(
    *,
    complaint_id: UUID,
    actor: Membership | None,
    rating: int | None,
    comment: str = "",
    now: datetime,
    follow_token: str = "",
) -> Complaint:
    """The complainant says it is solved, and may rate it from 1 to 5: that is the return visit, and closes it.

    A rating below the middle closes nothing: the case is reopened, whatever the click said. Said again of what is
    closed as solved, it changes nothing. Raises NotFound, IllegalMove unless it was answered or resolved.
    """
    complaint = queries.get_own(actor, complaint_id, follow_token=follow_token, lock=True)
    rating = _checked_rating(rating)
    if complaint.state == State.CLOSED and complaint.is_solved:
        return complaint
    if complaint.state not in moving.ASKED_SOLVED:
        raise IllegalMove(_not_now(complaint))
    _record_visit(complaint, ReturnVisit.Method.PORTAL, None, True, rating, comment, now)
    rules = queries.handling_rules()
    if not moving.is_solved_well(is_solved=True, rating=rating, good_rating=rules.good_rating):
        return _reopen(
            complaint, actor=actor, by_complainant=True, reason=comment, now=now, answer_days=rules.low_rating_days
        )
    return _through_to_closed(complaint, How.SAID, actor=actor, by_complainant=True, now=now)


@transaction.atomic
def say_not_solved(
    *, complaint_id: UUID, actor: Membership | None, why: str, now: datetime, follow_token: str = ""
) -> Complaint:
    """The complainant says it is not solved, and why: the complaint is reopened with new clocks.

    Raises NotFound, IllegalMove when it was not answered yet or closed too long ago, DomainError without a why.
    """
    complaint = queries.get_own(actor, complaint_id, follow_token=follow_token, lock=True)
    if not queries.may_reopen(complaint, now=now):
        raise IllegalMove(_not_now(complaint))
    if not why.strip():
        raise DomainError(_("Tell us what is not solved."))
    complaint.is_solved = False
    if complaint.state in (State.RESOLVED, State.RETURN_VISIT):
        _record_visit(complaint, ReturnVisit.Method.PORTAL, None, False, None, why, now)
    return _reopen(complaint, actor=actor, by_complainant=True, reason=why, now=now)


@transaction.atomic
def ask_second_look(
    *, complaint_id: UUID, actor: Membership | None, now: datetime, follow_token: str = ""
) -> Complaint:
    """The complainant asks for a second look by somebody else, without giving reasons.

    It has promises of its own: confirmed by its new handler, then answered (`HandlingRules`). There is one; of a second
    it is an IllegalMove.
    """
    complaint = queries.get_own(actor, complaint_id, follow_token=follow_token, lock=True)
    trail.move(complaint, State.STAGE_2, actor=actor, now=now, by_complainant=True)
    complaint.stage, complaint.wake_at = 2, None
    complaint.first_handler, complaint.first_signer = complaint.handler, queries.signer_of(complaint)
    rules = queries.handling_rules()
    days: dict[str, int] = {TargetKind.ACCEPT: rules.stage_2_accept_days, TargetKind.ANSWER: rules.stage_2_answer_days}
    _restart_clocks(complaint, [TargetKind.ACCEPT, TargetKind.ANSWER], now=now, days=days)
    complaint.save()
    managers = queries.staff_for(complaint).filter(role__in=roles_with("complaint.sign_major")).select_related("user")
    telling.tell_staff(complaint, "second_look", managers, now=now)
    return complaint


@transaction.atomic
def start_return_visit(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """A resolved complaint goes to its return visit. Raises NotAllowed for the handler."""
    complaint = _visited(complaint_id, actor)
    trail.move(complaint, State.RETURN_VISIT, actor=actor, now=now)
    complaint.save()
    return complaint


@transaction.atomic
def record_return_visit(
    *,
    complaint_id: UUID,
    actor: Membership,
    method: str,
    is_reached: bool,
    is_solved: bool | None = None,
    rating: int | None = None,
    comment: str = "",
    now: datetime,
) -> Complaint:
    """Write down a return visit, or a failed attempt at one. The visitor is not the handler.

    Reached and solved with a rating of 3 or more (or none) closes the complaint; reached and not solved, or rated
    lower, reopens it; not reached leaves it open. Raises NotFound, NotAllowed, IllegalMove, DomainError.
    """
    complaint = _visited(complaint_id, actor)
    if complaint.state == State.RESOLVED:
        trail.move(complaint, State.RETURN_VISIT, actor=actor, now=now)
    if complaint.state != State.RETURN_VISIT:
        raise IllegalMove(_not_now(complaint))
    if method not in ReturnVisit.Method.values or method == ReturnVisit.Method.PORTAL:
        raise DomainError(_("Say how the complainant was contacted."))
    if not is_reached:
        _record_visit(complaint, method, actor, None, None, comment, now, reached=False)
        complaint.save()
        return complaint
    if is_solved is None:
        raise DomainError(_("Say whether the complainant calls it solved."))
    rating = _checked_rating(rating)
    _record_visit(complaint, method, actor, is_solved, rating, comment, now)
    rules = queries.handling_rules()
    if moving.is_solved_well(is_solved=is_solved, rating=rating, good_rating=rules.good_rating):
        return _through_to_closed(complaint, How.VISITED, actor=actor, by_complainant=False, now=now)
    low = rating is not None and rating < rules.good_rating
    return _reopen(
        complaint, actor=actor, by_complainant=False, reason=comment, now=now,
        answer_days=rules.low_rating_days if low else None,
    )  # fmt: skip


@transaction.atomic
def close_complaint(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Close without reaching the complainant: only an anonymous one, or after three failed attempts on three days.

    Raises DomainError with the code ``return_visit_missing`` otherwise.
    """
    complaint = _visited(complaint_id, actor)
    if complaint.state not in (State.RESOLVED, State.RETURN_VISIT):
        raise IllegalMove(_not_now(complaint))
    zone = ZoneInfo(complaint.estate.calendar.time_zone)
    failed = complaint.return_visits.filter(
        outcome=ReturnVisit.Outcome.NO_CONTACT, at__gte=complaint.resolved_at or complaint.received_at
    ).values_list("at", flat=True)
    verdict = moving.closing_verdict(
        is_visited=False,
        is_anonymous=complaint.is_anonymous,
        failed_attempts=[at.astimezone(zone).date() for at in failed],
        attempts_needed=queries.handling_rules().failed_attempts,
    )
    if not verdict.allowed:
        raise DomainError(moving.REFUSALS[verdict.outcome], code=verdict.outcome)
    how = How.ANONYMOUS if complaint.is_anonymous else How.ATTEMPTS
    return _through_to_closed(complaint, how, actor=actor, by_complainant=False, now=now)


@transaction.atomic
def reopen_complaint(*, complaint_id: UUID, actor: Membership, reason: str, now: datetime) -> Complaint:
    """Staff reopen a complaint that was answered, resolved, or closed not too long ago, with a reason."""
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_accept(actor, complaint):
        raise NotAllowed(_("Your role does not reopen complaints."))
    if not queries.may_reopen(complaint, now=now):
        raise IllegalMove(_not_now(complaint))
    if not reason.strip():
        raise DomainError(_("Write why the complaint is reopened."))
    return _reopen(complaint, actor=actor, by_complainant=False, reason=reason, now=now)


def _visited(complaint_id: UUID, actor: Membership) -> Complaint:
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_visit(actor, complaint):
        raise NotAllowed(_("The return visit is made by somebody other than the handler."))
    return complaint


def _not_now(complaint: Complaint) -> str:
    return _("This is not possible now: %(number)s is in the state “%(state)s”.") % {
        "number": complaint.number,
        "state": complaint.get_state_display(),
    }


def _record_visit(
    complaint: Complaint,
    method: str,
    visitor: Membership | None,
    is_solved: bool | None,
    rating: int | None,
    comment: str,
    now: datetime,
    *,
    reached: bool = True,
) -> None:
    ReturnVisit.objects.create(
        complaint=complaint,
        at=now,
        method=method,
        visitor=visitor,
        outcome=ReturnVisit.Outcome.REACHED if reached else ReturnVisit.Outcome.NO_CONTACT,
        is_solved=is_solved,
        rating=rating,
        comment=comment.strip(),
    )
    if reached:
        complaint.is_solved, complaint.rating = is_solved, rating
        clocks.stop_clocks(complaint, [TargetKind.VISIT], now=now)
    trail.note(complaint, "return_visit", actor=visitor, now=now, changes={"reached": reached, "solved": is_solved})


def _through_to_closed(
    complaint: Complaint, how: str, *, actor: Membership | None, by_complainant: bool, now: datetime
) -> Complaint:
    """Walk the states that are left up to closed, each one recorded."""
    for state in (State.RESOLVED, State.RETURN_VISIT, State.CLOSED):
        if state in complaint.next_states:
            trail.move(complaint, state, actor=actor, now=now, by_complainant=by_complainant)
    if complaint.state != State.CLOSED:
        raise IllegalMove(_not_now(complaint))
    complaint.resolved_at = complaint.resolved_at or now
    complaint.closed_at, complaint.closed_how, complaint.wake_at = now, how, None
    clocks.stop_clocks(complaint, TargetKind.values, now=now)
    complaint.save()
    telling.tell_complainant(complaint, "closed", now=now, rules=queries.handling_rules())
    return complaint


def _reopen(
    complaint: Complaint,
    *,
    actor: Membership | None,
    by_complainant: bool,
    reason: str,
    now: datetime,
    answer_days: int | None = None,
) -> Complaint:
    """Open it again with clocks of its own; ``answer_days`` is the promise of an answer to a low rating."""
    trail.move(complaint, State.REOPENED, actor=actor, now=now, reason=reason.strip(), by_complainant=by_complainant)
    complaint.times_reopened += 1
    complaint.resolved_at = complaint.closed_at = complaint.wake_at = None
    complaint.closed_how = ""
    first = targets.AT_ACCEPTANCE[complaint.kind][0]  # of a request the work itself
    days: dict[str, int] = {first: answer_days} if answer_days else {}
    _restart_clocks(complaint, targets.AT_ACCEPTANCE[complaint.kind], now=now, days=days)
    complaint.save()
    deciders = queries.staff_for(complaint).filter(role__in=(Membership.Role.SUPERVISOR,))
    telling.tell_staff(
        complaint, "reopened", [complaint.handler, *deciders.select_related("user")], now=now, reason=reason
    )
    telling.tell_complainant(complaint, "reopened_owner", now=now, due=complaint.next_due_at)
    return complaint


def _restart_clocks(complaint: Complaint, kinds: Iterable[str], *, now: datetime, days: Mapping[str, int]) -> None:
    """A new round: a reopened complaint gets a clock of its own and is never late at once."""
    clocks.cancel_clocks(complaint, now=now)
    rounds = complaint.times_reopened + complaint.stage
    clocks.start_clocks(complaint, kinds, start=now, turn=rounds, days=days)
