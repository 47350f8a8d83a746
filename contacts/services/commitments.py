"""Writing promises down, and saying what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.commitment_queries import commitments_visible_to
from contacts.links import Link, case_of, check_discreet, is_kept_from
from contacts.models import Commitment, CommunicationRecord, OutsideParty
from contacts.register_queries import is_readable
from contacts.rules.access import reach_for
from contacts.services.promise_reminding import tell_of_broken
from owners.models import Building, Estate, Person, Unit
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can, scopes_of

FILES_OF = "contacts.commitment"
State = Commitment.State


def evidence_readable_by(subject_id: UUID, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of photos that show a promise kept: whoever may read the promise."""
    return commitments_visible_to(member).filter(pk=subject_id).exists()


@dataclass(frozen=True)
class Promise:
    """What was promised. ``record`` is the contact it was made in, ``case_number`` the case of another room."""

    estate: Estate
    text: str
    to_whom: str
    promised_by: Membership
    promised_on: date
    due_on: date
    is_public: bool = False
    building: Building | None = None
    unit: Unit | None = None
    person: Person | None = None
    party: OutsideParty | None = None
    record: CommunicationRecord | None = None
    case_number: str = ""


@transaction.atomic
def make_commitment(
    *, promise: Promise, actor: Membership | None, now: datetime, entry_key: UUID | None = None
) -> Commitment:
    """Write a promise down. Writes it and an audit entry; the same ``entry_key`` again finds the one that is there.

    Raises NotAllowed, DomainError with the code of the field that is wrong.
    """
    reach = reach_for(actor, "commitment.write")
    if actor is None or not reach.covers(promise.estate.pk, promise.building.pk if promise.building else None):
        raise NotAllowed(_("You cannot write down promises of this estate."))
    if scopes_of(actor, "commitment.write") == {"own"} and promise.promised_by.pk != actor.pk:
        raise DomainError(_("You write down your own promises."), code="promised_by")
    if (same := _same_form(entry_key)) is not None:
        return same
    if promise.due_on < promise.promised_on:
        raise DomainError(_("It is due before it was promised."), code="due_on")
    if promise.promised_on > timezone.localdate(now):
        raise DomainError(_("This day is still to come."), code="promised_on")
    if promise.record is not None and not is_readable(actor, promise.record):
        raise NotFound("no such entry")
    if promise.record is not None and promise.record.is_restricted and promise.is_public:
        raise DomainError(_("A promise made in a restricted contact is not public."), code="is_public")
    link = case_of(actor, promise.case_number) if promise.case_number else None
    if promise.case_number and link is None:
        raise DomainError(_("There is no case with this number that you may see."), code="case_number")
    check_discreet(link, names=promise.unit is not None or promise.person is not None)
    _check_reader(promise, link)
    names = ("estate", "text", "to_whom", "promised_by", "promised_on", "due_on", "is_public", "building", "unit",
             "person", "party", "record")  # fmt: skip
    row = Commitment(
        **{name: getattr(promise, name) for name in names}, entered_by=actor, entered_at=now, entry_key=entry_key
    )
    if link is not None:
        row.linked_type, row.linked_id, row.linked_number = link.kind, link.key, link.number
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        if (same := _same_form(entry_key)) is None:
            raise
        return same
    record(action="commitment.made", subject=row, actor=actor, now=now, changes={"public": row.is_public})
    return row


def _check_reader(promise: Promise, link: Link | None) -> None:
    """Raises DomainError when what is promised belongs to something about whoever is to keep it."""
    by, entry = promise.promised_by, promise.record
    is_about = entry is not None and (
        entry.subject_staff_id == by.pk or is_kept_from(by, entry.linked_type, entry.linked_id)
    )
    if is_about or (link is not None and is_kept_from(by, link.kind, link.key)):
        raise DomainError(_("This person may not read what it belongs to. Choose somebody else."), code="promised_by")


def _same_form(entry_key: UUID | None) -> Commitment | None:
    return Commitment.objects.filter(entry_key=entry_key).first() if entry_key else None


@transaction.atomic
def keep(
    *, commitment_id: UUID, evidence: str, kept_on: date, actor: Membership | None, now: datetime,
    files: Sequence[Attachment] = (),
) -> Commitment:  # fmt: skip
    """Say that it was kept, on which day, with evidence in words or files. Writes it and an audit entry; once.

    Raises NotFound, NotAllowed, DomainError with the code of the field that is wrong.
    """
    row = locked(commitment_id, actor)
    if row.state == State.KEPT:
        return row
    _must_be(row, State.KEPT)
    if not evidence.strip() and not files:
        raise DomainError(_("Say how one sees that it was kept, or attach a photo."), code="evidence")
    if not row.promised_on <= kept_on <= timezone.localdate(now):
        raise DomainError(_("Choose a day between the promise and today."), code="kept_on")
    row.evidence, row.kept_on = evidence.strip(), kept_on
    attach(attachments=files, subject_type=FILES_OF, subject_id=row.pk)
    return _settle(row, State.KEPT, actor, now)


@transaction.atomic
def break_commitment(*, commitment_id: UUID, reason: str, actor: Membership | None, now: datetime) -> Commitment:
    """Say that it was not kept, and why. Writes it, an audit entry, and messages to the managers; once."""
    row = locked(commitment_id, actor)
    if row.state == State.BROKEN:
        return row
    _end(row, State.BROKEN, reason, actor, now)
    tell_of_broken(row, now=now)
    return row


@transaction.atomic
def withdraw(*, commitment_id: UUID, reason: str, actor: Membership | None, now: datetime) -> Commitment:
    """Take a promise back before its day, with the reason. Writes it and an audit entry; a second time changes nothing.

    Not once its day has passed: then it was not kept.
    """
    row = locked(commitment_id, actor)
    if row.state == State.WITHDRAWN:
        return row
    if row.is_overdue(timezone.localdate(now)):
        raise DomainError(_("Its day has passed: it was kept or it was not."), code="reason")
    return _end(row, State.WITHDRAWN, reason, actor, now)


def _end(row: Commitment, to: str, reason: str, actor: Membership | None, now: datetime) -> Commitment:
    _must_be(row, to)
    if not reason.strip():
        raise DomainError(_("Say why."), code="reason")
    row.reason = reason.strip()
    return _settle(row, to, actor, now)


def _must_be(row: Commitment, to: str) -> None:
    if to not in Commitment.MOVES.get(State(row.state), ()):
        raise DomainError(
            _("This is not possible now: the promise is %(state)s.") % {"state": row.get_state_display().lower()},
            code="state",
        )


def _settle(row: Commitment, to: str, actor: Membership | None, now: datetime) -> Commitment:
    row.state, row.settled_at, row.settled_by = to, now, actor
    row.save()
    record(action=f"commitment.{to}", subject=row, actor=actor, now=now)
    return row


def locked(commitment_id: UUID, actor: Membership | None) -> Commitment:
    """The promise, its row locked, for who may say what became of it. Raises NotFound, NotAllowed."""
    seen = commitments_visible_to(actor).filter(pk=commitment_id)
    row = Commitment.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such promise")
    if not can(actor, "commitment.settle", row):
        raise NotAllowed(_("Whoever made it, or a supervisor, says what became of it."))
    return row
