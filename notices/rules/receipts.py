"""What a provider's word about a message changes. Plain values in, plain values out."""

from notices.models import Delivery

State = Delivery.State
# What providers may say, and the state it speaks of.
SAID = {
    "sent": State.HANDED,
    "delivered": State.DELIVERED,
    "read": State.READ,
    "failed": State.BOUNCED,
}
_OUT = {State.HANDED, State.MAYBE_TWICE}
_FROM = {
    State.DELIVERED: _OUT,
    State.READ: _OUT | {State.DELIVERED},
    # What somebody has read did arrive, whatever is said afterwards.
    State.BOUNCED: _OUT | {State.DELIVERED},
}


def next_state(current: str, said: str) -> str:
    """The state of a message after its provider said ``said`` of it; the same where that changes nothing.

    A message only moves on: an older word that comes late, and one about a message that is not out, change nothing.
    """
    wanted = SAID.get(said)
    return str(wanted) if wanted is not None and current in _FROM.get(wanted, ()) else current


def is_early(current: str) -> bool:
    """Whether the message is still being handed over as far as we know: its provider was quicker than we."""
    return current in (State.QUEUED, State.CLAIMED)
