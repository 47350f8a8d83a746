"""How long a session lasts: unused, and at most. Kept by the server, whatever the cookie says (settings.SESSION_LIMITS)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tenancy.models import Membership
from tenancy.typed import TYPIST, keep_typed, shown_again

OPENED, SEEN = "opened_at", "seen_at"
# A use is written down once in this part of the idle time, not with every request.
STEPS = 120


@dataclass(frozen=True)
class Limits:
    idle: timedelta
    absolute: timedelta


def limits_for(membership: Membership | None) -> Limits:
    """Staff see everybody's data, from shared desks: theirs are short."""
    is_staff = membership is not None and membership.is_staff_role
    return Limits(*settings.SESSION_LIMITS["staff" if is_staff else "resident"])


def has_ended(*, opened: float, seen: float, now: float, limits: Limits) -> bool:
    return now - seen >= limits.idle.total_seconds() or now - opened >= limits.absolute.total_seconds()


def _signed_in_at(request: HttpRequest, now: float) -> float:
    """When this session was signed in; ``now`` when that is not written down."""
    records = get_authentication_records(request, request.user)
    return float(records[-1]["at"]) if records else now


class SessionLimitsMiddleware:
    """End a session that was unused too long or is too old, and keep what its person was sending."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.organisation is None:  # type: ignore[attr-defined]
            return self.get_response(request)
        if request.user.is_authenticated:
            return self._within_limits(request) or shown_again(request, self.get_response(request))
        # What a program sends is no form, and is read by the endpoint alone.
        is_form = request.method == "POST" and not request.path.startswith("/api/")
        if is_form and request.POST.get(TYPIST):
            # The session is gone, as when it was ended from another device; the form says whose words these are.
            keep_typed(request, request.POST[TYPIST])
        return self.get_response(request)

    def _within_limits(self, request: HttpRequest) -> HttpResponse | None:
        now, limits = time.time(), limits_for(request.membership)  # type: ignore[attr-defined]
        session = request.session
        opened, seen = session.get(OPENED), session.get(SEEN)
        if opened is None or seen is None:  # the first request after signing in
            opened = seen = session[OPENED] = session[SEEN] = _signed_in_at(request, now)
        if has_ended(opened=opened, seen=seen, now=now, limits=limits):
            return self._end(request)
        if now - seen >= limits.idle.total_seconds() / STEPS:
            session[SEEN] = now
            UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
        return None

    @staticmethod
    def _end(request: HttpRequest) -> HttpResponse | None:
        user_id = request.user.pk
        logout(request)
        request.membership = None  # type: ignore[attr-defined]
        kept = request.method == "POST" and keep_typed(request, user_id)
        if kept:
            messages.info(request, _("You were signed out meanwhile. What you typed is kept: sign in and go on."))
        else:
            messages.info(request, _("You were signed out because you had not used the portal for a while."))
        if "HX-Request" not in request.headers:
            return None
        answer = HttpResponse()
        answer["HX-Redirect"] = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        return answer
