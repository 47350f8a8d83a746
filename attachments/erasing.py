"""Files are forgotten whole: the row now, the bytes when the transaction commits."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from attachments.models import Attachment
from attachments.rules import holder_key
from tenancy.models import Membership
from tenancy.private_files import delete_on_commit


def held_by_member(membership: Membership) -> QuerySet[Attachment]:
    """What a member sent and attached to nothing."""
    holder = holder_key(membership_id=membership.pk, visitor="")
    return Attachment.objects.filter(holder=holder, subject_id__isnull=True)


def of_cases(subject_type: str, subject_ids: Iterable[UUID]) -> QuerySet[Attachment]:
    """Every file of these subjects, in whatever state."""
    return Attachment.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids))


def erase_files(files: QuerySet[Attachment]) -> int:
    """Delete rows and, after commit, bytes and thumbnails. What a crash leaves is swept as strays. Returns how many."""
    rows = list(files.values_list("pk", "stored_name", "thumb_name"))
    Attachment.objects.filter(pk__in=[pk for pk, _stored, _thumb in rows]).delete()
    delete_on_commit(name for _pk, *pair in rows for name in pair)
    return len(rows)
