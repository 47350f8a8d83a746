"""The clocks of a complaint: started, stopped, paused, moved on. The sweep is in ``escalation``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from complaints import queries
from complaints.models import Clock, Complaint, ServiceLevel
from complaints.models.settings import TargetKind
from complaints.rules import targets
from complaints.rules.targets import Rung, Step
from deadlines.models import ServiceCalendar
from deadlines.rules.calendars import Calendar
from deadlines.shipped import shipped_calendars
from deadlines.versions import calendar_of_version

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


def rules_of(clock: Clock) -> Calendar:
    """The calendar that the clock was started by: a later edit of it changes nothing until it is recomputed."""
    if clock.round_the_clock or clock.calendar_version == clock.calendar.version:
        return rules_calendar(clock.calendar, round_the_clock=clock.round_the_clock)
    return calendar_of_version(clock.calendar, clock.calendar_version)


@dataclass(frozen=True)
class Plan:
    due_at: datetime
    schedule: list[Step]


def plan(level: ServiceLevel, calendar: ServiceCalendar, start: datetime, rungs: Iterable[Rung]) -> Plan:
    rules = rules_calendar(calendar, round_the_clock=level.measure == ROUND_THE_CLOCK)
    due = targets.due_at(rules, start, amount=level.amount, measure=level.measure, kind=level.kind)
    return Plan(due, targets.schedule(rules, start, due, rungs))


def rungs_in_force(complaint: Complaint) -> list[Rung]:
    """The ladder of this complaint's class and priority."""
    return rungs_for(complaint.category.content_class, complaint.priority)


def rungs_for(content_class: str, priority: str) -> list[Rung]:
    steps = targets.ladder_for(queries.ladder(), content_class=content_class, priority=priority)
    return [Rung(step.level, step.percent, step.working_days_after) for step in steps]


def as_stored(steps: Iterable[Step]) -> list[list[str]]:
    return [[step.at.isoformat(), step.event, step.level] for step in steps]


def as_steps(stored: Iterable[Iterable[str]]) -> list[Step]:
    return [Step(datetime.fromisoformat(at), event, level) for at, event, level in stored]


def planned_clocks(
    complaint: Complaint,
    kinds: Iterable[str],
    *,
    start: datetime,
    turn: int = 1,
    days: Mapping[str, int] | None = None,
) -> list[Clock]:
    """The named targets of a complaint, not stored yet. A kind without a target in the settings gets no clock.

    ``days`` holds targets of this round alone, in working days, in place of those of the settings.
    """
    levels = queries.service_levels_for(complaint.estate, complaint.priority)
    for kind, amount in (days or {}).items():
        levels[kind] = ServiceLevel(kind=kind, amount=amount, measure=ServiceLevel.Measure.WORKING_DAYS)
    rungs = rungs_in_force(complaint)
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
                own_days=(days or {}).get(kind),
                started_at=start,
                due_at=when.due_at,
                schedule=as_stored(when.schedule),
                next_at=when.schedule[0].at,
            )
        )
    return planned


def store(planned: Iterable[Clock]) -> None:
    Clock.objects.bulk_create(planned)


def start_clocks(
    complaint: Complaint,
    kinds: Iterable[str],
    *,
    start: datetime,
    turn: int = 1,
    days: Mapping[str, int] | None = None,
) -> list[Clock]:
    """Start the named targets of a stored complaint; its next due time is set in memory, the caller saves it."""
    started = planned_clocks(complaint, kinds, start=start, turn=turn, days=days)
    running = running_clocks(complaint)
    store(started)
    show_next_due(complaint, [*running, *started])
    return started


def start_missing(complaint: Complaint, kind: str, *, start: datetime) -> None:
    """Start one target unless it runs already, as its next round."""
    of_kind = Clock.objects.filter(complaint=complaint, kind=kind)
    if not of_kind.filter(stopped_at__isnull=True).exists():
        last = of_kind.order_by("-round").values_list("round", flat=True).first() or 0
        start_clocks(complaint, [kind], start=start, turn=last + 1)


def start_dated(complaint: Complaint, kind: str, *, start: datetime, due: datetime) -> Clock:
    """Start a target that is due at an instant of somebody's choosing, as its next round; others are not touched."""
    calendar, running = complaint.estate.calendar, running_clocks(complaint)
    schedule = targets.schedule(rules_calendar(calendar), start, due, rungs_in_force(complaint))
    last = Clock.objects.filter(complaint=complaint, kind=kind).order_by("-round").values_list("round", flat=True)
    started = Clock.objects.create(
        complaint=complaint, kind=kind, round=(last.first() or 0) + 1, calendar=calendar,
        calendar_version=calendar.version, started_at=start, due_at=due, schedule=as_stored(schedule),
        next_at=schedule[0].at,
    )  # fmt: skip
    show_next_due(complaint, [*running, started])
    return started


