"""What people do with the outbox: send again what could not be sent, read what came."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from notices import queries, rules
from notices.models import Delivery
from notices.services.queueing import nudge_after_commit
from tenancy.errors import IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership

Channel, State, Because = Delivery.Channel, Delivery.State, Delivery.Because

MENDABLE = (Because.NO_PROVIDER, Because.STOPPED_ADDRESS)


def waits_for_hands(delivery: Delivery) -> bool:
    """Whether it is a letter that nobody carried when it was written: a print shop takes it when it is sent again."""
    return (delivery.channel, delivery.state, delivery.next_attempt_at) == (Channel.LETTER, State.QUEUED, None)


def may_leave_again(delivery: Delivery) -> bool:
    """Whether another try makes sense of what was given up, or of a letter that waits for people."""
    if waits_for_hands(delivery):
        return True
    is_mendable = delivery.state == State.SUPPRESSED and delivery.because in MENDABLE
    return delivery.channel in queries.SENT_BY_WORKERS and (
        delivery.state in (State.DEAD, State.BOUNCED) or is_mendable
    )


@transaction.atomic
def requeue(*, delivery_id: UUID, actor: Membership, now: datetime) -> Delivery:
    """Send again what could not be sent, with all its tries before it. Writes the delivery and an audit entry.

    That is what is dead, came back, or was not sent for want of a provider or an address that took messages; and a
    letter that waits for people, for whom a print shop has come. Raises
    NotAllowed unless ``actor`` may send again, IllegalMove for anything else, NotFound.
    """
    if not rules.may_send_again(actor):
        raise NotAllowed(_("Your role may not send messages again."))
    delivery = queries.outbox_of(actor).select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no such message."))
    if not may_leave_again(delivery):
        raise IllegalMove(_("Only a message that could not be sent can be sent again."))
    if not (delivery.text or delivery.notice_id):
        raise IllegalMove(
            _("This message was about a sign-in. Its words are not kept: they have to be asked for again.")
        )
    delivery.state, delivery.because, delivery.attempts, delivery.next_attempt_at = State.QUEUED, "", 0, now
    delivery.save(update_fields=["state", "because", "attempts", "next_attempt_at"])
    audit.record(action="delivery.requeued", subject=delivery, actor=actor, now=now, label=delivery.event)
    nudge_after_commit()
    return delivery


def mark_read(*, delivery: Delivery, now: datetime) -> None:
    """Note when the recipient first opened a portal message; later openings change nothing.

    Writes the message and one audit entry.
    """
    if delivery.read_at is None and Delivery.objects.filter(pk=delivery.pk, read_at=None).update(read_at=now):
        audit.record(action="delivery.read", subject=delivery, actor=delivery.membership, now=now)
