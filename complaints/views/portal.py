"""The owner's pages: file a complaint, see one's own, read and act on one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints import portal_queries, queries, words
from complaints.forms.portal import COMMON, FilingForm
from complaints.models import Complaint
from complaints.outages_near import lasting_for, lasting_near
from complaints.services.intake import file_complaint
from complaints.services.me_too import file_with
from complaints.views import letter as letter_pages
from complaints.views import owner_case
from complaints.views.alike import alike_to, alike_to_filed, chosen_leading
from complaints.views.owner_case import Door
from owners.queries import estates_visible_to, person_of, units_of
from tenancy.errors import NotFound
from tenancy.limits.requests import refused
from tenancy.models import Membership
from tenancy.origins import origin_of
from tenancy.typed import take_typed

KEPT = "new-complaint"


def _choices(member: Membership) -> dict[str, Any]:
    """What the form offers to this member: their units, their estates and everything in them.

    All but the units and the kinds is read where it is shown or chosen, and not for what concerns a unit.
    """
    estates: Any = SimpleLazyObject(lambda: list(estates_visible_to(member).select_related("calendar")))
    return {
        "units": [unit for unit, _relation in units_of(member)],
        "estates": estates,
        "buildings": SimpleLazyObject(lambda: portal_queries.buildings_of(list(estates))),
        "categories": list(queries.categories()),
        "staff": SimpleLazyObject(lambda: portal_queries.staff_known_in(estates)),
    }


def _is_nowhere(choices: dict[str, Any]) -> bool:
    """Whether there is no estate that this member could complain about."""
    return not any(unit.estate.is_active for unit in choices["units"]) and not choices["estates"]


def _initial(request: HttpRequest, choices: dict[str, Any]) -> dict[str, Any]:
    units = choices["units"]
    codes = {f"unit:{unit.pk}": unit for unit in units}
    asked = next((key for key, unit in codes.items() if request.GET.get("unit") in (unit.code, str(unit.pk))), "")
    only = next(iter(codes), COMMON) if len(codes) < 2 else ""
    near = units[0].building_id if units else next((building.pk for building in choices["buildings"]), None)
    spot = f"building:{near}" if near else f"estate:{choices['estates'][0].pk}"
    return {"where": asked or only, "spot": spot, "category": request.GET.get("category", ""), "kind": _kind(request)}


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in Complaint.Kind.values else Complaint.Kind.COMPLAINT


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    if member is not None and member.is_staff_role:
        return redirect("complaints:enter")
    person = person_of(member)
    if member is None or person is None:
        return render(request, "complaints/no_unit.html")
    choices, now = _choices(member), timezone.now()
    if _is_nowhere(choices):
        return render(request, "complaints/no_unit.html")
    if request.method != "POST":
        # What was typed before the session ended wins over what we would suggest.
        initial = {**_initial(request, choices), **take_typed(request, request.path)}
        form = FilingForm(initial=initial, actor=member, now=now, **choices)
        lasting = lasting_near(choices["units"], str(initial["category"]), now)
        return render(request, "complaints/new.html", {"form": form, "kept": KEPT, "outages": lasting})
    form = FilingForm(request.POST, request.FILES, actor=member, now=now, **choices)
    if not form.is_valid():
        return _shown_again(request, form, status=422)
    filing = form.filing(person)
    if "anyway" not in request.POST and (lasting := lasting_for(filing, now)):
        # Nothing is filed yet, and nothing typed is lost: the page asks which of the two is meant.
        return _shown_again(request, form, outages=lasting, asks=True)
    if refusal := refused(request, "filing"):
        form.add_error(None, str(refusal.message))
        page = _shown_again(request, form, status=refusal.status)
        page["Retry-After"] = str(refusal.retry_after)
        return page
    given: dict[str, Any] = {"filing": filing, "actor": member, "now": now, "attachments": form.cleaned_data["photos"]}
    leading = chosen_leading(request.POST.get("metoo", ""))
    complaint = file_with(leading_id=leading, **given) if leading else file_complaint(**given)
    if complaint.is_anonymous:
        return redirect("complaints:follow_filed", queries.follow_token(complaint))
    return redirect("complaints:filed", complaint.number)


def _shown_again(request: HttpRequest, form: FilingForm, status: int = 200, **more: Any) -> HttpResponse:
    member: Membership = request.membership  # type: ignore[attr-defined]
    alike = {"alike": alike_to(form, member), "chosen": request.POST.get("metoo", "")}
    return render(request, "complaints/new.html", {"form": form, "kept": KEPT, **alike, **more}, status=status)


@never_cache
@login_required
@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """Open complaints of the place and class chosen so far: a part of the form."""
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    choices = _choices(member) if member is not None and person_of(member) else {}
    if member is None or not choices or _is_nowhere(choices):
        return render(request, "complaints/_alike.html")
    form = FilingForm(request.GET, actor=member, now=timezone.now(), **choices)
    form.is_valid()
    return render(request, "complaints/_alike.html", {"alike": alike_to(form, member)})


@never_cache
@login_required
@require_safe
def filed(request: HttpRequest, number: str) -> HttpResponse:
    complaint = portal_queries.own_by_number(request.membership, number)  # type: ignore[attr-defined]
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    context = {**filed_context(request, complaint), "alike": alike_to_filed(complaint, member)}
    return render(request, "complaints/filed.html", context)


def filed_context(request: HttpRequest, complaint: Complaint) -> dict[str, Any]:
    token = queries.follow_token(complaint)
    follow = reverse("complaints:follow", args=[token])
    return {
        "case": complaint,
        "place": words.place_words(complaint),
        "kept": KEPT,
        "is_printed": "print" in request.GET,
        "follow_link": f"{origin_of(request.organisation)}{follow}",  # type: ignore[attr-defined]
        "case_url": follow if complaint.is_anonymous else reverse("complaints:case", args=[complaint.number]),
    }


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    if member is not None and member.is_staff_role:
        return redirect("triage:queue")
    typed, now = request.GET.get("q", "").strip()[:200], timezone.now()
    found = portal_queries.own_page(member, words=typed, after=request.GET.get("after", ""))
    page = found[: portal_queries.PAGE]
    context = {
        "rows": [owner_case.row(complaint, now=now) for complaint in page],
        "q": typed,
        "older": owner_case.address("", q=typed, after=page[-1].pk) if len(found) > len(page) else "",
        "newest": owner_case.address(request.path, q=typed) if request.GET.get("after") else "",
    }
    return render(request, "complaints/mine.html", context)


# -- one complaint ---------------------------------------------------------------------------------------------------


def _door(request: HttpRequest, number: str) -> Door:
    complaint = portal_queries.own_by_number(request.membership, number)  # type: ignore[attr-defined]
    return Door(
        complaint=complaint,
        actor=request.membership,  # type: ignore[attr-defined]
        address=reverse("complaints:case", args=[number]),
    )


@never_cache
@login_required
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The owner's page of their complaint; staff who may see it are sent to their own page of it."""
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    try:
        door = _door(request, number)
    except NotFound:
        if queries.worked_complaints(member).filter(number=number).exists():
            return redirect("triage:case", number)
        raise
    return owner_case.show(request, door)


@never_cache
@login_required
@require_safe
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """Our answer as a letter."""
    return letter_pages.page(request, _door(request, number))


@never_cache
@login_required
@require_safe
def letter_pdf(request: HttpRequest, number: str) -> HttpResponseBase:
    return letter_pages.document(request, _door(request, number).complaint)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    return owner_case.act(request, _door(request, number), name)
