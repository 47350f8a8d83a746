"""What a clerk makes of a mail: a complaint of somebody, words on a case, or nothing, with the reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from complaints import mail_queries, queries
from complaints.models import Category, Complaint, InboundMail
from complaints.rules.quotes import own_words
from complaints.services import inbound, talking
from complaints.services.intake import Filing, file_complaint
from owners.models import Building, Estate, Person, Unit
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership

State = InboundMail.State


@dataclass(frozen=True)
class Said:
    """What the clerk reads out of the mail. A unit implies its building and estate."""

    person: Person
    estate: Estate
    category: Category
    description: str
    building: Building | None = None
    unit: Unit | None = None
    place: str = ""


def make_case(*, mail_id: UUID, said: Said, actor: Membership, now: datetime) -> Complaint:
    """File it as a complaint of this person, with its files. Raises NotFound, NotAllowed, IllegalMove once decided."""
    mail = mail_queries.mail_for(actor, mail_id)
    files, refused = inbound.take_files(mail, inbound.read_again(mail), actor=actor, now=now)
    filing = Filing(
        estate=said.estate,
        building=said.building,
        unit=said.unit,
        place=said.place,
        category=said.category,
        description=inbound.shortened(said.description, refused),
        channel=Complaint.Channel.EMAIL,
        complainant=said.person,
        filing_key=uuid5(inbound.SPACE, str(mail.pk)),
    )
    with transaction.atomic():
        locked = _undecided(actor, mail_id, State.FILED, now)
        locked.person = said.person
        locked.complaint = file_complaint(filing=filing, actor=actor, now=now, attachments=files)
        _decide(locked, actor, now, label=locked.complaint.number)
    return locked.complaint


def attach_to_case(*, mail_id: UUID, number: str, actor: Membership, now: datetime) -> Complaint:
    """Add its words and files to a case the clerk may see, as the complainant's. Raises NotFound, IllegalMove."""
    mail = mail_queries.mail_for(actor, mail_id)
    complaint = queries.case_by_number(actor, number)
    if complaint is None:
        raise NotFound("no such complaint")
    read = inbound.read_again(mail)
    files, refused = inbound.take_files(mail, read, actor=actor, now=now)
    body = inbound.shortened(own_words(read.text or mail.subject), refused)
    with transaction.atomic():
        locked = _undecided(actor, mail_id, State.ATTACHED, now)
        talking.add_words(
            complaint_id=complaint.pk, actor=None, body=body, now=now, attachments=files,
            follow_token=queries.follow_token(complaint),
        )  # fmt: skip
        locked.complaint = complaint
        _decide(locked, actor, now, label=complaint.number)
    return complaint


def discard(*, mail_id: UUID, reason: str, actor: Membership, now: datetime) -> InboundMail:
    """Put it away, with the reason. Raises NotFound, IllegalMove, DomainError without a reason."""
    if not reason.strip():
        raise DomainError(_("Write why it is discarded."))
    with transaction.atomic():
        locked = _undecided(actor, mail_id, State.DISCARDED, now)
        locked.reason = reason.strip()[:300]
        _decide(locked, actor, now)
    return locked


def _undecided(actor: Membership, mail_id: UUID, to: str, now: datetime) -> InboundMail:
    mail = mail_queries.mail_for(actor, mail_id, lock=True)
    mail.move(to, at=now)
    return mail


def _decide(mail: InboundMail, actor: Membership, now: datetime, label: str = "") -> None:
    mail.decided_by = actor
    mail.save()
    record(action=f"inboundmail.{mail.state}", subject=mail, actor=actor, now=now, label=label)
