"""Who may move a complaint, and when. Plain predicates over loaded objects: the policy, and the domain's own guards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from tenancy.models import Membership
from tenancy.policy import can

State = Complaint.State

AT_WORK = frozenset({State.ASSIGNED, State.INVESTIGATING, State.PROPOSED, State.IMPLEMENTING, *Complaint.WAITING})
BEFORE_ANSWER = frozenset({State.ASSIGNED, State.INVESTIGATING, State.PROPOSED})
JOINABLE = BEFORE_ANSWER | {State.RECEIVED, State.ACCEPTED, State.REOPENED}
ASKED_SOLVED = frozenset({State.ANSWERED, State.RESOLVED, State.RETURN_VISIT})


def may_accept(actor: Membership | None, complaint: Complaint | None = None) -> bool:
    return can(actor, "complaint.accept", complaint)


def may_assign(actor: Membership | None, complaint: Complaint | None = None) -> bool:
    return can(actor, "complaint.assign", complaint)


def may_set_priority(actor: Membership | None, complaint: Complaint | None = None) -> bool:
    return may_accept(actor, complaint)


def may_enter(actor: Membership | None, complaint: Complaint | None = None) -> bool:
    """Log a complaint for somebody on the phone or at the counter."""
    return can(actor, "complaint.enter", complaint)


def may_be_handler(handler: Membership, complaint: Complaint) -> bool:
    """The handler works with complaints of this place, and is not the person complained of."""
    return can(handler, "complaint.be_handler", complaint)


def may_take(actor: Membership | None, complaint: Complaint) -> bool:
    """Take it oneself: who sees it and may be its handler."""
    return can(actor, "complaint.take", complaint)


def may_handle(actor: Membership | None, complaint: Complaint) -> bool:
    """Investigate, propose, carry out: the handler, or who could have assigned it to another."""
    return can(actor, "complaint.handle", complaint)


def may_sign_answer(actor: Membership | None, complaint: Complaint) -> bool:
    """The handler answers; an answer to a major complaint is the manager's to sign."""
    if complaint.severity == Complaint.Severity.MAJOR:
        return may_handle(actor, complaint) and can(actor, "complaint.sign_major", complaint)
    return may_handle(actor, complaint)


def may_write(actor: Membership | None, complaint: Complaint) -> bool:
    """Reply outside or note inside: whoever accepts, assigns or handles it. An auditor only reads."""
    return can(actor, "complaint.write", complaint)


def may_visit(actor: Membership | None, complaint: Complaint) -> bool:
    """The return visit is made by somebody other than the handler."""
    return may_write(actor, complaint) and actor is not None and actor.pk != complaint.handler_id


def is_reopened_within(complaint: Complaint, days: int, *, now: datetime) -> bool:
    """A closed complaint can be reopened for so many days."""
    return complaint.state in Complaint.ENDED and now - complaint.moved_at <= timedelta(days=days)


@dataclass(frozen=True)
class Verdict:
    """Whether an act is allowed; ``outcome`` is ``done`` or the code of the refusal."""

    allowed: bool
    outcome: str


DONE = Verdict(True, "done")
REFUSALS: dict[str, str | Promise] = {
    "return_visit_missing": _(
        "A complaint is closed after a return visit, or after three failed attempts on three days."
    ),
    "handler_is_subject": _("A complaint is never handled by the person complained of."),
    "http_404": _("There is no such complaint."),
}


def closing_verdict(
    *, is_visited: bool, is_anonymous: bool, failed_attempts: Iterable[date], attempts_needed: int
) -> Verdict:
    """Closing needs a return visit, an anonymous complainant, or enough failed attempts on as many local dates.

    ``failed_attempts`` holds the local date of each attempt. Source: product default beside the practice of
    visiting every complainant within three days.
    """
    attempts = list(failed_attempts)
    tried = len(attempts) >= attempts_needed and len(set(attempts)) >= attempts_needed
    return DONE if is_visited or is_anonymous or tried else Verdict(False, "return_visit_missing")


def assigning_verdict(*, handler: object, subject_staff: object) -> Verdict:
    same = subject_staff is not None and handler == subject_staff
    return Verdict(False, "handler_is_subject") if same else DONE


def reading_verdict(*, estate: object, reader_estates: Iterable[object]) -> Verdict:
    """A complaint of an estate that the reader does not work for looks like one that does not exist."""
    return DONE if estate in list(reader_estates) else Verdict(False, "http_404")


def is_visited(complaint: Complaint, *, can_be_told: bool, request_percent: int) -> bool:
    """Whether a return visit is due after the work: of every complaint, of requests by lot, and of any whose sender no
    message reaches, for nobody else would ask them. Of an anonymous one there is nobody to visit.
    """
    if complaint.is_anonymous:
        return False
    return not (complaint.is_request and can_be_told) or is_visited_by_lot(complaint.number, request_percent)


def is_visited_by_lot(number: str, percent: int) -> bool:
    """Whether a return visit is due after this request: so many of each hundred numbers, spread evenly.

    ``number`` ends in the running number of its series. Nobody picks which ones. Source: of repairs 30 % are visited.
    """
    running = int(number.rpartition("-")[2])
    return running * percent // 100 > (running - 1) * percent // 100


def is_solved_well(*, is_solved: bool | None, rating: int | None, good_rating: int) -> bool:
    """A return visit closes the complaint when it is solved and not rated below the middle."""
    return bool(is_solved) and (rating is None or rating >= good_rating)
