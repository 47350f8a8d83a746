"""A request that was not met becomes a complaint."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import queries
from complaints.models import Complaint
from complaints.services import clocks, intake, pausing, telling, trail
from complaints.services.intake import Filing
from complaints.services.talking import for_writer
from tenancy.errors import DomainError, IllegalMove
from tenancy.models import Membership

State = Complaint.State


@transaction.atomic
def make_complaint(*, complaint_id: UUID, actor: Membership, why: str, now: datetime) -> Complaint:
    """Staff make a request a complaint, in the words of whoever asked for it.

    Writes a complaint with a number, clocks and a message of its own, closes the request unless it is closed, and two
    audit entries. Raises NotFound, NotAllowed, IllegalMove when it is none, or was made one before; DomainError
    without words.
    """
    request = for_writer(complaint_id, actor)
    return _make(request, actor=actor, why=why, by_complainant=False, now=now)


@transaction.atomic
def complain_of_request(
    *, complaint_id: UUID, actor: Membership | None, why: str, now: datetime, follow_token: str = ""
) -> Complaint:
    """Whoever asked for it complains that it was not done, or not well. Writes and raises as make_complaint."""
    request = queries.get_own(actor, complaint_id, follow_token=follow_token, lock=True)
    return _make(request, actor=actor, why=why, by_complainant=True, now=now)


def _make(request: Complaint, *, actor: Membership | None, why: str, by_complainant: bool, now: datetime) -> Complaint:
    if not queries.may_convert(request, now=now):
        raise IllegalMove(_("%(number)s cannot become a complaint now.") % {"number": request.number})
    if not why.strip():
        raise DomainError(_("Write what is wrong. A sentence is enough."), code="why")
    filing = _filing(request, why.strip())
    complaint = intake.file_for(filing, actor=actor, now=now, by_complainant=by_complainant)
    if request.is_open:
        trail.move(request, State.CLOSED, actor=actor, now=now, by_complainant=by_complainant)
        request.closed_at, request.closed_how = now, Complaint.ClosedHow.CONVERTED
        request.wake_at, request.returns_to = None, ""
        pausing.end_pauses(request, now=now)
        clocks.cancel_clocks(request, now=now)
        request.save()
        handlers = [request.handler] if request.handler_id != (actor.pk if actor else None) else []
        telling.tell_staff(request, "converted", handlers, now=now, made=complaint.number, why=why.strip())
    trail.note(request, "converted", actor=actor, now=now, changes={"to": complaint.number})
    return complaint


def _filing(request: Complaint, why: str) -> Filing:
    """The complaint says what is wrong; what was asked for stands in the request it names."""
    return Filing(
        estate=request.estate,
        building=request.building,
        unit=request.unit,
        place=request.place,
        category=request.category,
        priority=min(request.priority, request.category.priority),
        description=why,
        demand=request.demand,
        channel=request.channel,
        complainant=request.complainant,
        caller_name=request.caller_name,
        caller_phone=str(request.caller_phone or ""),
        is_anonymous=request.is_anonymous,
        is_confidential=request.is_confidential,
        arose_from=request,
    )
