"""What happens by itself when nobody acts: an untouched case goes back to the pool, silence is reminded and closed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import queries
from complaints.models import Complaint, HandlingRules
from complaints.models.settings import TargetKind
from complaints.rules import targets
from complaints.services import clocks, pausing, telling, trail
from tenancy.models import Membership

State = Complaint.State
BATCH = 200


def untouched_at(complaint: Complaint, *, now: datetime) -> datetime | None:
    """When an assigned complaint that nobody touches goes back to the pool, in the service time of its estate."""
    minutes = queries.handling_rules().untouched_minutes
    rules = clocks.rules_calendar(complaint.estate.calendar)
    return targets.due_at(rules, now, amount=minutes, measure="business_minutes") if minutes else None


def reminded_at(complaint: Complaint, *, now: datetime) -> datetime | None:
    """When the complainant is asked again whether it is solved; of an anonymous complaint, when it is closed.

    None for somebody whom no message reaches: who was not asked is not silent, and is asked by the return visit.
    """
    rules = queries.handling_rules()
    if complaint.is_anonymous:
        return now + timedelta(days=rules.silence_close_days)
    return now + timedelta(days=rules.silence_remind_days) if telling.can_be_told(complaint) else None


@transaction.atomic
def wake_batch(*, now: datetime) -> int:
    """One batch of complaints on which nothing happened in time; how many it was. A worker commits after each.

    Rows locked by another sweep are left to it. Idempotent: each act sets when it is looked at next, or never.
    """
    batch = list(
        Complaint.objects.filter(wake_at__lte=now)
        .order_by("wake_at")
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("estate__calendar", "category", "complainant__membership__user", "handler__user", "unit")[
            :BATCH
        ]
    )
    rules = queries.handling_rules()
    for complaint in batch:
        _wake(complaint, rules, now)
    return len(batch)


def _wake(complaint: Complaint, rules: HandlingRules, now: datetime) -> None:
    complaint.wake_at = None
    if complaint.state == State.ASSIGNED:
        _back_to_pool(complaint, now)
    elif complaint.state in (State.RESOLVED, State.RETURN_VISIT):
        _met_with_silence(complaint, rules, now)
    elif complaint.state in Complaint.WAITING:
        pausing.resume(
            complaint, actor=None, now=now, reason=_("The time to wait was over."), ending=pausing.Ending.CAP
        )
    complaint.save()


def _back_to_pool(complaint: Complaint, now: datetime) -> None:
    had = complaint.handler
    trail.move(complaint, State.ACCEPTED, actor=None, now=now, reason=_("Nobody began with it in time."))
    complaint.handler = None
    told: Iterable[Membership | None] = [had, *queries.assigners_for(complaint)]
    telling.tell_staff(complaint, "untouched", told, now=now, name=had.name if had else "", is_by_itself=True)


def _met_with_silence(complaint: Complaint, rules: HandlingRules, now: datetime) -> None:
    if not complaint.is_anonymous and not telling.can_be_told(complaint):
        clocks.start_missing(complaint, TargetKind.VISIT, start=now)  # somebody asks them in person
        return
    asked_at = complaint.resolved_at or complaint.moved_at
    closes_at = asked_at + timedelta(days=rules.silence_close_days)
    if now < closes_at:
        complaint.wake_at = closes_at
        said: dict[str, Any] = {"key": "reminder", "closes_at": closes_at, "is_by_itself": True}
        telling.tell_complainant(complaint, "solved_reminder", now=now, **said)
        return
    for state in (State.RETURN_VISIT, State.CLOSED):
        if state in complaint.next_states:
            trail.move(complaint, state, actor=None, now=now)
    how = Complaint.ClosedHow.ANONYMOUS if complaint.is_anonymous else Complaint.ClosedHow.SILENCE
    complaint.closed_at, complaint.closed_how = now, how
    clocks.stop_clocks(complaint, [TargetKind.RESOLVE, TargetKind.UPDATE], now=now)
    clocks.cancel_clocks(complaint, now=now)
    telling.tell_complainant(complaint, "closed", now=now, rules=rules, is_by_itself=True)
