"""What happens when: every act of the story in the order of time, by the product's own verbs, with the sweep between."""

import heapq
import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import translation

from complaints.models import Escalation
from complaints.services import escalation
from propcomm.demo.story.cast import Cast
from propcomm.demo.story.worktime import WorkTime
from tenancy.errors import DomainError

Act = Callable[[datetime], object]
BEAT_MINUTES = 10  # the sweep of the story looks every ten minutes; the real one every few seconds
IN_A_FIXED_ORDER = ("complaint__number", "clock__kind", "level", "to__name")
WAITING_DAYS = 2  # what was passed on within these days may still wait for an acknowledgement


class Stage:
    """A queue of acts. An act that would happen after ``now`` does not happen: that is what is open today."""

    def __init__(self, cast: Cast, work: WorkTime, rng: random.Random, now: datetime) -> None:
        self.cast, self.work, self.rng, self.now = cast, work, rng, now
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = itertools.count()
        self._known: set[object] = set()

    def at(self, when: datetime, act: Act) -> None:
        if when <= self.now:
            heapq.heappush(self._acts, (when, next(self._order), act))

    def play(self) -> None:
        """Everything up to now. Staff write in the organisation's language."""
        with translation.override(self.cast.organisation.language):
            while self._acts:
                when, _order, act = heapq.heappop(self._acts)
                self._sweep_until(when)
                act(when)
                if not self._acts:
                    self._sweep_until(self.now)  # may lead to acknowledgements

    def _sweep_until(self, when: datetime) -> None:
        while True:
            due = _first_due(when)
            if due is None:
                return
            at = min(_on_the_beat(due), when)
            swept = escalation.Swept()
            escalation.sweep_batch(now=at, swept=swept)
            if swept.escalations:
                self._plan_acknowledgements(at)

    def _plan_acknowledgements(self, at: datetime) -> None:
        is_recent = self.now - at < timedelta(days=WAITING_DAYS)
        for row in Escalation.objects.filter(at=at, to__isnull=False).select_related("to").order_by(*IN_A_FIXED_ORDER):
            if self.rng.random() < (0.2 if is_recent else 0.75):
                self.at(self.work.after(at, self.rng.randint(5, 150)), _acknowledging(row))


def _acknowledging(row: Escalation) -> Act:
    def acknowledge(now: datetime) -> None:
        assert row.to is not None
        try:
            escalation.acknowledge_escalation(escalation_id=row.pk, actor=row.to, now=now)
        except DomainError:
            return  # somebody was quicker

    return acknowledge


def _first_due(when: datetime) -> datetime | None:
    """As `complaints.queries.due_clocks`, in plain SQL: asked before every act, it would be a tenth of the whole time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(next_at) FROM complaints_clock WHERE next_at <= %s", [when])
        (due,) = cursor.fetchone()
    return due


def _on_the_beat(due: datetime) -> datetime:
    epoch = datetime(2020, 1, 1, tzinfo=UTC)
    beat = timedelta(minutes=BEAT_MINUTES)
    return due + (epoch - due) % beat
