"""What workers do for duties, promises and outages: ids in, one thing, a word back."""

from celery import shared_task
from django.utils import timezone

from tenancy.context import scope
from tenancy.models import Organisation


@shared_task
def remind_of_due() -> str:
    """Every organisation in its own scope, one transaction a batch; beat asks each hour, for mornings differ."""
    from contacts.services import internal, matter_reminding, promise_reminding, register_reminding, reminding

    now, reminded = timezone.now(), 0
    for organisation_id in Organisation.objects.filter(is_active=True).values_list("pk", flat=True):
        for remind in (
            reminding.remind_batch, promise_reminding.remind_batch, matter_reminding.remind_batch, internal.remind_batch,
            register_reminding.remind_batch,
        ):  # fmt: skip
            left = 1
            while left:
                with scope(organisation_id):
                    left = remind(now=now)
                reminded += left
    return f"{reminded} reminders"


@shared_task
def sweep_outages() -> str:
    """Every organisation in which a notice has left, a relay is late or an end has passed, each in its own scope."""
    from contacts import outage_queries

    organisations = outage_queries.organisations_with_due_outages(timezone.now())
    for organisation_id in organisations:
        sweep_outages_of(organisation_id)
    return f"{len(organisations)} organisations"


@shared_task
def sweep_outages_of(organisation_id: int) -> str:
    """One transaction a batch, so that what was done stays done when the worker is killed."""
    from contacts.services import relaying

    now, settled, reminded = timezone.now(), 0, 0
    for batch in (relaying.settle_batch, relaying.remind_batch):
        found = relaying.BATCH
        while found == relaying.BATCH:
            with scope(organisation_id):
                found = batch(now=now)
            settled, reminded = (
                (settled + found, reminded) if batch is relaying.settle_batch else (settled, reminded + found)
            )
    return f"{settled} relayed, {reminded} reminded"
