"""What becomes of a message after a try, and what is not worth a try. Plain values in, plain values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from notices.channels.fates import Fate, Outcome
from notices.models import Delivery, Notice
from notices.rules.pace import pace

State, Because = Delivery.State, Delivery.Because


@dataclass(frozen=True)
class Consequence:
    """The state a try leads to, how many tries there were then, and when the next is due."""

    state: str
    attempts: int
    next_attempt_at: datetime | None = None

    @property
    def is_out(self) -> bool:
        return self.state in (State.HANDED, State.MAYBE_TWICE)

    @property
    def is_over(self) -> bool:
        """Whether nobody tries again: what was sealed for the recipient goes."""
        return self.state != State.QUEUED


def consequence_of(
    outcome: Outcome, *, attempts: int, now: datetime, chance: float, may_have_arrived: bool = False
) -> Consequence:
    """What follows from the outcome of a try after ``attempts`` earlier ones.

    Handed: done; perhaps twice when an earlier try may have arrived. Refused: dead at once. Later and unsure: tried
    again after 1, 5, 15, 60 min, 4 h, 12 h, then dead. Unreachable: again within a minute, for as long as it takes,
    and no try is counted. ``chance`` (0 to 1) spreads the times by a fifth.
    """
    if outcome.fate == Fate.UNREACHABLE:
        wait = spread(timedelta(seconds=pace().unreachable_seconds), chance=chance)
        return Consequence(State.QUEUED, attempts, now + wait)
    attempts += 1
    if outcome.fate == Fate.HANDED:
        return Consequence(State.MAYBE_TWICE if may_have_arrived else State.HANDED, attempts)
    later = None if outcome.fate == Fate.REFUSED else retry_after(attempts, chance=chance)
    if later is None:
        return Consequence(State.DEAD, attempts)
    return Consequence(State.QUEUED, attempts, now + later)


def retry_after(failures: int, *, chance: float) -> timedelta | None:
    """How long to wait after this many failed tries (from 1), or None to give up. ``chance`` is from 0 to 1."""
    minutes = pace().retry_minutes
    if failures > len(minutes):
        return None
    return spread(timedelta(minutes=minutes[failures - 1]), chance=chance)


def spread(delay: timedelta, *, chance: float) -> timedelta:
    """The delay, up to a fifth shorter or longer, so that what failed together does not come back together."""
    return delay * (1 + pace().spread_percent / 100 * (2 * chance - 1))


def reason_not_to_send(row: Delivery, *, is_stopped: bool, now: datetime) -> str:
    """Why a message that is due is not sent after all, or "". Reads the notice and the recipient of the row.

    Its notice was withdrawn; it is past its time; its reader had it another way; its address takes nothing.
    """
    notice, recipient = row.notice, row.recipient
    if notice is not None and notice.state == Notice.State.WITHDRAWN:
        return Because.WITHDRAWN
    ends = [at for at in (row.expires_at, notice.expires_at if notice else None) if at is not None]
    if ends and min(ends) <= now:
        return Because.EXPIRED
    if recipient is not None and (recipient.reached_at or recipient.acknowledged_at):
        return Because.REACHED
    return Because.STOPPED_ADDRESS if is_stopped else ""
