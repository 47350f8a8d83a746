"""When an outage is to be relayed, whether that was late, and whether the utility told us in time.

Plain values in, plain values out. The numbers are in `data/defaults.yaml`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contacts.rules.defaults import defaults


def _said() -> dict[str, Any]:
    said: dict[str, Any] = defaults()["outages"]
    return said


def relay_due(received_at: datetime, starts_at: datetime) -> datetime:
    """So many hours after it was received; at once, when it begins in less than ``at_once_hours`` from then."""
    if starts_at - received_at < timedelta(hours=_said()["at_once_hours"]):
        return received_at
    return received_at + relay_target()


def relay_target() -> timedelta:
    return timedelta(hours=_said()["relay_hours"])


def is_at_once(received_at: datetime, due_at: datetime) -> bool:
    return due_at <= received_at


def is_relay_late(due_at: datetime, relayed_at: datetime | None, now: datetime) -> bool:
    """At the due time itself it is not late. What had to leave at once is in time within the same minute."""
    return (relayed_at or now) - due_at >= timedelta(minutes=1)


def relay_minutes(received_at: datetime, relayed_at: datetime) -> int:
    """Whole minutes from receiving to leaving; what left before it was said to be received took none."""
    return max(int((relayed_at - received_at).total_seconds() // 60), 0)


@dataclass(frozen=True)
class ToldLate:
    """How much too late the utility told us, by which text."""

    by: timedelta
    source: str


def told_late(
    branch: str, *, region: str, is_planned: bool, received_at: datetime, starts_at: datetime
) -> ToldLate | None:
    """Whether a planned outage was told later than the country's text for its branch asks; None without such a text."""
    duty = _said()["told_before_hours"].get(region, {}).get(branch)
    if duty is None or not is_planned:
        return None
    missing = timedelta(hours=duty["hours"]) - (starts_at - received_at)
    return ToldLate(missing, duty["source"]) if missing > timedelta(0) else None


def shown_after() -> timedelta:
    """How long residents still see what is over."""
    return timedelta(hours=_said()["shown_after_hours"])


def entered_within() -> timedelta:
    return timedelta(days=_said()["entered_within_days"])


def time_of(starts_at: datetime, now: datetime, *, is_open: bool) -> str:
    """``coming``, ``now`` or ``past``."""
    if not is_open:
        return "past"
    return "coming" if starts_at > now else "now"
