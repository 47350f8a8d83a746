"""A draft that should not be is discarded: of the wrong estate or period, or a correction that nobody wants."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from attachments.erasing import erase_files, of_cases
from audit.services import record
from disclosures import queries
from disclosures.models import AccountStatement
from disclosures.rules.statements import ACTS
from disclosures.services.statements import locked
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership
from tenancy.policy import can


@transaction.atomic
def discard(*, statement_id: UUID, actor: Membership | None, now: datetime) -> None:
    """By who may prepare it. Deletes the draft with its lines and its own vouchers; those of the version it would have
    corrected stay with that. Writes an audit entry. Raises NotFound, NotAllowed, DomainError."""
    row = locked(statement_id, actor)
    must_be_discardable(row, actor)
    lines = row.lines.values_list("pk", flat=True)
    files = erase_files(of_cases(queries.VOUCHERS_OF, [row.pk, *lines]))
    changes = {"lines": len(lines), "files": files}
    record(action="statement.discarded", subject=row, label=str(row), actor=actor, now=now, changes=changes)
    row.delete()


def must_be_discardable(row: AccountStatement, actor: Membership | None) -> None:
    """Raises NotAllowed, and DomainError for what went on, or once was before the committee."""
    if not can(actor, "statement.write", row):
        raise NotAllowed(_("You cannot enter accounts of this estate."))
    if row.state not in ACTS["discard"][0]:
        raise DomainError(_("Only a draft can be discarded. Have it sent back first."), code="state")
    if row.reviews.exists() or row.remarks.exists():
        raise DomainError(
            _("The committee has had it before: what was said of it stays. Mend it instead."), code="state"
        )
