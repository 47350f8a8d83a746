"""Reminders of dealings: what is due, and what a party promised and did not keep, to whoever sees to it, once each."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from contacts import matter_queries as queries
from contacts.models import Matter
from contacts.rules.defaults import defaults
from notices.models import Delivery
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.context import current_organisation_id
from tenancy.models import Membership, Organisation


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Of the organisation in force, nobody before its morning. Writes deliveries. Returns how many.

    What was written before a worker was killed is not written again.
    """
    organisation, said = Organisation.objects.get(pk=current_organisation_id()), defaults()["commitments"]
    here = now.astimezone(ZoneInfo(organisation.time_zone))
    if here.hour < said["remind_from_hour"]:
        return 0
    items = {item.dedupe: item for item in (_item(*row) for row in queries.due_reminders(here.date()))}
    told = set(Delivery.objects.filter(dedupe_key__in=items).values_list("dedupe_key", flat=True))
    fresh = [item for key, item in items.items() if key not in told][: said["reminders_at_once"]]
    queue_many(fresh, now=now)
    return len(fresh)


def _item(what: str, row: Any, member: Membership, day: date) -> Item:
    matter: Matter = row.matter if what == "step" else row
    return Item(
        recipient=recipient_for_member(member), event=f"matter.{what}", template="contacts/dealing",
        context={"what": what, "matter": matter, "step": row if what == "step" else None, "day": day}, about=matter,
        link=reverse("register:matter", args=[matter.pk]), dedupe=f"matter:{what}:{row.pk}:{day}:{member.pk}",
    )  # fmt: skip
