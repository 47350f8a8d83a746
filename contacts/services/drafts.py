"""Keeping what was begun of an entry, dropping it, and what becomes of it when it is written down."""

from collections.abc import Mapping, Sequence
from datetime import datetime
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
from contacts.rules.defaults import defaults
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

FILES_OF = "contacts.entrydraft"


@transaction.atomic
def keep_draft(
    *, entry_key: UUID, said: Mapping[str, Sequence[str]], actor: Membership | None, now: datetime,
    files: Sequence[Attachment] = (),
) -> EntryDraft | None:  # fmt: skip
    """Keep what was typed, for its writer alone; the same ``entry_key`` again replaces it.

    Writes the draft, its files, an audit entry when something is new. Nothing, and returns None, when the entry is
    written down already. Raises NotAllowed, DomainError when it is too long or too many wait.
    """
    if actor is None or not can(actor, "register.draft"):
        raise NotAllowed(_("Your role does not write in the register."))
    if written_from(actor, entry_key) is not None:
        return None
    # PostgreSQL takes no NUL in JSON.
    typed = {name: [value.replace("\x00", "") for value in values] for name, values in said.items() if any(values)}
    limits = defaults()["drafts"]
    if sum(len(value) for values in typed.values() for value in values) > limits["signs"]:
        raise DomainError(_("This is too long to be kept. Shorten it, or attach it as a file."), code="summary")
    draft = EntryDraft.objects.select_for_update().filter(writer=actor, entry_key=entry_key).first()
    if draft is None and drafts_of(actor).count() >= limits["at_most"]:
        words = _("%(number)s drafts wait already. Finish or discard some of them first.")
        raise DomainError(words % {"number": limits["at_most"]}, code="drafts")
    draft, is_new = EntryDraft.objects.get_or_create(
        writer=actor, entry_key=entry_key, defaults={"begun_at": now, "kept_at": now, "said": typed}
    )
    if is_new or draft.said != typed or files:
        draft.said, draft.kept_at = typed, now
        draft.save(update_fields=["said", "kept_at"])
        attach(attachments=files, subject_type=FILES_OF, subject_id=draft.pk)
        record(action=f"entrydraft.{'begun' if is_new else 'kept'}", subject=draft, actor=actor, now=now)
    return draft


def draft_to_change(entry_key: UUID, actor: Membership | None) -> EntryDraft:
    """The writer's own draft, its row locked. In the caller's transaction. Raises NotFound."""
    draft = drafts_of(actor).select_for_update(of=("self",)).filter(entry_key=entry_key).first()
    if draft is None:
        raise NotFound("no such draft")
    return draft


@transaction.atomic
def discard_draft(*, entry_key: UUID, actor: Membership | None, now: datetime) -> None:
    """Drop what was begun, its files too; a second time changes nothing. Writes an audit entry. Raises NotFound."""
    draft = draft_to_change(entry_key, actor)
    record(action="entrydraft.discarded", subject=draft, actor=actor, now=now)
    drop(EntryDraft.objects.filter(pk=draft.pk))


def finish(row: CommunicationRecord, *, files_of: str) -> None:
    """The entry is written down: it takes the files of its draft, and the draft is gone. In the caller's transaction."""
    for draft in EntryDraft.objects.filter(writer=row.recorded_by_id, entry_key=row.entry_key):
        hand_over(subject_type=FILES_OF, subject_id=draft.pk, to_type=files_of, to_id=row.pk)
        draft.delete()


def drop(drafts: QuerySet[EntryDraft]) -> int:
    """Delete drafts with their files. Returns how many."""
    ids = list(drafts.values_list("pk", flat=True))
    erase_files(of_cases(FILES_OF, ids))
    EntryDraft.objects.filter(pk__in=ids).delete()
    return len(ids)
