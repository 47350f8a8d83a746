"""After a change of priority: the targets that hang on it, reckoned anew from their history."""

from collections.abc import Iterable
from datetime import datetime

from complaints import queries
from complaints.models import Clock, Complaint, Extension, Pause, ServiceLevel
from complaints.models.settings import TargetKind
from complaints.rules import targets
from complaints.rules.targets import Rung, Stood
from complaints.services import clocks

# Promised by somebody, or counted from the work: not by priority.
FIXED = frozenset({TargetKind.UPDATE, TargetKind.VISIT})
OF_A_SECOND_LOOK = frozenset({TargetKind.ACCEPT, TargetKind.ANSWER})


def retime_clocks(complaint: Complaint) -> None:
    """Every running, late or paused target anew from where it started. What was sent stays sent.

    By the calendar it was started by. What stood still does not count, more time stays given, and both in the order in
    which they came; an open wait goes on, unless the target was over by then: what is late stays late. Targets of a
    second look, and those whose days were given to their round alone, do not hang on the priority. Writes the clocks;
    the next due time in memory.
    """
    levels, rungs = queries.service_levels_for(complaint.estate, complaint.priority), clocks.rungs_in_force(complaint)
    running = clocks.running_clocks(complaint)
    pauses = list(Pause.objects.filter(complaint=complaint).order_by("began_at"))
    extension = Extension.objects.filter(complaint=complaint).first()
    for clock in running:
        level = levels.get(clock.kind)
        if level is not None and _hangs_on_priority(clock, complaint):
            _retime(clock, level, rungs, pauses if clock.kind in clocks.PAUSABLE else [], extension)
    Clock.objects.bulk_update(
        running, ["due_at", "schedule", "step", "state", "paused_at", "next_at", "round_the_clock"]
    )
    clocks.show_next_due(complaint, running)


def _hangs_on_priority(clock: Clock, complaint: Complaint) -> bool:
    if clock.kind in FIXED or clock.own_days is not None:
        return False
    return complaint.stage == 1 or clock.kind not in OF_A_SECOND_LOOK


def _retime(
    clock: Clock, level: ServiceLevel, rungs: Iterable[Rung], pauses: Iterable[Pause], extension: Extension | None
) -> None:
    clock.round_the_clock = level.measure == clocks.ROUND_THE_CLOCK
    stood = [
        (max(pause.began_at, clock.started_at), pause.ended_at)
        for pause in pauses
        if pause.ended_at is not None and pause.ended_at > clock.started_at
    ]
    clock.due_at = _due_anew(clock, level, stood, extension)
    steps = targets.schedule(clocks.rules_of(clock), clock.started_at, clock.due_at, rungs, stood)
    clock.schedule, clock.step = clocks.as_stored(steps), 0
    waits = next((pause for pause in pauses if pause.ended_at is None and pause.began_at < clock.due_at), None)
    clock.state = Clock.State.PAUSED if waits else Clock.State.RUNNING
    clock.paused_at, clock.next_at = (waits.began_at, waits.until) if waits else (None, steps[0].at)


def _due_anew(clock: Clock, level: ServiceLevel, stood: Iterable[Stood], extension: Extension | None) -> datetime:
    """From the start on: each stretch that stood still moves it as going on did, more time moves it where it was given."""
    rules = clocks.rules_of(clock)
    due = targets.due_at(rules, clock.started_at, amount=level.amount, measure=level.measure, kind=clock.kind)
    given = extension if extension and clock.kind in clocks.EXTENDABLE and extension.at >= clock.started_at else None
    for began, ended in stood:
        if given is not None and given.at <= began:
            due, given = clocks.extended_due(clock, due, given.days), None
        due = targets.due_after_pause(rules, paused_at=began, resumed_at=ended, due=due)
    return clocks.extended_due(clock, due, given.days) if given is not None else due
