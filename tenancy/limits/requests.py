"""Whose try a request is, and how a view asks for one itself."""

import hashlib

from django.http import HttpRequest

from tenancy.addresses import client_network
from tenancy.errors import TooMany
from tenancy.limits.taking import take


def subjects_of(request: HttpRequest, account: str = "") -> dict[str, str]:
    return {"account": account, "address": client_network(request), "person": person_of(request)}


def person_of(request: HttpRequest) -> str:
    """Who asks: the bearer of a token, the member, the user; without any of them the address."""
    if request.path.startswith("/api/") and (token := request.headers.get("Authorization")):
        return f"token:{hashlib.sha256(token.encode()).hexdigest()}"
    member = getattr(request, "membership", None)
    if member is not None:
        return f"member:{member.pk}"
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    return f"address:{client_network(request)}"


def refused(request: HttpRequest, action: str) -> TooMany | None:
    """For a view whose form comes back filled: count one try of what is about to be done, or say why not."""
    try:
        take(action, subjects_of(request))
    except TooMany as refusal:
        return refusal
    return None
