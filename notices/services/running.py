"""A run: the messages of one channel leave, a batch of each organisation in turn, until nothing is due."""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connections

from notices import queries
from notices.channels.fates import Fate, Outcome
from notices.channels.protocol import Conversation
from notices.channels.registry import conversation_for
from notices.mail import Mailing, Post
from notices.models import Delivery
from notices.rules.pace import pace
from notices.services import claiming
from notices.services.claiming import Claim
from notices.services.handing import Ended, pass_on
from tenancy.context import scope
from tenancy.models import Organisation

log = logging.getLogger(__name__)

Channel = Delivery.Channel
Result = TypeVar("Result")
EMERGING = Delivery.Urgency.NOW


class Run:
    """One channel's run in this thread. ``organisation_id`` keeps it to one; ``stopping`` ends it early."""

    def __init__(
        self, channel: str, *, organisation_id: int | None = None, stopping: threading.Event | None = None,
        seconds: float = float("inf"), clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.channel, self.only = channel, organisation_id
        self.clock = clock
        self.stopping = stopping or threading.Event()
        self.until = time.monotonic() + seconds
        self.tried = 0
        self._post = Post() if channel == Channel.EMAIL else None
        self._served: dict[int, float] = {}  # when each organisation had its last turn
        self._took = 0.0

    def __call__(self) -> int:
        """Send until nothing is due. Returns how many messages were tried."""
        try:
            while not self._is_over() and (turns := self._turns()):
                size, look_at = pace().batch_among(len(turns)), time.monotonic() + pace().look_seconds
                found = 0
                for turn in turns:
                    if self._is_over() or time.monotonic() > look_at:
                        break
                    self._served[turn.organisation_id] = time.monotonic()
                    found += self._take_turn(turn.organisation_id, size)
                if not found:  # others are at work on what is due
                    break
        finally:
            if self._post is not None:
                self._post.close()
        if self._post is not None and self._post.is_down:
            _rest(self.channel)
        return self.tried

    def _is_over(self) -> bool:
        is_down = self._post is not None and self._post.is_down
        return is_down or self.stopping.is_set() or time.monotonic() >= self.until

    def _turns(self) -> list[queries.Turn]:
        """Whose turn it is, in order: who waits for a code first, then who has not been served longest."""
        now = self.clock()
        if self.only is None:
            turns = queries.turns_anywhere(now)
        else:
            with scope(self.only):
                turns = queries.turns_of(self.only, now)
        turns = [turn for turn in turns if turn.channel == self.channel]
        turns = [turn for turn in turns if not is_resting(self.channel, turn.organisation_id)]
        random.shuffle(turns)
        return sorted(turns, key=lambda turn: (turn.urgency > EMERGING, self._served.get(turn.organisation_id, 0.0)))

    # -- one organisation's turn -------------------------------------------------------------------------------------

    def _take_turn(self, organisation_id: int, size: int) -> int:
        """Claim a batch and hand it over; what is not begun when the turn ends is given back. How many were found."""
        token, now = uuid4(), self.clock()
        with scope(organisation_id):
            organisation = Organisation.objects.get(pk=organisation_id)
            conversation = self._conversation(organisation)
            if conversation is None:
                return claiming.suppress_unprovided(channel=self.channel, now=now, size=size)
            batch = claiming.claim_batch(
                channel=self.channel, organisation=organisation, token=token, now=now, size=size,
                repeats_safely=getattr(conversation, "repeats_safely", False),
            )  # fmt: skip
        try:
            self._hand_over(organisation_id, token, batch.claims, conversation)
        finally:
            conversation.close()
        if conversation.is_down and self._post is None:
            _rest(self.channel, organisation_id, seconds=getattr(conversation, "rests_seconds", 0))
        return batch.found

    def _conversation(self, organisation: Organisation) -> Conversation | None:
        if self._post is not None:
            # The protocol's one connection lives on between the organisations' turns.
            return Mailing(self._post, organisation)
        return conversation_for(self.channel, organisation)

    def _hand_over(self, organisation_id: int, token: Any, claims: list[Claim], conversation: Conversation) -> None:
        ends_at = time.monotonic() + pace().turn_seconds
        waiting, ended = list(claims), None
        while waiting and not conversation.is_down and time.monotonic() < ends_at and not self._is_over():
            claim = waiting.pop(0)
            is_ours = self._pass_on(organisation_id, token, ended, claim.delivery)
            ended = Ended(claim, self._send(claim, conversation)) if is_ours else None
            self.tried += is_ours
        if ended is not None:
            self._pass_on(organisation_id, token, ended, None)
        if waiting:
            with scope(organisation_id):
                claiming.release(
                    delivery_ids=[claim.delivery.pk for claim in waiting], token=token,
                    unreachable=conversation.is_down, now=self.clock(), chance=_chance(),
                )  # fmt: skip

    def _pass_on(self, organisation_id: int, token: Any, ended: Ended | None, begun: Delivery | None) -> bool:
        def write() -> tuple[str, bool]:
            return pass_on(
                organisation_id=organisation_id, token=token, ended=ended, begun=begun, now=self.clock(),
                chance=_chance(),
            )  # fmt: skip

        _state, is_ours = _patiently(write)
        return is_ours

    def _send(self, claim: Claim, conversation: Conversation) -> Outcome:
        if isinstance(claim.words, ValueError):
            return Outcome(Fate.REFUSED, str(claim.words))
        if self._took > pace().slow_seconds and not connections["default"].in_atomic_block:
            connections["default"].close()  # the other side is slow: nobody waits for this connection meanwhile
        began = time.monotonic()
        try:
            return conversation.send(claim.delivery, claim.words)
        except Exception as error:  # a fault of ours: the message is not lost, and the others go on
            log.exception("a message could not be handed over")
            return Outcome(Fate.UNSURE, type(error).__name__)
        finally:
            self._took = time.monotonic() - began


def _patiently(write: Callable[[], Result]) -> Result:
    """Write, again while the database is away: what was handed over is known nowhere else."""
    until = time.monotonic() + pace().reconnect_seconds
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connections["default"].in_atomic_block or time.monotonic() >= until:
                raise
            connections["default"].close()
            time.sleep(0.25)


def is_resting(channel: str, organisation_id: int | None = None) -> bool:
    """Whether the other side could not be reached a moment ago."""
    return bool(cache.get(_rest_key(channel, organisation_id)))


def _rest(channel: str, organisation_id: int | None = None, *, seconds: float = 0) -> None:
    cache.set(_rest_key(channel, organisation_id), True, seconds or pace().rest_seconds)


def _rest_key(channel: str, organisation_id: int | None) -> str:
    return f"notices:rests:{channel}:{organisation_id or ''}"


def _chance() -> float:
    return random.random()  # noqa: S311 - spreads retries, guards nothing
