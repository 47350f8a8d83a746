"""Withdrawal: asked for with a reason, done by a second person; the text stays, and says so."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from disclosures import publication_queries as queries
from disclosures.models import Publication
from disclosures.services import publicduties
from disclosures.services.publications import locked, off_the_portal
from tenancy.errors import DomainError
from tenancy.models import Membership

State = Publication.State


@transaction.atomic
def ask(
    *, publication_id: UUID, reason: str, actor: Membership, now: datetime, legal_order: str = "",
    files: Sequence[Attachment] = (),
) -> Publication:  # fmt: skip
    """Say why it should be withdrawn. Before its minimum time is over only by a legal order, named and with its document.

    Raises NotFound, NotAllowed, DomainError.
    """
    row = locked(publication_id, actor, "write")
    if row.state != State.LIVE:
        raise DomainError(_("Only what is shown can be withdrawn."), code="state")
    if row.is_asked_back:
        raise DomainError(_("It has been asked for already. A second person decides."), code="state")
    if not reason.strip():
        raise DomainError(_("Say why. Everybody who reads it reads this."), code="reason")
    row.withdrawal_reason, row.legal_order = reason.strip(), legal_order.strip()
    row.order_files = [str(file.pk) for file in files]
    _must_be_allowed(row, now)
    attach(attachments=files, subject_type=queries.FILES_OF, subject_id=row.pk, audience=Attachment.Audience.STAFF)
    row.withdrawal_asked_by, row.withdrawal_asked_at = actor, now
    row.save()
    told = {"legal_order": bool(row.legal_order), "files": len(files)}
    record(action="publication.withdrawal_asked", subject=row, actor=actor, now=now, label=row.number, changes=told)
    return row


def _must_be_allowed(row: Publication, now: datetime) -> None:
    if row.has_hung(timezone.localdate(now)):
        return
    until = formats.date_format(row.min_until) if row.min_until else ""
    if not row.legal_order:
        raise DomainError(
            _("It is shown until %(day)s at least. Before that only a legal order takes it down: name it.")
            % {"day": until},
            code="legal_order",
        )
    if not row.order_files:
        raise DomainError(_("Attach the document of the legal order."), code="documents")


def _order_must_be_clean(row: Publication, now: datetime) -> None:
    """What nobody can open proves no order."""
    if not row.has_hung(timezone.localdate(now)) and not queries.has_clean_order(row):
        raise DomainError(
            _(
                "The document of the legal order is still being checked for viruses, or was refused. Try again later, or drop the request and ask again with another document."
            ),
            code="documents",
        )


@transaction.atomic
def confirm(*, publication_id: UUID, actor: Membership, now: datetime) -> Publication:
    """A second person withdraws it. A second click changes nothing. Raises NotFound, NotAllowed, DomainError."""
    row = locked(publication_id, actor, "publish")
    if row.state == State.WITHDRAWN:
        return row
    if row.state != State.LIVE or not row.is_asked_back:
        raise DomainError(_("Nobody has asked to withdraw it."), code="state")
    if actor.pk == row.withdrawal_asked_by_id:
        raise DomainError(_("Somebody else than whoever asked withdraws it."), code="actor")
    _must_be_allowed(row, now)
    _order_must_be_clean(row, now)
    row.state, row.withdrawn_by, row.withdrawn_at, row.moved_at = State.WITHDRAWN, actor, now, now
    row.save()
    off_the_portal(row, timezone.localdate(now))
    if not row.has_hung(timezone.localdate(now)):
        publicduties.reopen_kept_by(row, actor=actor, now=now)
    record(action="publication.withdrawn", subject=row, actor=actor, now=now, label=row.number)
    return row


@transaction.atomic
def keep(*, publication_id: UUID, actor: Membership, now: datetime) -> Publication:
    """It stays: the request is dropped. A second click changes nothing. Raises NotFound, NotAllowed, DomainError."""
    row = locked(publication_id, actor, "write")
    if row.state == State.WITHDRAWN:
        raise DomainError(_("It has been withdrawn."), code="state")
    if row.withdrawal_asked_at is not None:
        row.withdrawal_asked_by = row.withdrawal_asked_at = None
        row.withdrawal_reason = row.legal_order = ""
        row.order_files = []
        row.save()
        record(action="publication.withdrawal_dropped", subject=row, actor=actor, now=now, label=row.number)
    return row
