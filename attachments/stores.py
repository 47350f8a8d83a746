"""The private folder of an organisation's files: names that nobody can guess, bytes that nobody serves by themselves."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction

from attachments.gate.run import Inspected
from attachments.models import Attachment
from tenancy.context import current_organisation_id
from tenancy.models import uuid7

STORAGE = "private"


def root() -> str:
    """The folder of the organisation's attachments, and of nothing else: the sweep of strays empties it."""
    return f"{current_organisation_id()}/attachments"


def keep_clean(attachment: Attachment, found: Inspected, written: list[str]) -> None:
    """Store what came out of the gate and describe it on the row, which the caller saves.

    The names are added to `written` as soon as they are there, so that the caller can take them back.
    """
    verdict = found.verdict
    attachment.kind, attachment.mime = verdict.kind, verdict.mime
    attachment.width, attachment.height = verdict.width or None, verdict.height or None
    attachment.state = Attachment.State.CLEAN
    _keep(attachment, found.content, written)
    attachment.thumb_name = _save(found.thumb, f"{attachment.stored_name}-thumb", written) if found.thumb else ""


def keep_unchecked(attachment: Attachment, source: Path, written: list[str]) -> None:
    """Store what nobody has looked at yet, under a type that no program opens."""
    attachment.kind, attachment.mime = attachment.kind or Attachment.Kind.DOCUMENT, "application/octet-stream"
    attachment.state = Attachment.State.PENDING
    _keep(attachment, source, written)


def _keep(attachment: Attachment, path: Path, written: list[str]) -> None:
    with path.open("rb") as stream:
        attachment.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    attachment.size = path.stat().st_size
    attachment.stored_name = _save(path, f"{root()}/{attachment.sha256[:2]}/{uuid7()}", written)


def _save(path: Path, name: str, written: list[str]) -> str:
    with path.open("rb") as stream:
        stored = storages[STORAGE].save(name, File(stream))
    written.append(stored)
    return stored


def content_of(attachment: Attachment) -> bytes:
    """The bytes as they are kept. The caller knows that its actor may have them, and that they have been checked."""
    with storages[STORAGE].open(attachment.stored_name) as stream:
        content: bytes = stream.read()
    return content


def delete(names: Iterable[str]) -> None:
    for name in names:
        storages[STORAGE].delete(name)


def delete_on_commit(attachment: Attachment) -> None:
    names = [name for name in (attachment.stored_name, attachment.thumb_name) if name]
    transaction.on_commit(lambda: delete(names))
