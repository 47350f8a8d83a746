"""When the daily digest is due, in the organisation's time. Plain values in, plain values out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Slot:
    """One day's digest: its day, and the instant from which it is sent. What is written later waits for the next."""

    day: date
    at: datetime


def slot_at(now: datetime, *, zone: str, at: time) -> Slot:
    """The slot that began last.

    An hour that the clocks skip comes when they have gone on; of one that they repeat the first counts: there is one
    slot for each day.
    """
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    slots = [
        Slot(day, datetime.combine(day, at, tzinfo=place).astimezone(UTC))
        for day in (today, today - timedelta(days=1), today - timedelta(days=2))
    ]
    return next(slot for slot in slots if slot.at <= now)
