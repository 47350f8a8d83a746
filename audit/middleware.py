"""The net under the verbs: what was written or read without an entry of its own is named by its route."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit import services
from audit.accounts import SILENT
from tenancy.models import Membership

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
WRITES = ("INSERT", "UPDATE", "DELETE")
# A session is kept up with every request; that it began or ended is told by the sign-in itself.
NO_CHANGE = ('"django_session"', 'UPDATE "usersessions_usersession"')
ENTRY = '"audit_auditentry"'
# Words in an address that open a door are not for the log.
SECRET = frozenset({"token", "key", "uidb36", "extra_path"})


class Watch:
    """Sees every statement of a request: whether it wrote, and whether it left an audit entry."""

    has_written = has_entry = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES) and not any(part in sql[:80] for part in NO_CHANGE):
            self.has_written = True
            self.has_entry = self.has_entry or ENTRY in sql[:40]
        return execute(sql, params, many, context)


class TrailMiddleware:
    """No request changes anything without an audit entry, and no auditor reads a page without one.

    The verbs write their own entries, with what was done to what. Where one was forgotten the net writes
    ``request.posted`` with the route, so that "100 % of what changes leaves an entry" holds by construction.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.organisation is None:  # type: ignore[attr-defined]
            return self.get_response(request)
        if request.method in SAFE:
            response = self.get_response(request)
            if _is_auditors_reading(request, response):
                _record(request, "page.read")
            return response
        watch = Watch()
        with connection.execute_wrapper(watch):
            response = self.get_response(request)
        if watch.has_written and not watch.has_entry and response.status_code < 400:
            route = request.resolver_match
            _record(request, SILENT.get(route.view_name if route else "", "request.posted"))
        return response


def _is_auditors_reading(request: HttpRequest, response: HttpResponse) -> bool:
    member = request.membership  # type: ignore[attr-defined]
    is_auditor = member is not None and member.role == Membership.Role.AUDITOR
    if request.method == "OPTIONS":  # says which methods there are, and shows nothing
        return False
    return is_auditor and response.status_code == 200 and not getattr(request, "is_reading_noted", False)


def _record(request: HttpRequest, action: str) -> None:
    route = request.resolver_match
    asked = {name: str(value)[:80] for name, value in (route.kwargs if route else {}).items() if name not in SECRET}
    services.record(
        action=action,
        subject=None,
        actor=request.membership,  # type: ignore[attr-defined]
        now=timezone.now(),
        changes={"route": route.view_name if route else "", **asked},
    )
