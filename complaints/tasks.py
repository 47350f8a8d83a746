"""What workers do for complaints: ids in, one thing, a word back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from celery import shared_task
from django.utils import timezone

from tenancy.context import scope

if TYPE_CHECKING:
    from complaints.services.escalation import Swept


@shared_task
def sweep_clocks() -> str:
    """Every organisation with something due on a clock, each in its own scope."""
    from complaints import queries

    now = timezone.now()
    organisations = queries.organisations_with_due_clocks(now)
    for organisation_id in organisations:
        sweep_organisation.delay(organisation_id)
    return f"{len(organisations)} organisations"


def sweep_batches(*, now: datetime, swept: "Swept") -> list[Callable[[], int]]:
    """What is due on complaints, in turn: clocks, escalations that nobody took up, cases on which nothing happened."""
    from complaints.services import escalation, waking

    return [
        partial(escalation.sweep_batch, now=now, swept=swept),
        partial(escalation.pass_on_batch, now=now),
        partial(waking.wake_batch, now=now),
    ]


@shared_task
def sweep_organisation(organisation_id: int) -> str:
    """One transaction a batch, so that what was done stays done when the worker is killed."""
    from complaints.services import escalation

    swept = escalation.Swept()
    for batch in sweep_batches(now=timezone.now(), swept=swept):
        left = 1
        while left:
            with scope(organisation_id):
                left = batch()
    return f"{swept.clocks} clocks, {swept.escalations} escalations"
