"""Accepting an invitation."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from owners import queries
from owners.models import Invitation
from owners.services.invitations import accept_invitation, find_invitation
from owners.views.entrance import member_of


@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; taking it up signs in the holder of the mailbox it went to."""
    invitation = find_invitation(token)
    stopped = _stopped(request, invitation)
    if stopped is not None or invitation is None:
        return stopped or render(request, "owners/join_stopped.html", {"state": "unknown"}, status=404)
    if request.method != "POST":
        day = timezone.localdate()
        owned = queries.current_ownerships(day).filter(person=invitation.person).select_related("unit__estate")
        used = queries.current_occupancies(day).filter(person=invitation.person).select_related("unit__estate")
        units = [row.unit for row in owned.order_by("unit__code")]
        units += [row.unit for row in used.order_by("unit__code")]
        return render(
            request, "owners/join.html", {"invitation": invitation, "person": invitation.person, "units": units}
        )
    accepted = accept_invitation(token=token, now=timezone.now(), on=timezone.localdate())
    done = reverse("owners:joined")
    if request.user.is_authenticated:
        return redirect(done)
    # Through allauth: a second factor, where there is one, is still asked for.
    return perform_login(request, accepted.user, email_verification="none", redirect_url=done)


def _stopped(request: HttpRequest, invitation: Invitation | None) -> HttpResponse | None:
    """The page for an invitation that cannot be taken up here and now, or None."""
    state = ""
    if invitation is None:
        state = "unknown"
    elif (
        request.user.is_authenticated
        and request.user.email.lower() != invitation.email.lower()
        and not _is_theirs(request, invitation)
    ):
        state = "other_account"
    elif invitation.accepted_at is not None:
        state = "accepted"
    elif invitation.expires_at <= timezone.now():
        state = "expired"
    if not state:
        return None
    context = {"state": state, "invitation": invitation}
    return render(request, "owners/join_stopped.html", context, status=404 if state == "unknown" else 200)


def _is_theirs(request: HttpRequest, invitation: Invitation) -> bool:
    """Whether the invited person signs in as the one who is here, with another address."""
    member = member_of(request)
    return member is not None and invitation.person.membership_id == member.pk


@never_cache
def joined(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("account_login")
    return render(request, "owners/joined.html", {"units": queries.units_of(member_of(request))})
