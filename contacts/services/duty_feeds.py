"""The verbs of feeds of what is due: make one's secret, find its feed, end it, note that it was asked for."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from contacts import duty_queries as queries
from contacts.models import DutyFeed
from contacts.rules import duties as rules
from contacts.rules.defaults import duty_defaults
from notices.board_queries import hash_of
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership


@transaction.atomic
def make_feed(*, actor: Membership, now: datetime) -> str:
    """A new secret for the member's feed; shown once. Writes its hash and one audit entry.

    Raises NotAllowed for who reads no duties, DomainError when there are too many.
    """
    if not rules.may_read(actor):
        raise NotAllowed(_("Your role does not read what is due."))
    Membership.objects.select_for_update().get(pk=actor.pk)
    most = duty_defaults()["feeds_at_most"]
    if queries.feeds_of(actor).count() >= most:
        raise DomainError(_("You have %(most)s feeds already. End one first.") % {"most": most})
    secret = secrets.token_urlsafe(32)
    row = DutyFeed.objects.create(membership=actor, token_hash=hash_of(secret), created_at=now)
    record(action="dutyfeed.made", subject=row, actor=actor, now=now)
    return secret


@transaction.atomic
def end_feed(*, feed_id: UUID, actor: Membership, now: datetime) -> None:
    """End one's feed: its address answers nothing from now on. A second click changes nothing. Raises NotFound."""
    row = DutyFeed.objects.filter(pk=feed_id, membership=actor).select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound("no such feed")
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        record(action="dutyfeed.ended", subject=row, actor=actor, now=now)


def note_used(feed: DutyFeed, *, now: datetime) -> None:
    """Once an hour at most, so that its owner sees which ones are in use."""
    often = timedelta(hours=duty_defaults()["feed_noted_hours"])
    if feed.last_used_at is None or feed.last_used_at < now - often:
        DutyFeed.objects.filter(pk=feed.pk).update(last_used_at=now)
