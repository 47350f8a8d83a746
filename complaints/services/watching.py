"""Watching a case, and putting one aside: each member for themselves."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Complaint, Snooze, Watch
from complaints.services import trail
from complaints.services.talking import for_writer
from complaints.shipped import shipped_defaults
from tenancy.errors import DomainError
from tenancy.models import Membership


@transaction.atomic
def watch_case(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Be told whenever the case moves. Twice is once. Raises NotFound, NotAllowed."""
    complaint = for_writer(complaint_id, actor)
    _row, is_new = Watch.objects.get_or_create(complaint=complaint, member=actor, defaults={"at": now})
    if is_new:
        trail.note(complaint, "watched", actor=actor, now=now)
    return complaint


@transaction.atomic
def unwatch_case(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Be told no longer. One's own watch is taken back also of a case that one may no longer read.

    Without a watch nothing changes; then it raises NotFound, NotAllowed as watching does.
    """
    row = Watch.objects.select_related("complaint").filter(complaint=complaint_id, member=actor).first()
    if row is None:
        return for_writer(complaint_id, actor)
    if row.delete()[0]:
        trail.note(row.complaint, "unwatched", actor=actor, now=now)
    return row.complaint


@transaction.atomic
def put_aside(*, complaint_id: UUID, actor: Membership, on: date, now: datetime) -> Complaint:
    """Keep the case out of the actor's own lists until the morning of a day; no clock stands still for it.

    It comes back by itself on that day, when it moves, when the complainant writes, and when a promise is late. Raises
    NotFound, NotAllowed, DomainError for a day that is not to come or too far away.
    """
    complaint = for_writer(complaint_id, actor)
    zone, most = ZoneInfo(complaint.estate.calendar.time_zone), shipped_defaults()["snooze_days"]
    today = now.astimezone(zone).date()
    if not complaint.is_open:
        raise DomainError(_("It is closed: it stands in no list of what is to be done."))
    if not today < on <= today + timedelta(days=most):
        raise DomainError(_("Choose a day from tomorrow on, %(days)d days away at most.") % {"days": most}, code="on")
    until = datetime.combine(on, time.min, tzinfo=zone)
    Snooze.objects.update_or_create(complaint=complaint, member=actor, defaults={"at": now, "until": until})
    trail.note(complaint, "put_aside", actor=actor, now=now, changes={"until": on.isoformat()})
    return complaint


@transaction.atomic
def take_back(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Show it in the actor's lists again. Raises NotFound, NotAllowed."""
    complaint = for_writer(complaint_id, actor)
    if Snooze.objects.filter(complaint=complaint, member=actor).delete()[0]:
        trail.note(complaint, "taken_back", actor=actor, now=now)
    return complaint
