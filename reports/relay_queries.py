"""What the report of relay times reads."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import OutagePlace
from contacts.outage_queries import relays_between
from reports.rules.relays import Relay


def relays_in(estates: Collection[UUID], first: date, last: date) -> list[Relay]:
    """`relays_of` from the first day to the last, in the organisation's zone."""
    zone = timezone.get_current_timezone()
    begins, ends = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, last + timedelta(days=1)))
    return relays_of(estates, begins, ends)


def relays_of(estates: Collection[UUID], begins: datetime, ends: datetime) -> list[Relay]:
    """The outages received in a span, in that order, of these estates, with the names of those of them they concern.

    Three statements, however many there are.
    """
    rows: list[Any] = list(relays_between(estates, begins, ends))
    places = OutagePlace.objects.filter(outage__in=[row.pk for row in rows], estate__in=estates)
    names: dict[UUID, set[str]] = defaultdict(set)
    for outage, name in places.values_list("outage_id", "estate__name"):
        names[outage].add(name)
    return [
        Relay(
            number=row.number, link=reverse("contacts:outage", args=[row.pk]),
            utility=row.party.name if row.party else _("Not known"), branch=row.get_branch_display(),
            estates=tuple(sorted(names[row.pk])), received_at=row.received_at, due_at=row.relay_due_at,
            relayed_at=row.relayed_at,
        )
        for row in rows
    ]  # fmt: skip
