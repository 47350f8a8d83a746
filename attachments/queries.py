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
    """The files of one subject, oldest first, also those that wait for the scanner or were refused by it."""
    return Attachment.objects.filter(subject_type=subject_type, subject_id=subject_id)


def of_subjects(subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID | None, list[Attachment]]:
    """The files of several subjects of a kind, as `of_subject` gives those of one."""
    found: dict[UUID | None, list[Attachment]] = {}
    for row in Attachment.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids)):
        found.setdefault(row.subject_id, []).append(row)
    return found


def counted_of_subject(subject_type: str, subject_id: UUID) -> int:
    """How many files a subject has of those it may have."""
    return of_subject(subject_type, subject_id).exclude(state=Attachment.State.REFUSED).count()


def held_by(holder: str) -> QuerySet[Attachment]:
    """Files sent and not yet attached or dropped."""
    return Attachment.objects.filter(holder=holder, subject_id__isnull=True, discarded_at__isnull=True)


def received_bytes_since(holder: str, since: datetime) -> int:
    """How much the holder sent, dropped files included."""
    found = Attachment.objects.filter(holder=holder, created_at__gt=since).aggregate(total=Sum("received_bytes"))
    return found["total"] or 0


def unattached_before(moment: datetime) -> QuerySet[Attachment]:
    return Attachment.objects.filter(subject_id__isnull=True, created_at__lte=moment)


def unchecked(now: datetime) -> QuerySet[Attachment]:
    """Files about which the scanner is to be asked again."""
    return Attachment.objects.filter(state=Attachment.State.PENDING, discarded_at__isnull=True, next_check_at__lte=now)


def unchecked_anywhere(now: datetime) -> list[tuple[int, UUID]]:
    """(organisation, file) of every organisation, for the sweep. Reads across organisations as the system's role."""
    rows = Attachment.across.using("system").filter(
        state=Attachment.State.PENDING, discarded_at__isnull=True, next_check_at__lte=now
    )
    return list(rows.order_by("next_check_at").values_list("organisation_id", "id")[:100])


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
