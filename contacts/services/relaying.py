"""An outage is told to the people it concerns, and that it is over; and the sweep that reminds of both."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from contacts import outage_queries
from contacts.models import Outage
from contacts.services import outage_letters
from contacts.services.outages import forget_told, locked_for
from notices.models import Notice
from notices.services.composing import Words
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.errors import DomainError, IllegalMove, NotAllowed
from tenancy.models import Membership

State = Outage.State
BATCH = 100


@transaction.atomic
def relay(
    *, outage_id: UUID, words: Words | None = None, is_urgent: bool = False, actor: Membership | None, now: datetime
) -> Outage:
    """Send the notice of a verified outage to everybody in its places, in these words or in ours.

    It leaves after the seconds in which it can be undone, or when somebody has approved it; ``relayed_at`` is written
    then, by the sweep. Writes the notice and an audit entry. Raises NotFound, NotAllowed, IllegalMove when it is not
    verified or its notice is on the way, AudienceRefused when nobody lives there, WordsRefused.
    """
    outage = locked_for(outage_id, "outage.relay", actor)
    if actor is None:
        raise NotAllowed(_("Your role does not relay outages."))
    if outage.state != State.VERIFIED:
        raise IllegalMove(_("Only a verified outage that was not relayed yet can be relayed."))
    if outage.notice is not None and outage.notice.state not in (*outage_letters.GONE, Notice.State.DRAFT):
        raise IllegalMove(_("Its notice is on the way already."))
    words = words or outage_letters.words_of(outage)
    outage.notice = outage_letters.send(outage, words=words, is_urgent=is_urgent, actor=actor, now=now)
    outage.save(update_fields=["notice"])
    waits = outage.notice.state == Notice.State.SUBMITTED
    record(
        action="outage.relay_asked", subject=outage, actor=actor, now=now, label=outage.number,
        changes={"notice": str(outage.notice.pk), "waits_for_approval": waits},
    )  # fmt: skip
    return outage


@transaction.atomic
def restore(*, outage_id: UUID, restored_at: datetime, actor: Membership | None, now: datetime) -> Outage:
    """It is over. Who was told of it gets a second notice; who follows it is told at once when that has to wait.

    A first notice that is still on the way is taken back. Writes the outage, notices, messages and an audit entry.
    Raises NotFound, NotAllowed, IllegalMove, DomainError for a time that lies ahead or before it began.
    """
    outage = locked_for(outage_id, "outage.write", actor)
    if actor is None:
        raise NotAllowed(_("Your role does not do this."))
    if restored_at > now:
        raise DomainError(_("It cannot be over in the future."), code="restored_at")
    if restored_at < outage.starts_at:
        raise DomainError(_("It had not begun then. Was it called off? Then withdraw it."), code="restored_at")
    was_told = outage.state == State.RELAYED or _settled(outage, now)
    outage.move(State.RESTORED, at=restored_at)
    outage.restored_by = actor
    forget_told(outage)
    waits = True
    if was_told:
        sent = outage_letters.send_restored(outage, restored_at=restored_at, actor=actor, now=now)
        outage.restored_notice, waits = sent, sent.state == Notice.State.SUBMITTED
    else:
        outage_letters.take_away(outage, reason="", actor=actor, now=now)
    outage.save()
    if waits:  # otherwise they are among those whom the notice reaches
        outage_letters.tell_followers(outage, "over", now=now)
    record(action="outage.restored", subject=outage, actor=actor, now=now, label=outage.number)
    return outage


def _settled(outage: Outage, now: datetime) -> bool:
    """Take the step to relayed when its notice has left and the sweep has not been here yet."""
    notice = outage.notice
    if outage.state != State.VERIFIED or notice is None or notice.state != Notice.State.SENT or not notice.sent_at:
        return False
    outage.move(State.RELAYED, at=notice.sent_at)
    outage.save(update_fields=["state", "relayed_at"])
    record(
        action="outage.relayed", subject=outage, actor=None, now=now, label=outage.number,
        changes={"notice": str(notice.pk), "recipients": notice.recipients_count},
    )  # fmt: skip
    return True


# -- the sweep -----------------------------------------------------------------------------------------------------------


def sweep(*, now: datetime) -> tuple[int, int]:
    """Everything that is due in the organisation in force: how many were relayed, how many reminders were written.

    A batch is a transaction; twice, or two at once, write nothing twice.
    """
    settled = reminded = 0
    while found := settle_batch(now=now):
        settled += found
    while found := remind_batch(now=now):
        reminded += found
    return settled, reminded


@transaction.atomic
def settle_batch(*, now: datetime) -> int:
    """Note of a batch of outages that their notices have left. Writes the outages and audit entries."""
    left = Outage.objects.filter(outage_queries.relays_that_left()).order_by("id")
    rows = list(left.select_related("notice").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    return sum(_settled(outage, now) for outage in rows)


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Remind supervisors and managers of a batch that is not relayed by its due time, or has not ended when it should.

    Once for each due time. Writes messages and when it was. Returns how many outages it was.
    """
    due = outage_queries.relays_overdue(now) | outage_queries.ends_overdue(now)
    rows = list(Outage.objects.filter(due).order_by("id").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    items: list[Item] = []
    for outage in rows:
        if outage.relayed_at is None and outage.relay_reminded_at is None and outage.relay_due_at < now:
            items += _reminders(outage, "relay_late", outage.relay_due_at)
            outage.relay_reminded_at = now
        if outage.state in Outage.KNOWN and outage.end_reminded_at is None and outage.ends_at and outage.ends_at < now:
            items += _reminders(outage, "end_passed", outage.ends_at)
            outage.end_reminded_at = now
        outage.save(update_fields=["relay_reminded_at", "end_reminded_at"])
    queue_many(items, now=now)
    return len(rows)


def _reminders(outage: Outage, event: str, due_at: datetime) -> list[Item]:
    waits = outage.notice is not None and outage.notice.state == Notice.State.SUBMITTED
    context = {
        "outage": outage, "places": outage_letters.said_of(outage).places, "waits": waits,
        "button": gettext_lazy("Open it"),
    }  # fmt: skip
    return [
        Item(
            recipient=recipient_for_member(member), event=f"outage.{event}", template=f"contacts/outage_{event}",
            context=context, dedupe=f"outage:{outage.pk}:{event}:{due_at.isoformat()}:{member.pk}", about=outage,
            link=reverse("contacts:outage", args=[outage.pk]),
        )
        for member in outage_queries.reminded_of(outage)
    ]  # fmt: skip
