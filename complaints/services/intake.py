"""How a complaint comes in: filed, accepted, found outside our duty, referred, given a priority."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.models import Attachment
from attachments.services import attach
from complaints import queries
from complaints.models import Category, Complaint, Move
from complaints.models.settings import Priority, TargetKind
from complaints.rules import moving, targets
from complaints.services import assigning, clocks, retiming, telling, trail
from owners.models import Building, Estate, Person, Unit
from tenancy.errors import DomainError, IllegalMove, NotAllowed
from tenancy.models import Membership
from tenancy.policy import roles_with
from tenancy.services import next_number

SUBJECT_TYPE = "complaints.complaint"
ABOUT_STAFF = gettext_lazy("What is about a member of our staff is a complaint.")
# What a number begins with.
SERIES: dict[str, str] = {Complaint.Kind.COMPLAINT: "C", Complaint.Kind.REQUEST: "R"}


@dataclass(frozen=True)
class Filing:
    """What somebody says when they complain. ``place`` is in words; a unit implies its building and estate."""

    estate: Estate
    category: Category
    description: str
    channel: str
    building: Building | None = None
    unit: Unit | None = None
    place: str = ""
    demand: str = ""
    complainant: Person | None = None
    caller_name: str = ""
    caller_phone: str = ""
    is_anonymous: bool = False
    is_confidential: bool = False
    subject_staff: Membership | None = None
    priority: str = ""
    filing_key: UUID | None = None
    kind: str = Complaint.Kind.COMPLAINT
    arose_from: Complaint | None = None


def file_complaint(
    *, filing: Filing, actor: Membership | None, now: datetime, attachments: Iterable[Attachment] = ()
) -> Complaint:
    """Record a complaint, give it its number, start the acceptance clock and the statutory limit.

    Writes the complaint, its first Move, two clocks, one audit entry, and a message to the complainant and to the
    estate's clerks. Of an anonymous complaint no identity is stored. The same actor filing with the same key again,
    as a second click does, gets the complaint that is there. Raises NotAllowed when staff may not enter one.
    """
    key = filing.filing_key and uuid5(filing.filing_key, str(actor.pk if actor else ""))
    try:
        with transaction.atomic():
            return _file(filing, key, actor, now, attachments)
    except IntegrityError:
        # The number goes back with the savepoint, so the series keeps no gap.
        first = Complaint.objects.filter(filing_key=key).first() if key else None
        if first is None:
            raise
        return first


def _file(
    filing: Filing, key: UUID | None, actor: Membership | None, now: datetime, attachments: Iterable[Attachment]
) -> Complaint:
    if actor is not None and actor.is_staff_role:
        if not moving.may_enter(actor):
            raise NotAllowed(_("Your role does not enter complaints."))
        if not moving.may_enter(actor, Complaint(estate=filing.estate, building=_building(filing), unit=filing.unit)):
            raise NotAllowed(_("You do not work for this estate or building."))
    return file_for(filing, key=key, actor=actor, now=now, attachments=attachments)


def _building(filing: Filing) -> Building | None:
    return filing.building or (filing.unit.building if filing.unit else None)


def file_for(
    filing: Filing,
    *,
    actor: Membership | None,
    now: datetime,
    key: UUID | None = None,
    attachments: Iterable[Attachment] = (),
    by_complainant: bool = False,
) -> Complaint:
    """The filing itself; the caller has asked whether the actor may. Raises DomainError.

    ``by_complainant``: somebody who works here files it for themselves.
    """
    is_staff = actor is not None and actor.is_staff_role and not by_complainant
    if filing.kind == Complaint.Kind.REQUEST and filing.subject_staff is not None:
        raise DomainError(ABOUT_STAFF, code="kind")
    anonymous = filing.is_anonymous
    complaint = Complaint(
        kind=filing.kind,
        arose_from=filing.arose_from,
        estate=filing.estate,
        building=_building(filing),
        unit=filing.unit,
        place=filing.place,
        category=filing.category,
        priority=filing.priority or filing.category.priority,
        severity=_severity(filing.priority or filing.category.priority),
        channel=filing.channel,
        description=filing.description,
        demand=filing.demand,
        complainant=None if anonymous else filing.complainant,
        caller_name="" if anonymous else filing.caller_name,
        caller_phone="" if anonymous else filing.caller_phone,
        is_anonymous=anonymous,
        is_confidential=filing.is_confidential and not anonymous,
        filing_key=key,
        taken_by=actor if is_staff else None,
        subject_staff=filing.subject_staff,
        received_at=now,
        moved_at=now,
    )
    year = now.astimezone(ZoneInfo(filing.estate.calendar.time_zone)).year
    complaint.number = next_number(code=f"{SERIES[filing.kind]}-{filing.estate.code}", year=year)
    planned = clocks.planned_clocks(complaint, targets.AT_FILING[filing.kind], start=now)
    clocks.show_next_due(complaint, planned)
    complaint.save(force_insert=True)
    clocks.store(planned)
    author = actor if is_staff or not anonymous else None
    Move.objects.create(
        complaint=complaint, to_state=complaint.state, at=now, actor=author, by_complainant=not is_staff
    )
    files = attach(attachments=attachments, subject_type=SUBJECT_TYPE, subject_id=complaint.pk)
    if author is None and files:
        Attachment.objects.filter(pk__in=[file.pk for file in files]).update(uploaded_by=None, holder="")
    trail.note(complaint, "filed", actor=author, now=now, changes={"channel": filing.channel})
    telling.tell_complainant(complaint, "received", now=now, accept_by=complaint.next_due_at)
    if complaint.priority == Priority.P1:
        duty = queries.staff_for(complaint).filter(role__in=roles_with("complaint.accept")).select_related("user")
        telling.tell_staff(complaint, "safety", duty, now=now)
    return complaint


def _severity(priority: str) -> str:
    """A safety case is major, and its answer the manager's to sign, until somebody judges otherwise."""
    return Complaint.Severity.MAJOR if priority == Priority.P1 else Complaint.Severity.MINOR


