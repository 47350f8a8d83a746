"""The chain: whoever was not reached by one channel is told by the next."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from notices import reach_queries as queries
from notices import tasks
from notices.models import Delivery, HandDelivery, Notice, NoticeRecipient, PushSubscription
from notices.models.notice import Kind
from notices.queries import are_letters_carried
from notices.queries.wanted import Chosen, chosen_among, mode_of
from notices.rules import chain as rules
from notices.rules.wanted import Mode, topic_of_kind
from notices.services.queueing import nudge_after_commit
from tenancy.context import current_organisation_id

Channel, State, Because = Delivery.Channel, Delivery.State, Delivery.Because
BATCH = 1000
ADDRESS = {Channel.EMAIL: "email", Channel.SMS: "phone", Channel.CALL: "phone", Channel.LETTER: "postal_address"}
EVENT = "notice"
ARRIVED = (State.DELIVERED, State.READ, State.ACKNOWLEDGED)


@transaction.atomic
def take_due_steps(*, now: datetime, limit: int = BATCH) -> int:
    """Take the next step of up to ``limit`` recipients whose time has come. Returns how many were looked at.

    Writes the deliveries of the next channel and, on the recipient, how far the chain is and when its next step is
    due. Somebody reached meanwhile gets nothing more; of a notice that was withdrawn or is of no use any more nothing
    goes out. A channel for which there is no address leaves a delivery that says so, and the next is taken at once.
    Several may run at once: rows are locked and skipped, and a delivery is written once for each channel.
    """
    due = queries.due_steps(now).select_related("notice").select_for_update(of=("self",), skip_locked=True)
    rows = list(due[:limit])
    if not rows:
        return 0
    _stop(rows, now)
    groups: dict[Notice, list[NoticeRecipient]] = defaultdict(list)
    for row in rows:
        if row.next_step_at is not None:
            groups[row.notice].append(row)
    for notice, members in groups.items():
        _advance(notice, members, now)
    NoticeRecipient.objects.bulk_update(rows, ["chain_step", "next_step_at", "reached_at"], batch_size=500)
    if groups:
        nudge_after_commit()
    return len(rows)


def _stop(rows: Sequence[NoticeRecipient], now: datetime) -> None:
    """End the chain of those who were reached, and of notices that say nothing any more; in memory."""
    reached = reached_among(rows)
    for row in rows:
        notice = row.notice
        is_over = notice.state not in queries.RUNNING or (notice.expires_at is not None and notice.expires_at <= now)
        if row.pk in reached and row.reached_at is None:
            row.reached_at = now
        if is_over or row.pk in reached or row.erased_at is not None:
            row.next_step_at = None


def reached_among(rows: Sequence[NoticeRecipient]) -> set[UUID]:
    """Who of them needs no further channel. Reads ``notice``; two statements whatever their number."""
    ids = [row.pk for row in rows]
    delivered: dict[UUID, set[str]] = defaultdict(set)
    by_hand: dict[UUID, set[str]] = defaultdict(set)
    arrived = Delivery.objects.filter(recipient__in=ids, state__in=ARRIVED)
    for pk, channel in arrived.values_list("recipient_id", "channel"):
        delivered[pk].add(channel)
    for pk, method in HandDelivery.objects.filter(recipient__in=ids).values_list("recipient_id", "method"):
        by_hand[pk].add(method)
    return {
        row.pk
        for row in rows
        if rules.is_reached(
            rules.Standing(
                must_acknowledge=row.notice.must_acknowledge,
                is_acknowledged=row.acknowledged_at is not None,
                is_read=row.read_at is not None,
                delivered=frozenset(delivered[row.pk]),
                by_hand=frozenset(by_hand[row.pk]),
            )
        )
    }


def _advance(notice: Notice, members: Iterable[NoticeRecipient], now: datetime) -> None:
    """Write the deliveries of each one's next steps, and how far they are in memory."""
    waiting, written = list(members), []
    ways = _ways(notice, waiting)
    sent_at = notice.sent_at or notice.frozen_at or notice.sends_at or now
    for row in waiting:
        is_hurried = True  # the first of them is due
        while is_hurried and (channel := rules.channel_of(notice.chain, row.chain_step)):
            draft = _draft(notice, row, channel, now, ways)
            written.append(draft)
            row.chain_step += 1
            following = rules.step_due_at(notice.chain, row.chain_step, sent_at)
            # No address: the next at once, however long it would have waited.
            is_hurried = draft.because == Because.NO_ADDRESS or (following is not None and following <= now)
            row.next_step_at = None if is_hurried else following
        if row.chain_step >= len(notice.chain):
            row.next_step_at = None
    Delivery.objects.bulk_create(written, ignore_conflicts=True, batch_size=500)


