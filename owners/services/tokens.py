"""A member's API tokens: made, and revoked."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import ApiToken, Membership
from tenancy.queries import tokens_of
from tenancy.scopes import SCOPES

# By this word tools that look for leaked secrets know what they found.
PREFIX = "pct_"
HINT = 4


@transaction.atomic
def make_token(
    *, name: str, scopes: Iterable[str], actor: Membership | None, now: datetime, days: int | None = None
) -> tuple[ApiToken, str]:
    """A token of the actor's own, and its secret of 256 random bits, which is not kept and cannot be shown again.

    Writes the token, with a hash of the secret, and one audit entry. It is good for ``days``, at most as many as the
    setting says, which is the default. Raises NotAllowed without a membership, DomainError without a right, for an
    unknown one, or with too many tokens.
    """
    if actor is None or not actor.is_active:
        raise NotAllowed(_("Only a member of this organisation makes tokens."))
    chosen = [scope for scope in SCOPES if scope in set(scopes)]
    if not chosen or set(scopes) - set(SCOPES):
        raise DomainError(_("Choose what the token is good for."))
    Membership.objects.select_for_update(of=("self",)).get(pk=actor.pk)  # so that two clicks are counted one by one
    if tokens_of(actor).filter(expires_at__gt=now).count() >= settings.API["TOKENS_PER_MEMBER"]:
        raise DomainError(_("You have as many tokens as one may have. Revoke one first."))
    secret = PREFIX + secrets.token_urlsafe(32)
    lasting = min(days or settings.API["TOKEN_DAYS"], settings.API["TOKEN_DAYS"])
    token = ApiToken.objects.create(
        membership=actor,
        name=name.strip(),
        hint=secret[: len(PREFIX) + HINT],
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=chosen,
        created_at=now,
        expires_at=now + timedelta(days=lasting),
    )
    record(action="token.made", subject=token, actor=actor, now=now, changes={"scopes": chosen, "days": lasting})
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: UUID, actor: Membership | None, now: datetime) -> ApiToken:
    """End a token of the actor's own at once; a second click changes nothing.

    Writes the token and one audit entry. Raises NotFound for unknown and anybody else's.
    """
    own = ApiToken.objects.filter(membership=actor) if actor is not None else ApiToken.objects.none()
    token: ApiToken | None = own.select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None:
        raise NotFound("no such token")
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(action="token.revoked", subject=token, actor=actor, now=now)
    return token
