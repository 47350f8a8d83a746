"""Django's own admin, entered through the same door as everything else and ruled by the access policy."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class StaffSite(admin.AdminSite):
    site_header = _("Staff desk")
    site_title = _("Staff desk")
    index_title = _("Administration")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in pages that ask the policy, and no others: the stock pages of packages (users' addresses, second
        factors, sessions, groups) show rows of every organisation."""
        from audit.admin import OrganisationAdmin  # it registers its own page here

        if admin_class is not None and issubclass(admin_class, OrganisationAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def unregister(self, model_or_iterable: Any) -> None:
        """Forget a page; one that was never taken in is forgotten already."""
        given = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        super().unregister([model for model in given if self.is_registered(model)])

    def has_permission(self, request: HttpRequest) -> bool:
        membership = request.membership  # type: ignore[attr-defined]
        return membership is not None and membership.is_staff_role

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One door: allauth's, with its throttling and second factor. Somebody without a staff role is sent home."""
        if request.user.is_authenticated:
            return redirect("home")
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Passwords, too, have one door: the stock page knows no second factor and tells nobody."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")
