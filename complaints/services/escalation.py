"""The sweep: warnings, breaches, reminders and the ladder, each once; and acknowledging an escalation."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from complaints import queries
from complaints.models import Clock, ClockEvent, Complaint, Escalation
from complaints.models.settings import TargetKind
from complaints.rules import targets
from complaints.rules.targets import Step
from complaints.services import clocks, pausing, telling, trail
from complaints.services.on_duty import ORDER, Level, OnDuty
from notices.services.queueing import Item, queue_many
from tenancy.bulk import insert_new, update_rows
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

BATCH = 500
# Whose breach is not told: the outer limit has its promise before it, the return visit is ours to make.
SILENT = (TargetKind.STATUTORY, TargetKind.VISIT)
# What a step and its messages read of a complaint. Read apart and once each: many share a category or a handler.
READ_ALONG = ("estate__calendar", "building", "unit", "category", "handler__user")
# And its long words, of which they read nothing.
UNREAD = ("description", "demand", "decision", "reasons", "remedy", "resolution", "ended_reason")


@dataclass
class Swept:
    """What one pass did."""

    clocks: int = 0
    events: int = 0
    escalations: int = 0
    resumed: int = 0


def sweep_clocks(*, now: datetime) -> Swept:
    """Everything that is due on the clocks of the organisation in force, in one transaction; idempotent."""
    swept = Swept()
    while sweep_batch(now=now, swept=swept):
        pass
    return swept


@transaction.atomic
def sweep_batch(*, now: datetime, swept: Swept) -> int:
    """One batch of due clocks, at most BATCH; how many it was. A worker commits after each.

    Each clock is locked (rows locked by another sweep are left to it), its due steps are recorded once, the ladder's
    people get an escalation to acknowledge, complainants are told of a broken promise. After a long silence of the
    workers every step is recorded, but each person gets one message a clock, about the gravest of them.
    """
    batch = list(
        queries.due_clocks(now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("complaint")
        .defer(*(f"complaint__{name}" for name in UNREAD))
        .prefetch_related("calendar", *(f"complaint__{name}" for name in READ_ALONG))[:BATCH]
    )
    if batch:
        _resume_waiting([clock for clock in batch if clock.state == Clock.State.PAUSED], now, swept)
        _advance([clock for clock in batch if clock.state != Clock.State.PAUSED], now, swept)
    return len(batch)


def _resume_waiting(paused: list[Clock], now: datetime, swept: Swept) -> None:
    """A pause that reached its cap ends by itself."""
    for complaint_id in dict.fromkeys(clock.complaint_id for clock in paused):
        complaint = (
            Complaint.objects.select_for_update(of=("self",))
            .select_related("estate__calendar", "category", "complainant__membership__user", "handler__user")
            .get(pk=complaint_id)
        )
        if complaint.state in Complaint.WAITING:
            reason, ending = _("The time to wait was over."), pausing.Ending.CAP
            pausing.resume(complaint, actor=None, now=now, reason=reason, ending=ending)
            swept.resumed += 1
        else:
            clocks.resume_clocks(complaint, now=now)
            complaint.save()


def _advance(batch: list[Clock], now: datetime, swept: Swept) -> None:
    staff = OnDuty(now)
    events: list[ClockEvent] = []
    escalations: list[Escalation] = []
    fired: list[tuple[Clock, Step]] = []
    late: set[object] = set()
    for clock in batch:
        due = _fire(clock, now)
        events += [ClockEvent(clock_id=clock.pk, kind=step.event, due_at=step.at, at=now) for step in due]
        for step in due:
            if step.event == targets.LADDER:
                escalations += staff.escalations(clock, step.level)
        if clock.state == Clock.State.BROKEN:
            late.add(clock.complaint_id)
        if due:
            fired.append((clock, _gravest(due)))
    update_rows(batch, ["schedule", "step", "next_at", "state"])
    insert_new(events)
    fresh = insert_new(escalations)
    Complaint.objects.filter(pk__in=late, is_late=False).update(is_late=True)
    _tell(fired, fresh, staff, now)
    swept.clocks += len(batch)
    swept.events += len(events)
    swept.escalations += len(fresh)


def _fire(clock: Clock, now: datetime) -> list[Step]:
    """The steps of a clock that are due, taken: its step, state and next instant change in memory."""
    steps = clocks.as_steps(clock.schedule)
    due = []
    while clock.step < len(steps) and steps[clock.step].at <= now:
        step = steps[clock.step]
        due.append(step)
        clock.step += 1
        if step.event in (targets.BREACH, targets.REMINDER):
            clock.state = Clock.State.BROKEN
            if not any(later.event == targets.REMINDER for later in steps[clock.step :]):
                steps.append(Step(_reminder_after(clock, now), targets.REMINDER))
                steps[clock.step :] = sorted(steps[clock.step :], key=lambda later: later.at)
    clock.schedule = clocks.as_stored(steps)
    clock.next_at = steps[clock.step].at if clock.step < len(steps) else None
    return due


def _reminder_after(clock: Clock, now: datetime) -> datetime:
    if clock.round_the_clock:
        return now + timedelta(days=1)
    return targets.next_reminder(clocks.rules_of(clock), now)


GRAVITY = (targets.HALF, targets.THREE_QUARTERS, targets.REMINDER, targets.BREACH)


def _gravest(steps: Iterable[Step]) -> Step:
    named = [step for step in steps if step.event in GRAVITY]
    return max(named or list(steps), key=lambda step: GRAVITY.index(step.event) if step.event in GRAVITY else -1)


def _tell(fired: list[tuple[Clock, Step]], fresh: list[Escalation], staff: OnDuty, now: datetime) -> None:
    passed_on: dict[object, list[Escalation]] = defaultdict(list)
    for row in fresh:
        passed_on[row.clock_id].append(row)
    broken = [clock.complaint for clock, step in fired if _is_told(clock, step)]
    prefetch_related_objects(broken, "complainant__membership__user")
    items: list[Item] = []
    for clock, step in fired:
        complaint, rows = clock.complaint, passed_on[clock.pk]
        key = f"{clock.pk}:{step.event}:{step.at.isoformat()}"
        told = {row.to_id for row in rows}
        said: dict[str, Any] = {"now": now, "key": key, "clock": clock, "is_by_itself": True}
        items += telling.to_staff(complaint, "escalation", [row.to for row in rows], **said)
        handlers = [member for member in staff.at_level(complaint, Level.HANDLER) if member.pk not in told]
        items += telling.to_staff(complaint, "warning", handlers, event_kind=step.event, **said)
        if _is_told(clock, step):
            level = Level(rows[-1].level).label if rows else ""  # lazy: written in the reader's language
            items += telling.to_complainant(complaint, "late", level=level, **said)
    queue_many(items, now=now)


def _is_told(clock: Clock, step: Step) -> bool:
    """Whether whoever complained hears of this step: of a broken promise."""
    return step.event == targets.BREACH and clock.kind not in SILENT


@transaction.atomic
def pass_on_batch(*, now: datetime) -> int:
    """One batch of escalations that nobody took up in time: each goes to the next rung, once; how many it was.

    What was taken up by one of its level, or is over, is left where it is. Rows locked by another sweep are left to it.
    """
    batch = list(
        Escalation.objects.filter(passes_at__lte=now)
        .order_by("passes_at")
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("clock", "complaint")
        .prefetch_related("clock__calendar", *(f"complaint__{name}" for name in READ_ALONG))[:BATCH]
    )
    if not batch:
        return 0
    staff = OnDuty(now)
    taken = set(
        Escalation.objects.filter(clock__in={row.clock_id for row in batch}, acknowledged_at__isnull=False).values_list(
            "clock_id", "level"
        )
    )
    fresh: dict[tuple[UUID, str, UUID | None], Escalation] = {}
    for row in batch:
        if (row.clock_id, row.level) in taken or row.clock.stopped_at is not None or not row.complaint.is_open:
            continue
        row.clock.complaint = row.complaint
        following = staff.next_level(row.complaint, row.level)
        for up in staff.escalations(row.clock, following):
            fresh.setdefault((up.clock_id, up.level, up.to_id), up)
    Escalation.objects.filter(pk__in=[row.pk for row in batch]).update(passes_at=None)
    items: list[Item] = []
    for row in insert_new(list(fresh.values())):
        key = f"{row.clock_id}:passed:{row.level}"
        told: dict[str, Any] = {"clock": row.clock, "was_passed": True, "is_by_itself": True}
        items += telling.to_staff(row.complaint, "escalation", [row.to], now=now, key=key, **told)
    queue_many(items, now=now)
    return len(batch)


@transaction.atomic
def acknowledge_escalation(*, escalation_id: UUID, actor: Membership, now: datetime) -> Escalation:
    """Whom it was passed to takes it up; a second click changes nothing. Raises NotFound for anybody else."""
    escalation = (
        Escalation.objects.select_for_update(of=("self",))
        .select_related("complaint")
        .filter(pk=escalation_id, to=actor)
        .first()
    )
    if escalation is None or not can(actor, "complaint.take_up", escalation):
        raise NotFound("no such escalation")
    if escalation.acknowledged_at is None:
        escalation.acknowledged_at, escalation.acknowledged_by = now, actor
        escalation.save(update_fields=["acknowledged_at", "acknowledged_by"])
        Escalation.objects.filter(clock=escalation.clock_id, level=escalation.level).update(passes_at=None)
        trail.note(escalation.complaint, "acknowledged", actor=actor, now=now, changes={"level": escalation.level})
    return escalation


def highest_level(complaint: Complaint) -> str:
    """How far up the ladder the complaint stands, as the level's code, or an empty string."""
    levels = set(Escalation.objects.filter(complaint=complaint).values_list("level", flat=True))
    return next((level for level in reversed(ORDER) if level in levels), "")
