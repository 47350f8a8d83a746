"""The verbs of feeds: make one's secret, end it, note that it was asked for."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from notices import board_queries as queries
from notices.models import FeedKey
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership

# So many programs read one person's board; more is a leak or a mistake.
FEEDS_AT_MOST = 20
# A calendar asks every few minutes; that it is in use need not be written each time.
NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_feed(*, estate_id: UUID, actor: Membership, now: datetime) -> str:
    """A new secret for the feeds of an estate's board; shown once. Writes its hash and one audit entry.

    Raises NotFound for a board the actor may not read, DomainError when there are too many.
    """
    estate = queries.estates_of(actor).filter(pk=estate_id).first()
    if estate is None:
        raise NotFound("no such board")
    if queries.feeds_of(actor).count() >= FEEDS_AT_MOST:
        raise DomainError(_("You have %(most)s feeds already. End one first.") % {"most": FEEDS_AT_MOST})
    secret = secrets.token_urlsafe(32)
    row = FeedKey.objects.create(membership=actor, estate=estate, token_hash=queries.hash_of(secret), created_at=now)
    record(action="feed.made", subject=row, actor=actor, now=now, label=estate.code)
    return secret


@transaction.atomic
def end_feed(*, feed_id: UUID, actor: Membership, now: datetime) -> None:
    """End one's feed: its address answers nothing from now on. A second click changes nothing. Raises NotFound."""
    row = FeedKey.objects.filter(pk=feed_id, membership=actor).select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound("no such feed")
    if row.revoked_at is not None:
        return
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    record(action="feed.ended", subject=row, actor=actor, now=now)


def note_used(feed: FeedKey, *, now: datetime) -> None:
    """Once an hour at most, so that its owner sees which ones are in use."""
    if feed.last_used_at is None or feed.last_used_at < now - NOTED_EVERY:
        FeedKey.objects.filter(pk=feed.pk).update(last_used_at=now)
