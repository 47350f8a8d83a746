"""Entries that are begun: each is its writer's alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from contacts.models import CommunicationRecord, EntryDraft
from tenancy.models import Membership
from tenancy.policy import can


def drafts_of(member: Membership | None) -> QuerySet[EntryDraft]:
    """What the member has begun and not written down, the newest first; nothing for who may not write any more."""
    if member is None or not can(member, "register.draft"):
        return EntryDraft.objects.none()
    # What a page sent while its entry was being written down is no draft.
    written = CommunicationRecord.objects.filter(entry_key=OuterRef("entry_key"), recorded_by=OuterRef("writer"))
    return EntryDraft.objects.filter(~Exists(written), writer=member).order_by("-kept_at", "-id")


def written_from(member: Membership, entry_key: UUID) -> CommunicationRecord | None:
    """The entry that the member wrote down with the form of this key."""
    return CommunicationRecord.objects.filter(entry_key=entry_key, recorded_by=member).first()


def untouched_since(cutoff: datetime) -> QuerySet[EntryDraft]:
    return EntryDraft.objects.filter(kept_at__lt=cutoff)


def drafts_about(person_ids: Iterable[UUID], phones: Iterable[str]) -> QuerySet[EntryDraft]:
    """Those in which one of these people was chosen, or one of these numbers typed."""
    numbers = list(phones)
    wanted = Q(said__phone_given__0__in=numbers) | Q(said__q__0__in=numbers)
    for key in person_ids:
        wanted |= Q(said__who__0__startswith=f"p:{key}:")
    return EntryDraft.objects.filter(wanted)


def file_readable_by(subject_id: UUID, attachment: Any, member: Membership | None) -> bool:
    """The gate of a draft's photos and scans: its writer."""
    return drafts_of(member).filter(pk=subject_id).exists()
