"""Which files there are, and who may read one."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.module_loading import import_string

from attachments.models import Attachment
from tenancy.models import Membership


def of_subject(subject_type: str, subject_id: UUID) -> QuerySet[Attachment]:
    """The files of one subject, oldest first."""
    return Attachment.objects.filter(subject_type=subject_type, subject_id=subject_id, state=Attachment.State.CLEAN)


def of_subjects(subject_type: str, subject_ids: Iterable[UUID]) -> QuerySet[Attachment]:
    return Attachment.objects.filter(
        subject_type=subject_type,
        subject_id__in=list(subject_ids),
        state=Attachment.State.CLEAN,
    )


def held_by(holder: str) -> QuerySet[Attachment]:
    """Files sent and not yet attached or dropped."""
    return Attachment.objects.filter(holder=holder, subject_id__isnull=True, discarded_at__isnull=True)


def received_bytes_since(holder: str, since: datetime) -> int:
    """How much the holder sent, dropped files included."""
    found = Attachment.objects.filter(holder=holder, created_at__gt=since).aggregate(total=Sum("received_bytes"))
    return found["total"] or 0


def unattached_before(moment: datetime) -> QuerySet[Attachment]:
    return Attachment.objects.filter(subject_id__isnull=True, created_at__lte=moment)


def may_read(attachment: Attachment, *, membership: Membership | None, holder: str) -> bool:
    """A held file is its holder's; an attached one is read by whom the room that owns the subject lets in.

    `settings.ATTACHMENT_GATES` maps the kind of subject to `callable(subject_id, attachment, membership) -> bool`.
    No gate means nobody.
    """
    if attachment.state != Attachment.State.CLEAN or attachment.discarded_at is not None:
        return False
    if attachment.subject_id is None:
        return bool(holder) and attachment.holder == holder
    gate = settings.ATTACHMENT_GATES.get(attachment.subject_type)
    return gate is not None and import_string(gate)(attachment.subject_id, attachment, membership) is True
