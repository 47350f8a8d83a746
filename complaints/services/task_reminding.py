"""Tasks of cases on the morning they are due, and once when they are late."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from complaints.models import Task
from complaints.services import telling
from contacts.services.mornings import tell_once
from notices.services.queueing import Item


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Each reminder once, in the organisation in force, nobody before its morning. Returns how many were written."""
    return tell_once(lambda here, _organisation: _due(here), now=now)


def _due(here: datetime) -> Iterator[Item]:
    """To whoever is to do it: of an open case, on the day itself and from the day after."""
    today = here.date()
    rows = Task.objects.filter(done_at__isnull=True, assignee__isnull=False, due_on__lte=today, complaint__is_open=True)
    rows = rows.select_related(
        "assignee__user", "complaint__estate", "complaint__building", "complaint__unit", "complaint__category"
    )
    for task in rows.order_by("due_on", "id"):
        is_late = task.due_on is not None and task.due_on < today
        key = f"{task.pk}:{'late' if is_late else 'due'}:{task.due_on}"
        yield from telling.to_staff(
            task.complaint, "task_due", [task.assignee], now=here, key=key, task=task, is_late=is_late
        )
