import hashlib
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import models

from tenancy.models import ApiToken, Membership, Organisation, User

Row = TypeVar("Row", bound=models.Model)


def organisation_for_host(host: str) -> Organisation | None:
    """The active organisation that answers at this host name (without port), or None."""
    active = Organisation.objects.filter(is_active=True)
    base = settings.BASE_DOMAIN
    if settings.SINGLE_ORGANISATION:
        found = active.filter(slug=settings.SINGLE_ORGANISATION)
    elif host.endswith(f".{base}"):
        found = active.filter(slug=host[: -len(base) - 1])
    else:
        found = active.filter(domain=host)
    return _only(found)


def membership_of(user: User) -> Membership | None:
    """The user's active membership at the organisation in force."""
    membership = _only(Membership.objects.filter(user=user, is_active=True)) if user.is_active else None
    if membership is not None:
        membership.user = user
    return membership


def _only(found: models.QuerySet[Row]) -> Row | None:
    """The row of a query by a unique key: ``first()`` would sort by the primary one, and each request asks this twice."""
    return next(iter(found), None)


def staff_with_role(*roles: str) -> models.QuerySet[Membership]:
    return Membership.objects.filter(role__in=roles, is_active=True).select_related("user").order_by("name")


def token_with(secret: str, *, now: datetime) -> ApiToken | None:
    """The token of this secret while it is good, with its member, who is active; else None, whatever the reason."""
    wanted = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
    good = ApiToken.objects.filter(secret_hash=wanted, revoked_at__isnull=True, expires_at__gt=now)
    members = {"membership__is_active": True, "membership__user__is_active": True}
    return good.filter(**members).select_related("membership__user").first()


def tokens_of(member: Membership) -> models.QuerySet[ApiToken]:
    """The member's tokens that are not revoked, newest first."""
    return ApiToken.objects.filter(membership=member, revoked_at__isnull=True).order_by("-created_at", "-id")
