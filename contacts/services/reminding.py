"""Reminders of what is due and of what ends: some days before, and once more when it is late."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy

from contacts import reminder_queries as queries
from contacts.duty_calendars import path_of
from contacts.duty_queries import Entry
from contacts.services.mornings import tell_once
from notices.services.queueing import Item, recipient_for_member
from tenancy.models import Membership


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Tell whoever sees to it, in the organisation in force, once each; nobody before its morning. Returns how many.

    Writes deliveries, so many at once that a killed worker loses little: what was written is not written again.
    """
    return tell_once(lambda here, _organisation: _due(here.date()), now=now)


def _due(today: date) -> Iterator[Item]:
    entries = queries.due_reminders(today)
    staff = queries.Staff() if entries else None
    for entry in entries:
        for member in staff.for_entry(entry) if staff else ():
            yield _item(entry, member)


def _item(entry: Entry, member: Membership) -> Item:
    return Item(
        recipient=recipient_for_member(member), event=f"{entry.source}.{entry.standing}", template="contacts/due",
        context={"entry": entry, "button": gettext_lazy("Open it")}, about=entry.row, link=path_of(entry),
        dedupe=f"due:{entry.source}:{entry.pk}:{entry.on}:{entry.standing}:{member.pk}",
    )  # fmt: skip