def running_clocks(complaint: Complaint) -> list[Clock]:
    """Those that are not stopped: running, late or paused."""
    return list(Clock.objects.filter(complaint=complaint, stopped_at__isnull=True).select_related("calendar"))


def show_next_due_of(complaint: Complaint) -> None:
    """The same, of the clocks as they are stored."""
    show_next_due(complaint, running_clocks(complaint))


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
    kinds, running = set(kinds), running_clocks(complaint)
    stopped = [clock for clock in running if clock.kind in kinds]
    for clock in stopped:
        clock.stopped_at, clock.next_at = now, None
        clock.state = Clock.State.MET if now <= clock.due_at else Clock.State.BROKEN
    Clock.objects.bulk_update(stopped, ["stopped_at", "next_at", "state"])
    show_next_due(complaint, [clock for clock in running if clock.kind not in kinds])


def cancel_clocks(complaint: Complaint, *, now: datetime) -> None:
    """End every running target without a verdict, as when a complaint is referred elsewhere before it was due."""
    running = running_clocks(complaint)
    for clock in running:
        late = clock.state == Clock.State.BROKEN
        clock.stopped_at, clock.next_at = now, None
        clock.state = Clock.State.BROKEN if late else Clock.State.CANCELLED
    Clock.objects.bulk_update(running, ["stopped_at", "next_at", "state"])
    show_next_due(complaint, [])


PAUSABLE = frozenset({TargetKind.ANSWER, TargetKind.RESOLVE})


def pause_clocks(complaint: Complaint, *, now: datetime, until: datetime) -> None:
    """Stop counting while somebody outside is waited for, at the latest until ``until``. A late target stays late."""
    running = running_clocks(complaint)
    paused = [clock for clock in running if clock.kind in PAUSABLE and clock.state == Clock.State.RUNNING]
    for clock in paused:
        clock.state, clock.paused_at, clock.next_at = Clock.State.PAUSED, now, until
    Clock.objects.bulk_update(paused, ["state", "paused_at", "next_at"])
    show_next_due(complaint, running)


def pause_clocks_until(complaint: Complaint, until: datetime) -> None:
    """What stands still does so until another instant, at the latest."""
    Clock.objects.filter(complaint=complaint, state=Clock.State.PAUSED).update(next_at=until)


def resume_clocks(complaint: Complaint, *, now: datetime) -> None:
    """Count on: what was left when the pause began is left now, in business time."""
    running, rungs = running_clocks(complaint), rungs_in_force(complaint)
    resumed = [clock for clock in running if clock.state == Clock.State.PAUSED]
    for clock in resumed:
        paused_at = clock.paused_at or now
        rules = rules_of(clock)
        clock.due_at = targets.due_after_pause(rules, paused_at=paused_at, resumed_at=now, due=clock.due_at)
        done = clock.step
        moved = targets.schedule(rules, now, clock.due_at, rungs)
        past, rest = as_steps(clock.schedule)[:done], moved[done:] or moved[-1:]
        clock.schedule = as_stored([*past, *rest])
        clock.state, clock.paused_at, clock.next_at = Clock.State.RUNNING, None, rest[0].at
    Clock.objects.bulk_update(resumed, ["due_at", "schedule", "state", "paused_at", "next_at"])
    show_next_due(complaint, running)


EXTENDABLE = frozenset({TargetKind.ANSWER, TargetKind.RESOLVE})


def extend_clocks(complaint: Complaint, days: int, *, now: datetime) -> list[Clock]:
    """The answer and the resolution, so far as they run and are not late, due so many working days later."""
    running, rungs = running_clocks(complaint), rungs_in_force(complaint)
    extended = [
        clock
        for clock in running
        if clock.kind in EXTENDABLE and clock.state == Clock.State.RUNNING and clock.due_at > now
    ]
    for clock in extended:
        _due_later(clock, days, rungs)
    Clock.objects.bulk_update(extended, ["due_at", "schedule", "next_at"])
    show_next_due(complaint, running)
    return extended


def _due_later(clock: Clock, days: int, rungs: Iterable[Rung]) -> None:
    """Move a clock on by working days, in memory: what was sent stays sent, what is to come comes later."""
    set_due(clock, extended_due(clock, clock.due_at, days), rungs)


def extended_due(clock: Clock, due: datetime, days: int) -> datetime:
    """A due time of the clock with so many working days more."""
    return targets.due_at(rules_of(clock), due, amount=days, measure="working_days")


def set_due(clock: Clock, due: datetime, rungs: Iterable[Rung]) -> None:
    """Make a clock due at another instant, in memory."""
    clock.due_at = due
    moved = targets.schedule(rules_of(clock), clock.started_at, clock.due_at, rungs)
    past, rest = as_steps(clock.schedule)[: clock.step], moved[clock.step :] or moved[-1:]
    clock.schedule, clock.next_at = as_stored([*past, *rest]), rest[0].at
