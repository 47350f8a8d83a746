"""Receive a file through the gate, keep it for the form it came with, attach it, drop it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files import File
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from attachments import queries
from attachments.gate.run import Inspected, inspected
from attachments.limits import gate_limits, upload_limits
from attachments.models import Attachment
from attachments.rules import UploadRefused, clean_name, holder_key
from audit.services import record
from tenancy.context import current_organisation_id
from tenancy.models import Membership, uuid7

STORAGE = "private"
MEGABYTE = 1024 * 1024


def receive_upload(
    *,
    file: "UploadedFile[Any]",
    actor: Membership | None,
    now: datetime,
    visitor: str = "",
    audience: str = "parties",
) -> Attachment:
    """Take one file through the gate and hold it for its sender.

    Writes the cleaned file (and an image's thumbnail) to the private storage and one attachment that belongs to
    nothing yet. The gate runs before any row is locked: call this before taking locks. `visitor` is the random word
    of the session when nobody is signed in. Raises UploadRefused, whose sentence names the file.
    """
    name, size = clean_name(file.name or ""), file.size or 0
    holder = holder_key(membership_id=actor.pk if actor else None, visitor=visitor)
    _check_size(name, size)
    _check_day(name, size, holder, now)
    file.seek(0)
    with inspected(file, name, gate_limits()) as found:
        if not found.verdict.is_clean:
            raise _refusal(name, found.verdict.reason_code)
        return _store(found, name, size, holder, actor, now, audience)


def _store(
    found: Inspected,
    name: str,
    size: int,
    holder: str,
    actor: Membership | None,
    now: datetime,
    audience: str,
) -> Attachment:
    verdict = found.verdict
    checksum = _sha256(found.content)
    attachment = Attachment(
        original_name=name,
        kind=verdict.kind,
        mime=verdict.mime,
        size=found.content.stat().st_size,
        received_bytes=size,
        sha256=checksum,
        width=verdict.width or None,
        height=verdict.height or None,
        state=Attachment.State.CLEAN,
        uploaded_by=actor,
        holder=holder,
        created_at=now,
        audience=audience,
    )
    place = f"{_root()}/{checksum[:2]}/{uuid7()}"
    written: list[str] = []
    try:
        attachment.stored_name = _save(found.content, place, written)
        attachment.thumb_name = _save(found.thumb, f"{place}-thumb", written) if found.thumb else ""
        with transaction.atomic():
            _queue_up(holder)
            _check_day(name, size, holder, now)
            attachment.save(force_insert=True)
            record(
                action="attachment.uploaded", subject=attachment, actor=actor, now=now, changes={"kind": verdict.kind}
            )
    except BaseException:
        _delete(written)
        raise
    return attachment


def attach(
    *,
    attachments: Iterable[Attachment],
    subject_type: str,
    subject_id: UUID,
    audience: str | None = None,
) -> list[Attachment]:
    """Give held files to their subject, which from now on says who may read them.

    Writes the subject on each. The caller checks that the actor may add to the subject, and holds the subject's row
    when several may add at once. Raises UploadRefused when a file is gone, attached already or one too many.
    """
    wanted = list(attachments)
    if not wanted:
        return []
    with transaction.atomic():
        there = queries.of_subject(subject_type, subject_id).count()
        locked = Attachment.objects.select_for_update(of=("self",)).in_bulk([attachment.pk for attachment in wanted])
        for place, given in enumerate(wanted, start=there + 1):
            found = locked.get(given.pk)
            if found is None or not found.is_held or found.discarded_at or found.state != Attachment.State.CLEAN:
                raise _refusal(given.original_name, "gone")
            if place > upload_limits().files_per_subject:
                raise _refusal(given.original_name, "too_many")
            found.subject_type, found.subject_id = subject_type, subject_id
            found.audience = audience or found.audience
            found.save(update_fields=["subject_type", "subject_id", "audience"])
    return [locked[given.pk] for given in wanted]


def discard(*, attachment: Attachment, now: datetime) -> None:
    """Drop a held file: the bytes go when the transaction commits, the row with the next sweep.

    Until then it still counts for the day.
    """
    changed = queries.held_by(attachment.holder).filter(pk=attachment.pk).update(discarded_at=now)
    if changed:
        _delete_on_commit(attachment)


def discard_unattached(now: datetime) -> int:
    """Sweep, inside a scope: delete files that were held for a day and belong to nothing. Returns how many."""
    old = queries.unattached_before(now - timedelta(hours=upload_limits().held_hours))
    with transaction.atomic():
        found = list(old.select_for_update(skip_locked=True, of=("self",))[:1000])
        for attachment in found:
            _delete_on_commit(attachment)
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in found]).delete()
    return len(found)


def discard_strays(now: datetime) -> int:
    """Sweep, inside a scope: delete stored bytes without a row, left when a request was undone. Returns how many."""
    storage, root = storages[STORAGE], _root()
    if not storage.exists(root):
        return 0
    before = now - timedelta(hours=upload_limits().held_hours)
    dropped = 0
    for folder in storage.listdir(root)[0]:
        names = [f"{root}/{folder}/{name}" for name in storage.listdir(f"{root}/{folder}")[1]]
        prefix = Attachment.objects.filter(stored_name__startswith=f"{root}/{folder}/")
        known = {name for pair in prefix.values_list("stored_name", "thumb_name") for name in pair}
        for name in names:
            if name not in known and storage.get_modified_time(name) < before:
                storage.delete(name)
                dropped += 1
    return dropped


def held_token(attachment: Attachment) -> str:
    """A word for a hidden field by which a form finds the file again. Good for its holder and a day only."""
    return _signer(attachment.holder).sign(attachment.pk.hex)


def held_uploads(*, tokens: Sequence[str], actor: Membership | None, visitor: str = "") -> list[Attachment]:
    """The held files the tokens name, in their order; forged, foreign, old or used ones are left out."""
    holder = holder_key(membership_id=actor.pk if actor else None, visitor=visitor)
    wanted: list[UUID] = []
    for token in tokens[: 2 * upload_limits().files_per_subject]:
        try:
            word = _signer(holder).unsign(token, max_age=timedelta(hours=upload_limits().held_hours))
            wanted.append(UUID(hex=word))
        except (signing.BadSignature, ValueError):
            continue
    found = queries.held_by(holder).in_bulk(wanted)
    return [found[key] for key in dict.fromkeys(wanted) if key in found]


def _signer(holder: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"attachments.held:{current_organisation_id()}:{holder}")


def _refusal(name: str, reason: str) -> UploadRefused:
    limits = upload_limits()
    return UploadRefused(
        name,
        reason,
        megabytes=limits.file_bytes // MEGABYTE,
        megapixels=gate_limits().pixels // 1_000_000,
        files=limits.files_per_subject,
        day_megabytes=limits.bytes_per_person_a_day // MEGABYTE,
    )


def _check_size(name: str, size: int) -> None:
    if not size:
        raise _refusal(name, "empty")
    if size > upload_limits().file_bytes:
        raise _refusal(name, "size")


def _check_day(name: str, size: int, holder: str, now: datetime) -> None:
    if queries.received_bytes_since(holder, now - timedelta(days=1)) + size > upload_limits().bytes_per_person_a_day:
        raise _refusal(name, "day")


def _queue_up(holder: str) -> None:
    """One upload of a person is counted at a time, so that parallel ones cannot pass the day's limit together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            [current_organisation_id() % 2**31, holder],
        )


def _root() -> str:
    """The folder of the organisation's attachments, and of nothing else: the sweep of strays empties it."""
    return f"{current_organisation_id()}/attachments"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _save(path: Path, name: str, written: list[str]) -> str:
    with path.open("rb") as stream:
        stored = storages[STORAGE].save(name, File(stream))
    written.append(stored)
    return stored


def _delete(names: Iterable[str]) -> None:
    for name in names:
        storages[STORAGE].delete(name)


def _delete_on_commit(attachment: Attachment) -> None:
    names = [name for name in (attachment.stored_name, attachment.thumb_name) if name]
    transaction.on_commit(lambda: _delete(names))
