"""When must something have begun so that its clocks stand today as the story wants them?"""

import random
from collections.abc import Iterable
from datetime import datetime

from complaints.models import ServiceLevel
from complaints.models.settings import Priority, TargetKind
from complaints.services import clocks
from complaints.services.clocks import Plan
from complaints.services.on_duty import ORDER
from deadlines.models import ServiceCalendar
from propcomm.demo.story.worktime import WorkTime

BEFORE_ANSWER = (TargetKind.ANSWER, TargetKind.RESOLVE, TargetKind.STATUTORY)
AFTER_ANSWER = (TargetKind.RESOLVE,)
BEFORE_ACCEPTANCE = (TargetKind.ACCEPT, TargetKind.STATUTORY)


class Finder:
    """Looks back over the business hours of the last three weeks."""

    def __init__(self, calendar: ServiceCalendar, work: WorkTime, rng: random.Random, now: datetime) -> None:
        self.calendar, self.work, self.rng, self.now = calendar, work, rng, now
        self.rungs = {priority: clocks.rungs_for("", priority) for priority in Priority.values}
        self.levels: dict[tuple[str, str], ServiceLevel] = {
            (row.priority, row.kind): row for row in ServiceLevel.objects.filter(estate__isnull=True)
        }
        near = [work.before(now, minutes) for minutes in range(12, 960, 24)]
        self.instants = near + [work.before(now, minutes) for minutes in range(980, 5400, 130)]
        self._plans: dict[tuple[str, str, datetime], Plan] = {}

    def plan(self, priority: str, kind: str, start: datetime) -> Plan:
        key = (priority, kind, start)
        if key not in self._plans:
            self._plans[key] = clocks.plan(self.levels[priority, kind], self.calendar, start, self.rungs[priority])
        return self._plans[key]

    def level(self, priority: str, kinds: Iterable[str], start: datetime) -> str:
        """How far up the ladder it is today, when nothing more was done since it began."""
        passed = {
            step.level
            for kind in kinds
            for step in self.plan(priority, kind, start).schedule
            if step.level and step.at <= self.now
        }
        return next((level for level in reversed(ORDER) if level in passed), "")

    def at_level(self, priority: str, kinds: Iterable[str], level: str) -> datetime | None:
        """A beginning that leads to exactly this level of the ladder today ("" is none); None when none does."""
        found = [start for start in self.instants if self.level(priority, kinds, start) == level]
        return self.rng.choice(found[:12]) if found else None

    def due_today(self, priority: str, kinds: Iterable[str]) -> datetime | None:
        """A beginning whose first promise is due before the day is over, and not late; None on a day without business."""
        close = self.work.close_of(self.now)
        if close is None or close <= self.now:
            return None
        found = []
        for start in self.instants:
            due = min(self.plan(priority, kind, start).due_at for kind in kinds)
            if self.now < due <= close and self.level(priority, kinds, start) not in ("manager", "quality"):
                found.append(start)
        return self.rng.choice(found) if found else None
