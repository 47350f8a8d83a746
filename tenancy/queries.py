import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.db import models

from tenancy.context import current_organisation_id
from tenancy.models import ApiToken, Membership, Organisation, User

# Each request asks the next two: to have the ORM write them anew costs three times what the answer does.


def organisation_for_host(host: str) -> Organisation | None:
    """The active organisation that answers at this host name (without port), or None."""
    base = settings.BASE_DOMAIN
    if settings.SINGLE_ORGANISATION:
        column, value = "slug", settings.SINGLE_ORGANISATION
    elif host.endswith(f".{base}"):
        column, value = "slug", host[: -len(base) - 1]
    else:
        column, value = "domain", host
    sql = f"SELECT * FROM tenancy_organisation WHERE {column} = %s AND is_active"  # noqa: S608  (one of two columns)
    return next(iter(Organisation.objects.raw(sql, [value])), None)


_at_hand: ContextVar[Organisation | None] = ContextVar("organisation_at_hand", default=None)


@contextmanager
def at_hand(organisation: Organisation) -> Iterator[None]:
    """Whoever asks for the organisation in force within the block gets this one, which was read already."""
    token = _at_hand.set(organisation)
    try:
        yield
    finally:
        _at_hand.reset(token)


def organisation_in_force() -> Organisation:
    """The organisation in force. Raises NoOrganisation outside a scope."""
    known, wanted = _at_hand.get(), current_organisation_id()
    return known if known is not None and known.pk == wanted else Organisation.objects.get(pk=wanted)


def membership_of(user: User) -> Membership | None:
    """The user's active membership at the organisation in force."""
    if not user.is_active:
        return None
    sql = "SELECT * FROM tenancy_membership WHERE organisation_id = %s AND user_id = %s AND is_active"
    membership = next(iter(Membership.objects.raw(sql, [current_organisation_id(), user.pk])), None)
    if membership is not None:
        membership.user = user
    return membership


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
