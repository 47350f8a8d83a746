"""Who comes in: a member by a token or by their session, and what for."""

import re
from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenancy import queries, services
from tenancy.api.problems import ScopeMissing
from tenancy.errors import NotAllowed
from tenancy.models import ApiToken, Membership, User

SCHEME = re.compile(r"token[ \t]+(\S+)[ \t]*", re.IGNORECASE)


def member_of(request: Request) -> Membership:
    membership: Membership = request._request.membership
    return membership


class ByToken(BaseAuthentication):
    """``Authorization: Token ...``. The header alone decides: a session that came along is not looked at.

    Reads the member anew each time, so what ended their access ends the token's too.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        given = request.headers.get("Authorization", "")
        if not given.lower().startswith("token"):
            return None
        plain: HttpRequest = request._request
        found = SCHEME.fullmatch(given)
        token = queries.token_with(found[1], now=timezone.now()) if found and plain.organisation else None  # type: ignore[attr-defined]
        if token is None:
            raise AuthenticationFailed
        member = token.membership
        plain.membership = member  # type: ignore[attr-defined]
        if member.user.language:
            translation.activate(member.user.language)
        services.note_use(token=token, now=timezone.now())
        return member.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class BySession(SessionAuthentication):
    """The browser's own sign-in, with the CSRF token on unsafe methods."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(_("Send the CSRF token of your session as X-CSRFToken, or use a token.")) from error


class IsMember(BasePermission):
    """An active member of this organisation; by a token only what the token is good for."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if request._request.membership is None:
            raise NotAllowed(_("You are not a member of this organisation."))
        needed = view.scope_of(request.method)
        if isinstance(request.auth, ApiToken) and needed and needed not in request.auth.scopes:
            raise ScopeMissing(_("The token needs the right “%(scope)s”.") % {"scope": needed})
        return True


class ByTokenInSchema(OpenApiAuthenticationExtension):
    target_class = ByToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = _("A member's token: “Authorization: Token pct_…”. Made under Your account, API tokens.")
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": str(words)}


class BySessionInSchema(OpenApiAuthenticationExtension):
    target_class = BySession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        from django.conf import settings

        words = _("The browser's session. Unsafe methods need the header X-CSRFToken too.")
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": str(words)}
