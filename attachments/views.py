"""Serve private files: the right to read is asked again for every request."""

import secrets
from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from attachments import queries
from attachments.models import Attachment
from attachments.rules import INLINE_TYPES, download_name, holder_key
from attachments.stores import STORAGE
from tenancy.errors import NotFound

VISITOR_KEY = "attachments_visitor"
CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def visitor_of(request: HttpRequest) -> str:
    """The random word of a session under which a visitor without a sign-in holds files; made when first needed."""
    if getattr(request, "membership", None) is not None:
        return ""
    word: str = request.session.setdefault(VISITOR_KEY, secrets.token_urlsafe(24))
    return word


@require_safe
def download(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    return file_response(_readable(request, attachment_id))


@require_safe
def thumb(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    return file_response(_readable(request, attachment_id), thumb=True)


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
    inline = attachment.is_image and mime in INLINE_TYPES
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


def _readable(request: HttpRequest, attachment_id: UUID) -> Attachment:
    """Unknown, somebody else's and dropped look the same."""
    missing = NotFound(_("There is no such file."))
    if getattr(request, "organisation", None) is None:
        raise missing
    membership = request.membership  # type: ignore[attr-defined]
    word = request.session.get(VISITOR_KEY, "")
    holder = (
        holder_key(membership_id=membership.pk, visitor="")
        if membership
        else word and holder_key(membership_id=None, visitor=word)
    )
    attachment: Attachment | None = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None or not queries.may_read(attachment, membership=membership, holder=holder):
        raise missing
    return attachment
