"""Keeping what was begun of an entry, dropping it, and what becomes of it when it is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from attachments.erasing import erase_files, of_cases
from attachments.models import Attachment
from attachments.services import attach, hand_over
from audit.services import record
from contacts.draft_queries import drafts_of, written_from
from contacts.models import CommunicationRecord, EntryDraft
from contacts.models.drafts import mark_of
from contacts.rules.defaults import defaults
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

FILES_OF = "contacts.entrydraft"
Said = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Copy:
    """A form that is open on one device: its own ``key``, what stands in it, and the mark of the draft it began with.

    ``read`` is empty when there was no draft yet.
    """

    key: UUID
    said: Said
    read: str = ""


class KeptElsewhere(DomainError):
    """Another copy has kept the draft since this one was opened. ``draft`` is what it says."""

    def __init__(self, draft: EntryDraft) -> None:
        self.draft = draft
        super().__init__(_("This draft was kept on another device after you opened it here. Decide which words hold."))


@transaction.atomic
def keep_draft(
    *, entry_key: UUID, said: Said, actor: Membership | None, now: datetime, files: Sequence[Attachment] = (),
    copy: Copy | None = None,
) -> EntryDraft | None:  # fmt: skip
    """Keep what was typed, for its writer alone; the same ``entry_key`` again replaces it.

    Writes the draft, its files, an audit entry when something is new. Nothing, and returns None, when the entry is
    written down already. Raises NotAllowed, KeptElsewhere when it is not what ``copy`` read, DomainError when it is too
    long or too many wait. Without a copy the caller has compared.
    """
    if actor is None or not can(actor, "register.draft"):
        raise NotAllowed(_("Your role does not write in the register."))
    draft = _locked(actor, entry_key)
    if written_from(actor, entry_key) is not None:  # asked with the row in hand: who wrote it down has ended
        return None
    typed = _storable(said)
    if draft is None:
        _check_number(actor)
    begun = {"begun_at": now, "kept_at": now, "said": typed}
    draft, is_new = (draft, False) if draft else _begun(actor, entry_key, begun)
    if not is_new:
        _check_copy(draft, copy)
    if is_new or draft.said != typed or files:
        draft.said, draft.kept_at, draft.kept_from = typed, now, copy.key if copy else None
        draft.save(update_fields=["said", "kept_at", "kept_from"])
        attach(attachments=files, subject_type=FILES_OF, subject_id=draft.pk)
        record(action=f"entrydraft.{'begun' if is_new else 'kept'}", subject=draft, actor=actor, now=now)
    if copy is not None and copy.key != entry_key:
        _drop_aside(copy, actor)
    return draft


def keep_aside(
    *, copy: Copy, actor: Membership | None, now: datetime, files: Sequence[Attachment] = ()
) -> EntryDraft | None:
    """Keep what stands in a copy as a draft of its own, beside the one that another device kept.

    Writes and raises what `keep_draft` does; the same copy again replaces it.
    """
    return keep_draft(entry_key=copy.key, said=copy.said, actor=actor, now=now, files=files, copy=copy)


def _locked(actor: Membership | None, entry_key: UUID) -> EntryDraft | None:
    return EntryDraft.objects.select_for_update(of=("self",)).filter(writer=actor, entry_key=entry_key).first()


def _begun(actor: Membership, entry_key: UUID, defaults: dict[str, Any]) -> tuple[EntryDraft, bool]:
    """A new draft; of two devices that begin the same at once, the second finds that of the first."""
    draft, is_new = EntryDraft.objects.get_or_create(writer=actor, entry_key=entry_key, defaults=defaults)
    return (draft, True) if is_new else (_locked(actor, entry_key) or draft, False)


def _storable(said: Said) -> dict[str, list[str]]:
    """Without the one sign that PostgreSQL takes in no JSON. Raises DomainError when it is too long."""
    typed = {name: [value.replace("\x00", "") for value in values] for name, values in said.items() if any(values)}
    if sum(len(value) for values in typed.values() for value in values) > defaults()["drafts"]["signs"]:
        raise DomainError(_("This is too long to be kept. Shorten it, or attach it as a file."), code="summary")
    return typed


def _check_number(actor: Membership) -> None:
    most = defaults()["drafts"]["at_most"]
    if drafts_of(actor).count() >= most:
        words = _("%(number)s drafts wait already. Finish or discard some of them first.")
        raise DomainError(words % {"number": most}, code="drafts")


def _check_copy(draft: EntryDraft, copy: Copy | None) -> None:
    """Raises KeptElsewhere unless the copy knows what the draft says: it kept it, began with it, or says the same."""
    if copy is None or draft.kept_from == copy.key or draft.mark in (copy.read, mark_of(_storable(copy.said))):
        return
    raise KeptElsewhere(draft)


def check_copy(entry_key: UUID | None, copy: Copy | None, actor: Membership | None) -> None:
    """That nothing is lost when what stands in ``copy`` becomes the entry. In the caller's transaction.

    Locks the draft. Raises KeptElsewhere.
    """
    draft = _locked(actor, entry_key) if entry_key and copy else None
    if draft is not None:
        _check_copy(draft, copy)


def _drop_aside(copy: Copy, actor: Membership | None) -> None:
    """What the copy had kept aside is dropped once the same words are kept where they belong."""
    aside = EntryDraft.objects.filter(writer=actor, entry_key=copy.key, kept_from=copy.key).first()
    if aside is not None and aside.mark == mark_of(copy.said) and not of_cases(FILES_OF, [aside.pk]).exists():
        drop(EntryDraft.objects.filter(pk=aside.pk))


def draft_to_change(entry_key: UUID, actor: Membership | None) -> EntryDraft:
    """The writer's own draft, its row locked. In the caller's transaction. Raises NotFound."""
    draft = drafts_of(actor).select_for_update(of=("self",)).filter(entry_key=entry_key).first()
    if draft is None:
        raise NotFound("no such draft")
    return draft


@transaction.atomic
def discard_draft(*, entry_key: UUID, actor: Membership | None, now: datetime, copy: Copy | None = None) -> None:
    """Drop what was begun, its files too; a second time changes nothing. Writes an audit entry.

    Raises NotFound, KeptElsewhere when it is not what ``copy`` read.
    """
    draft = draft_to_change(entry_key, actor)
    _check_copy(draft, copy)
    record(action="entrydraft.discarded", subject=draft, actor=actor, now=now)
    drop(EntryDraft.objects.filter(pk=draft.pk))


def finish(row: CommunicationRecord, *, files_of: str, copy: Copy | None = None) -> None:
    """The entry is written down: it takes the files of its draft, and the draft is gone. In the caller's transaction."""
    for draft in EntryDraft.objects.filter(writer=row.recorded_by_id, entry_key=row.entry_key):
        hand_over(subject_type=FILES_OF, subject_id=draft.pk, to_type=files_of, to_id=row.pk)
        draft.delete()
    if copy is not None:
        _drop_aside(copy, row.recorded_by)


def drop(drafts: QuerySet[EntryDraft]) -> int:
    """Delete drafts with their files. Returns how many."""
    ids = list(drafts.values_list("pk", flat=True))
    erase_files(of_cases(FILES_OF, ids))
    EntryDraft.objects.filter(pk__in=ids).delete()
    return len(ids)
