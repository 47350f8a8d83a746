"""What staff did themselves: handed over, posted, told on the phone, left at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from attachments import services as attachments
from attachments.models import Attachment
from audit import services as audit
from notices import reach_queries as queries
from notices.models import Delivery, HandDelivery, Notice, NoticeRecipient
from notices.rules.chain import reach_rules
from notices.services import acknowledging
from notices.services.chain import reached_among
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

State = Delivery.State
# A clock that runs ahead is forgiven, tomorrow's delivery is not.
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Handed:
    """What was done. ``form_key`` names the form: sent twice it is one delivery."""

    method: str
    at: datetime
    form_key: str
    to_whom: str = ""
    note: str = ""
    is_acknowledged: bool = False


def record_hand_delivery(
    *,
    recipient_id: UUID,
    handed: Handed,
    files: Sequence[Attachment] = (),
    actor: Membership,
    now: datetime,
) -> HandDelivery:
    """Note one delivery by hand, with its photos.

    Writes the delivery, what it answers of the chain's steps, whether it reached them (and their acknowledgement when
    they gave it), and an audit entry. The same form again finds the first. Raises NotAllowed, NotFound, DomainError
    for a time to come or before the notice went out.
    """
    with transaction.atomic():
        _check_role(actor)
        row = queries.recipients_to_chase(actor).select_for_update(of=("self",)).filter(pk=recipient_id).first()
        if row is None:
            raise NotFound(_("There is no such recipient."))
        notice = row.notice
        _check(notice, handed, now)
        found = HandDelivery.objects.filter(recipient=row, form_key=handed.form_key).first()
        if found is not None:
            return found
        made = _made(row, handed, actor, now)
        made.save(force_insert=True)
        attachments.attach(attachments=files, subject_type=made._meta.label_lower, subject_id=made.pk, audience="staff")
        _consequences([row], handed, now)
        audit.record(
            action="notice.delivered_by_hand", subject=notice, actor=actor, now=now, label=notice.number,
            changes={"recipient": str(row.pk), "method": handed.method},
        )  # fmt: skip
        if handed.is_acknowledged and notice.must_acknowledge:
            acknowledging.acknowledge(recipient_id=row.pk, how=NoticeRecipient.How.HAND, actor=actor, now=now)
    return made


@transaction.atomic
def record_for_floor(
    *, notice_id: UUID, building_id: UUID, floor: int | None, handed: Handed, actor: Membership, now: datetime
) -> int:
    """Note the same for everybody of a floor who is still to be reached ("posted to all of floor 3"); one audit entry.

    Returns for how many; the same form again notes nothing. Raises as `record_hand_delivery` does.
    """
    notice = _chased(notice_id, actor, handed, now)
    there = queries.chase_list(actor, notice, building=building_id).filter(floor=floor)
    count = _record_all(notice, there, handed, actor, now)
    if count:
        audit.record(
            action="notice.floor_delivered_by_hand", subject=notice, actor=actor, now=now, label=notice.number,
            changes={"building": str(building_id), "floor": floor, "method": handed.method, "count": count},
        )  # fmt: skip
    return count


@transaction.atomic
def record_for(
    *, notice_id: UUID, recipient_ids: Sequence[UUID], handed: Handed, actor: Membership, now: datetime
) -> int:
    """Note the same for these recipients, such as those of a print run; the caller writes the audit entry.

    Returns for how many; the same form again notes nothing. Raises as `record_hand_delivery` does.
    """
    notice = _chased(notice_id, actor, handed, now)
    chosen = queries.recipients_seen_by(actor, notice, "notice.chase").filter(pk__in=recipient_ids)
    return _record_all(notice, chosen, handed, actor, now)


def _chased(notice_id: UUID, actor: Membership, handed: Handed, now: datetime) -> Notice:
    _check_role(actor)
    notice: Notice | None = queries.notices_seen_by(actor, "notice.chase").filter(pk=notice_id).first()
    if notice is None:
        raise NotFound(_("There is no such notice."))
    _check(notice, handed, now)
    return notice


def _record_all(
    notice: Notice, recipients: QuerySet[NoticeRecipient], handed: Handed, actor: Membership, now: datetime
) -> int:
    new = recipients.exclude(hand_deliveries__form_key=handed.form_key)
    rows = list(new.order_by("id").select_for_update(of=("self",)))
    for row in rows:
        row.notice = notice
    HandDelivery.objects.bulk_create([_made(row, handed, actor, now) for row in rows], ignore_conflicts=True)
    if rows:
        _consequences(rows, handed, now)
    return len(rows)


def _check_role(actor: Membership) -> None:
    if not can(actor, "notice.chase"):
        raise NotAllowed(_("Your role does not note deliveries by hand."))


def _check(notice: Notice, handed: Handed, now: datetime) -> None:
    if notice.state == Notice.State.WITHDRAWN:
        raise IllegalMove(_("This notice was withdrawn: nobody is to be given it any more."))
    if handed.at > now + AHEAD:
        raise DomainError(_("That time is still to come. Write down what has been done."))
    began = notice.frozen_at or notice.sent_at
    if began is not None and handed.at < began - timedelta(days=1):
        raise DomainError(_("The notice had not gone out yet at that time."))


def _made(row: NoticeRecipient, handed: Handed, actor: Membership, now: datetime) -> HandDelivery:
    return HandDelivery(
        recipient=row, method=handed.method, at=handed.at, to_whom=handed.to_whom, note=handed.note, by=actor,
        recorded_at=now, form_key=handed.form_key,
    )  # fmt: skip


def _consequences(rows: Sequence[NoticeRecipient], handed: Handed, now: datetime) -> None:
    """The step it answers is done; who has it by proof needs no further channel."""
    rules = reach_rules()
    done = handed.method in rules.proof_by_hand
    waiting = Delivery.objects.filter(recipient__in=rows, channel=rules.done_by[handed.method], state=State.QUEUED)
    waiting.update(
        state=State.DELIVERED if done else State.HANDED, next_attempt_at=None,
        handed_at=handed.at, delivered_at=handed.at if done else None,
    )  # fmt: skip
    reached = reached_among(rows)
    for row in rows:
        if row.pk in reached:
            acknowledging.settle(row, now)
            row.save(update_fields=["reached_at", "next_step_at"])
