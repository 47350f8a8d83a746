"""Tasks of cases on the morning they are due, and once when they are late."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from complaints.models import Task
from complaints.services import telling
from contacts.rules.defaults import duty_defaults
from notices.models import Delivery
from notices.services.queueing import Item, queue_many
from tenancy.context import current_organisation_id
from tenancy.models import Organisation


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Each reminder once, in the organisation in force, nobody before its morning. Returns how many were written."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    here, said = now.astimezone(ZoneInfo(organisation.time_zone)), duty_defaults()
    if here.hour < said["remind_from_hour"]:
        return 0
    items = {item.dedupe: item for item in _due(here)}
    told = set(Delivery.objects.filter(dedupe_key__in=items).values_list("dedupe_key", flat=True))
    fresh = [item for key, item in items.items() if key not in told][: said["reminders_at_once"]]
    queue_many(fresh, now=now)
    return len(fresh)


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
