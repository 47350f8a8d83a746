"""A complaint or a request made of an enquiry: what was asked needs somebody to act."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Category, Complaint
from complaints.rules import moving
from complaints.services.intake import Filing, file_complaint
from disclosures.models import Enquiry
from disclosures.services import enquiring
from owners.models import Unit
from owners.queries import person_of
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership

CHANNELS = {
    Enquiry.Channel.APP: Complaint.Channel.PORTAL, Enquiry.Channel.COUNTER: Complaint.Channel.COUNTER,
    Enquiry.Channel.PHONE: Complaint.Channel.PHONE, Enquiry.Channel.LETTER: Complaint.Channel.LETTER,
}  # fmt: skip


@dataclass(frozen=True)
class Becoming:
    """What an enquiry becomes: of which class, where, in which words."""

    category: Category
    description: str
    unit: Unit | None = None
    place: str = ""
    kind: str = Complaint.Kind.COMPLAINT


@transaction.atomic
def convert_enquiry(*, enquiry_id: UUID, becoming: Becoming, actor: Membership | None, now: datetime) -> Complaint:
    """File a complaint or a request for whoever asked and close the enquiry with its number. A second click finds the first one's.

    Writes what filing a complaint writes, the enquiry, an audit entry; tells whoever asked. Raises NotFound, NotAllowed,
    DomainError.
    """
    row = enquiring.locked(enquiry_id, actor)
    if actor is None or not moving.may_enter(actor):
        raise NotAllowed(_("Your role does not enter complaints."))
    if row.state == Enquiry.State.CONVERTED:
        return Complaint.objects.get(number=row.complaint_number)
    if not becoming.description.strip():
        raise DomainError(_("Write what happened. A sentence is enough."), code="description")
    filing = Filing(
        estate=row.estate, category=becoming.category, description=becoming.description.strip(),
        channel=CHANNELS[Enquiry.Channel(row.channel)], unit=becoming.unit, place=becoming.place.strip(),
        complainant=person_of(row.membership), caller_name=row.caller_name if row.membership is None else "",
        filing_key=uuid5(row.pk, "complaint"), kind=becoming.kind,
    )  # fmt: skip
    complaint = file_complaint(filing=filing, actor=actor, now=now)
    enquiring.convert(enquiry_id=row.pk, complaint_number=complaint.number, actor=actor, now=now)
    return complaint
