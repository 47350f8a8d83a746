"""Who comes in to the staff pages: the same rule as the admin site's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tenancy.errors import NotAllowed

View = Callable[..., Any]


def staff_page(view: View) -> View:
    """Without a sign-in: to the sign-in and back. Without a staff role here: 403."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            after = request.get_full_path() if request.method == "GET" else reverse("triage:queue")
            return redirect_to_login(after, reverse("account_login"))
        if not admin.site.has_permission(request):
            raise NotAllowed(_("This page is for the staff of the property management."))
        return view(request, *args, **kwargs)

    return guarded
