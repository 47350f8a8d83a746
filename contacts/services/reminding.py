"""Reminders of what is due and of what ends: some days before, and once more when it is late."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy

from contacts import reminder_queries as queries
from contacts.duty_calendars import path_of
from contacts.duty_queries import Entry
from contacts.rules.defaults import duty_defaults
from notices.models import Delivery
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.context import current_organisation_id
from tenancy.models import Membership, Organisation


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Tell whoever sees to it, in the organisation in force, once each; nobody before its morning. Returns how many.

    Writes deliveries, so many at once that a killed worker loses little: what was written is not written again.
    """
    organisation = Organisation.objects.get(pk=current_organisation_id())
    here, said = now.astimezone(ZoneInfo(organisation.time_zone)), duty_defaults()
    if here.hour < said["remind_from_hour"]:
        return 0
    entries = queries.due_reminders(here.date())
    staff = queries.Staff() if entries else None
    items = {
        _key(entry, member): (entry, member)
        for entry in entries
        for member in (staff.for_entry(entry) if staff else ())
    }
    told = set(Delivery.objects.filter(dedupe_key__in=items).values_list("dedupe_key", flat=True))
    fresh = [(key, *pair) for key, pair in items.items() if key not in told][: said["reminders_at_once"]]
    queue_many([_item(key, entry, member) for key, entry, member in fresh], now=now)
    return len(fresh)


def _key(entry: Entry, member: Membership) -> str:
    return f"due:{entry.source}:{entry.pk}:{entry.on}:{entry.standing}:{member.pk}"


def _item(key: str, entry: Entry, member: Membership) -> Item:
    return Item(
        recipient=recipient_for_member(member), event=f"{entry.source}.{entry.standing}", template="contacts/due",
        context={"entry": entry, "button": gettext_lazy("Open it")}, about=entry.row, link=path_of(entry), dedupe=key,
    )  # fmt: skip
