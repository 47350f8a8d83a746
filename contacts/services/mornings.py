"""Reminders in an organisation's morning: each once, however often a worker asks or is killed meanwhile."""

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from contacts.rules.defaults import duty_defaults
from notices.models import Delivery
from notices.services.queueing import Item, queue_many
from tenancy.context import current_organisation_id
from tenancy.models import Organisation


def tell_once(items_of: Callable[[datetime, Organisation], Iterable[Item]], *, now: datetime) -> int:
    """Queue what was not told yet, in the organisation in force, nobody before its morning. Returns how many.

    ``items_of`` is asked with the time there and the organisation. The caller's transaction holds all of it.
    """
    return len(told_now(items_of, now=now))


def told_now(items_of: Callable[[datetime, Organisation], Iterable[Item]], *, now: datetime) -> list[Item]:
    """The same, for whoever writes more because of it. Returns what was queued."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    here, said = now.astimezone(ZoneInfo(organisation.time_zone)), duty_defaults()
    if here.hour < said["remind_from_hour"]:
        return []
    items = {item.dedupe: item for item in items_of(here, organisation)}
    told = set(Delivery.objects.filter(dedupe_key__in=items).values_list("dedupe_key", flat=True))
    fresh = [item for key, item in items.items() if key not in told][: said["reminders_at_once"]]
    queue_many(fresh, now=now)
    return fresh
