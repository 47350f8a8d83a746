"""Staff pages of the registry that end in a message: inviting people, deciding on requests for units."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from notices import invitations
from owners import queries, rules
from owners.forms import ApproveForm, DeclineForm, InviteAllForm
from owners.models import UnitClaim
from owners.services.claims import Decision
from owners.views.entrance import member_of, staff_only
from tenancy.errors import NotFound
from tenancy.stepping_up import WRITES, recently_proven


@require_POST
@staff_only(rules.may_invite)
def invite(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Send one person an invitation; an older one is no longer valid."""
    made = invitations.send_invitation(person_id=person_id, actor=member_of(request), now=timezone.now())
    messages.success(request, _("The invitation to %(name)s is on its way.") % {"name": made.person.name})
    return redirect("owners:person", person_id)


@staff_only(rules.may_invite)
@recently_proven(methods=WRITES)
def invite_many(request: HttpRequest) -> HttpResponse:
    """Invite everybody of an estate or building: first how many, then the act."""
    member, day, now = member_of(request), timezone.localdate(), timezone.now()
    estates = queries.estates_visible_to(member)
    said: Any = request.POST if request.method == "POST" else (request.GET if "estate" in request.GET else None)
    form = InviteAllForm(said, estates=estates)
    context: dict[str, Any] = {"form": form}
    if said is not None and form.is_valid():
        estate, building = form.cleaned_data["estate"], form.cleaned_data["building"]
        if request.method == "POST":
            count = invitations.send_invitations(estate=estate, building=building, actor=member, now=now, on=day)
            messages.success(
                request, ngettext("%d invitation is on its way.", "%d invitations are on their way.", count) % count
            )
            return redirect("owners:registry")
        if not queries.reaches(member, estate, building):
            raise NotFound("no such estate")
        people = queries.people_to_invite([estate], day, building, now=now)
        context |= {"estate": estate, "building": building, "count": people.count(), "people": list(people[:10])}
    return render(request, "owners/invite_many.html", context, status=422 if form.errors else 200)


def _claim(request: HttpRequest, claim_id: UUID) -> UnitClaim:
    found = queries.claims_visible_to(member_of(request)).filter(pk=claim_id).first()
    if found is None:
        raise NotFound("no such request")
    return found


def _approve_form(found: UnitClaim, *args: Any, words: str = "", **kwargs: Any) -> tuple[ApproveForm, list[Any]]:
    """The form with the people who may be meant: those of the unit in question, and those like the claimant."""
    asked = UnitClaim(estate_id=found.estate_id, unit_words=words or found.unit_words)
    units = queries.units_like(asked)
    people = queries.people_like(found, units, timezone.localdate())
    if not args:
        kwargs["initial"] = {"unit": units[0].code if units else asked.unit_words, "person": _likely(found, people)}
    return ApproveForm(*args, claim=found, people=people, **kwargs), people


def _likely(found: UnitClaim, people: list[Any]) -> str:
    """The one person who agrees in name and in phone or address; nobody is chosen for staff otherwise."""
    phone, email = str(found.phone or ""), found.user.email.lower()
    same = [
        person for person in people
        if person.name.casefold() == found.name.casefold()
        and ((phone and str(person.phone) == phone) or person.email.lower() == email)
    ]  # fmt: skip
    return str(same[0].pk) if len(same) == 1 else ""


@require_safe
@staff_only(rules.may_decide_claims)
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """A request for a unit beside what the registry knows."""
    found = _claim(request, claim_id)
    form, people = _approve_form(found, words=request.GET.get("unit", "").strip()[:60])
    return _page(request, found, form, DeclineForm(), people)


def _page(
    request: HttpRequest,
    found: UnitClaim,
    form: ApproveForm,
    decline: DeclineForm,
    people: list[Any],
    status: int = 200,
) -> HttpResponse:
    context = {
        "claim": found,
        "form": form,
        "decline_form": decline,
        "people": people,
        "is_waiting": found.state == "waiting",
    }
    return render(request, "owners/claim.html", context, status=status)


@require_POST
@staff_only(rules.may_decide_claims)
def approve(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    found = _claim(request, claim_id)
    if "look" in request.POST:
        return redirect(
            f"{reverse('registry:claim', args=[claim_id])}?{urlencode({'unit': request.POST.get('unit', '')})}"
        )
    form, people = _approve_form(found, request.POST, words=request.POST.get("unit", "").strip()[:60])
    if found.state == UnitClaim.State.WAITING and not form.is_valid():
        return _page(request, found, form, DeclineForm(), people, 422)
    said = form.cleaned_data if form.is_valid() else {}
    unit = said.get("unit")
    decision = Decision(unit.pk if unit else None, said.get("person") or None, said.get("new_share"))
    actor, now, day = member_of(request), timezone.now(), timezone.localdate()
    invitations.approve_and_tell(claim_id=found.pk, decision=decision, actor=actor, now=now, on=day)
    messages.success(request, _("Approved. %(name)s is told by e-mail.") % {"name": found.name})
    return redirect("owners:claims")


@require_POST
@staff_only(rules.may_decide_claims)
def decline(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    found = _claim(request, claim_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        approve_form, people = _approve_form(found)
        return _page(request, found, approve_form, form, people, 422)
    invitations.decline_and_tell(
        claim_id=found.pk, reason=form.cleaned_data["reason"], actor=member_of(request), now=timezone.now()
    )
    messages.success(request, _("Declined. %(name)s is told why by e-mail.") % {"name": found.name})
    return redirect("owners:claims")
