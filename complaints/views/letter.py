"""The answer as a letter: a page, and the same as PDF, for its complainant and for staff."""

import hashlib
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from complaints import words
from complaints.letters import letter_of
from complaints.models import Complaint
from complaints.views.owner_case import Door
from notices.paper import pdf

KEPT_SECONDS = 600


def page(request: HttpRequest, door: Door) -> HttpResponse:
    letter = letter_of(door.complaint)
    context = {"letter": letter, "case": door.complaint, "door": door, "place": words.place_words(door.complaint)}
    return render(request, "complaints/follow_letter.html" if door.is_link else "complaints/letter.html", context)


def document(request: HttpRequest, complaint: Complaint) -> HttpResponseBase:
    """The PDF. It is made after the request's transaction has ended, once for the same words."""
    organisation: Any = request.organisation  # type: ignore[attr-defined]
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
