"""By when an enquiry is answered. Plain values in, plain values out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from deadlines.rules.calendars import Calendar, NeverOpen
from deadlines.rules.periods import working_days


def due_on(
    *, topic: str, channel: str, asked_on: date, calendar: Calendar, said: Mapping[str, Mapping[str, Any]]
) -> date:
    """The last day for an answer (domain.md 2.5): by what it is about, else by how it came.

    ``said`` holds ``days`` by topic and ``working_days`` by channel. The day of the question is not counted; where no
    working day follows, days are.
    """
    days = said["days"].get(topic)
    if days is not None:
        return asked_on + timedelta(days=int(days))
    count = int(said["working_days"][channel])
    try:
        return working_days(calendar, asked_on, count).last_day
    except NeverOpen:
        return asked_on + timedelta(days=count)
