"""The counter's pages: enter a complaint for somebody on the phone or before the desk."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints import portal_queries, queries, words
from complaints.forms.counter import EnterForm, people_choices, person_words
from complaints.outages_near import lasting_for
from complaints.rules import moving
from complaints.services.intake import file_complaint
from complaints.services.me_too import file_with
from complaints.views.alike import alike_to, chosen_leading
from complaints.views.portal import filed_context
from owners.models import Estate, Person
from owners.queries import estates_visible_to, people_matching
from owners.rules import may_read_registry, registry_reach
from owners.services.imports import phone_region
from tenancy.errors import NotAllowed
from tenancy.limits.requests import refused
from tenancy.models import Membership
from tenancy.policy import can


def _clerk(request: HttpRequest) -> Membership:
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    if member is None or not moving.may_enter(member):
        raise NotAllowed(_("Only staff who take complaints enter them for others."))
    return member


def _people(member: Membership, estates: list[Estate], typed: str) -> list[Person]:
    if not typed.strip() or not may_read_registry(member):
        return []
    return people_matching(typed, estates, reach=registry_reach(member))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """One page: find the person, write it down, send. "Find" keeps what was typed and checks nothing yet."""
    member, now = _clerk(request), timezone.now()
    typed = (request.POST.get("q") or request.GET.get("q") or "")[:100]
    given = _given(request, member, typed, now)
    if request.method != "POST":
        form = EnterForm(initial={"q": typed, **_only(given["people"], given["estates"])}, **given)
        return _page(request, form, typed)
    form = EnterForm(request.POST, request.FILES, **given)
    sound = form.is_valid()
    if "find" in request.POST:
        form.errors.clear()
        return _page(request, form, typed)
    if not sound:
        return _page(request, form, typed, status=422)
    filing = form.filing()
    if "anyway" not in request.POST and (lasting := lasting_for(filing, now)):
        caller = None if filing.is_anonymous else filing.complainant
        return _page(request, form, typed, outages=lasting, caller=caller, may_follow=can(member, "outage.write"))
    if refusal := refused(request, "filing_for_others"):
        form.add_error(None, str(refusal.message))
        page = _page(request, form, typed, status=refusal.status)
        page["Retry-After"] = str(refusal.retry_after)
        return page
    leading = chosen_leading(request.POST.get("metoo", ""))
    said: dict[str, Any] = {
        "filing": filing, "actor": member, "now": now, "attachments": form.cleaned_data["photos"]
    }  # fmt: skip
    complaint = file_with(leading_id=leading, **said) if leading else file_complaint(**said)
    return redirect("complaints:entered", complaint.number)


def _given(request: HttpRequest, member: Membership, typed: str, now: datetime) -> dict[str, Any]:
    """What the form offers: whom the typed words find, and where and about what they may complain."""
    estates, reach = list(estates_visible_to(member).select_related("calendar")), registry_reach(member)
    return {
        "people": _people(member, estates, typed),
        "region": phone_region(request.organisation),  # type: ignore[attr-defined]
        "estates": estates,
        "buildings": portal_queries.buildings_of(estates, reach),
        "grounds": [estate for estate in estates if reach.covers(estate.pk)],
        "categories": list(queries.categories()),
        "staff": portal_queries.staff_known_in(estates),
        "actor": member,
        "now": now,
    }


@never_cache
@login_required
@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """Open complaints of the place and class chosen so far, while the caller is on the phone: a part of the form."""
    member, now = _clerk(request), timezone.now()
    form = EnterForm(request.GET, **_given(request, member, request.GET.get("q", "")[:100], now))
    form.is_valid()
    return render(request, "complaints/_alike.html", {"alike": alike_to(form, member), "is_theirs": True})


def _only(people: list[Person], estates: list[Estate]) -> dict[str, str]:
    """A single match is chosen already."""
    found = list(people_choices(people, estates))
    return {"who": found[0]} if len(found) == 1 else {}


def _page(request: HttpRequest, form: EnterForm, typed: str, status: int = 200, **more: Any) -> HttpResponse:
    rows = [{"value": key, "words": person_words(*pair)} for key, pair in form.people.items()]
    chosen = form["who"].value() or (rows[0]["value"] if len(rows) == 1 else "")
    context = {
        "form": form, "people": rows, "chosen": chosen, "q": typed, "kept": "entered", "is_theirs": True,
        "alike": alike_to(form, _clerk(request)) if form.is_bound else [], "metoo": request.POST.get("metoo", ""), **more,
    }  # fmt: skip
    return render(request, "complaints/enter.html", context, status=status)


@never_cache
@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The matches alone, for the page that searches while one types."""
    member = _clerk(request)
    typed = request.GET.get("q", "")[:100]
    estates = list(estates_visible_to(member))
    found = people_choices(_people(member, estates, typed), estates)
    rows = [{"value": key, "words": person_words(*pair)} for key, pair in found.items()]
    chosen = rows[0]["value"] if len(rows) == 1 else request.GET.get("who", "")
    return render(request, "complaints/_people.html", {"people": rows, "q": typed, "chosen": chosen})


@never_cache
@login_required
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    member = _clerk(request)
    complaint = portal_queries.taken_by_number(member, number)
    context = {
        **filed_context(request, complaint),
        "sentence": words.owner_sentence(complaint, now=timezone.now()),
        "last_digits": " ".join(complaint.number.rsplit("-", 1)[-1]),
        "may_open": queries.worked_complaints(member).filter(pk=complaint.pk).exists(),
        "kept": "entered",
    }
    return render(request, "complaints/entered.html", context)
