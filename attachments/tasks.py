"""Looks again at files that wait for the virus scanner."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from attachments import queries
from attachments.models import Attachment
from tenancy.context import scope


@shared_task
def check_waiting_uploads() -> int:
    """The sweep, in every organisation. Ends at the first file the scanner says nothing about: it is still away."""
    looked_at = 0
    for organisation_id, attachment_id in queries.unchecked_anywhere(timezone.now()):
        state = check_upload(organisation_id, str(attachment_id))
        looked_at += state != "skipped"
        if state == Attachment.State.PENDING:
            break
    return looked_at


@shared_task
def check_upload(organisation_id: int, attachment_id: str) -> str:
    """Look at one file. No transaction is open while the scanner and the gate are at work."""
    from attachments import unchecked

    with scope(organisation_id):
        attachment = unchecked.claim(attachment_id=UUID(attachment_id), now=timezone.now())
    if attachment is None:
        return "skipped"
    with unchecked.look(attachment) as outcome, scope(organisation_id):
        return unchecked.record(attachment=attachment, outcome=outcome, now=timezone.now())