@transaction.atomic
def accept_complaint(*, complaint_id: UUID, actor: Membership, now: datetime, by_rule: bool = True) -> Complaint:
    """Accept a received complaint and start its clocks for the first answer and the resolution.

    Writes the complaint, its clocks, one Move, one audit entry, and a message to the complainant that names the due
    times; then gives it to whose turn it is by the rules of assignment, unless ``by_rule`` is off. Raises NotFound,
    NotAllowed, IllegalMove.
    """
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_accept(actor, complaint):
        raise NotAllowed(_("Your role does not accept complaints."))
    due = accept(complaint, actor=actor, now=now)
    if by_rule:
        assigning.assign_by_rule(complaint, now=now)
    tell_accepted(complaint, due, now=now)
    return complaint


def accept(complaint: Complaint, *, actor: Membership | None, now: datetime) -> dict[str, datetime]:
    """The acceptance itself, of a complaint that is locked; ``actor`` is empty when a rule decided. Raises IllegalMove.

    Returns when each promise is due. The caller tells the complainant once it is known who looks after it.
    """
    if complaint.state != Complaint.State.RECEIVED:  # what is assigned may go back to be assigned, but not by this
        raise IllegalMove(_("It is past that: %(state)s.") % {"state": complaint.get_state_display()})
    trail.move(complaint, Complaint.State.ACCEPTED, actor=actor, now=now)
    complaint.accepted_at = now
    clocks.stop_clocks(complaint, [TargetKind.ACCEPT], now=now)
    started = clocks.start_clocks(complaint, targets.AT_ACCEPTANCE[complaint.kind], start=now)
    complaint.save()
    return {clock.kind: clock.due_at for clock in started}


