"""Who may move a complaint, and when. Plain predicates over loaded objects; estate scope is the queries' business."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from tenancy.models import Membership

Role = Membership.Role
State = Complaint.State

ACCEPTERS = frozenset({Role.CLERK, Role.SUPERVISOR, Role.MANAGER, Role.QUALITY, Role.ADMIN})
ASSIGNERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.QUALITY, Role.ADMIN})
HANDLERS = frozenset({Role.CLERK, Role.ENGINEER, Role.SUPERVISOR, Role.MANAGER, Role.QUALITY})
SIGNERS_OF_MAJOR = frozenset({Role.MANAGER, Role.QUALITY, Role.ADMIN})

AT_WORK = frozenset(
    {State.ASSIGNED, State.INVESTIGATING, State.PROPOSED, State.IMPLEMENTING, State.WAITING_FOR_COMPLAINANT}
)
BEFORE_ANSWER = frozenset({State.ASSIGNED, State.INVESTIGATING, State.PROPOSED})
ASKED_SOLVED = frozenset({State.ANSWERED, State.RESOLVED, State.RETURN_VISIT})

REOPEN_DAYS = 30  # a default of the product; the organisation's setting takes its place when it has one
PAUSE_MAX_WORKING_DAYS = 5
FAILED_ATTEMPTS = 3
GOOD_RATING = 3


def may_accept(actor: Membership | None) -> bool:
    return actor is not None and actor.role in ACCEPTERS


def may_assign(actor: Membership | None) -> bool:
    return actor is not None and actor.role in ASSIGNERS


def may_set_priority(actor: Membership | None) -> bool:
    return may_accept(actor)


def may_enter(actor: Membership | None) -> bool:
    """Log a complaint for somebody on the phone or at the counter."""
    return actor is not None and actor.role in ACCEPTERS | HANDLERS


def may_be_handler(handler: Membership, complaint: Complaint) -> bool:
    """The handler works with complaints, and is not the person complained of."""
    return handler.is_active and handler.role in HANDLERS and handler.pk != complaint.subject_staff_id


def may_handle(actor: Membership | None, complaint: Complaint) -> bool:
    """Investigate, propose, carry out: the handler, or who could have assigned it to another."""
    if actor is None or actor.pk == complaint.subject_staff_id:
        return False
    return actor.pk == complaint.handler_id or actor.role in ASSIGNERS


def may_sign_answer(actor: Membership | None, complaint: Complaint) -> bool:
    """The handler answers; an answer to a major complaint is the manager's to sign."""
    if complaint.severity == Complaint.Severity.MAJOR:
        return may_handle(actor, complaint) and actor is not None and actor.role in SIGNERS_OF_MAJOR
    return may_handle(actor, complaint)


def may_write(actor: Membership | None, complaint: Complaint) -> bool:
    """Reply outside or note inside: whoever accepts, assigns or handles it. An auditor only reads."""
    if actor is None or actor.pk == complaint.subject_staff_id:
        return False
    return actor.role in ACCEPTERS or actor.pk == complaint.handler_id


def may_visit(actor: Membership | None, complaint: Complaint) -> bool:
    """The return visit is made by somebody other than the handler."""
    return may_write(actor, complaint) and actor is not None and actor.pk != complaint.handler_id


def may_reopen(complaint: Complaint, *, now: datetime) -> bool:
    """A closed complaint can be reopened for a while; one that is answered or resolved at any time."""
    if complaint.state in ASKED_SOLVED:
        return True
    if complaint.state in Complaint.ENDED:
        return now - complaint.moved_at <= timedelta(days=REOPEN_DAYS)
    return False


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


def closing_verdict(*, is_visited: bool, is_anonymous: bool, failed_attempts: Iterable[date]) -> Verdict:
    """Closing needs a return visit, an anonymous complainant, or enough failed attempts on as many local dates.

    ``failed_attempts`` holds the local date of each attempt. Source: product default beside the practice of
    visiting every complainant within three days.
    """
    attempts = list(failed_attempts)
    tried = len(attempts) >= FAILED_ATTEMPTS and len(set(attempts)) >= FAILED_ATTEMPTS
    return DONE if is_visited or is_anonymous or tried else Verdict(False, "return_visit_missing")


def assigning_verdict(*, handler: object, subject_staff: object) -> Verdict:
    same = subject_staff is not None and handler == subject_staff
    return Verdict(False, "handler_is_subject") if same else DONE


def reading_verdict(*, estate: object, reader_estates: Iterable[object]) -> Verdict:
    """A complaint of an estate that the reader does not work for looks like one that does not exist."""
    return DONE if estate in list(reader_estates) else Verdict(False, "http_404")


def is_solved_well(*, is_solved: bool | None, rating: int | None) -> bool:
    """A return visit closes the complaint when it is solved and not rated below the middle."""
    return bool(is_solved) and (rating is None or rating >= GOOD_RATING)
