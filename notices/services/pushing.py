"""The verbs of push messages: a browser asks for them, and wants none any more."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from notices.channels.encrypting import point_from, unb64
from notices.channels.push import Browser, is_push_service, seal_browser
from notices.models import PushSubscription
from tenancy.errors import DomainError
from tenancy.models import Membership

# So many browsers has one reader at most; the longest unused has gone anyway.
BROWSERS_AT_MOST = 20


@transaction.atomic
def subscribe(*, browser: Browser, label: str, actor: Membership, now: datetime) -> PushSubscription:
    """Send the member's push messages to this browser too; the same one again is renewed. One audit entry when new.

    Raises DomainError for an address of no push service we know, keys that are none, or too many browsers.
    """
    _check(browser)
    key = _hash(browser.endpoint)
    row = PushSubscription.objects.filter(membership=actor, endpoint_hash=key).select_for_update(of=("self",)).first()
    if row is not None:
        row.sealed, row.label, row.gone_at = seal_browser(browser), label[:120], None
        row.save(update_fields=["sealed", "label", "gone_at"])
        return row
    if PushSubscription.objects.filter(membership=actor, gone_at=None).count() >= BROWSERS_AT_MOST:
        raise DomainError(
            _("Push messages go to %(most)s browsers at most. End one first.") % {"most": BROWSERS_AT_MOST}
        )
    made: PushSubscription = PushSubscription.objects.create(
        membership=actor, endpoint_hash=key, sealed=seal_browser(browser), label=label[:120], created_at=now
    )
    record(action="push.begun", subject=made, actor=actor, now=now)
    return made


@transaction.atomic
def unsubscribe(*, endpoint: str, actor: Membership, now: datetime) -> int:
    """No more push messages to this browser, or to none at all when ``endpoint`` is empty. Returns to how many."""
    rows = PushSubscription.objects.filter(membership=actor, gone_at=None)
    if endpoint:
        rows = rows.filter(endpoint_hash=_hash(endpoint))
    ended = list(rows.select_for_update(of=("self",)))
    for row in ended:
        row.gone_at = now
        row.save(update_fields=["gone_at"])
        record(action="push.ended", subject=row, actor=actor, now=now)
    return len(ended)


def _check(browser: Browser) -> None:
    refusal = _("This browser's push messages cannot be used here.")
    if not is_push_service(browser.endpoint):
        raise DomainError(refusal)
    try:
        point_from(browser.keys.p256dh)
        fits = len(unb64(browser.auth)) == 16
    except ValueError:
        fits = False
    if not fits:
        raise DomainError(refusal)


def _hash(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode("utf-8", "replace")).hexdigest()
