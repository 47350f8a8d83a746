"""Mail comes in: stored first, then understood, in two steps, so that a worker killed between them loses nothing."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.rules import UploadRefused
from attachments.services import receive_upload
from audit.services import record
from complaints import mail_queries, queries
from complaints.models import Category, Complaint, InboundMail
from complaints.rules.inbound import File, Read, limits, read_mail
from complaints.rules.quotes import own_words, without_signature
from complaints.services import talking
from complaints.services.intake import Filing, file_complaint
from notices import replying
from owners.models import Person
from owners.queries import units_of_person
from tenancy.context import current_organisation_id
from tenancy.errors import DomainError
from tenancy.models import Membership
from tenancy.private_files import STORAGE

log = logging.getLogger(__name__)
State, Why = InboundMail.State, InboundMail.Why
LONGEST = 5000
PATIENCE = timedelta(hours=1)
SPACE = UUID("5b6ee5a7-6d0c-4b0e-8f8c-8d1f2f5d9d10")  # of the filing keys of mails


@dataclass(frozen=True)
class Plan:
    """What becomes of a mail: it waits or is stopped (``why``), is added to a case, or becomes one."""

    why: str = ""
    is_stopped: bool = False
    complaint: Complaint | None = None
    author: Membership | None = None
    is_staff: bool = False
    person: Person | None = None


def store(*, raw: bytes, now: datetime, is_head: bool = False) -> InboundMail:
    """Keep a mail in the scope of its organisation: its bytes, and one row. The same Message-ID again finds its row.

    ``is_head`` says that only the head of a mail that is too big was taken. Never raises for what the mail is.
    """
    read = read_mail(raw, domain=settings.BASE_DOMAIN)
    name = f"mail/{current_organisation_id()}/{hashlib.sha256(raw).hexdigest()}.eml"
    found = InboundMail.objects.filter(key=read.key).first()
    if found is not None:
        return found
    if not storages[STORAGE].exists(name):  # a try that was killed after it is the same file
        saved = storages[STORAGE].save(name, ContentFile(raw))
        if saved != name:  # somebody else stored it in the meantime
            storages[STORAGE].delete(saved)
    mail, _new = InboundMail.objects.get_or_create(
        key=read.key,
        defaults={
            "sender": read.sender, "sender_name": read.sender_name, "subject": read.subject, "text": read.text,
            "reply_token": mail_queries.token_in(read.recipients), "files_count": len(read.files),
            "left_out": min(read.left_out, 1000), "raw_name": name, "received_at": now,
            "why": Why.TOO_BIG if is_head else "",
        },
    )  # fmt: skip
    return mail


def process(*, mail_id: UUID, now: datetime) -> InboundMail:
    """Understand a stored mail: a reply goes to its case, a known owner's becomes a complaint, all else waits.

    Files go through the gate before any row is locked. A second worker, or the next try, finds it done and does nothing.
    """
    mail = InboundMail.objects.get(pk=mail_id)
    if mail.state != State.RECEIVED:
        return mail
    read = read_again(mail)
    plan = _plan(mail, read, now)
    try:
        return _carry_out(mail, read, plan, now)
    except DomainError as error:
        log.info("a mail waits for a clerk: %s", type(error).__name__)
        return _carry_out(mail, read, Plan(why=Why.REFUSED, person=plan.person), now)


@transaction.atomic
def give_up(*, mail_id: UUID, now: datetime) -> bool:
    """Leave a mail to a clerk that could not be dealt with for an hour. Whether it was."""
    old = InboundMail.objects.filter(pk=mail_id, state=State.RECEIVED, received_at__lt=now - PATIENCE)
    mail = old.select_for_update(of=("self",)).first()
    if mail is None:
        return False
    mail.move(State.WAITING, at=now)
    mail.why, mail.decided_at = Why.UNREADABLE, None
    mail.save()
    return True


def read_again(mail: InboundMail) -> Read:
    """The mail from its stored bytes; what the row remembers once these are gone."""
    storage = storages[STORAGE]
    if mail.raw_name and storage.exists(mail.raw_name):
        with storage.open(mail.raw_name) as file:
            return read_mail(file.read(), domain=settings.BASE_DOMAIN)
    return Read(key=mail.key, sender=mail.sender, sender_name=mail.sender_name, subject=mail.subject, text=mail.text)


# -- what it is --------------------------------------------------------------------------------------------------------


def _plan(mail: InboundMail, read: Read, now: datetime) -> Plan:
    if mail.why == Why.TOO_BIG:
        return Plan(why=Why.TOO_BIG)
    if not read.is_readable or not read.sender:
        return Plan(why=Why.UNREADABLE)
    if read.automatic:
        return Plan(why=read.automatic, is_stopped=True)
    if mail_queries.sent_within_an_hour(read.sender, now) > limits()["per_sender_an_hour"]:
        return Plan(why=Why.RATE, is_stopped=True)
    if not read.text and not read.files:
        return Plan(why=Why.EMPTY)
    if read.is_doubtful:
        return Plan(why=Why.DOUBTFUL)
    people = mail_queries.people_with_address(read.sender)
    if mail.reply_token:
        return _reply(mail.reply_token, people, read.sender)
    if mail_queries.staff_with_address(read.sender) is not None:
        return Plan(why=Why.STAFF)
    if len(people) != 1:
        return Plan(why=Why.SEVERAL if people else Why.UNKNOWN)
    estates = {unit.estate_id for unit in units_of_person(people[0], now.date())}
    if len(estates) != 1:
        return Plan(why=Why.SEVERAL if estates else Why.UNKNOWN, person=people[0])
    if not read.text:
        return Plan(why=Why.EMPTY, person=people[0])
    return Plan(person=people[0], why="" if _category() else Why.REFUSED)


def _category() -> Category | None:
    """Of a complaint that nobody has looked at yet: the one of data/inbound.yaml, else the last there is."""
    known = list(queries.categories())
    usual = limits()["category"]
    return next((each for each in known if each.code == usual), known[-1] if known else None)


def _reply(token: str, people: Sequence[Person], sender: str) -> Plan:
    """To the case of the token, when the sender is whom that mail went to, and the case is theirs or they work on it."""
    person = people[0] if len(people) == 1 else None
    unknown = Plan(why=Why.FORGED, person=person)
    told = replying.answered(token)
    if told is None or told.organisation_id != current_organisation_id():
        return unknown
    complaint = Complaint.objects.filter(pk=told.about_id).select_related("complainant").first()
    if complaint is None:
        return unknown
    theirs = [each for each in people if told.person_id == each.pk and complaint.complainant_id == each.pk]
    if theirs:
        return Plan(complaint=complaint, author=theirs[0].membership, person=theirs[0])
    staff = mail_queries.staff_with_address(sender)
    if staff is not None and told.membership_id == staff.pk and told.person_id is None:
        return Plan(complaint=complaint, author=staff, is_staff=True)
    return unknown


# -- what becomes of it ------------------------------------------------------------------------------------------------


def _carry_out(mail: InboundMail, read: Read, plan: Plan, now: datetime) -> InboundMail:
    acts = not plan.why
    files, refused = take_files(mail, read, actor=plan.author, now=now) if acts else ([], [])
    with transaction.atomic():
        locked = InboundMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if locked.state != State.RECEIVED:
            return locked
        locked.person, locked.why = plan.person, plan.why
        if plan.why:
            locked.move(State.STOPPED if plan.is_stopped else State.WAITING, at=now)
            locked.decided_at = None
        elif plan.complaint is not None:
            _add(locked, read, plan, files, refused, now)
            locked.complaint = plan.complaint
            locked.move(State.ATTACHED, at=now)
        else:
            assert plan.person is not None  # noqa: S101 - who files is known
            locked.complaint = file_complaint(
                filing=_filing(locked, read, plan.person, refused, now), actor=plan.person.membership, now=now,
                attachments=files,
            )  # fmt: skip
            locked.move(State.FILED, at=now)
        locked.save()
        if locked.complaint is not None:
            record(action=f"inboundmail.{locked.state}", subject=locked, actor=plan.author, now=now,
                   label=locked.complaint.number)  # fmt: skip
    return locked


def _add(mail: InboundMail, read: Read, plan: Plan, files: list[Attachment], refused: list[str], now: datetime) -> None:
    complaint = plan.complaint
    assert complaint is not None  # noqa: S101 - the plan names it
    body = shortened(own_words(read.text), refused)
    if plan.is_staff and plan.author is not None:
        # Words of staff stay inside: what goes to the complainant is written on the case.
        talking.write_note(complaint_id=complaint.pk, actor=plan.author, body=body, now=now, attachments=files)
        return
    talking.add_words(
        complaint_id=complaint.pk, actor=plan.author, body=body, now=now, attachments=files,
        follow_token=queries.follow_token(complaint),
    )  # fmt: skip


def _filing(mail: InboundMail, read: Read, person: Person, refused: list[str], now: datetime) -> Filing:
    """A complaint about the person's unit, or about their estate when they have several; a clerk sets its category."""
    units = units_of_person(person, now.date())
    words = f"{read.subject}\n\n{without_signature(read.text)}".strip()
    category = _category()
    assert category is not None  # noqa: S101 - the plan asked
    return Filing(
        estate=units[0].estate,
        unit=units[0] if len(units) == 1 else None,
        category=category,
        description=shortened(words, refused),
        channel=Complaint.Channel.EMAIL,
        complainant=person,
        filing_key=uuid5(SPACE, str(mail.pk)),
    )


def take_files(
    mail: InboundMail, read: Read, *, actor: Membership | None, now: datetime
) -> tuple[list[Attachment], list[str]]:
    """The mail's files through the gate, and a sentence for each that was refused. What does not fit is a file too."""
    files = list(read.files)
    if len(own_words(read.text)) > LONGEST:
        files.insert(0, File("mail.txt", read.text.encode()))
    taken: list[Attachment] = []
    refused: list[str] = []
    for file in files[: limits()["files"]]:
        upload = SimpleUploadedFile(file.name, b"")
        upload.file, upload.size = BytesIO(file.content), len(file.content)
        try:
            taken.append(receive_upload(file=upload, actor=actor, now=now, visitor=f"mail:{mail.pk}"))
        except UploadRefused as refusal:
            refused.append(str(refusal.message))
    if read.left_out:
        refused.append(_("Parts of the mail that could not be taken: %(n)s.") % {"n": read.left_out})
    return taken, refused


def shortened(words: str, refused: Sequence[str] = ()) -> str:
    """What fits into a case, with what could not be taken said below it."""
    below = "".join(f"\n[{sentence}]" for sentence in refused)[:1000]
    room = LONGEST - len(below) - 1
    return (words if len(words) <= room else f"{words[: room - 1]}…") + below
