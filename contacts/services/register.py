"""Writing contacts down, amending and settling what was written, and what is to be done because of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.links import case_of, check_discreet
from contacts.models import Amendment, CommunicationRecord, ContactPerson, EntryDraft, FollowUp, OutsideParty
from contacts.register_queries import has_open_tasks, is_readable, records_visible_to
from contacts.rules import register as rules
from contacts.rules.access import reach_for
from contacts.rules.calendars import calendar_of
from contacts.rules.defaults import is_plausible
from contacts.services import drafts
from contacts.services.directory import ChangedMeanwhile
from contacts.services.register_reminding import tell_of_task
from owners.models import Building, Estate, Person, Unit
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

Record = CommunicationRecord
FILES_OF = "contacts.communicationrecord"
# What nobody may lose: a form that says other words than its entry is another contact.
WORDS = ("summary", "request", "non_verbal_note", "participants", "addressee", "letter_text")
SERIES = {Record.Direction.IN: "IN", Record.Direction.OUT: "OUT"}


@dataclass(frozen=True)
class Contact:
    """What is said of one contact. ``form`` and ``methods`` may be left out: the way of contact says them.

    ``is_letter`` registers an official letter and gives it a number; without ``answer_due_on`` a written contact that
    came in is due as the defaults say.
    """

    estate: Estate
    party_type: str
    channel: str
    content: str
    subject: str
    summary: str
    occurred_at: datetime
    direction: str = Record.Direction.IN
    building: Building | None = None
    unit: Unit | None = None
    person: Person | None = None
    party: OutsideParty | None = None
    contact: ContactPerson | None = None
    name_given: str = ""
    phone_given: str = ""
    participants: str = ""
    form: str = ""
    methods: Sequence[str] = ()
    request: str = ""
    non_verbal_note: str = ""
    recording: str = Record.Recording.NONE
    confidentiality: str = Record.Confidentiality.STAFF
    subject_staff: Membership | None = None
    case_number: str = ""
    their_reference: str = ""
    dated_on: date | None = None
    addressee: str = ""
    letter_text: str = ""
    answer_due_on: date | None = None
    is_letter: bool = False


# What an amendment can change: everything that is said, but not where it lies or that it is a registered letter.
AMENDABLE = tuple(each.name for each in fields(Contact) if each.name not in ("case_number", "is_letter", "estate"))


@transaction.atomic
def enter_contact(
    *, contact: Contact, actor: Membership | None, now: datetime, files: Sequence[Attachment] = (),
    answer_to: UUID | None = None, entry_key: UUID | None = None, copy: drafts.Copy | None = None,
) -> CommunicationRecord:  # fmt: skip
    """Write a contact down. Writes the entry with its number, its files, an audit entry, and settles what it answers.

    A draft with the same ``entry_key`` is finished by it; the same key again finds the entry that is there. Raises
    NotAllowed, NotFound (the entry answered), KeptElsewhere when the draft is not what ``copy`` read, DomainError with
    the code of the field that is wrong.
    """
    building = contact.building.pk if contact.building else None
    if actor is None or not reach_for(actor, "register.write").covers(contact.estate.pk, building):
        raise NotAllowed(_("You cannot write down contacts of this estate."))
    if (same := _same_form(entry_key)) is not None:
        return same_words(same, _words_of(contact))
    drafts.check_copy(entry_key, copy, actor)
    check(contact, actor, now)
    asked = writable(answer_to, actor) if answer_to else None
    columns = columns_of(contact, actor)
    needs_answer = rules.wants_answer(columns["direction"], columns["form"])
    if needs_answer and columns["answer_due_on"] is None:
        started = timezone.localdate(contact.occurred_at)
        columns["answer_due_on"] = rules.answer_due(calendar_of(contact.estate), started)
    row = Record(
        **columns, estate=contact.estate, recorded_at=now, recorded_by=actor, needs_answer=needs_answer,
        is_late=rules.is_late(contact.occurred_at, now), answer_to=asked, entry_key=entry_key,
        state=rules.state_of(needs_answer=needs_answer, is_answered=False, open_tasks=0, was_open=False),
    )  # fmt: skip
    year = timezone.localdate(now).year
    if contact.is_letter:
        row.letter_number = next_number(
            code=f"{SERIES[Record.Direction(contact.direction)]}-{contact.estate.code}", year=year
        )
    row.number = next_number(code=f"K-{contact.estate.code}", year=year)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        if (same := _same_form(entry_key)) is None:
            raise
        return same_words(same, _words_of(contact))
    attach(attachments=files, subject_type=FILES_OF, subject_id=row.pk)
    if entry_key is not None:
        drafts.finish(row, files_of=FILES_OF, copy=copy)
    record(action="communicationrecord.entered", subject=row, actor=actor, now=now, changes=_marks(row))
    if asked is not None:
        _settle(asked, actor, now)
        record(action="communicationrecord.answered", subject=asked, actor=actor, now=now, changes={"by": row.number})
    return row


def _same_form(entry_key: UUID | None) -> CommunicationRecord | None:
    return Record.objects.filter(entry_key=entry_key).first() if entry_key else None


def _words_of(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) for name in WORDS}


def same_words(row: CommunicationRecord, words: Mapping[str, str]) -> CommunicationRecord:
    """The entry that is there; raises DomainError when something else was typed over a form that was sent before."""
    if row.version == 1 and any(getattr(row, name).strip() != words.get(name, "").strip() for name in WORDS):
        told = _("What this form said first is written down as %(number)s. To write down this as well, press again.")
        raise DomainError(told % {"number": row.number}, code="entry_key")
    return row


def _marks(row: CommunicationRecord) -> dict[str, Any]:
    marks: dict[str, Any] = {"channel": row.channel, "direction": row.direction}
    if row.is_late:
        marks["late"] = True
    if row.letter_number:
        marks["letter"] = row.letter_number
    return marks


def check(contact: Contact, actor: Membership | None, now: datetime) -> None:
    """Raises DomainError whose code is the field that is wrong."""
    if contact.occurred_at > now:
        raise DomainError(_("This is still to come. Write down when it was."), code="occurred_at")
    if not is_plausible(contact.occurred_at.year):
        raise DomainError(_("Check the year."), code="occurred_at")
    for name in ("dated_on", "answer_due_on"):
        said = getattr(contact, name)
        if said is not None and not is_plausible(said.year):
            raise DomainError(_("Check the year."), code=name)
    if contact.is_letter and contact.channel not in (Record.Channel.LETTER, Record.Channel.EMAIL):
        raise DomainError(_("Only a letter or an e-mail is registered as a letter."), code="is_letter")
    if contact.is_letter and contact.direction == Record.Direction.INTERNAL:
        raise DomainError(_("A registered letter comes in or goes out."), code="direction")
    link = case_of(actor, contact.case_number) if contact.case_number else None
    if contact.case_number and link is None:
        raise DomainError(_("There is no case with this number that you may see."), code="case_number")
    check_discreet(link, names=contact.unit is not None or contact.person is not None)
    if contact.unit is not None and contact.unit.estate_id != contact.estate.pk:
        raise DomainError(_("This unit lies in another estate."), code="unit")


def columns_of(contact: Contact, actor: Membership | None) -> dict[str, Any]:
    """The columns an amendment can change, with what follows from the way of contact filled in."""
    said: dict[str, Any] = {name: getattr(contact, name) for name in AMENDABLE}
    said["form"] = contact.form or rules.usual_form(contact.channel)
    said["methods"] = list(contact.methods) or rules.usual_methods(contact.channel, contact.direction)
    if contact.unit is not None and contact.building is None:
        said["building"] = contact.unit.building
    if contact.subject_staff is not None:
        said["confidentiality"] = Record.Confidentiality.RESTRICTED
    link = case_of(actor, contact.case_number) if contact.case_number else None
    said["linked_type"] = link.kind if link else ""
    said["linked_id"] = link.key if link else None
    said["linked_number"] = link.number if link else ""
    return said


def writable(record_id: UUID | None, actor: Membership | None) -> CommunicationRecord:
    """The entry, its row locked, for who may write in it. Raises NotFound, NotAllowed."""
    row = Record.objects.select_for_update(of=("self",)).select_related("estate").filter(pk=record_id).first()
    if row is None or not is_readable(actor, row):
        raise NotFound("no such entry")
    if not can(actor, "register.write", row):
        raise NotAllowed(_("Your role does not write in the register."))
    return row


# -- amending ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def amend(
    *, record_id: UUID, contact: Contact, reason: str, version: int | None, actor: Membership | None, now: datetime,
    files: Sequence[Attachment] = (),
) -> CommunicationRecord:  # fmt: skip
    """Change what an entry says, with the reason; how it read before is kept and shown.

    Writes the entry, one `Amendment` and an audit entry with the names of what changed; nothing when nothing is
    different. ``version`` is what the actor read. Raises NotFound, NotAllowed, ChangedMeanwhile, DomainError.
    """
    row = writable(record_id, actor)
    if version is not None and version != row.version:
        refusal = ChangedMeanwhile(_("Somebody else has changed it meanwhile. Look at their changes, then save yours."))
        refusal.version = row.version
        raise refusal
    if not reason.strip():
        raise DomainError(_("Say why it is changed."), code="reason")
    if contact.case_number == row.linked_number:
        columns = columns_of(_without_case(contact), actor)
        columns |= {name: getattr(row, name) for name in ("linked_type", "linked_id", "linked_number")}
    else:
        check(contact, actor, now)
        columns = columns_of(contact, actor)
    check(_without_case(contact), actor, now)
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    if not changed and not files:
        return row
    before = {name: _plain(row, name) for name in changed if name not in ("linked_type", "linked_id")}
    for name in changed:
        setattr(row, name, columns[name])
    row.needs_answer = row.needs_answer or rules.wants_answer(row.direction, row.form)
    if row.needs_answer and row.answered_at is None and row.answer_due_on is None:
        row.answer_due_on = rules.answer_due(calendar_of(row.estate), timezone.localdate(row.occurred_at))
    row.version += 1
    _find_state(row)
    row.save()
    attach(attachments=files, subject_type=FILES_OF, subject_id=row.pk)
    if files:
        before["files"] = "+" * len(files)
    Amendment.objects.create(record=row, at=now, by=actor, reason=reason.strip(), before=before)
    record(action="communicationrecord.amended", subject=row, actor=actor, now=now, changes={"fields": sorted(before)})
    return row


def _without_case(contact: Contact) -> Contact:
    return Contact(**{each.name: getattr(contact, each.name) for each in fields(Contact) if each.name != "case_number"})


def _plain(row: CommunicationRecord, name: str) -> str:
    """How a column reads, as it is kept in the amendment: references by what they are called."""
    if name == "methods":
        return ", ".join(str(dict(Record.Method.choices).get(method, method)) for method in row.methods)
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    if isinstance(value, datetime):
        value = timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


# -- answering, settling -------------------------------------------------------------------------------------------------


@transaction.atomic
def settle_without_answer(
    *, record_id: UUID, reason: str, actor: Membership | None, now: datetime
) -> CommunicationRecord:
    """Say why a written contact needs no answer. Writes the entry and an audit entry; a second time changes nothing.

    Raises NotFound, NotAllowed, DomainError without a reason.
    """
    row = writable(record_id, actor)
    if not reason.strip():
        raise DomainError(_("Say why no answer is needed."), code="reason")
    if row.needs_answer and row.answered_at is None:
        row.no_answer_reason = reason.strip()
        _settle(row, actor, now)
        record(action="communicationrecord.settled", subject=row, actor=actor, now=now)
    return row


@transaction.atomic
def take_back_settling(
    *, record_id: UUID, reason: str, actor: Membership | None, now: datetime, settled_at: datetime | None = None
) -> CommunicationRecord:
    """Take back that no answer is needed: the contact waits for its answer again.

    Writes the entry, an `Amendment` with what was said before, an audit entry; nothing when it is taken back already.
    ``settled_at`` is when that was said which the actor read; without it the caller has compared. Raises NotFound,
    NotAllowed, ChangedMeanwhile when it was said anew since, DomainError without a reason or when it was answered.
    """
    row = writable(record_id, actor)
    if not reason.strip():
        raise DomainError(_("Say why an answer is needed after all."), code="reason")
    if not row.no_answer_reason:
        return row
    if settled_at is not None and settled_at != row.answered_at:
        raise ChangedMeanwhile(_("Somebody has said it anew meanwhile. Read their reason before you take it back."))
    if (answer := row.answers.order_by("occurred_at", "id").first()) is not None:
        words = _("It was answered with %(number)s, so it does not wait for an answer.")
        raise DomainError(words % {"number": answer.number}, code="answered")
    before = {"no_answer_reason": row.no_answer_reason}
    row.no_answer_reason, row.answered_at, row.answered_by = "", None, None
    _find_state(row)
    row.save()
    Amendment.objects.create(record=row, at=now, by=actor, reason=reason.strip(), before=before)
    record(action="communicationrecord.taken_back", subject=row, actor=actor, now=now)
    return row


def _settle(row: CommunicationRecord, actor: Membership | None, now: datetime) -> None:
    if row.answered_at is None:
        row.answered_at, row.answered_by = now, actor
    _find_state(row)
    row.save()


def _find_state(row: CommunicationRecord) -> None:
    row.state = rules.state_of(
        needs_answer=row.needs_answer, is_answered=row.answered_at is not None, open_tasks=has_open_tasks(row),
        was_open=row.state != Record.State.RECORDED,
    )  # fmt: skip


@transaction.atomic
def add_follow_up(
    *, record_id: UUID, task: str, assignee: Membership, due_on: date, actor: Membership | None, now: datetime
) -> FollowUp:
    """Note what somebody does because of a contact. Writes the task, opens the entry, an audit entry, and a message to
    whoever is given it by somebody else.

    The same task for the same person and day is there once. Raises NotFound, NotAllowed, DomainError.
    """
    row = writable(record_id, actor)
    if not is_readable(assignee, row):
        raise DomainError(_("This person may not read the entry. Choose somebody else."), code="assignee")
    if due_on < timezone.localdate(now):
        raise DomainError(_("This day is over."), code="due_on")
    said = {"record": row, "task": task.strip(), "assignee": assignee, "due_on": due_on}
    if (same := FollowUp.objects.filter(**said, done_at__isnull=True).first()) is not None:
        return same
    made = FollowUp.objects.create(**said, added_by=actor, added_at=now)
    _find_state(row)
    row.save(update_fields=["state"])
    record(action="followup.added", subject=row, actor=actor, now=now, changes={"due_on": str(due_on)})
    tell_of_task(made, now=now)
    return made


@transaction.atomic
def finish_follow_up(*, follow_up_id: UUID, outcome: str, actor: Membership | None, now: datetime) -> FollowUp:
    """Say that it is done and what came of it. Writes the task, the entry's state, an audit entry; once.

    Raises NotFound, NotAllowed, DomainError without an outcome.
    """
    found = FollowUp.objects.filter(pk=follow_up_id).first()
    if found is None:
        raise NotFound("no such task")
    row = writable(found.record_id, actor)
    found = FollowUp.objects.select_for_update().get(pk=follow_up_id)
    if not outcome.strip():
        raise DomainError(_("Write what came of it."), code="outcome")
    if found.done_at is None:
        found.done_at, found.done_by, found.outcome = now, actor, outcome.strip()
        found.save()
        _find_state(row)
        row.save(update_fields=["state"])
        record(action="followup.done", subject=row, actor=actor, now=now)
    return found


def answered_by(draft: EntryDraft, actor: Membership | None) -> CommunicationRecord | None:
    """The entry that a draft answers, or nothing: what is hidden or gone meanwhile stops nobody who had begun."""
    try:
        return readable(UUID(draft.first("answers")), actor)
    except (ValueError, NotFound):
        return None


def readable(record_id: UUID, actor: Membership | None) -> CommunicationRecord:
    """Raises NotFound for unknown, foreign, other estates' and hidden entries alike."""
    row = records_visible_to(actor).select_related("estate", "unit", "person", "party", "contact").filter(pk=record_id)
    found = row.first()
    if found is None:
        raise NotFound("no such entry")
    return found
