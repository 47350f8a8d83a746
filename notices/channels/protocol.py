"""What the engine asks of every channel."""

from typing import Protocol

from notices.channels.fates import Outcome
from notices.models import Delivery
from notices.writing import Words


class Conversation(Protocol):
    """One run's conversation with whoever carries a channel's messages."""

    @property
    def is_down(self) -> bool: ...

    def send(self, delivery: Delivery, words: Words) -> Outcome: ...

    def close(self) -> None: ...
