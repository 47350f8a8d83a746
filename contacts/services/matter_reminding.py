"""Reminders of dealings: what is due, and what a party promised and did not keep, to whoever sees to it, once each."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from contacts import matter_queries as queries
from contacts.models import Matter
from contacts.services.mornings import tell_once
from notices.services.queueing import Item, recipient_for_member
from tenancy.models import Membership


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Of the organisation in force, nobody before its morning. Writes deliveries. Returns how many.

    What was written before a worker was killed is not written again.
    """
    return tell_once(lambda here, _organisation: (_item(*row) for row in queries.due_reminders(here.date())), now=now)


def _item(what: str, row: Any, member: Membership, day: date) -> Item:
    matter: Matter = row.matter if what == "step" else row
    return Item(
        recipient=recipient_for_member(member), event=f"matter.{what}", template="contacts/dealing",
        context={"what": what, "matter": matter, "step": row if what == "step" else None, "day": day}, about=matter,
        link=reverse("register:matter", args=[matter.pk]), dedupe=f"matter:{what}:{row.pk}:{day}:{member.pk}",
    )  # fmt: skip
