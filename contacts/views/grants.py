"""Staff let an outside party in by a link, and end that."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contacts import grant_queries
from contacts.outside_forms import MAILED, GrantForm
from contacts.services import grants
from contacts.views.doors import seen
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import DomainError
from tenancy.origins import origin_of
from tenancy.policy import can
from tenancy.stepping_up import recently_proven

givers = staff_only(lambda member: can(member, "grant.write"))


@require_http_methods(["GET", "HEAD", "POST"])
@givers
@recently_proven(methods={"POST"})
@never_cache
def new(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Make a link: it is mailed, or shown on the answer to this and never again."""
    party, actor = seen(request, party_id), actor_of(request)
    offered = grant_queries.offered(actor, party)
    initial = {"subject": request.GET.get("for", "")} if request.GET.get("for") else {}
    form = GrantForm(request.POST or None, party=party, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["form_key"]
        try:
            given = grants.give(party_id=party.pk, wish=form.wish(), form_key=key, actor=actor, now=timezone.now())
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            if form.cleaned_data["how"] == MAILED:
                messages.success(request, _("The link is on its way to them."))
                return redirect("contacts:party", party.pk)
            link = f"{origin_of(request.organisation)}{given.path}"  # type: ignore[attr-defined]
            return render(request, "contacts/grants/made.html", {"party": party, "grant": given.grant, "link": link})
    context = {"form": form, "party": party, "has_doors": bool(offered)}
    return render(request, "contacts/grants/new.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@givers
@never_cache
def end(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    grant = grants.end(grant_id=grant_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Ended: the link opens nothing any more."))
    return redirect("contacts:party", grant.party_id)
