"""The clocks of a complaint: started, stopped, paused, moved on. The sweep is in ``escalation``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from complaints import queries
from complaints.models import Clock, Complaint, ServiceLevel
from complaints.rules import targets
from complaints.rules.targets import Rung, Step
from deadlines.models import ServiceCalendar
from deadlines.rules.calendars import Calendar
from deadlines.shipped import shipped_calendars

ROUND_THE_CLOCK = "elapsed_minutes"


@lru_cache(maxsize=512)
def _parsed(calendar_id: object, version: int, code: str, frozen: str) -> Calendar:
    import json

    return Calendar.parse(json.loads(frozen), code=code)


def rules_calendar(row: ServiceCalendar, *, round_the_clock: bool = False) -> Calendar:
    """The calendar as the rules read it; round the clock keeps only its time zone."""
    import json

    mapping = row.as_mapping()
    if round_the_clock:
        mapping = {**shipped_calendars()["always"], "time_zone": row.time_zone}
    return _parsed(row.pk, row.version, row.code, json.dumps(mapping, sort_keys=True, default=str))


@dataclass(frozen=True)
class Plan:
    due_at: datetime
    schedule: list[Step]


def plan(level: ServiceLevel, calendar: ServiceCalendar, start: datetime, rungs: Iterable[Rung]) -> Plan:
    rules = rules_calendar(calendar, round_the_clock=level.measure == ROUND_THE_CLOCK)
    due = targets.due_at(rules, start, amount=level.amount, measure=level.measure)
    return Plan(due, targets.schedule(rules, start, due, rungs))


def rungs_in_force() -> list[Rung]:
    return [Rung(step.level, step.percent, step.working_days_after) for step in queries.ladder()]


def as_stored(steps: Iterable[Step]) -> list[list[str]]:
    return [[step.at.isoformat(), step.event, step.level] for step in steps]


def as_steps(stored: Iterable[Iterable[str]]) -> list[Step]:
    return [Step(datetime.fromisoformat(at), event, level) for at, event, level in stored]


def planned_clocks(complaint: Complaint, kinds: Iterable[str], *, start: datetime, turn: int = 1) -> list[Clock]:
    """The named targets of a complaint, not stored yet. A kind without a target in the settings gets no clock."""
    levels = queries.service_levels_for(complaint.estate, complaint.priority)
    rungs = rungs_in_force()
    calendar = complaint.estate.calendar
    planned = []
    for kind in kinds:
        level = levels.get(kind)
        if level is None:
            continue
        when = plan(level, calendar, start, rungs)
        planned.append(
            Clock(
                complaint=complaint,
                kind=kind,
                round=turn,
                calendar=calendar,
                calendar_version=calendar.version,
                round_the_clock=level.measure == ROUND_THE_CLOCK,
                started_at=start,
                due_at=when.due_at,
                schedule=as_stored(when.schedule),
                next_at=when.schedule[0].at,
            )
        )
    return planned


def store(planned: Iterable[Clock]) -> None:
    Clock.objects.bulk_create(planned)


def start_clocks(complaint: Complaint, kinds: Iterable[str], *, start: datetime, turn: int = 1) -> list[Clock]:
    """Start the named targets of a stored complaint; its next due time is set in memory, the caller saves it."""
    started = planned_clocks(complaint, kinds, start=start, turn=turn)
    running = _running(complaint)
    store(started)
    show_next_due(complaint, [*running, *started])
    return started


def _running(complaint: Complaint) -> list[Clock]:
    return list(Clock.objects.filter(complaint=complaint, stopped_at__isnull=True).select_related("calendar"))


def show_next_due(complaint: Complaint, running: Iterable[Clock]) -> None:
    """Copy the earliest running target and lateness onto the complaint, in memory."""
    running = list(running)
    ticking = [clock for clock in running if clock.state != Clock.State.PAUSED]
    earliest = min(ticking, key=lambda clock: clock.due_at, default=None)
    complaint.next_due_at = earliest.due_at if earliest else None
    complaint.next_due_kind = earliest.kind if earliest else ""
    complaint.is_late = any(clock.state == Clock.State.BROKEN for clock in running)


def stop_clocks(complaint: Complaint, kinds: Iterable[str], *, now: datetime) -> None:
    """Stop the named targets: kept when it is not yet past due, else they stay late for the record."""
    kinds, running = set(kinds), _running(complaint)
    stopped = [clock for clock in running if clock.kind in kinds]
    for clock in stopped:
        clock.stopped_at, clock.next_at = now, None
        clock.state = Clock.State.MET if now <= clock.due_at else Clock.State.BROKEN
    Clock.objects.bulk_update(stopped, ["stopped_at", "next_at", "state"])
    show_next_due(complaint, [clock for clock in running if clock.kind not in kinds])


def cancel_clocks(complaint: Complaint, *, now: datetime) -> None:
    """End every running target without a verdict, as when a complaint is referred elsewhere before it was due."""
    running = _running(complaint)
    for clock in running:
        late = clock.state == Clock.State.BROKEN
        clock.stopped_at, clock.next_at = now, None
        clock.state = Clock.State.BROKEN if late else Clock.State.CANCELLED
    Clock.objects.bulk_update(running, ["stopped_at", "next_at", "state"])
    show_next_due(complaint, [])


def pause_clocks(complaint: Complaint, kinds: Iterable[str], *, now: datetime, until: datetime) -> None:
    """Stop counting while somebody outside is waited for, at the latest until ``until``. A late target stays late."""
    running = _running(complaint)
    paused = [clock for clock in running if clock.kind in set(kinds) and clock.state == Clock.State.RUNNING]
    for clock in paused:
        clock.state, clock.paused_at, clock.next_at = Clock.State.PAUSED, now, until
    Clock.objects.bulk_update(paused, ["state", "paused_at", "next_at"])
    show_next_due(complaint, running)


def resume_clocks(complaint: Complaint, *, now: datetime) -> None:
    """Count on: what was left when the pause began is left now, in business time."""
    running, rungs = _running(complaint), rungs_in_force()
    resumed = [clock for clock in running if clock.state == Clock.State.PAUSED]
    for clock in resumed:
        paused_at = clock.paused_at or now
        rules = rules_calendar(clock.calendar, round_the_clock=clock.round_the_clock)
        clock.due_at = targets.due_after_pause(rules, paused_at=paused_at, resumed_at=now, due=clock.due_at)
        done = clock.step
        moved = targets.schedule(rules, now, clock.due_at, rungs)
        past, rest = as_steps(clock.schedule)[:done], moved[done:] or moved[-1:]
        clock.schedule = as_stored([*past, *rest])
        clock.state, clock.paused_at, clock.next_at = Clock.State.RUNNING, None, rest[0].at
    Clock.objects.bulk_update(resumed, ["due_at", "schedule", "state", "paused_at", "next_at"])
    show_next_due(complaint, running)


def retime_clocks(complaint: Complaint, *, now: datetime) -> None:
    """After a change of priority: every running target anew from where it started. What was sent stays sent."""
    levels, rungs = queries.service_levels_for(complaint.estate, complaint.priority), rungs_in_force()
    running = _running(complaint)
    for clock in running:
        level = levels.get(clock.kind)
        if level is None or clock.state == Clock.State.PAUSED:
            continue
        planned = plan(level, clock.calendar, clock.started_at, rungs)
        clock.round_the_clock = level.measure == ROUND_THE_CLOCK
        clock.due_at, clock.schedule, clock.step = planned.due_at, as_stored(planned.schedule), 0
        clock.state = Clock.State.RUNNING
        clock.next_at = planned.schedule[0].at
    Clock.objects.bulk_update(running, ["due_at", "schedule", "step", "state", "next_at", "round_the_clock"])
    show_next_due(complaint, running)
