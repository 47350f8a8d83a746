"""Whether a promise counts as kept, and the rate of those that were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from contacts.models import Commitment
from contacts.rules.defaults import defaults
from deadlines.rules.calendars import Calendar
from deadlines.rules.periods import working_days

State = Commitment.State


def passes_on(calendar: Calendar, due_on: date, today: date) -> bool:
    """Whether an open promise is so long overdue that the managers hear of it: a working day, by default."""
    last = working_days(calendar, due_on, defaults()["commitments"]["escalate_working_days"]).last_day
    return today > last


@dataclass(frozen=True)
class Tally:
    """Promises due in a period. ``rate`` is kept in time of all that could be judged, None when none could."""

    kept: int = 0
    late: int = 0
    broken: int = 0
    open: int = 0
    withdrawn: int = 0

    @property
    def judged(self) -> int:
        return self.kept + self.late + self.broken

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.kept, self.judged) if self.judged else None

    def __add__(self, other: "Tally") -> "Tally":
        names = ("kept", "late", "broken", "open", "withdrawn")
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in names})


def fate(state: str, due_on: date, kept_on: date | None, today: date) -> str:
    """``kept`` by its day; ``late``: kept after it; ``broken``: said so, or its day has passed; else open or withdrawn."""
    if state == State.KEPT:
        return "kept" if kept_on is None or kept_on <= due_on else "late"
    if state == State.OPEN:
        return "open" if today <= due_on else "broken"
    return "withdrawn" if state == State.WITHDRAWN else "broken"


def tally(rows: Iterable[tuple[str, date, date | None]], today: date) -> Tally:
    """Of (state, due, kept on)."""
    counts = dict.fromkeys(("kept", "late", "broken", "open", "withdrawn"), 0)
    for state, due_on, kept_on in rows:
        counts[fate(state, due_on, kept_on, today)] += 1
    return Tally(**counts)
