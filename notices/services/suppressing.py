"""The verbs of addresses that take nothing: stop one, lift it, keep what waits for it from leaving."""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import services as audit
from notices.models import Delivery, Suppression
from notices.queries import stopped
from notices.rules import one_line
from notices.rules.bounces import is_hard
from tenancy.errors import IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

State, Because = Delivery.State, Delivery.Because
CHAIN = "notices.services.chain"
# From here something can come back; what was read has arrived.
RETURNABLE = (State.HANDED, State.MAYBE_TWICE, State.DELIVERED)


@transaction.atomic
def stop_address(
    *,
    channel: str,
    address: str,
    reason: str,
    evidence: str,
    now: datetime,
    actor: Membership | None = None,
    delivery: Delivery | None = None,
) -> Suppression:
    """Send nothing to the address by this channel any more. Stopping twice is one stop.

    Writes the stop, an audit entry, and every waiting message to it as not sent (``stopped_address``).
    """
    wanted = address.strip().lower()
    found = stopped.in_force().filter(channel=channel, address=wanted).first()
    if found is not None:
        return found
    row = Suppression(
        channel=channel, address=wanted, reason=reason, evidence=one_line(evidence, length=300),
        delivery=delivery, created_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another worker heard the same at the same time
        return stopped.in_force().get(channel=channel, address=wanted)
    audit.record(
        action="suppression.added", subject=row, actor=actor, now=now, changes={"channel": channel, "reason": reason}
    )
    drop_waiting(now=now)
    return row


def drop_waiting(*, now: datetime) -> int:
    """Write what waits for a stopped address as not sent. Called when one is stopped, and by whoever claims.

    One statement; its readers of a notice are told another way at once.
    """
    rows = list(stopped.waiting_for_stopped().select_for_update(of=("self",)).values_list("pk", "recipient_id"))
    if rows:
        Delivery.objects.filter(pk__in=[pk for pk, _recipient in rows], state=State.QUEUED).update(
            state=State.SUPPRESSED, because=Because.STOPPED_ADDRESS, next_attempt_at=None, sealed=""
        )
        hurry_on([recipient for _pk, recipient in rows if recipient], now=now)
    return len(rows)


@transaction.atomic
def note_bounce(*, delivery: Delivery, evidence: str, now: datetime, is_for_good: bool = True) -> bool:
    """A message came back. Writes its state, stops its address when ``is_for_good``, and has the reader told another way.

    Returns whether it changed anything: what is not out, was read, or came back before does not.
    """
    held = Delivery.objects.filter(pk=delivery.pk, state__in=RETURNABLE)
    if not held.update(state=State.BOUNCED, bounced_at=now, last_error=one_line(evidence, length=300)):
        return False
    if is_for_good and delivery.address:
        stop_address(
            channel=delivery.channel, address=delivery.address, reason=Suppression.Reason.BOUNCED, evidence=evidence,
            now=now, delivery=delivery,
        )  # fmt: skip
    if delivery.recipient_id:
        hurry_on([delivery.recipient_id], now=now)
    return True


def note_refusal(*, delivery: Delivery, said: str, now: datetime) -> bool:
    """A server refused a message: when it said that the address does not exist, the address is stopped.

    The engine calls it with the reply of every refused e-mail. Returns whether the address was stopped.
    """
    if delivery.channel != Delivery.Channel.EMAIL or not is_hard(said):
        return False
    stop_address(
        channel=delivery.channel, address=delivery.address, reason=Suppression.Reason.BOUNCED, evidence=said, now=now,
        delivery=delivery,
    )  # fmt: skip
    return True


@transaction.atomic
def lift(*, suppression_id: UUID, reason: str, actor: Membership, now: datetime) -> Suppression:
    """Send to an address again. Writes who lifted it and why, and an audit entry.

    Raises NotAllowed unless ``actor`` may, NotFound, IllegalMove when it is lifted already or no reason is given.
    """
    if not can(actor, "suppression.lift"):
        raise NotAllowed(_("Your role may not send to stopped addresses again."))
    row = stopped.seen_by(actor).select_for_update(of=("self",)).filter(pk=suppression_id).first()
    if row is None:
        raise NotFound("no such stopped address")
    if row.lifted_at is not None:
        raise IllegalMove(_("This address is not stopped any more."))
    if not reason.strip():
        raise IllegalMove(_("Say why it can be sent to again."))
    row.lifted_at, row.lifted_by, row.lift_reason = now, actor, one_line(reason, length=300)
    row.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    audit.record(action="suppression.lifted", subject=row, actor=actor, now=now, changes={"channel": row.channel})
    return row


def hurry_on(recipient_ids: list[UUID], *, now: datetime) -> None:
    """Have the next step of the chain taken now for readers whose message did not arrive."""
    if not recipient_ids or find_spec(CHAIN) is None:
        return
    import_module(CHAIN).hurry(recipient_ids, now=now)
