"""Runs one case of the deadline vectors through the rules: plain data in, a plain result out."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Protocol

from .rules import periods
from .rules.business_time import business_due
from .rules.calendars import Calendar, NeverOpen
from .rules.extending import resolved
from .rules.periods import Ends, Period

Plain = Mapping[str, Any]
MIDNIGHT_24 = re.compile(r"(\d{4}-?\d{2}-?\d{2})T24(?=:?00|[+\-Z]|$)")


class Library(Protocol):
    """What cases refer to by code."""

    @property
    def calendars(self) -> Plain: ...


def run_case(op: str, case: Plain, data: Library) -> dict[str, Any]:
    """The result of one case. Raises ValueError on an unknown operation or unusable input."""
    if op not in OPERATIONS:
        raise ValueError(f"unknown operation {op}")
    reference = case.get("calendar")
    calendar = Calendar.parse(
        resolved(reference, data.calendars), code=reference if isinstance(reference, str) else "inline"
    )
    return OPERATIONS[op](calendar, case["input"])


def as_instant(value: Any) -> datetime:
    """An aware datetime; text in ISO 8601, also with the hour 24. Raises ValueError without an offset."""
    if isinstance(value, str):
        text, replaced = MIDNIGHT_24.subn(r"\1T00", value.strip())
        value = datetime.fromisoformat(text) + timedelta(days=replaced)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{value} is not an instant with an offset")
    return value


def as_day(value: Any) -> date:
    """A date, or an aware instant that stands for its local date."""
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return as_instant(value)
    if isinstance(value, str):
        return date.fromisoformat(value.strip())
    if isinstance(value, date):
        return value
    raise ValueError(f"{value} is not a date")


def _business_time(calendar: Calendar, given: Plain) -> dict[str, Any]:
    pauses = [
        (as_instant(pause["from"]), None if pause.get("to") is None else as_instant(pause["to"]))
        for pause in given.get("pauses") or ()
    ]
    most_days = given.get("pause_max_working_days")
    try:
        due = business_due(
            calendar,
            as_instant(given["start"]),
            Fraction(str(given["minutes"])),
            pauses,
            None if most_days is None else _whole(most_days),
        )
    except NeverOpen:
        due = None
    return {"due": due}


def _calendar_days(calendar: Calendar, given: Plain) -> dict[str, Any]:
    return _plain(_period("calendar_days", calendar, given))


def _working_days(calendar: Calendar, given: Plain) -> dict[str, Any]:
    return _plain(_period("working_days", calendar, given))


def _months(calendar: Calendar, given: Plain) -> dict[str, Any]:
    return _plain(_period("months", calendar, given))


def _notice(calendar: Calendar, given: Plain) -> dict[str, Any]:
    published = given.get("published")
    result = periods.notice(
        calendar,
        as_day(given["event"]),
        _whole(given["days"]),
        clear=bool(given.get("clear")),
        published=None if published is None else as_day(published),
    )
    return {"latest": result.latest, "valid": result.valid}


def _display(calendar: Calendar, given: Plain) -> dict[str, Any]:
    requested = given.get("requested_end")
    result = periods.display(
        calendar,
        as_day(given["start"]),
        _whole(given["min_days"]),
        None if requested is None else as_day(requested),
    )
    return {"last_day": result.last_day, "earliest_end": result.earliest_end, "accepted": result.accepted}


def _latest_of(calendar: Calendar, given: Plain) -> dict[str, Any]:
    terms = [_period(term["op"], calendar, term) for term in given["terms"]]
    last = periods.latest_of(terms)
    return {"terms": [term.last_day for term in terms], "last_day": last.last_day, "ends_at": last.ends_at}


def _period(op: str, calendar: Calendar, given: Plain) -> Period:
    if op == "display":
        shown = periods.display(calendar, as_day(given["start"]), _whole(given["min_days"]))
        return Period(shown.last_day, shown.last_day, shown.earliest_end)
    if op == "latest_of":
        return periods.latest_of(_period(term["op"], calendar, term) for term in given["terms"])
    if op not in ("calendar_days", "working_days", "months"):
        raise ValueError(f"{op} has no last day")
    start, roll, ends = as_day(given["from"]), bool(given.get("roll")), _ends(given.get("ends"))
    if op == "calendar_days":
        return periods.calendar_days(calendar, start, _whole(given["days"]), roll=roll, ends=ends)
    if op == "working_days":
        return periods.working_days(calendar, start, _whole(given["days"]), ends=ends)
    count = _whole(given.get("months") or 0) + 12 * _whole(given.get("years") or 0)
    return periods.months(calendar, start, count, roll=roll, ends=ends)


def _whole(value: Any) -> int:
    number = Fraction(str(value))
    if number.denominator != 1:
        raise ValueError(f"{value} is not a whole number")
    return number.numerator


def _ends(value: Any) -> Ends:
    if value in (None, "midnight", "24:00", 1440):
        return "midnight"
    if value == "close_of_business":
        return "close_of_business"
    raise ValueError(f"unknown end of a period: {value}")


def _plain(period: Period) -> dict[str, Any]:
    return {"unrolled": period.unrolled, "last_day": period.last_day, "ends_at": period.ends_at}


OPERATIONS: dict[str, Callable[[Calendar, Plain], dict[str, Any]]] = {
    "business_time": _business_time,
    "calendar_days": _calendar_days,
    "working_days": _working_days,
    "months": _months,
    "notice": _notice,
    "display": _display,
    "latest_of": _latest_of,
}
