"""An outage as a clerk takes it down, and what the tests do with it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from contacts.models import Outage
from contacts.services import outages, relaying
from contacts.services.outages import OutageFacts
from notices.services import sending
from tests.factories.house import NOON, House

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def taken(house: House, actor: str = "clerk", *, at: datetime = NOON, **facts: Any) -> Outage:
    """Water in the whole estate in three days from nine to noon, unless said otherwise."""
    given = {
        "branch": "water", "starts_at": at + 3 * DAY, "ends_at": at + 3 * DAY + 3 * HOUR, "received_at": at,
        "areas": [(house.estate.pk, None)], "cause": "A valve in the main pipe.", **facts,
    }  # fmt: skip
    return outages.receive(facts=OutageFacts(**given), form_key=None, actor=getattr(house, actor), now=at)


def verified(house: House, *, at: datetime = NOON, **facts: Any) -> Outage:
    row = taken(house, at=at, **facts)
    return outages.verify(outage_id=row.pk, words="Called them.", actor=house.clerk, now=at)


def relayed(house: House, *, at: datetime = NOON, left: datetime | None = None, **facts: Any) -> Outage:
    """Its notice has left at ``left``, and the sweep has seen it."""
    row = verified(house, at=at, **facts)
    relaying.relay(outage_id=row.pk, actor=house.clerk, now=at)
    leave(left or at + timedelta(seconds=20))
    return Outage.objects.get(pk=row.pk)


def leave(now: datetime) -> None:
    while sending.send_one_due(now=now):
        pass
    relaying.sweep(now=now)


def typed_outage(house: House, now: datetime, **changes: Any) -> dict[str, Any]:
    given = {
        "form_key": str(uuid4()), "branch": "water", "starts_at": f"{now + 2 * DAY:%Y-%m-%dT%H:%M}",
        "ends_at": f"{now + 2 * DAY + 3 * HOUR:%Y-%m-%dT%H:%M}", "areas": [f"{house.estate.pk}:"], "source": "phone",
        "cause": "A valve.", "is_planned": "on",
    }  # fmt: skip
    return {**given, **changes}
