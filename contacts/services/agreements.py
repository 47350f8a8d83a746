"""Contracts, certificates and evaluations of an outside party."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.models import Certificate, Contract, Evaluation
from contacts.services.directory import locked_for
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership

DOCUMENTS_OF = "contacts.contract"


@dataclass(frozen=True)
class ContractFacts:
    title: str
    scope: str
    starts_on: date
    number: str = ""
    ends_on: date | None = None
    notice_days: int | None = None
    is_renewed: bool = False
    fee: Decimal | None = None
    currency: str = ""
    fee_period: str = ""
    service_levels: str = ""


@dataclass(frozen=True)
class CertificateFacts:
    kind: str
    title: str
    expires_on: date
    number: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class EvaluationFacts:
    from_on: date
    to_on: date
    quality: int
    punctuality: int
    cooperation: int
    words: str = ""


@transaction.atomic
def save_contract(
    *, party_id: UUID, facts: ContractFacts, files: Sequence[Attachment] = (), contract_id: UUID | None = None,
    actor: Membership | None, now: datetime,
) -> Contract:  # fmt: skip
    """Enter a contract of the party, or change the one named; ``files`` become its documents.

    Writes the row and an audit entry with the names of what changed. Raises NotFound, NotAllowed, UploadRefused.
    """
    row = _save(Contract, "contract.write", party_id, facts, contract_id, actor, now, documents=len(files))
    attach(attachments=files, subject_type=DOCUMENTS_OF, subject_id=row.pk)
    return row


@transaction.atomic
def save_certificate(
    *, party_id: UUID, facts: CertificateFacts, certificate_id: UUID | None = None, actor: Membership | None,
    now: datetime,
) -> Certificate:  # fmt: skip
    """Enter a licence, qualification or insurance of the party, or change the one named.

    Writes the row and an audit entry with the names of what changed. Raises NotFound, NotAllowed.
    """
    return _save(Certificate, "contact.write", party_id, facts, certificate_id, actor, now)


def _save(
    model: Any, action: str, party_id: UUID, facts: Any, row_id: UUID | None, actor: Membership | None, now: datetime,
    *, documents: int = 0,
) -> Any:  # fmt: skip
    party, label = locked_for(party_id, action, actor), model._meta.model_name
    if row_id is None:
        row = model.objects.create(party=party, **asdict(facts))
        record(action=f"{label}.added", subject=party, actor=actor, now=now)
        return row
    row = model.objects.filter(pk=row_id, party=party).first()
    if row is None:
        raise NotFound(f"no such {label}")
    changed = [name for name, value in asdict(facts).items() if getattr(row, name) != value]
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    if changed or documents:
        row.save()
        said = {"fields": [*changed, *(["documents"] if documents else [])]}
        record(action=f"{label}.changed", subject=party, actor=actor, now=now, changes=said)
    return row


@transaction.atomic
def evaluate(*, party_id: UUID, facts: EvaluationFacts, actor: Membership | None, now: datetime) -> Evaluation:
    """Say how the party did in a period, in points from 1 to 5. Writes the evaluation and an audit entry.

    Raises NotFound, NotAllowed, DomainError when the period has been evaluated already: it is not changed later.
    """
    party = locked_for(party_id, "contact.evaluate", actor)
    try:
        with transaction.atomic():
            row = Evaluation.objects.create(party=party, by=actor, at=now, **asdict(facts))
    except IntegrityError as error:
        raise DomainError(_("This period has been evaluated already."), code="period") from error
    record(action="evaluation.added", subject=party, actor=actor, now=now)
    return row
