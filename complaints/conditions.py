"""What decides whether an act on a case is offered: how it stands, and who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from complaints.models import Complaint, Joining
from complaints.rules import moving
from tenancy.models import Membership
from tenancy.policy import can

State = Complaint.State


@dataclass(frozen=True)
class Case:
    """What decides whether an act is offered."""

    complaint: Complaint
    actor: Membership
    now: datetime
    may_close_unvisited: bool = False
    joinings: tuple[Joining, ...] = ()
    """Under what it is dealt with, or what is dealt with under it: `joining_queries.about`."""

    @property
    def is_watched(self) -> bool:
        """By the actor, of a case that `case_queries.case_by_number` has read."""
        return bool(getattr(self.complaint, "is_watched", False))

    @property
    def aside_until(self) -> datetime | None:
        """Until when the actor has put it aside."""
        until: datetime | None = getattr(self.complaint, "aside_until", None)
        return until if until is not None and until > self.now else None

    @property
    def state(self) -> str:
        return self.complaint.state

    @property
    def above(self) -> Joining | None:
        """Under which other complaint it is dealt with."""
        return next((row for row in self.joinings if row.complaint_id == self.complaint.pk), None)

    @property
    def was_before_answer(self) -> bool:
        """Not answered yet, also when it waits meanwhile."""
        waited_from = self.complaint.returns_to if self.state in Complaint.WAITING else self.state
        return waited_from in moving.BEFORE_ANSWER


def is_in(*states: str) -> Callable[[Case], bool]:
    return lambda case: case.state in states


def is_complaint_in(*states: str) -> Callable[[Case], bool]:
    """Of complaints alone: a request is carried out, not answered."""
    return lambda case: case.state in states and not case.complaint.is_request


def is_in_by_kind(*, complaint: frozenset[str], request: frozenset[str]) -> Callable[[Case], bool]:
    return lambda case: case.state in (request if case.complaint.is_request else complaint)


def handles(case: Case) -> bool:
    return moving.may_handle(case.actor, case.complaint)


def accepts(case: Case) -> bool:
    return moving.may_accept(case.actor, case.complaint)


def assigns(case: Case) -> bool:
    return moving.may_assign(case.actor, case.complaint)


def writes(case: Case) -> bool:
    return moving.may_write(case.actor, case.complaint)


def visits(case: Case) -> bool:
    return moving.may_visit(case.actor, case.complaint)


def is_assignable(case: Case) -> bool:
    return case.state in moving.AT_WORK or State.ASSIGNED in case.complaint.next_states


def can_wait(case: Case) -> bool:
    return State.WAITING_FOR_COMPLAINANT in case.complaint.next_states


def can_ask(case: Case) -> bool:
    return can_wait(case) and not case.complaint.is_anonymous


def deals(case: Case) -> bool:
    """Handles it, and works on dealings with outside parties."""
    return handles(case) and can(case.actor, "matter.write", case.complaint)


def can_extend(case: Case) -> bool:
    """Something runs that is not late; whether it was extended before, the verb says."""
    due = case.complaint.next_due_at
    is_at_work = case.state in moving.AT_WORK and case.state not in Complaint.WAITING
    return is_at_work and not case.complaint.is_late and due is not None and due > case.now


def to(*states: str) -> frozenset[str]:
    return frozenset(states)
