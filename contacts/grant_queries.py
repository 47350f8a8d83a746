"""What is read of accesses from outside."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from contacts.models import AccessGrant, OutsideParty
from contacts.queries import parties_visible_to
from contacts.rules.doors import doors
from tenancy.models import Membership

SECRETS = range(20, 101)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def valid(secret: str, now: datetime) -> AccessGrant | None:
    """The grant that a link opens now; None for unknown, ended and expired alike, and for doors there are no more."""
    if len(secret) not in SECRETS:
        return None
    found: AccessGrant | None = (
        AccessGrant.objects.filter(secret_hash=hash_of(secret)).select_related("party", "contact").first()
    )
    if found is None or not found.is_valid_at(now) or found.subject_type not in doors():
        return None
    return found


def grants_visible_to(actor: Membership | None) -> QuerySet[AccessGrant]:
    """Those of the parties that serve where the member works, for who may give and end them."""
    return AccessGrant.objects.filter(party__in=parties_visible_to(actor, "grant.write"))


def grants_in_force(party: OutsideParty, now: datetime) -> list[AccessGrant]:
    """The party's, the newest first."""
    rows = AccessGrant.objects.filter(party=party, ended_at=None, expires_at__gt=now)
    return list(rows.select_related("contact", "made_by").order_by("-made_at", "-id"))


def offered(actor: Membership | None, party: OutsideParty) -> list[tuple[str, UUID | None, str, str]]:
    """(type, id or None, title of the door, words) of everything the member may let the party in to."""
    return [
        (name, key, str(door.title), words)
        for name, door in doors().items()
        for key, words in door.subjects(actor, party)
    ]
