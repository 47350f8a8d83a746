"""Quiet hours, in the organisation's time. Plain values in, plain values out."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def end_of_quiet(now: datetime, *, zone: str, begins: time | None, ends: time | None) -> datetime | None:
    """When the quiet hours that ``now`` lies in are over, or None outside them. They may reach over midnight.

    The beginning is quiet, the end is not. Without both times, or with equal ones, there are none.
    """
    if begins is None or ends is None or begins == ends:
        return None
    local = now.astimezone(ZoneInfo(zone))
    clock = local.time()
    over_midnight = begins > ends
    is_quiet = (clock >= begins or clock < ends) if over_midnight else begins <= clock < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and clock >= begins else 0)
    return datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(UTC)
