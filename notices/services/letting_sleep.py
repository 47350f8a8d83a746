"""What would wake people waits until their quiet hours are over."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from django.db.models import Q

from notices.models import Delivery, Preference, QuietTime
from notices.queries.wanted import house_quiet
from notices.rules.quiet import end_of_quiet
from notices.rules.wanted import LOUD
from notices.wayout import topic_of
from tenancy.models import Organisation

State = Delivery.State


def let_sleep(rows: Sequence[Delivery], *, channel: str, organisation: Organisation, now: datetime) -> list[Delivery]:
    """Put off the messages whose readers have quiet hours now; returns those to be sent.

    Their own hours count, else the organisation's. Emergencies and what somebody waits for at this moment go through.
    Writes ``next_attempt_at`` of those put off, and gives them back to the queue. Three statements at most.
    """
    if channel not in LOUD or not rows:
        return list(rows)
    hours, own = house_quiet(), _own_hours(rows)
    waiting: dict[datetime, list[UUID]] = defaultdict(list)
    for row in rows:
        begins, ends = own.get(("m", row.membership_id)) or own.get(("p", row.person_id)) or hours
        until = end_of_quiet(now, zone=organisation.time_zone, begins=begins, ends=ends)
        if until is not None and not _wakes(row):
            waiting[until].append(row.pk)
    for until, ids in waiting.items():
        Delivery.objects.filter(pk__in=ids).update(
            state=State.QUEUED, next_attempt_at=until, lease_token=None, lease_until=None
        )
    asleep = {pk for ids in waiting.values() for pk in ids}
    return [row for row in rows if row.pk not in asleep]


def _wakes(row: Delivery) -> bool:
    return row.urgency == Delivery.Urgency.NOW or topic_of(row) == Preference.Topic.EMERGENCY


def _own_hours(rows: Sequence[Delivery]) -> dict[tuple[str, UUID | None], tuple[time, time]]:
    members, people = {row.membership_id for row in rows}, {row.person_id for row in rows}
    found = QuietTime.objects.filter(Q(membership__in=members - {None}) | Q(person__in=people - {None}))
    return {
        ("m", row.membership_id) if row.membership_id else ("p", row.person_id): (row.quiet_from, row.quiet_until)
        for row in found
    }
