"""Reminders of promises: to whoever made them before their day and after it; to the managers when nobody acts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from audit.services import record
from contacts import commitment_queries as queries
from contacts.models import Commitment
from contacts.rules.calendars import calendar_of
from contacts.rules.commitments import passes_on
from contacts.rules.defaults import defaults
from contacts.services.mornings import told_now
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.models import Membership


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Of the organisation in force: nobody before its morning, everybody once for each step. Returns how many.

    Writes deliveries, when a promise is passed on to the managers its instant and an audit entry. What was written
    before a worker was killed is not written again.
    """
    told = told_now(lambda here, _organisation: _due(here.date()), now=now)
    passed_on = {item.about.pk for item in told if item.about and item.event == "commitment.escalated"}
    for row in Commitment.objects.filter(pk__in=passed_on, escalated_at__isnull=True).order_by("due_on", "id"):
        row.escalated_at = now
        row.save(update_fields=["escalated_at"])
        record(action="commitment.escalated", subject=row, actor=None, now=now)
    return len(told)


def _due(today: date) -> Iterator[Item]:
    for row in queries.due_reminders(today, today + timedelta(days=defaults()["commitments"]["remind_days"])):
        yield from _items(row, today)


def _items(row: Commitment, today: date) -> Iterator[Item]:
    step = "late" if row.is_overdue(today) else "due"
    if not queries.is_withheld(row.promised_by, row):
        yield item(row, step, row.promised_by)
    if row.is_overdue(today) and passes_on(calendar_of(row.estate), row.due_on, today):
        for chief in queries.chiefs_of(row):
            if chief.pk != row.promised_by_id:
                yield item(row, "escalated", chief)


def item(row: Commitment, step: str, member: Membership) -> Item:
    """The message to one member. ``step`` is due, late, escalated or broken."""
    return Item(
        recipient=recipient_for_member(member), event=f"commitment.{step}", template="contacts/promise",
        context={"promise": row, "step": step}, about=row, link=reverse("register:promise", args=[row.pk]),
        dedupe=f"commitment:{row.pk}:{step}:{row.due_on}:{member.pk}",
    )  # fmt: skip


def tell_of_broken(row: Commitment, *, now: datetime) -> None:
    """Somebody said that it was not kept: the managers hear of it at once."""
    chiefs = [chief for chief in queries.chiefs_of(row) if chief.pk != row.settled_by_id]
    queue_many([item(row, "broken", chief) for chief in chiefs], now=now)
