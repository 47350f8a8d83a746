"""A private file as an answer: its bytes with headers that keep them inert."""

from datetime import datetime

from django.core.files.storage import storages
from django.http import FileResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.rules import INLINE_TYPES, download_name
from attachments.stores import STORAGE
from audit.services import record
from tenancy.errors import NotFound
from tenancy.models import Membership

CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def download_of(attachment: Attachment, *, actor: Membership | None, now: datetime) -> FileResponse:
    """The whole file for somebody who may read it. That it left the house is an audit entry."""
    record(action="attachment.downloaded", subject=attachment, actor=actor, now=now)
    return file_response(attachment)


def file_response(attachment: Attachment, *, thumb: bool = False) -> FileResponse:
    """The bytes with headers that keep them inert. The caller has checked that they may be read.

    Raises NotFound when the file has no thumbnail, its bytes are gone, or the scanner has not seen it.
    """
    stored = attachment.thumb_name if thumb else attachment.stored_name
    storage = storages[STORAGE]
    if not attachment.is_clean or not stored or not storage.exists(stored):
        raise NotFound(_("There is no such file."))
    mime = attachment.mime
    with storage.open(stored) as stream:
        if thumb:
            mime = "image/png" if stream.read(4) == b"\x89PNG" else "image/jpeg"
    inline = (attachment.is_image or attachment.is_audio) and mime in INLINE_TYPES
    response = FileResponse(
        storage.open(stored),
        content_type=f"{mime}; charset=utf-8" if mime.startswith("text/") else mime,
    )
    name = download_name(attachment.original_name, mime)
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["Content-Security-Policy"] = CONTENT_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
