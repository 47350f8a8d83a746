"""What every verb does besides its own matter: move, write the history, write the audit log."""

from datetime import datetime
from typing import Any

from audit.services import record
from complaints import desk_queries
from complaints.models import Complaint, Move
from complaints.services import telling
from tenancy.models import Membership

State = Complaint.State
# Of which moves whoever watches a case is told: where it stands, not every step on the way.
WATCHED = Complaint.WAITING | Complaint.ENDED | {
    State.ACCEPTED, State.ASSIGNED, State.ANSWERED, State.RESOLVED, State.REOPENED, State.STAGE_2,
}  # fmt: skip


def move(
    complaint: Complaint,
    to: str,
    *,
    actor: Membership | None,
    now: datetime,
    reason: str = "",
    by_complainant: bool = False,
) -> Move:
    """Move the complaint (in memory), write one Move and one audit entry. Raises IllegalMove."""
    before = complaint.state
    complaint.move(to, at=now)
    note(complaint, "moved", actor=actor, now=now, changes={"from": before, "to": to})
    if to in WATCHED:
        watchers = [member for member in desk_queries.watchers_of(complaint) if actor is None or member.pk != actor.pk]
        telling.tell_staff(
            complaint, "watched", watchers, now=now, key=f"{to}:{now.isoformat()}", is_urgent=False, reason=reason,
            is_by_itself=actor is None and not by_complainant,
        )  # fmt: skip
    return Move.objects.create(
        complaint=complaint,
        from_state=before,
        to_state=to,
        at=now,
        actor=actor,
        by_complainant=by_complainant,
        reason=reason,
    )


def note(
    complaint: Complaint, act: str, *, actor: Membership | None, now: datetime, changes: dict[str, Any] | None = None
) -> None:
    record(action=f"complaint.{act}", subject=complaint, actor=actor, now=now, label=complaint.number, changes=changes)
