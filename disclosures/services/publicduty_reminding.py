"""Reminders of what must be published: some days before it is due, and the day after, to the managers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import translation

from disclosures.models import PublicationTask
from disclosures.publicduty_queries import title_of_task
from disclosures.queries import people_of
from disclosures.rules.packs import publishing
from notices.services.queueing import Item, recipient_for_member
from tenancy.models import Membership, Organisation


def duty_items(here: datetime, organisation: Organisation) -> Iterator[Item]:
    """Each manager of the estate once of each task before its day, and once when it is missed.

    What was over already when the duty was switched on is shown, and reminds nobody.
    """
    today = here.date()
    soon = PublicationTask.objects.filter(
        publication__isnull=True,
        estate__is_active=True,
        due_on__lte=today + timedelta(days=publishing()["remind_days"]),
    )
    for row in soon.select_related("estate").order_by("due_on", "id"):
        if row.due_on < row.computed_at.astimezone(here.tzinfo).date():
            continue
        step = "missed" if row.due_on < today else "due"
        for member in people_of(row.estate_id, Membership.Role.MANAGER):
            yield _message(row, step, member, organisation)


def _message(row: PublicationTask, step: str, member: Membership, organisation: Organisation) -> Item:
    recipient = recipient_for_member(member)
    with translation.override(recipient.language or organisation.language):
        title = title_of_task(row)
    return Item(
        recipient=recipient, event=f"publicduty.{step}", template="disclosures/duty",
        context={"row": row, "step": step, "title": title}, about=row,
        link=f"{reverse('disclosures:duties')}?estate={row.estate_id}",
        # Not by the row: a plan that is changed computes anew what waits.
        dedupe=f"publicduty:{row.estate_id}:{row.kind}:{row.period_from}:{row.period_to}:{step}:{member.pk}",
    )  # fmt: skip