@dataclass(frozen=True)
class Ways:
    """What decides whether a step is taken: who has push messages, whether a print shop has the letters, and what the
    readers chose of the topic."""

    pushed: set[UUID]
    letters_are_carried: bool
    topic: str | None
    chosen: Chosen

    def refusal(self, row: NoticeRecipient, channel: str) -> str:
        """Why it is not sent by this way although it could be, or ""."""
        mode = mode_of(row, self.chosen, self.topic, channel)
        return {str(Mode.OFF): Because.PREFERENCE, str(Mode.DIGEST): Because.IN_DIGEST}.get(mode, "")


def _ways(notice: Notice, rows: Sequence[NoticeRecipient]) -> Ways:
    channels, topic = {step["channel"] for step in notice.chain}, topic_of_kind(notice.kind)
    return Ways(
        pushed=_with_push(rows) if Channel.PUSH in channels else set(),
        letters_are_carried=Channel.LETTER in channels and are_letters_carried(),
        topic=topic,
        chosen=chosen_among(rows) if topic else {},
    )


def _with_push(rows: Sequence[NoticeRecipient]) -> set[UUID]:
    members = [row.membership_id for row in rows if row.membership_id]
    subscribed = PushSubscription.objects.filter(membership__in=members, gone_at=None)
    return set(subscribed.values_list("membership_id", flat=True))


def _draft(notice: Notice, row: NoticeRecipient, channel: str, now: datetime, ways: Ways) -> Delivery:
    """A delivery of the step, without words: they are put together when it is sent or read."""
    address, can_be_sent = "", True
    if channel == Channel.PORTAL:
        can_be_sent = row.membership_id is not None
    elif channel == Channel.PUSH:
        can_be_sent = row.membership_id in ways.pushed
    elif channel == Channel.LETTER:
        # Who gave no postal address has it in the box of their unit, if people bring it.
        address = row.postal_address[:254]
        can_be_sent = bool(address or (row.units and not ways.letters_are_carried))
    elif channel in ADDRESS:
        address = getattr(row, ADDRESS[Channel(channel)])
        can_be_sent = bool(address)
    shared: dict[str, Any] = {
        "channel": channel, "notice": notice, "recipient": row, "person_id": row.person_id,
        "membership_id": row.membership_id, "recipient_name": row.name, "language": row.language, "address": address,
        "event": EVENT, "dedupe_key": dedupe_key(notice.pk, row.pk), "subject": "", "text": "",
        "about_type": notice._meta.label_lower, "about_id": notice.pk, "created_at": now,
        "expires_at": notice.expires_at,
        "urgency": Delivery.Urgency.SOON if notice.kind == Kind.EMERGENCY else Delivery.Urgency.BULK,
    }  # fmt: skip
    if not can_be_sent:
        return Delivery(**shared, state=State.SUPPRESSED, because=Because.NO_ADDRESS)
    if refusal := ways.refusal(row, channel):
        return Delivery(**shared, state=State.SUPPRESSED, because=refusal)
    if channel == Channel.PORTAL:
        return Delivery(**shared, state=State.HANDED, handed_at=now)
    # What people do by hand waits on the chase list: no worker looks for a row without a time.
    is_by_hand = rules.is_manual(channel) or (channel == Channel.LETTER and not ways.letters_are_carried)
    return Delivery(**shared, next_attempt_at=None if is_by_hand else now)


def dedupe_key(notice_id: UUID, recipient_id: UUID) -> str:
    """With the channel it names one delivery: a notice goes to somebody once by each way."""
    return f"notice:{notice_id}:{recipient_id}"


def hurry(recipient_ids: Sequence[UUID], *, now: datetime) -> int:
    """A message came back or was given up: take these recipients' next step now. Returns how many have one.

    Writes when the step is due, and asks for a worker once the transaction is through; the beat finds it else.
    """
    waiting = NoticeRecipient.objects.filter(pk__in=recipient_ids, reached_at=None, next_step_at__gt=now)
    changed = waiting.update(next_step_at=now)
    if changed:
        nudge_steps_after_commit()
    return changed


def nudge_steps_after_commit() -> None:
    transaction.on_commit(partial(tasks.nudge_steps, current_organisation_id()), robust=True)
