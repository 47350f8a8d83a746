"""When a duty is due next, how one stands, and who may see and change it. Plain values in, plain values out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contacts.models import Duty
from contacts.rules.defaults import defaults, duty_defaults
from deadlines.rules.periods import corresponding_day
from tenancy.models import Membership
from tenancy.policy import can

Unit, CountsFrom = Duty.Unit, Duty.CountsFrom
MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}


@dataclass(frozen=True)
class Rhythm:
    """Every so many days, months or years, or once; counted from the day it was done or the day it was due."""

    every: int
    unit: str
    counts_from: str = CountsFrom.DONE


def next_due(rhythm: Rhythm, *, first_due_on: date, due_on: date, done_on: date) -> date | None:
    """When it is due after it was done for ``due_on``; None when it was to be done once.

    Counted from the day it was due, every day of the rhythm stands, the missed ones too, and a rhythm of months keeps
    the number of its first day: 31 January, 28 February, 31 March. Counted from the day it was done, what was done
    early is due early again. A month without the day ends on its last one (Civil Code 202).
    """
    if rhythm.unit == Unit.ONCE:
        return None
    from_due = rhythm.counts_from == CountsFrom.DUE
    if rhythm.unit == Unit.DAY:
        return (due_on if from_due else done_on) + timedelta(days=rhythm.every)
    step = rhythm.every * MONTHS[Unit(rhythm.unit)]
    if not from_due:
        return corresponding_day(done_on, step)
    gone = (due_on.year - first_due_on.year) * 12 + due_on.month - first_due_on.month
    return corresponding_day(first_due_on, gone + step)


def standing(on: date, today: date, lead_days: int = 0) -> str:
    """``late`` the day after, ``soon`` within the days before that are said, else "" ."""
    if on < today:
        return "late"
    return "soon" if on <= today + timedelta(days=lead_days) else ""


def lead_of(source: str) -> int:
    """How many days before its day a ``certificate``, a ``contract`` or a ``notice`` is said to be soon."""
    days: int = duty_defaults()["notice_lead_days"] if source == "notice" else defaults()["warn_days"][source]
    return days


def span_of(on: date, today: date) -> str:
    """Under which heading of the agenda a day stands: ``late``, ``month`` (what is left of it) or ``later``."""
    if on < today:
        return "late"
    return "month" if on <= last_of_month(today) else "later"


def last_of_month(today: date) -> date:
    return corresponding_day(today.replace(day=1), 1) - timedelta(days=1)


def is_day_near(day: date, today: date) -> bool:
    """Whether a day lies where somebody could mean it; `data/duties.yaml` says how far that is."""
    said = duty_defaults()
    return today.year - said["years_back"] <= day.year <= today.year + said["years_ahead"]


def is_rhythm_known(rhythm: Rhythm) -> bool:
    most = duty_defaults()["at_most"].get(rhythm.unit, 1)
    return bool(1 <= rhythm.every <= most)


def may_read(actor: Membership | None, duty: Any = None) -> bool:
    return can(actor, "duty.read", duty)


def may_write(actor: Membership | None, duty: Any = None) -> bool:
    return can(actor, "duty.write", duty)


def may_do(actor: Membership | None, duty: Any = None) -> bool:
    return can(actor, "duty.do", duty)


def seeds_for(region: str, language: str) -> list[dict[str, Any]]:
    """What a form offers to begin with in a country, its words in a language."""
    known = duty_defaults()["seeds"]
    word = "zh" if language.startswith("zh") else "en"
    rows = known.get(region, known["other"])
    return [{**row, "title": row["title"][word], "basis": row["basis"][word]} for row in rows]
