"""Receive a file through the gate, keep it for the form it came with, attach it, drop it."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core import signing
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from attachments import queries, scanner, stores
from attachments.gate.run import inspected
from attachments.limits import gate_limits, memo_limits, upload_limits
from attachments.models import Attachment
from attachments.rules import UploadRefused, clean_name, holder_key
from audit.services import record
from tenancy.context import current_organisation_id
from tenancy.models import Membership

MEGABYTE = 1024 * 1024


def receive_upload(
    *,
    file: "UploadedFile[Any]",
    actor: Membership | None,
    now: datetime,
    visitor: str = "",
    audience: str = "parties",
    with_recordings: bool = False,
) -> Attachment:
    """Take one file through the gate and hold it for its sender; a recording only ``with_recordings``.

    Writes the cleaned file (and an image's thumbnail) to the private storage and one attachment that belongs to
    nothing yet. The virus scanner, when one is set, is asked first; while it is away the file is kept unread, in the
    state pending, until `tasks.check_waiting_uploads` has had it scanned. The gate runs before any row is locked: call
    this before taking locks. `visitor` is the random word of the session when nobody is signed in. Raises
    UploadRefused, whose sentence names the file.
    """
    name, size = clean_name(file.name or ""), file.size or 0
    holder = holder_key(membership_id=actor.pk if actor else None, visitor=visitor)
    _check_size(name, size)
    _check_day(name, size, holder, now)
    held = Attachment(
        original_name=name,
        received_bytes=size,
        uploaded_by=actor,
        holder=holder,
        created_at=now,
        audience=audience,
    )
    if with_recordings:
        held.kind = Attachment.Kind.AUDIO  # what may come of it, should it have to wait for the scanner
    word = scanner.scan(file)
    if word == scanner.INFECTED:
        raise _refusal(name, "infected")
    if word != scanner.CLEAN:
        return _hold_unchecked(held, file, now)
    file.seek(0)
    with inspected(file, name, memo_limits() if with_recordings else gate_limits()) as found:
        if not found.verdict.is_clean:
            raise _refusal(name, found.verdict.reason_code)
        return _hold(held, lambda written: stores.keep_clean(held, found, written), now)


def _hold_unchecked(held: Attachment, file: IO[bytes], now: datetime) -> Attachment:
    """The scanner is away: nobody, not even the decoder, opens the file before it has been scanned."""
    held.next_check_at = now
    with tempfile.NamedTemporaryFile(prefix="unchecked-") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        return _hold(held, lambda written: stores.keep_unchecked(held, Path(copy.name), written), now)


def _hold(held: Attachment, keep: Callable[[list[str]], None], now: datetime) -> Attachment:
    written: list[str] = []
    try:
        keep(written)
        with transaction.atomic():
            _queue_up(held.holder)
            _check_day(held.original_name, held.received_bytes, held.holder, now)
            held.save(force_insert=True)
            told = {"kind": held.kind, "state": held.state}
            record(action="attachment.uploaded", subject=held, actor=held.uploaded_by, now=now, changes=told)
    except BaseException:
        stores.delete(written)
        raise
    return held


def attach(
    *,
    attachments: Iterable[Attachment],
    subject_type: str,
    subject_id: UUID,
    audience: str | None = None,
) -> list[Attachment]:
    """Give held files to their subject, which from now on says who may read them.

    Writes the subject on each. The caller checks that the actor may add to the subject, and holds the subject's row
    when several may add at once. Raises UploadRefused when a file is gone, attached already, refused meanwhile or one too many.
    """
    wanted = list(attachments)
    if not wanted:
        return []
    with transaction.atomic():
        there = queries.counted_of_subject(subject_type, subject_id)
        locked = Attachment.objects.select_for_update(of=("self",)).in_bulk([attachment.pk for attachment in wanted])
        for place, given in enumerate(wanted, start=there + 1):
            found = locked.get(given.pk)
            if found is None or not found.is_held or found.discarded_at:
                raise _refusal(given.original_name, "gone")
            if found.state == Attachment.State.REFUSED:
                raise _refusal(given.original_name, found.reason_code)
            if place > upload_limits().files_per_subject:
                raise _refusal(given.original_name, "too_many")
            found.subject_type, found.subject_id = subject_type, subject_id
            found.audience = audience or found.audience
            found.save(update_fields=["subject_type", "subject_id", "audience"])
    return [locked[given.pk] for given in wanted]


def hand_over(*, subject_type: str, subject_id: UUID, to_type: str, to_id: UUID) -> int:
    """Give all files of one subject to another, which from now on says who may read them. Returns how many.

    Writes the subject on each. The caller checks that the actor may do both.
    """
    files = queries.of_subject(subject_type, subject_id)
    return files.update(subject_type=to_type, subject_id=to_id)


def discard(*, attachment: Attachment, now: datetime) -> None:
    """Drop a held file: the bytes go when the transaction commits, the row with the next sweep.

    Until then it still counts for the day.
    """
    changed = queries.held_by(attachment.holder).filter(pk=attachment.pk).update(discarded_at=now)
    if changed:
        stores.delete_on_commit(attachment)


def discard_unattached(now: datetime) -> int:
    """Sweep, inside a scope: delete files that were held for a day and belong to nothing. Returns how many."""
    old = queries.unattached_before(now - timedelta(hours=upload_limits().held_hours))
    with transaction.atomic():
        found = list(old.select_for_update(skip_locked=True, of=("self",))[:1000])
        for attachment in found:
            stores.delete_on_commit(attachment)
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in found]).delete()
    return len(found)


def discard_strays(now: datetime) -> int:
    """Sweep, inside a scope: delete stored bytes without a row, left when a request was undone. Returns how many."""
    storage, root = storages[stores.STORAGE], stores.root()
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
    if not wanted:
        return []
    found = queries.held_by(holder).in_bulk(wanted)
    return [found[key] for key in dict.fromkeys(wanted) if key in found]


def _signer(holder: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"attachments.held:{current_organisation_id()}:{holder}")


def refusal_words(attachment: Attachment) -> str:
    """Why a file was refused after it had been taken in."""
    return str(_refusal(attachment.original_name, attachment.reason_code).message)


def _refusal(name: str, reason: str) -> UploadRefused:
    limits = upload_limits()
    return UploadRefused(
        name,
        reason,
        megabytes=limits.file_bytes // MEGABYTE,
        megapixels=gate_limits().pixels // 1_000_000,
        files=limits.files_per_subject,
        memo_minutes=memo_limits().recording_seconds // 60,
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