def tell_accepted(complaint: Complaint, due: Mapping[str, datetime], *, now: datetime) -> None:
    """One message: that it is taken on, by when, and who looks after it if a rule has said so."""
    telling.tell_complainant(
        complaint, "accepted", now=now, answer_by=due.get(TargetKind.ANSWER), resolve_by=due.get(TargetKind.RESOLVE)
    )


@transaction.atomic
def reject_complaint(*, complaint_id: UUID, actor: Membership, reason: str, now: datetime) -> Complaint:
    """Find an accepted complaint outside our duty, with a reason the complainant is sent.

    Raises NotFound, NotAllowed unless a supervisor or above, IllegalMove, DomainError without a reason.
    """
    complaint = _to_end(complaint_id, actor, reason)
    complaint.ended_reason = reason.strip()
    return _end(complaint, Complaint.State.REJECTED_INVALID, "rejected", actor=actor, now=now, reason=reason)


@transaction.atomic
def refer_complaint(
    *, complaint_id: UUID, actor: Membership, referred_to: str, reason: str, now: datetime
) -> Complaint:
    """Refer an accepted complaint to the body whose duty it is, and say so. Raises as reject_complaint."""
    complaint = _to_end(complaint_id, actor, reason)
    if not referred_to.strip():
        raise DomainError(_("Say which body the complaint is referred to."))
    complaint.referred_to, complaint.ended_reason = referred_to.strip(), reason.strip()
    return _end(complaint, Complaint.State.REFERRED_OUT, "referred", actor=actor, now=now, reason=reason)


def _to_end(complaint_id: UUID, actor: Membership, reason: str) -> Complaint:
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_assign(actor, complaint):
        raise NotAllowed(_("Only a supervisor or manager decides this."))
    if not reason.strip():
        raise DomainError(_("Write the reason: the complainant is told."))
    return complaint


def _end(complaint: Complaint, to: str, event: str, *, actor: Membership, now: datetime, reason: str) -> Complaint:
    trail.move(complaint, to, actor=actor, now=now, reason=reason.strip())
    complaint.closed_at = now
    clocks.stop_clocks(complaint, [TargetKind.ANSWER, TargetKind.STATUTORY], now=now)
    clocks.cancel_clocks(complaint, now=now)
    complaint.save()
    telling.tell_complainant(complaint, event, now=now)
    return complaint


@transaction.atomic
def set_priority(*, complaint_id: UUID, actor: Membership, priority: str, now: datetime) -> Complaint:
    """Change the priority of an open complaint; its running clocks are computed anew from their history.

    The complainant is told the new due time. Setting the priority it has changes nothing.
    """
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_set_priority(actor, complaint):
        raise NotAllowed(_("Your role does not change priorities."))
    if priority not in Priority.values:
        raise DomainError(_("There is no such priority."))
    if not complaint.is_open:
        raise DomainError(_("The complaint is closed; its priority stays."))
    if complaint.priority == priority:
        return complaint
    before, complaint.priority = complaint.priority, priority
    if priority == Priority.P1:
        complaint.severity = Complaint.Severity.MAJOR
    retiming.retime_clocks(complaint)
    complaint.save()
    trail.note(complaint, "priority", actor=actor, now=now, changes={"from": before, "to": priority})
    telling.tell_complainant(complaint, "changed", now=now, due=complaint.next_due_at)
    return complaint


@transaction.atomic
def set_severity(*, complaint_id: UUID, actor: Membership, severity: str, now: datetime) -> Complaint:
    """Judge how grave it is: the answer to a major complaint is the manager's to sign."""
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_assign(actor, complaint):
        raise NotAllowed(_("Only a supervisor or manager decides this."))
    if severity not in Complaint.Severity.values:
        raise DomainError(_("There is no such severity."))
    before, complaint.severity = complaint.severity, severity
    complaint.save(update_fields=["severity"])
    trail.note(complaint, "severity", actor=actor, now=now, changes={"from": before, "to": severity})
    return complaint
