"""What workers do for complaints: ids in, one thing, a word back."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from celery import shared_task
from django.utils import timezone

from tenancy.context import scope
from tenancy.models import Organisation

if TYPE_CHECKING:
    from complaints.services.escalation import Swept


log = logging.getLogger(__name__)


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
def remind_of_tasks() -> str:
    """Every organisation in its own scope, one transaction a batch; beat asks each hour, for mornings differ."""
    from complaints.services import task_reminding

    now, reminded = timezone.now(), 0
    for organisation_id in Organisation.objects.filter(is_active=True).values_list("pk", flat=True):
        left = 1
        while left:
            with scope(organisation_id):
                left = task_reminding.remind_batch(now=now)
            reminded += left
    return f"{reminded} reminders"


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


@shared_task(soft_time_limit=240, time_limit=270, expires=60)
def read_mail() -> str:
    """Mail from owners, from the mailbox that is set; and whatever a killed worker left half done."""
    import imaplib

    from django.conf import settings

    from complaints.services import mailbox
    from notices.returned_mail import Mailbox

    now = timezone.now()
    left = mailbox.finish(now=now)
    if not settings.INBOUND_URL:
        return f"no mailbox, {left} finished"
    try:
        read, taken = mailbox.poll(Mailbox.of(settings.INBOUND_URL), now=now)
    except (OSError, ValueError, imaplib.IMAP4.error) as error:
        log.warning("the mailbox for owners could not be read: %s", type(error).__name__)
        return "not read"
    return f"{read} read, {taken} taken, {left} finished"
