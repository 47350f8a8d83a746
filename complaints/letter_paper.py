"""The answer as a PDF, for pages and programs alike."""

import hashlib
from typing import Any

from django.core.cache import cache
from django.http import HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string

from complaints import words
from complaints.letters import letter_of
from complaints.models import Complaint
from notices.paper import pdf
from tenancy.models import Organisation

KEPT_SECONDS = 600


def document(organisation: Organisation, complaint: Complaint) -> HttpResponseBase:
    """It is made after the request's transaction has ended, once for the same words. Raises NotFound without an answer."""
    context = {
        "letter": letter_of(complaint),
        "case": complaint,
        "place": words.place_words(complaint),
        "organisation": organisation,
        "accent": organisation.accent,
    }
    html = render_to_string("pdf/complaints/letter.html", context)
    key = f"complaints.letter:{organisation.pk}:{hashlib.sha256(html.encode()).hexdigest()}"
    response = StreamingHttpResponse(_made(html, key), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{complaint.number}.pdf"'
    return response


def _made(html: str, key: str) -> Any:
    made = cache.get(key)
    if made is None:
        made = pdf.write(html)
        cache.set(key, made, KEPT_SECONDS)
    yield made
