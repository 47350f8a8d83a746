"""The emergency card of a building: a page, the copy of it that a browser keeps for when it is offline, and a PDF."""

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts import queries
from contacts.rules.card import public_numbers
from contacts.rules.defaults import defaults
from contacts.rules.phones import shown
from contacts.views.doors import region_of
from notices.paper import pdf
from owners.models import Building
from owners.views.entrance import actor_of, member_of
from tenancy.browser_workers import worker_of
from tenancy.errors import NotFound


@require_safe
@login_required
@never_cache
def cards(request: HttpRequest) -> HttpResponse:
    """The buildings whose card one may read."""
    if member_of(request) is None:
        raise NotFound("no member of this organisation")
    return render(request, "contacts/cards.html", {"buildings": queries.buildings_with_card(actor_of(request))})


@require_safe
@login_required
@never_cache
def card(request: HttpRequest, building_id: UUID) -> HttpResponse:
    return render(request, "contacts/card.html", _context(request, building_id))


@require_safe
@login_required
@never_cache
def kept(request: HttpRequest, building_id: UUID) -> HttpResponse:
    """The card alone, without a name or a menu: what the browser's worker keeps."""
    return render(request, "contacts/card_kept.html", _context(request, building_id))


def _context(request: HttpRequest, building_id: UUID) -> dict[str, Any]:
    """Raises NotFound for a building that is not the member's, unknown or another organisation's."""
    building: Building | None = queries.buildings_with_card(member_of(request)).filter(pk=building_id).first()
    if building is None:
        raise NotFound("no such building")
    parties = queries.emergency_parties(building)
    for party in parties:
        party.shown_emergency = shown(party.emergency_phone, region_of(request))  # type: ignore[attr-defined]
    language = translation.get_language() or "en"
    return {
        "building": building, "parties": parties, "today": timezone.localdate(),
        "public": public_numbers(region_of(request), language),
    }  # fmt: skip


@require_safe
@login_required
@never_cache
def card_pdf(request: HttpRequest, building_id: UUID) -> HttpResponseBase:
    """One page to hang up. It is made after the request's transaction has ended, once for the same words."""
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    context = {
        **_context(request, building_id), "organisation": organisation, "accent": organisation.accent,
    }  # fmt: skip
    html = render_to_string("pdf/contacts/card.html", context)
    key = f"contacts.card:{organisation.pk}:{hashlib.sha256(html.encode()).hexdigest()}"
    response = StreamingHttpResponse(_made(html, key), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="emergency-{building_id}.pdf"'
    return response


def _made(html: str, key: str) -> Iterator[bytes]:
    document = cache.get(key)
    if document is None:
        document = pdf.write(html)
        cache.set(key, document, defaults()["card_pdf_minutes"] * 60)
    yield document


# Keeps cards for when there is no network.
worker = worker_of("js/card-worker.js")
