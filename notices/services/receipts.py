"""What providers say became of messages: noted as said, applied when it moves a message on."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from notices.models import Delivery, Provider, Receipt
from notices.rules import one_line
from notices.rules.receipts import SAID, is_early, next_state
from notices.services import suppressing

State = Delivery.State
EARLY, UNKNOWN, STRANGE, BACKWARDS = "early", "unknown", "unknown_status", "backwards"


@dataclass(frozen=True)
class Said:
    """One sentence of a provider. ``reference`` is its own name of the message, or ours; ``is_for_good`` a dead address."""

    event_id: str
    reference: str
    status: str
    detail: str = ""
    at: datetime | None = None
    is_for_good: bool = False


@transaction.atomic
def take(*, provider: Provider, said: Said, now: datetime) -> Receipt:
    """Note what a provider said and apply it. The same event again finds its own row and changes nothing.

    Writes the receipt, and the message's state where that moves it on. A word about a message that is not handed yet,
    or that nobody knows, waits: `settle` applies it once the message is handed with that reference.
    """
    receipt, is_new = Receipt.objects.get_or_create(
        provider=provider,
        event_id=said.event_id,
        defaults={
            "reference": said.reference, "status": said.status[:20], "detail": _detail(said), "said_at": said.at,
            "received_at": now,
        },
    )  # fmt: skip
    if is_new:
        delivery = _delivery_of(provider, said.reference)
        receipt.delivery = delivery
        receipt.ignored_because = UNKNOWN if delivery is None else _applied(delivery, receipt, now)
        receipt.save(update_fields=["delivery", "ignored_because"])
    return receipt


# What a provider says of an address that is no more, before its own words.
FOR_GOOD = "gone: "


def _detail(said: Said) -> str:
    return one_line((FOR_GOOD if said.is_for_good else "") + said.detail, length=300)


def _delivery_of(provider: Provider, reference: str) -> Delivery | None:
    """The message of the provider's channel by the provider's name for it, or by ours, which is its id."""
    named = Q(provider_reference=reference)
    with suppress(ValueError):
        named |= Q(pk=UUID(reference))
    rows = Delivery.objects.select_for_update(of=("self",)).filter(named, channel=provider.channel)
    return rows.order_by("-created_at").first()


def _applied(delivery: Delivery, receipt: Receipt, now: datetime) -> str:
    """Move the message on as was said. Returns why not, or ""."""
    if receipt.status not in SAID:
        return STRANGE
    if is_early(delivery.state):
        return EARLY
    wanted = next_state(delivery.state, receipt.status)
    if wanted == delivery.state:
        return "" if receipt.status == "sent" else BACKWARDS
    at = receipt.said_at or now
    if wanted == State.BOUNCED:
        suppressing.note_bounce(
            delivery=delivery, evidence=receipt.detail.removeprefix(FOR_GOOD), now=now,
            is_for_good=receipt.detail.startswith(FOR_GOOD),
        )  # fmt: skip
        return ""
    changes = {"state": wanted, "delivered_at": delivery.delivered_at or at}
    if wanted == State.READ:
        changes["read_at"] = at
    Delivery.objects.filter(pk=delivery.pk).update(**changes)
    return ""


@transaction.atomic
def settle(*, delivery: Delivery, now: datetime) -> int:
    """Apply what was said of a message before it was noted as handed, in the order in which it came.

    The engine calls it after noting a message as handed with its reference. Returns how many receipts were applied.
    """
    known = [name for name in (delivery.provider_reference, str(delivery.pk)) if name]
    waiting = Receipt.objects.filter(
        Q(delivery=delivery, ignored_because=EARLY)
        | Q(delivery=None, ignored_because=UNKNOWN, reference__in=known, provider__channel=delivery.channel)
    )
    applied = 0
    for receipt in waiting.order_by("received_at", "id"):
        current = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        receipt.delivery, receipt.ignored_because = current, _applied(current, receipt, now)
        receipt.save(update_fields=["delivery", "ignored_because"])
        applied += not receipt.ignored_because
    return applied
