"""An official letter that went out, under the organisation's letterhead, as a PDF."""

import hashlib
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts.rules.defaults import defaults
from contacts.services import register
from contacts.views.register import readers
from notices.paper import pdf
from owners.views.entrance import actor_of, log_auditor
from tenancy.errors import NotFound


@require_safe
@readers
@never_cache
def letter_pdf(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """The letter as it is printed. It is made after the request's transaction has ended, once for the same words."""
    row = register.readable(record_id, actor_of(request))
    if not row.letter_text:
        raise NotFound("no text of a letter")
    log_auditor(request, "communicationrecord", row)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    context = {"row": row, "organisation": organisation, "accent": organisation.accent}
    html = render_to_string("pdf/contacts/letter.html", context)
    key = f"contacts.letter:{organisation.pk}:{hashlib.sha256(html.encode()).hexdigest()}"
    response = StreamingHttpResponse(_made(html, key), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.letter_number or row.number}.pdf"'
    return response


def _made(html: str, key: str) -> Any:
    document = cache.get(key)
    if document is None:
        document = pdf.write(html)
        cache.set(key, document, defaults()["card_pdf_minutes"] * 60)
    yield document
