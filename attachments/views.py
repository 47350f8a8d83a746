"""Serve private files: the right to read is asked again for every request."""

import secrets
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from attachments import queries
from attachments.models import Attachment
from attachments.rules import holder_key
from attachments.serving import download_of, file_response
from tenancy.errors import NotFound

VISITOR_KEY = "attachments_visitor"


def visitor_of(request: HttpRequest) -> str:
    """The random word of a session under which a visitor without a sign-in holds files; made when first needed."""
    if getattr(request, "membership", None) is not None:
        return ""
    word: str = request.session.setdefault(VISITOR_KEY, secrets.token_urlsafe(24))
    return word


@require_safe
def download(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    attachment = _readable(request, attachment_id)
    return download_of(attachment, actor=request.membership, now=timezone.now())  # type: ignore[attr-defined]


@require_safe
def thumb(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    return file_response(_readable(request, attachment_id), thumb=True)


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
