"""What was done to several cases at once is remembered for a while, and can be undone by whoever did it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from complaints import queries
from complaints.models import BulkRun, Complaint
from complaints.rules import moving
from complaints.services import handling, intake
from complaints.services.bulk import Outcome
from complaints.shipped import shipped_defaults
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

State = Complaint.State
# An acceptance is not undone: the complainant has been told the promised times.
UNDONE = ("assign", "priority")


def note_run(
    *, act: str, before: dict[UUID, str], outcomes: Iterable[Outcome], actor: Membership, now: datetime
) -> BulkRun | None:
    """Remember how each changed case stood before; None when there is nothing that could be undone.

    What was assigned out of a reopening or a second look is not among it: there is no way back into either.
    """
    changed = [each.complaint for each in outcomes if each.is_changed]
    if act == "assign":
        changed = [row for row in changed if before[row.pk].split("|")[1] in moving.AT_WORK | {State.ACCEPTED}]
    if act not in UNDONE or not changed:
        return None
    rows = [[str(row.pk), before[row.pk], standing(act, row)] for row in changed]
    return BulkRun.objects.create(membership=actor, act=act, at=now, rows=rows)


def standing(act: str, complaint: Complaint) -> str:
    """How a case stands in what the act changes: handler and state, or priority and severity."""
    if act == "assign":
        return f"{complaint.handler_id or ''}|{complaint.state}"
    return f"{complaint.priority}|{complaint.severity}"


def undo_run(*, run_id: UUID, actor: Membership, now: datetime) -> list[Outcome]:
    """Put each case back as it stood, by the verbs that everybody uses; one that was worked on since stays as it is.

    Only whoever did it, once, and within the minutes of data/defaults.yaml. Raises NotAllowed, NotFound, IllegalMove.
    """
    if not can(actor, "complaint.undo"):
        raise NotAllowed(_("Your role does not do this."))
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().filter(pk=run_id, membership=actor).first()
        if run is None or not can(actor, "complaint.undo", run):
            raise NotFound("no such act")
        if run.undone_at is not None or now - run.at > timedelta(minutes=shipped_defaults()["undo_minutes"]):
            raise IllegalMove(_("It is too late to undo this, or it is undone already."))
        run.undone_at = now
        run.save(update_fields=["undone_at"])
        record(action="bulkrun.undone", subject=run, actor=actor, now=now, changes={"cases": len(run.rows)})
    found = (_put_back(run.act, UUID(key), before, after, actor, now) for key, before, after in run.rows)
    return [outcome for outcome in found if outcome is not None]


def _put_back(act: str, key: UUID, before: str, after: str, actor: Membership, now: datetime) -> Outcome | None:
    """None for a case that the actor may no longer see."""
    complaint = queries.worked_complaints(actor).filter(pk=key).first()
    if complaint is None:
        return None
    try:
        with transaction.atomic():
            complaint = queries.get_worked(actor, key, lock=True)
            if standing(act, complaint) != after:
                raise IllegalMove(_("It was worked on since, and stays as it is."))
            return Outcome(_undone(act, complaint, before, actor, now), is_changed=True)
    except DomainError as refused:
        words = refused.message if refused.status != 404 else _("This person does not work for its estate.")
        return Outcome(complaint, is_changed=False, refusal=words)


def _undone(act: str, complaint: Complaint, before: str, actor: Membership, now: datetime) -> Complaint:
    first, second = before.split("|")
    if act == "priority":
        complaint = intake.set_priority(complaint_id=complaint.pk, actor=actor, priority=first, now=now)
        complaint.severity = second  # danger had made it major
        complaint.save(update_fields=["severity"])
        return complaint
    if first and second != State.ACCEPTED:
        return handling.assign_complaint(complaint_id=complaint.pk, handler_id=UUID(first), actor=actor, now=now)
    return handling.give_back(complaint_id=complaint.pk, actor=actor, reason=_("Assigned by mistake."), now=now)
