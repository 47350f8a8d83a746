"""The daily heads: signed in the organisation's scope, written to a file and mailed after it."""

import logging
from datetime import UTC, datetime

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from audit import heads, queries
from tenancy.context import scope

log = logging.getLogger(__name__)


@shared_task
def export_heads() -> str:
    """Sign the head of the day of every organisation that has none, once the hour has come. Doing it again does nothing.

    A row whose file could not be written, or was lost, gets it at the next run.
    """
    now = timezone.now().astimezone(UTC)
    if now.time() < settings.AUDIT_HEADS_AT:
        return "not yet"
    signed = [_export(organisation_id, now) for organisation_id in queries.active_organisations()]
    return f"{sum(signed)} heads"


def _export(organisation_id: int, now: datetime) -> bool:
    from audit import services

    with scope(organisation_id):
        signed = services.take_head(now=now)
    is_new = heads.write(signed)
    if is_new and settings.AUDIT_HEADS_MAIL:
        _mail(signed)
    return is_new


def _mail(signed: heads.SignedHead) -> None:
    """To a mailbox beyond the reach of who administers the database. The file stays when the server refuses."""
    subject = f"PropComm audit head {signed.head.on} organisation {signed.head.organisation}"
    try:
        send_mail(subject, heads.as_text(signed), None, [settings.AUDIT_HEADS_MAIL])
    except OSError:
        log.warning("the audit head of %s could not be mailed", signed.head.on)
