"""What the complaints of a span say together: what came again, what came back, and whether the figures are honest."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Case:
    """One complaint; ``place_key`` is the same for the same unit or common part."""

    number: str
    link: str
    estate: str
    place: str
    place_key: tuple[Any, ...]
    category: str
    received_at: datetime
    state: str
    is_judged: bool = True
    is_valid: bool = True
    was_late: bool = False
    was_reopened: bool = False
    needed_more: bool = False
    is_visited: bool = False
    is_anonymous: bool = False
    rating: int | None = None
    is_withheld: bool = False
    """About a member of staff: it counts, and stands in no list."""


@dataclass(frozen=True)
class Reopening:
    number: str
    link: str
    place: str
    category: str
    days: tuple[datetime, ...]
    is_withheld: bool = False


@dataclass(frozen=True)
class Returned:
    """Called resolved by somebody, by ``key``; ``number`` is empty when it is withheld; ``after`` is how soon it was
    opened again, when it was."""

    key: UUID | None
    who: str
    number: str
    after: timedelta | None
    link: str = ""


@dataclass(frozen=True)
class Paused:
    """``is_own``: whoever paused it has it in hand. ``number`` is empty when it is withheld."""

    key: UUID
    who: str
    case: UUID
    at: datetime
    is_own: bool = True
    number: str = ""
    link: str = ""


@dataclass(frozen=True)
class Analysed:
    """What was read of a span. ``received`` begins earlier, so that what came again at its beginning is seen."""

    begins: datetime
    received: Sequence[Case] = ()
    resolved: Sequence[Case] = ()
    units: Mapping[str, int] = field(default_factory=dict)
    reopenings: Sequence[Reopening] = ()
    returned: Sequence[Returned] = ()
    paused: Sequence[Paused] = ()
    in_hand: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def own(self) -> list[Case]:
        """Those received in the span itself."""
        return [case for case in self.received if case.received_at >= self.begins]


def repeats(found: Analysed, *, days: int) -> list[list[Case]]:
    """Runs of complaints of one place and class, each within ``days`` of the one before; the last of them in the span."""
    alike: dict[tuple[Any, ...], list[list[Case]]] = defaultdict(list)
    listed = [case for case in found.received if not case.is_withheld]
    for case in sorted(listed, key=lambda case: case.received_at):
        runs = alike[(case.place_key, case.category)]
        if runs and case.received_at - runs[-1][-1].received_at <= timedelta(days=days):
            runs[-1].append(case)
        else:
            runs.append([case])
    chosen = [run for runs in alike.values() for run in runs if len(run) > 1 and run[-1].received_at >= found.begins]
    return sorted(chosen, key=lambda run: (-len(run), run[0].received_at, run[0].number))


def came_again(found: Analysed, *, days: int) -> int:
    """How many of those received in the span itself came after another of their run."""
    runs = repeats(found, days=days)
    return sum(case.received_at >= found.begins for run in runs for case in run[1:])


def chronic(found: Analysed, *, cases: int) -> list[list[Case]]:
    """Places with at least so many complaints of whatever class in the span, the most first."""
    places: dict[tuple[Any, ...], list[Case]] = defaultdict(list)
    for case in (case for case in found.own if not case.is_withheld):
        places[case.place_key].append(case)
    chosen = [rows for rows in places.values() if len(rows) >= cases]
    return sorted(chosen, key=lambda rows: (-len(rows), rows[0].place))


@dataclass(frozen=True)
class Valid:
    estate: str
    units: int
    received: int
    judged: int
    valid: int

    @property
    def rate(self) -> Fraction | None:
        """Valid complaints of 1,000 units; nothing where there are no units."""
        return Fraction(1000 * self.valid, self.units) if self.units else None


def valid_by_estate(found: Analysed) -> list[Valid]:
    received = Counter(case.estate for case in found.own)
    judged = Counter(case.estate for case in found.own if case.is_judged)
    valid = Counter(case.estate for case in found.own if case.is_judged and case.is_valid)
    names = sorted({*found.units, *received})
    return [Valid(name, found.units.get(name, 0), received[name], judged[name], valid[name]) for name in names]


def at_first_contact(found: Analysed) -> tuple[int, int]:
    """How many of those resolved needed nothing more: no wait, no further words, no other handler, no return, no second
    look."""
    return sum(not case.needed_more for case in found.resolved), len(found.resolved)


def visited(found: Analysed) -> tuple[int, int]:
    """How many of those resolved somebody asked and reached afterwards; of an anonymous one nobody can be asked."""
    asked = [case for case in found.resolved if not case.is_anonymous]
    return sum(case.is_visited for case in asked), len(asked)


# -- honest figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Soon:
    key: UUID | None
    who: str
    resolved: int
    back: tuple[Returned, ...]


def back_soon(found: Analysed, *, hours: int) -> list[Soon]:
    """By person: what they called resolved and what of it came back within so many hours; only who has some."""
    people: dict[UUID | None, list[Returned]] = defaultdict(list)
    for row in found.returned:
        people[row.key].append(row)
    limit = timedelta(hours=hours)
    rows = [
        Soon(
            key,
            all_of[0].who,
            len(all_of),
            tuple(row for row in all_of if row.after is not None and row.after <= limit),
        )
        for key, all_of in people.items()
    ]
    return sorted((row for row in rows if row.back), key=lambda row: (-Fraction(len(row.back), row.resolved), row.who))


@dataclass(frozen=True)
class Pauser:
    key: UUID
    who: str
    in_hand: int
    paused: int
    together: int
    """The most pauses begun within a few minutes."""
    is_flagged: bool


def pausers(found: Analysed, *, minutes: int, together: int, times: int, often: int) -> list[Pauser]:
    """By person: how many of the cases they had or paused they paused, and how many at one go.

    Flagged: at least ``together`` begun within ``minutes``; or at least ``often`` cases, and a share of more than
    ``times`` the median of all who had cases in hand.
    """
    people: dict[UUID, list[Paused]] = defaultdict(list)
    for row in found.paused:
        people[row.key].append(row)
    shares = {key: _share_paused(people.get(key, []), number) for key, number in found.in_hand.items()}
    middle = Fraction(median(shares.values())) if shares else Fraction(0)
    rows = []
    for key, all_of in people.items():
        paused = len({row.case for row in all_of})
        whole = found.in_hand.get(key, 0) + len({row.case for row in all_of if not row.is_own})
        most = most_together([row.at for row in all_of], minutes=minutes)
        is_often = len(shares) > 1 and paused >= often and Fraction(paused, whole) > times * middle
        rows.append(Pauser(key, all_of[0].who, whole, paused, most, most >= together or is_often))
    return sorted(rows, key=lambda row: (not row.is_flagged, -row.paused, row.who))


def _share_paused(rows: Sequence[Paused], in_hand: int) -> Fraction:
    others = len({row.case for row in rows if not row.is_own})
    return Fraction(len({row.case for row in rows}), in_hand + others)


def most_together(times: Iterable[datetime], *, minutes: int) -> int:
    """How many of these lie within so many minutes of each other, at most."""
    ordered, first, most = sorted(times), 0, 0
    for last, at in enumerate(ordered):
        while at - ordered[first] > timedelta(minutes=minutes):
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass(frozen=True)
class Asked:
    """Of those resolved with one outcome: how many were visited, how many rated, and the ratings."""

    code: str
    resolved: int
    visited: int
    ratings: tuple[int, ...]


def by_outcome(found: Analysed) -> dict[str, list[Case]]:
    """Those resolved that could be asked: in time, late, come back."""
    asked = [case for case in found.resolved if not case.is_anonymous]
    return {
        "in_time": [case for case in asked if not case.was_late and not case.was_reopened],
        "late": [case for case in asked if case.was_late and not case.was_reopened],
        "back": [case for case in asked if case.was_reopened],
    }


def asked_by_outcome(found: Analysed) -> list[Asked]:
    """If only the good ones are asked, the shares differ."""
    return [
        Asked(
            code, len(rows), sum(case.is_visited for case in rows),
            tuple(case.rating for case in rows if case.rating is not None),
        )
        for code, rows in by_outcome(found).items()
    ]  # fmt: skip
