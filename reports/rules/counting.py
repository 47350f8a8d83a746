"""The figures of a month of complaints: pure arithmetic over plain facts. Counts are exact; nothing is rounded here.

Every figure is defined in ``reports.rules.method``, in the words that the report itself prints.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from reports.rules.months import Span, weeks_of

ENDED = frozenset({"closed", "rejected_invalid", "referred_out"})
JUDGED = ("accept", "answer", "resolve", "statutory", "update", "visit")
GROUPED = ("accept", "answer", "resolve")
OLDEST = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint without anybody's personal data. ``groups`` names its group in each table: {table: (key, names)}."""

    id: UUID
    number: str
    received_at: datetime
    accepted_at: datetime | None
    answered_at: datetime | None
    calendar_id: UUID
    is_withheld: bool
    groups: Mapping[str, tuple[str, Mapping[str, str]]]
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A move that ends a complaint, resolves it, or brings it back."""

    case_id: UUID
    from_state: str
    to_state: str
    at: datetime
    by_complainant: bool
    by_staff: bool = True


@dataclass(frozen=True, slots=True)
class Promise:
    case_id: UUID
    kind: str
    is_cancelled: bool
    due_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    case_id: UUID
    at: datetime
    is_solved: bool | None
    rating: int | None


@dataclass(frozen=True, slots=True)
class Stood:
    """A stretch that has ended in which the clocks stood still; ``minutes`` of service time."""

    case_id: UUID
    reason: str
    ended_at: datetime
    minutes: int


@dataclass(frozen=True)
class Facts:
    """What was read, in order of time: everything that was open at some time of the month."""

    cases: list[Case]
    steps: list[Step]
    promises: list[Promise]
    visits: list[Visit]
    pauses: list[Stood] = field(default_factory=list)


# Business time from one instant to another in the calendar of that id.
BusinessTime = Callable[[UUID, datetime, datetime], timedelta]


@dataclass
class Tally:
    """One row of a table of groups. Each promise is [kept, late]."""

    names: Mapping[str, str]
    received: int = 0
    closed: int = 0
    open: int = 0
    promises: dict[str, list[int]] = field(default_factory=lambda: {kind: [0, 0] for kind in GROUPED})

    def as_json(self, key: str) -> dict[str, Any]:
        counts = {"received": self.received, "closed": self.closed, "open": self.open}
        return {"key": key, "names": dict(self.names), **counts, **self.promises}


def decided(promise: Promise) -> tuple[datetime, bool] | None:
    """When a promise was kept or broken, and whether it was kept; None while it can still be either, or was called off.

    A promise is decided once: kept when its act came in time, broken at the instant it fell due without it.
    """
    end = promise.stopped_at or promise.paused_at
    if end is None or end > promise.due_at:
        return promise.due_at, False
    if promise.stopped_at is None or promise.is_cancelled:
        return None
    return promise.stopped_at, True


def median(lengths: Iterable[timedelta]) -> Fraction | None:
    """The middle one in minutes, of an even number the mean of the two in the middle."""
    ordered = sorted(length // timedelta(microseconds=1) for length in lengths)
    if not ordered:
        return None
    half, odd = divmod(len(ordered), 2)
    total = ordered[half] * 2 if odd else ordered[half - 1] + ordered[half]
    return Fraction(total, 2 * 60_000_000)


class Count:
    """One pass over the facts of a month."""

    def __init__(self, span: Span, facts: Facts, business_time: BusinessTime, tables: Iterable[str]) -> None:
        self.span, self.facts, self.business_time = span, facts, business_time
        self.cases = {case.id: case for case in facts.cases}
        self.tallies: dict[str, dict[str, Tally]] = {table: {} for table in tables}
        self.totals: dict[str, int] = defaultdict(int)
        self.promises = {kind: [0, 0] for kind in JUDGED}
        self.late: dict[UUID, set[str]] = defaultdict(set)
        self.kept: dict[UUID, int] = defaultdict(int)
        self.closed_at: dict[UUID, datetime] = {}
        self.was_open: set[UUID] = set()
        self.resolved: dict[UUID, datetime] = {}
        self.done: set[UUID] = set()
        self.reopened: set[UUID] = set()
        self.weeks = [[first, last, 0, 0] for first, last in weeks_of(span)]

    def month(self) -> dict[str, Any]:
        """All figures, as they are stored."""
        self._receive()
        self._walk()
        self._judge()
        self._close()
        return {
            "totals": dict(sorted(self.totals.items())),
            "promises": self.promises,
            "reopened": [len(self.reopened), len(self.done | self.reopened)],
            "groups": {
                table: [tally.as_json(key) for key, tally in sorted(rows.items(), key=_order(table))]
                for table, rows in self.tallies.items()
            },
            "weeks": [[first.isoformat(), last.isoformat(), *counts] for first, last, *counts in self.weeks],
            "times": self._times(),
            "pauses": self._stood(),
            "closed_how": self._closed_how(),
            **self._said(),
            "oldest": [self._row(case) for case in self._open()[:OLDEST]],
        }

    def listing(self) -> list[dict[str, Any]]:
        """Every complaint that was open at some time of the month, in order of receipt."""
        listed = [case for case in self.facts.cases if case.id in self.was_open]
        return [self._row(case) for case in sorted(listed, key=lambda case: (case.received_at, case.number))]

    # -- the pass ------------------------------------------------------------------------------------------------

    def _rows_of(self, case: Case) -> Iterable[Tally]:
        for table, rows in self.tallies.items():
            key, names = case.groups[table]
            yield rows.setdefault(key, Tally(names))

    def _in_week(self, at: datetime, place: int) -> None:
        day = at.astimezone(self.span.zone).date()
        next(week for week in self.weeks if week[0] <= day <= week[1])[place] += 1

    def _receive(self) -> None:
        for case in self.facts.cases:
            self.totals["accepted"] += case.accepted_at in self.span
            if case.answered_at in self.span:
                self.totals["answered"] += 1
                self.done.add(case.id)
            if case.received_at in self.span:
                self.totals["received"] += 1
                self.was_open.add(case.id)
                self._in_week(case.received_at, 2)
                for row in self._rows_of(case):
                    row.received += 1

    def _walk(self) -> None:
        """Follow each complaint from its receipt to the end of the span. Steps of one instant may come in any order."""
        opened_before = {case.id for case in self.facts.cases if case.received_at < self.span.start}
        for step in self.facts.steps:
            if step.at < self.span.start:
                if step.to_state in ENDED:
                    opened_before.discard(step.case_id)
                elif step.from_state in ENDED:
                    opened_before.add(step.case_id)
            if step.at in self.span:
                self._step(step, self.cases[step.case_id])
            if step.at < self.span.until:
                if step.to_state in ENDED:
                    self.closed_at[step.case_id] = step.at
                elif step.from_state in ENDED:
                    self.closed_at.pop(step.case_id, None)
        self.totals["open_before"] = len(opened_before)
        self.was_open |= opened_before

    def _step(self, step: Step, case: Case) -> None:
        if step.to_state == "resolved":
            self.resolved[case.id] = step.at
            self.done.add(case.id)
        elif step.to_state == "reopened":
            self.totals["reopenings"] += 1
            self.reopened.add(case.id)
            self.totals["returned"] += step.from_state in ENDED
            self.was_open.add(case.id)
        elif step.to_state in ENDED:
            self.totals["closed"] += 1
            self.done.add(case.id)
            self._in_week(step.at, 3)
            for row in self._rows_of(case):
                row.closed += 1

    def _judge(self) -> None:
        for promise in self.facts.promises:
            verdict = decided(promise)
            if verdict is None or verdict[0] not in self.span:
                continue
            late = not verdict[1]
            self.promises[promise.kind][late] += 1
            if late:
                self.late[promise.case_id].add(promise.kind)
            else:
                self.kept[promise.case_id] += 1
            if promise.kind in GROUPED:
                for row in self._rows_of(self.cases[promise.case_id]):
                    row.promises[promise.kind][late] += 1

    def _open(self) -> list[Case]:
        still = [case for case in self.facts.cases if case.id in self.was_open and case.id not in self.closed_at]
        return sorted(still, key=lambda case: (case.received_at, case.number))

    def _close(self) -> None:
        still = self._open()
        for case in still:
            for row in self._rows_of(case):
                row.open += 1
        self.totals["open_after"] = len(still)
        self.totals["resolved"] = len(self.resolved)
        for name in ("received", "closed", "returned", "reopenings", "accepted", "answered"):
            self.totals[name] += 0

    # -- what follows from it ---------------------------------------------------------------------------------------

    def _times(self) -> dict[str, Any]:
        answered = [(case, case.answered_at) for case in self.facts.cases if case.answered_at in self.span]
        resolved = [(self.cases[case_id], at) for case_id, at in self.resolved.items()]
        return {name: self._middle(ends) for name, ends in (("answer", answered), ("resolve", resolved))}

    def _middle(self, ends: list[tuple[Case, datetime | None]]) -> dict[str, Any]:
        middle = median(self.business_time(case.calendar_id, case.received_at, at) for case, at in ends if at)
        return {"minutes": None if middle is None else str(middle), "count": len(ends)}

    def _stood(self) -> dict[str, list[int]]:
        """By reason: how many waits ended in the month, and their service time in minutes."""
        found: dict[str, list[int]] = {}
        for stood in self.facts.pauses:
            if stood.ended_at in self.span:
                row = found.setdefault(stood.reason, [0, 0])
                row[0] += 1
                row[1] += stood.minutes
        return dict(sorted(found.items()))

    def _closed_how(self) -> dict[str, int]:
        """Every closing of the month: by the complainant's word, a return visit, attempts, silence, or nobody to ask."""
        visited = {(visit.case_id, visit.at) for visit in self.facts.visits}
        found: dict[str, int] = {}
        for step in self.facts.steps:
            if step.to_state == "closed" and step.at in self.span:
                how = self._how(step, is_visited=(step.case_id, step.at) in visited)
                found[how] = found.get(how, 0) + 1
        return dict(sorted(found.items()))

    def _how(self, step: Step, *, is_visited: bool) -> str:
        """Read from the history, so that what happens to the complaint later changes nothing."""
        if step.by_complainant:
            return "said"
        if is_visited:
            return "visited"
        if self.cases[step.case_id].is_anonymous:
            return "anonymous"
        return "attempts" if step.by_staff else "silence"

    def _said(self) -> dict[str, Any]:
        """What complainants said in the month: the last word of each on whether it is solved, and every rating."""
        said: dict[UUID, bool] = {}
        ratings = [0] * 5
        spoken = {(visit.case_id, visit.at) for visit in self.facts.visits}
        words = [(visit.at, visit.case_id, visit.is_solved) for visit in self.facts.visits]
        words += [
            (step.at, step.case_id, False)
            for step in self.facts.steps
            if step.to_state == "reopened" and step.by_complainant and (step.case_id, step.at) not in spoken
        ]
        for at, case_id, solved in sorted(words, key=lambda word: word[:2]):
            if at in self.span and solved is not None:
                said[case_id] = solved
        for visit in self.facts.visits:
            if visit.rating and visit.at in self.span:
                ratings[visit.rating - 1] += 1
        return {"not_solved": [sum(not solved for solved in said.values()), len(said)], "ratings": ratings}

    def _row(self, case: Case) -> dict[str, Any]:
        """A complaint in the list. A case about a member of staff shows neither number nor place nor handler."""
        shown = not case.is_withheld
        closed = self.closed_at.get(case.id)
        handler_key, handler = case.groups["handler"]
        return {
            "id": str(case.id) if shown else "",
            "number": case.number if shown else "",
            "category": dict(case.groups["category"][1]),
            "building": dict(case.groups["building"][1]) if shown else {},
            "handler": dict(handler) if shown and handler_key else {},
            "received": case.received_at.isoformat(),
            "answered": case.answered_at.isoformat() if case.answered_at and case.answered_at < self.span.until else "",
            "closed": closed.isoformat() if closed else "",
            "late": [kind for kind in JUDGED if kind in self.late[case.id]],
            "kept": self.kept[case.id],
        }


def _order(table: str) -> Callable[[tuple[str, Tally]], tuple[int, int, str]]:
    """Priorities in their order; else most received first, then most open."""
    if table == "priority":
        return lambda item: (0, 0, item[0])
    return lambda item: (-item[1].received, -item[1].open, item[0])
