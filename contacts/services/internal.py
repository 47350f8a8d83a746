"""Requests between departments: asked, accepted or declined, done, rated by the asking side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts import internal_queries as queries
from contacts.models import InternalRequest
from contacts.rules.access import reach_for
from contacts.rules.calendars import calendar_of
from contacts.rules.defaults import defaults
from deadlines.rules.business_time import business_due
from notices.services.queueing import Item, queue_many, recipient_for_member
from owners.models import Building, Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

FILES_OF = "contacts.internalrequest"
State = InternalRequest.State
CHIEFS = (Membership.Role.SUPERVISOR, Membership.Role.MANAGER, Membership.Role.QUALITY, Membership.Role.ADMIN)
BATCH = 100


def result_readable_by(subject_id: UUID, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of photos of a result: whoever may read the request."""
    return queries.requests_visible_to(member).filter(pk=subject_id).exists()


@dataclass(frozen=True)
class Asking:
    """What one department needs of another."""

    estate: Estate
    from_department: str
    to_department: str
    need: str
    wanted_on: date | None = None
    building: Building | None = None


@transaction.atomic
def ask(*, asking: Asking, actor: Membership | None, now: datetime, entry_key: UUID | None = None) -> InternalRequest:
    """Ask another department. Writes the request with its number and when it is to be answered, an audit entry, and
    messages to who works there for the department.

    The same ``entry_key`` again finds the one that is there. Raises NotAllowed, DomainError with the field's code.
    """
    building_id = asking.building.pk if asking.building else None
    if actor is None or not reach_for(actor, "internal_request.write").covers(asking.estate.pk, building_id):
        raise NotAllowed(_("You cannot ask other departments at this estate."))
    if entry_key and (same := InternalRequest.objects.filter(entry_key=entry_key).first()) is not None:
        return same
    if not asking.need.strip():
        raise DomainError(_("Write what is needed."), code="need")
    if asking.from_department == asking.to_department:
        raise DomainError(_("Choose another department than your own."), code="to_department")
    if asking.wanted_on is not None and asking.wanted_on < timezone.localdate(now):
        raise DomainError(_("This day is over."), code="wanted_on")
    due = business_due(calendar_of(asking.estate), now, defaults()["internal_requests"]["answer_business_minutes"])
    if due is None:
        raise DomainError(_("This estate has no opening hours; set its service calendar first."), code="estate")
    row = InternalRequest(
        estate=asking.estate, building=asking.building, from_department=asking.from_department,
        to_department=asking.to_department, need=asking.need.strip(), wanted_on=asking.wanted_on, asked_by=actor,
        asked_at=now, answer_due_at=due, entry_key=entry_key,
    )  # fmt: skip
    row.number = next_number(code=f"I-{asking.estate.code}", year=timezone.localdate(now).year)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        same = InternalRequest.objects.filter(entry_key=entry_key).first() if entry_key else None
        if same is None:
            raise
        return same
    record(action="internal_request.asked", subject=row, actor=actor, now=now, changes={"to": row.to_department})
    queue_many([item(row, "asked", member) for member in queries.asked_of(row)], now=now)
    return row


@transaction.atomic
def accept(*, request_id: UUID, actor: Membership | None, now: datetime) -> InternalRequest:
    """The department will do it. Tells whoever asked; a second click changes nothing. Raises NotFound, NotAllowed also
    for whoever asked."""
    row = served(request_id, actor)
    if row.state == State.ACCEPTED:
        return row
    return _answer(row, State.ACCEPTED, actor, now)


@transaction.atomic
def decline(*, request_id: UUID, reason: str, actor: Membership | None, now: datetime) -> InternalRequest:
    """The department will not do it, and why. Tells whoever asked. That is its end."""
    row = served(request_id, actor)
    if row.state == State.DECLINED:
        return row
    if not reason.strip():
        raise DomainError(_("Say why."), code="reason")
    row.reason = reason.strip()
    return _answer(row, State.DECLINED, actor, now)


def _answer(row: InternalRequest, to: str, actor: Membership | None, now: datetime) -> InternalRequest:
    row.move(to)
    row.answered_by, row.answered_at = actor, now
    return _moved(row, actor, now)


