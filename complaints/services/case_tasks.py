"""Tasks of a case: what is to be done inside the house, one by one or a checklist at once."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import queries
from complaints.models import Checklist, Complaint, Task
from complaints.rules import moving
from complaints.services import telling, trail
from complaints.services.talking import for_writer
from complaints.shipped import shipped_defaults
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership


def _check_room(complaint: Complaint, more: int) -> None:
    most = shipped_defaults()["tasks_of_a_case"]
    if complaint.tasks.count() + more > most:
        raise DomainError(_("A case has %(most)d tasks at most.") % {"most": most})


@transaction.atomic
def add_task(
    *,
    complaint_id: UUID,
    actor: Membership,
    text: str,
    now: datetime,
    assignee_id: UUID | None = None,
    due_on: date | None = None,
) -> Task:
    """Write down what is to be done, by whom and by when if that is known; whoever is to do it is told.

    The same again, while it is open, finds the first.
    Raises NotFound, NotAllowed, DomainError without words or for a day that is past.
    """
    complaint = for_writer(complaint_id, actor)
    if not text.strip():
        raise DomainError(_("Write what is to be done."), code="text")
    today = now.astimezone(ZoneInfo(complaint.estate.calendar.time_zone)).date()
    if due_on is not None and due_on < today:
        raise DomainError(_("Choose a day that is not past."), code="due_on")
    assignee = None
    if assignee_id is not None:
        assignee = queries.staff_for(complaint).select_related("user").filter(pk=assignee_id).first()
        if assignee is None or not moving.may_write(assignee, complaint):  # who cannot open it cannot do it
            raise DomainError(_("Choose somebody from the list."), code="assignee_id")
    same = complaint.tasks.filter(text=text.strip(), assignee=assignee, due_on=due_on, done_at__isnull=True).first()
    if same is not None:  # a second click
        return same
    _check_room(complaint, 1)
    task = Task.objects.create(
        complaint=complaint, text=text.strip(), assignee=assignee, due_on=due_on, added_by=actor, added_at=now
    )
    trail.note(complaint, "task_added", actor=actor, now=now)
    if assignee is not None and assignee.pk != actor.pk:
        telling.tell_staff(complaint, "task", [assignee], now=now, key=str(task.pk), task=task, name=actor.name)
    return task


@transaction.atomic
def use_checklist(*, complaint_id: UUID, actor: Membership, checklist_id: UUID, now: datetime) -> list[Task]:
    """Put the steps of a checklist on the case that are not among its tasks yet. Raises NotFound, NotAllowed, DomainError."""
    complaint = for_writer(complaint_id, actor)
    checklist = Checklist.objects.filter(pk=checklist_id, is_active=True).first()
    if checklist is None or checklist.category_id not in (None, complaint.category_id):
        raise NotFound("no such checklist")
    there = set(complaint.tasks.values_list("text", flat=True))
    steps = [step[:300] for step in checklist.lines if step[:300] not in there]
    _check_room(complaint, len(steps))
    added = Task.objects.bulk_create(
        Task(complaint=complaint, text=step, added_by=actor, added_at=now) for step in dict.fromkeys(steps)
    )
    if added:
        trail.note(complaint, "checklist", actor=actor, now=now, changes={"tasks": len(added)})
    return added


@transaction.atomic
def tick_task(*, complaint_id: UUID, actor: Membership, task_id: UUID, is_done: bool, now: datetime) -> Task:
    """Done, or not done after all. Said again, it changes nothing. Raises NotFound, NotAllowed."""
    complaint = for_writer(complaint_id, actor)
    task = Task.objects.filter(complaint=complaint, pk=task_id).first()
    if task is None:
        raise NotFound("no such task")
    if is_done == (task.done_at is not None):
        return task
    task.done_at, task.done_by = (now, actor) if is_done else (None, None)
    task.save(update_fields=["done_at", "done_by"])
    trail.note(complaint, "task_done" if is_done else "task_open", actor=actor, now=now)
    return task
