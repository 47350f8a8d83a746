"""For owners and occupants: my units, and asking for one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from owners import queries
from owners.forms import AskForm
from owners.models import Estate
from owners.services.claims import ask_for_unit, withdraw_claim
from owners.services.imports import phone_region
from owners.views.entrance import member_of


@require_safe
@login_required
def my_units(request: HttpRequest) -> HttpResponse:
    """The units of who signs in, and what became of their requests."""
    context = {
        "units": queries.units_of(member_of(request)),
        "claims": list(queries.claims_of(request.user)[:50]),  # type: ignore[arg-type]
        "has_asked": "asked" in request.GET,
    }
    return render(request, "owners/my_units.html", context)


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a unit; the office decides."""
    region = phone_region(request.organisation)  # type: ignore[attr-defined]
    if request.method == "POST":
        form = AskForm(request.POST, region=region)
        if form.is_valid():
            said = form.cleaned_data
            estate: Estate = said["estate"]
            ask_for_unit(
                user=request.user, estate_id=estate.pk, unit_words=said["unit_words"], relation=said["relation"],  # type: ignore[arg-type]
                name=said["name"], phone=said["phone"], words=said["words"], now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("We have your request. We check it against the registry and write to you."))
            return redirect(f"{reverse('owners:my_units')}?asked")
        return render(request, "owners/ask.html", {"form": form}, status=422)
    member = member_of(request)
    initial = {"name": member.name if member else str(getattr(request.user, "name", ""))}
    estates = list(Estate.objects.filter(is_active=True)[:2])
    if len(estates) == 1:
        initial["estate"] = str(estates[0].pk)
    return render(request, "owners/ask.html", {"form": AskForm(initial=initial, region=region)})


@require_POST
@login_required
def withdraw(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    withdraw_claim(claim_id=claim_id, user=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("Your request is withdrawn."))
    return redirect("owners:my_units")