@transaction.atomic
def finish(
    *, request_id: UUID, result: str, actor: Membership | None, now: datetime, files: Sequence[Attachment] = ()
) -> InternalRequest:
    """It is done: what came of it, in words or photos. Tells whoever asked, who rates it."""
    row = served(request_id, actor)
    if row.state == State.DONE:
        return row
    if not result.strip() and not files:
        raise DomainError(_("Write what was done, or attach a photo."), code="result")
    row.move(State.DONE)
    row.result, row.done_by, row.done_at = result.strip(), actor, now
    attach(attachments=files, subject_type=FILES_OF, subject_id=row.pk)
    return _moved(row, actor, now)


@transaction.atomic
def rate(*, request_id: UUID, rating: int, words: str, actor: Membership | None, now: datetime) -> InternalRequest:
    """The asking side rates what was done from 1 to 5, once: whoever asked, or a supervisor; never whoever did it."""
    row = locked(request_id, actor)
    if not may_rate(actor, row):
        raise NotAllowed(_("Whoever asked rates it, or a supervisor; never whoever did it."))
    if rating not in range(1, 6):
        raise DomainError(_("A rating is a number from 1 to 5."), code="rating")
    row.move(State.RATED)
    row.rating, row.rating_words, row.rated_by, row.rated_at = rating, words.strip(), actor, now
    return _moved(row, actor, now, told=row.done_by)


def may_rate(actor: Membership | None, row: InternalRequest) -> bool:
    """A plain question for pages; the state is the verb's to check."""
    if actor is None or actor.pk == row.done_by_id or not can(actor, "internal_request.write", row):
        return False
    return actor.pk == row.asked_by_id or actor.role in CHIEFS


def may_serve(actor: Membership | None, row: InternalRequest) -> bool:
    """Whether the actor can answer for the department that was asked: not whoever asked, unless the matrix says so."""
    if actor is None or not can(actor, "internal_request.write", row):
        return False
    return actor.pk != row.asked_by_id or can(actor, "internal_request.serve_own", row)


def check_serves(actor: Membership | None, row: InternalRequest) -> None:
    """Raises NotAllowed."""
    if not may_serve(actor, row):
        raise NotAllowed(_("The department that was asked answers it and does it, not whoever asked."))


def served(request_id: UUID, actor: Membership | None) -> InternalRequest:
    """The request, its row locked, for who can answer for the department. Raises NotFound, NotAllowed."""
    row = locked(request_id, actor)
    check_serves(actor, row)
    return row


def locked(request_id: UUID, actor: Membership | None) -> InternalRequest:
    """The request, its row locked, for who may work on it. Raises NotFound, NotAllowed."""
    seen = queries.requests_visible_to(actor).filter(pk=request_id)
    row = InternalRequest.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such request")
    if not can(actor, "internal_request.write", row):
        raise NotAllowed(_("You may read this request, but not act on it."))
    return row


def _moved(
    row: InternalRequest, actor: Membership | None, now: datetime, told: Membership | None = None
) -> InternalRequest:
    row.save()
    record(action=f"internal_request.{row.state}", subject=row, actor=actor, now=now)
    reader = told or row.asked_by
    if actor is None or reader.pk != actor.pk:
        queue_many([item(row, row.state, reader)], now=now)
    return row


def item(row: InternalRequest, step: str, member: Membership) -> Item:
    """The message to one member. ``step`` is the state it is in, or unanswered."""
    return Item(
        recipient=recipient_for_member(member), event=f"internal_request.{step}",
        template="contacts/internal_request", context={"row": row, "step": step}, about=row,
        link=reverse("register:request", args=[row.pk]), dedupe=f"internal_request:{row.pk}:{step}:{member.pk}",
    )  # fmt: skip


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """What no department answered in time goes to the supervisors and managers of the estate, once. Returns how many."""
    rows = list(queries.unanswered(now).select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for row in rows:
        row.escalated_at = now
        row.save(update_fields=["escalated_at"])
        record(action="internal_request.escalated", subject=row, actor=None, now=now)
        deciders = queries.deciders_of(row.estate)
        queue_many([item(row, "unanswered", member) for member in deciders], now=now)
    return len(rows)
