"""The page behind a label: the place is known, a sentence is enough, no account is needed."""

import secrets
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attachments.views import VISITOR_KEY
from complaints import place_queries, queries
from complaints.forms.places import PlaceForm
from complaints.models import Complaint, Place
from complaints.outages_near import lasting_for, lasting_where
from complaints.services.intake import file_complaint
from complaints.services.me_too import file_with
from complaints.views.alike import alike_here, chosen_leading
from owners.models import Person
from owners.queries import person_of
from owners.services.imports import phone_region
from tenancy.errors import TooMany
from tenancy.limits.requests import subjects_of
from tenancy.limits.taking import take
from tenancy.models import Membership
from tenancy.typed import take_typed

KEPT = "scanned-place"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a place. A code that is unknown, renewed or switched off gets one and the same page."""
    place = place_queries.scanned(code)
    response = _gone(request) if place is None else _form(request, place)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    patch_vary_headers(response, ["Cookie"])
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "complaints/place_gone.html", status=404)


def _form(request: HttpRequest, place: Place) -> HttpResponse:
    person, now = _person(request), timezone.now()
    # Staff may report what they pass by, too; they do so by name, like anybody.
    actor: Membership | None = request.membership if person else None  # type: ignore[attr-defined]
    visitor = ""
    if request.method == "POST" and actor is None:
        visitor = request.session.setdefault(VISITOR_KEY, secrets.token_urlsafe(24))
    given: dict[str, Any] = {
        "place": place,
        "categories": list(queries.categories()),
        "person": person,
        "region": phone_region(request.organisation),  # type: ignore[attr-defined]
        "actor": actor,
        "visitor": visitor,
        "now": now,
    }
    if request.method != "POST":
        initial = {"category": place.category.code, **take_typed(request, request.path)}
        outages = lasting_where(place.estate_id, place.building_id, str(initial["category"]), now)
        return _page(request, place, PlaceForm(initial=initial, **given), outages=outages)
    if refusal := _refused(request, place):
        # Counted before a new file is looked at. Nothing typed is lost.
        form = PlaceForm(request.POST, None, **given)
        form.is_valid()
        form.add_error(None, str(refusal.message))
        page = _page(request, place, form, status=refusal.status)
        page["Retry-After"] = str(refusal.retry_after)
        return page
    form = PlaceForm(request.POST, request.FILES, **given)
    if not form.is_valid():
        return _page(request, place, form, status=422)
    filing = form.filing()
    if "anyway" not in request.POST and (lasting := lasting_for(filing, now)):
        return _page(request, place, form, outages=lasting, asks=True)
    said: dict[str, Any] = {"filing": filing, "actor": actor, "now": now, "attachments": form.cleaned_data["photos"]}
    leading = _chosen(request, place, form)
    return _done(file_with(leading_id=leading, **said) if leading else file_complaint(**said))


@never_cache
@require_safe
def alike(request: HttpRequest, code: str) -> HttpResponse:
    """Open cases of this place and of the class chosen so far: a part of the form."""
    place = place_queries.scanned(code)
    if place is None:
        return _gone(request)
    member: Membership | None = request.membership if _person(request) else None  # type: ignore[attr-defined]
    offered = alike_here(place, request.GET.get("category", ""), queries.categories(), member)
    response = render(request, "complaints/_alike.html", offered)
    patch_vary_headers(response, ["Cookie"])
    return response


def _chosen(request: HttpRequest, place: Place, form: PlaceForm) -> UUID | None:
    """What they said is the same as theirs, if it was offered for the class they file under."""
    chosen = chosen_leading(request.POST.get("metoo", ""))
    if chosen is None:
        return None
    offered = alike_here(place, form.cleaned_data["category"], form.kinds.values(), form.member)
    return chosen if any(row.pk == chosen and not row.is_mine for row in offered["alike"]) else None


def _done(complaint: Complaint) -> HttpResponse:
    if complaint.complainant_id:
        return redirect("complaints:filed", complaint.number)
    return redirect("complaints:follow_filed", queries.follow_token(complaint))


def _person(request: HttpRequest) -> Person | None:
    """Who files as themselves: a member whom the registry knows, and who does not work here."""
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    return None if member is None or member.is_staff_role else person_of(member)


def _refused(request: HttpRequest, place: Place) -> TooMany | None:
    try:
        take("place_filing", subjects_of(request, account=f"place:{place.pk}"))
    except TooMany as refusal:
        return refusal
    return None


def _page(request: HttpRequest, place: Place, form: PlaceForm, status: int = 200, **more: Any) -> HttpResponse:
    offered = alike_here(place, str(form["category"].value() or ""), form.kinds.values(), form.member)
    chosen = request.POST.get("metoo", "")
    context = {"place": place, "form": form, "kept": KEPT, "may_follow": form.person is not None, "chosen": chosen}
    context |= {**offered, **more}
    return render(request, "complaints/place.html", context, status=status)
