"""Words on a complaint: the complainant's, replies that go outside, notes that stay inside."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from complaints import desk_queries, queries
from complaints.models import Complaint, Message, Snooze
from complaints.models.settings import TargetKind
from complaints.rules import moving
from complaints.services import clocks, pausing, telling, trail
from complaints.services.intake import SUBJECT_TYPE
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership


@transaction.atomic
def add_words(
    *,
    complaint_id: UUID,
    actor: Membership | None,
    body: str,
    now: datetime,
    attachments: Iterable[Attachment] = (),
    follow_token: str = "",
) -> Message:
    """The complainant adds words or photos. A complaint that waits for them goes on. Raises NotFound, DomainError."""
    complaint = queries.get_own(actor, complaint_id, follow_token=follow_token, lock=True)
    files = list(attachments)
    if not body.strip() and not files:
        raise DomainError(_("Write something, or add a photo."))
    message = Message.objects.create(
        complaint=complaint, kind=Message.Kind.WORDS, body=body.strip(), author=actor, at=now
    )
    attach(attachments=files, subject_type=SUBJECT_TYPE, subject_id=complaint.pk)
    trail.note(complaint, "words", actor=actor, now=now, changes={"files": len(files)})
    if complaint.state in (Complaint.State.WAITING_FOR_COMPLAINANT, Complaint.State.WAITING_FOR_ACCESS):
        pausing.resume(complaint, actor=actor, now=now, ending=pausing.Ending.ANSWERED)
    Snooze.objects.filter(complaint=complaint).delete()  # what was put aside comes back
    told = [complaint.handler, *desk_queries.watchers_of(complaint)]
    telling.tell_staff(complaint, "words", told, now=now, body=body.strip())
    return message


@transaction.atomic
def reply(
    *,
    complaint_id: UUID,
    actor: Membership,
    body: str,
    now: datetime,
    attachments: Iterable[Attachment] = (),
) -> Message:
    """Write to the complainant. Raises NotFound, NotAllowed, DomainError when empty."""
    message = _write(complaint_id, actor, Message.Kind.REPLY, body, now, attachments)
    if message.body:  # a promised word is kept by words
        clocks.stop_clocks(message.complaint, [TargetKind.UPDATE], now=now)
        message.complaint.save()
    telling.tell_complainant(message.complaint, "reply", now=now, body=message.body, key=str(message.pk))
    return message


@transaction.atomic
def write_note(
    *,
    complaint_id: UUID,
    actor: Membership,
    body: str,
    now: datetime,
    attachments: Iterable[Attachment] = (),
) -> Message:
    """A note for colleagues; the complainant never sees it, nor its files."""
    return _write(complaint_id, actor, Message.Kind.NOTE, body, now, attachments)


def for_writer(complaint_id: UUID, actor: Membership) -> Complaint:
    """The case, locked, for who may write on it. Raises NotFound, NotAllowed."""
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_write(actor, complaint):
        raise NotAllowed(_("You may read this complaint, but not write on it."))
    return complaint


def _write(
    complaint_id: UUID, actor: Membership, kind: str, body: str, now: datetime, attachments: Iterable[Attachment]
) -> Message:
    complaint = for_writer(complaint_id, actor)
    files = list(attachments)
    if not body.strip() and not files:
        raise DomainError(_("Write something, or add a photo."))
    message = Message.objects.create(complaint=complaint, kind=kind, body=body.strip(), author=actor, at=now)
    audience = "staff" if kind == Message.Kind.NOTE else None
    attach(attachments=files, subject_type=SUBJECT_TYPE, subject_id=complaint.pk, audience=audience)
    trail.note(complaint, kind, actor=actor, now=now, changes={"files": len(files)})
    if complaint.state == Complaint.State.ASSIGNED and actor.pk == complaint.handler_id:
        complaint.wake_at = None  # its handler has touched it
        complaint.save(update_fields=["wake_at"])
    return message
