"""How somebody wants to be told of things: their own page, and the one on which staff choose for who has no sign-in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notices.forms.choosing import PreferencesForm
from notices.queries import wanted
from notices.queries.wanted import Holder
from notices.services import preferences
from notices.views.pushing import push_offer
from owners.queries import people_visible_to
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """What reaches the member by which way, and when not."""
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    if member is None or not can(member, "preference.choose"):
        raise NotFound("no member of this organisation")
    return _page(request, member, member, back="notices:preferences")


@require_http_methods(METHODS)
@login_required
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The same for a person of the registry without a sign-in."""
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    if member is None or not can(member, "preference.set_for"):
        raise NotFound("no page of this member")
    person = people_visible_to(member).filter(pk=person_id).first()
    if person is None:
        raise NotFound("no such person")
    if not can(member, "preference.set_for", person):
        raise NotFound("no such person")
    if person.membership_id:
        messages.info(request, _("%(name)s signs in and chooses this themselves.") % {"name": person.name})
        return redirect("owners:person", person.pk)
    return _page(request, person, member, back="owners:person", args=[person.pk])


def _page(request: HttpRequest, holder: Holder, actor: Membership, *, back: str, args: Any = ()) -> HttpResponse:
    form = PreferencesForm(
        request.POST or None, chosen=wanted.choices_of(holder), quiet=wanted.own_quiet(holder)
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        preferences.choose(
            holder=holder, choices=form.choices, quiet=form.quiet, actor=actor, now=timezone.now()
        )  # fmt: skip
        messages.success(request, _("Saved. It counts from the next message on."))
        return redirect(back, *args)
    begins, ends = wanted.house_quiet()
    is_own = isinstance(holder, Membership)
    context = {
        "form": form, "person": None if is_own else holder, "house_from": begins, "house_until": ends,
        "push": push_offer(holder) if isinstance(holder, Membership) else None,
    }  # fmt: skip
    return render(request, "notices/preferences.html", context, status=422 if form.errors else 200)
