"""Who comes in: signed in, and of a role that reads reports here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tenancy.errors import NotAllowed
from tenancy.models import Membership

View = Callable[..., HttpResponseBase]


def door(may_enter: Callable[[Membership | None], bool]) -> Callable[[View], View]:
    """Without a sign-in: to the sign-in and back. Without the role here: 403."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                after = request.get_full_path() if request.method == "GET" else reverse("reports:index")
                return redirect_to_login(after, reverse("account_login"))
            if not may_enter(member(request)):
                raise NotAllowed(_("Your role does not read the reports."))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def member(request: HttpRequest) -> Membership:
    return request.membership  # type: ignore[attr-defined,no-any-return]
