"""Documents of contracts go again when they do not belong there."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from attachments.erasing import erase_files
from attachments.queries import of_subject
from audit.services import record
from contacts.models import Contract, OutsideParty
from contacts.services.agreements import DOCUMENTS_OF
from contacts.services.directory import locked_for
from tenancy.errors import NotFound
from tenancy.models import Membership


@transaction.atomic
def remove_document(*, contract_id: UUID, file_id: UUID, actor: Membership | None, now: datetime) -> OutsideParty:
    """Delete a document of a contract: its row now, its bytes when the transaction commits. Writes an audit entry.

    Raises NotFound, also when it is gone already, and NotAllowed.
    """
    contract = Contract.objects.filter(pk=contract_id).first()
    if contract is None:
        raise NotFound("no such contract")
    party = locked_for(contract.party_id, "contract.write", actor)
    if not erase_files(of_subject(DOCUMENTS_OF, contract.pk).filter(pk=file_id)):
        raise NotFound("no such document")
    record(action="contract.file_removed", subject=party, actor=actor, now=now, changes={"files": 1})
    return party
