"""Files that wait for the virus scanner: taken in while it was away, looked at when it is back.

The verbs are steps of one task: claim the row, look with no transaction open, record.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.storage import storages
from django.db import transaction

from attachments import queries, scanner, stores
from attachments.gate.run import Inspected, inspected
from attachments.limits import gate_limits, memo_limits, scanner_limits
from attachments.models import Attachment


@dataclass(frozen=True)
class Look:
    """What became of a look: a reason to refuse, or the cleaned file, or neither when the scanner is still away."""

    reason: str = ""
    found: Inspected | None = None


def claim(*, attachment_id: UUID, now: datetime) -> Attachment | None:
    """Take a file that is due for a look. Writes until when nobody else may; None when somebody else was first."""
    until = now + timedelta(seconds=scanner_limits().lease_seconds)
    if not queries.unchecked(now).filter(pk=attachment_id).update(next_check_at=until):
        return None
    return Attachment.objects.get(pk=attachment_id)


@contextmanager
def look(attachment: Attachment) -> Iterator[Look]:
    """Scan the stored bytes and take them through the gate. Writes nothing."""
    storage = storages[stores.STORAGE]
    if not storage.exists(attachment.stored_name):
        yield Look("gone")
        return
    with storage.open(attachment.stored_name) as source:
        word = scanner.scan(source)
        if word != scanner.CLEAN:
            yield Look("infected" if word == scanner.INFECTED else "")
            return
        limits = memo_limits() if attachment.is_audio else gate_limits()
        with inspected(source, attachment.original_name, limits) as found:
            yield Look(found.verdict.reason_code, found if found.verdict.is_clean else None)


def record(*, attachment: Attachment, outcome: Look, now: datetime) -> str:
    """Write what the look found: clean, refused with its reason and without its bytes, or waiting for the next look.

    After `waiting_hours` without an answer it is refused too. Returns the new state.
    """
    limits = scanner_limits()
    row = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if row.state != Attachment.State.PENDING or row.stored_name != attachment.stored_name:
        return str(row.state)
    late = now - row.created_at >= timedelta(hours=limits.waiting_hours)
    if outcome.found:
        _accept(row, outcome.found)
    elif outcome.reason or late:
        stores.delete_on_commit(row)
        row.state, row.reason_code = Attachment.State.REFUSED, outcome.reason or "unchecked"
        row.stored_name, row.next_check_at = "", None
        row.save(update_fields=["state", "reason_code", "stored_name", "next_check_at"])
    else:
        row.next_check_at = now + timedelta(seconds=limits.retry_seconds)
        row.save(update_fields=["next_check_at"])
    return str(row.state)


def _accept(row: Attachment, found: Inspected) -> None:
    stores.delete_on_commit(row)
    written: list[str] = []
    row.next_check_at = None
    try:
        stores.keep_clean(row, found, written)
        with transaction.atomic():
            row.save()
    except BaseException:
        stores.delete(written)
        raise
