"""More time once, and the next word promised: both told to the complainant at once."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import queries
from complaints.models import Clock, Complaint, Extension
from complaints.models.settings import TargetKind
from complaints.rules import moving
from complaints.services import clocks, telling, trail
from complaints.services.pausing import worked
from deadlines.rules.periods import working_days
from tenancy.errors import DomainError, IllegalMove, NotAllowed
from tenancy.models import Membership


@transaction.atomic
def extend_complaint(*, complaint_id: UUID, actor: Membership, days: int, reason: str, now: datetime) -> Complaint:
    """Give a complaint more time: once, before it is due, with a reason the complainant is sent now.

    Moves the running answer and resolution on by working days. Writes the Extension, the clocks, one audit entry.
    Raises NotFound, NotAllowed unless a supervisor or above, IllegalMove when it has been extended, waits, or nothing
    runs that is not late, DomainError with the field's code.
    """
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_assign(actor, complaint):
        raise NotAllowed(_("Only a supervisor or manager gives more time."))
    most = queries.handling_rules().extension_days
    if not 1 <= days <= most:
        raise DomainError(
            ngettext("More time is 1 working day.", "More time is 1 to %(most)d working days.", most) % {"most": most},
            code="days",
        )
    if not reason.strip():
        raise DomainError(_("Write the reason: the complainant is told."), code="reason")
    if Extension.objects.filter(complaint=complaint).exists():
        raise IllegalMove(_("This complaint has been given more time already; it is given once."))
    if complaint.state in Complaint.WAITING:
        raise IllegalMove(
            _("Complaint %(number)s is waiting: go on without waiting first.") % {"number": complaint.number}
        )
    due_before = _next_due(complaint)
    if due_before is None or due_before <= now:
        raise IllegalMove(_("It is due already: more time is given before a promise is broken, not after."))
    extended = clocks.extend_clocks(complaint, days, now=now)
    _check_statutory(complaint, extended)
    complaint.save()
    due_after = min(clock.due_at for clock in extended)
    Extension.objects.create(
        complaint=complaint, days=days, reason=reason.strip(), due_before=due_before, due_after=due_after, actor=actor, at=now
    )  # fmt: skip
    trail.note(complaint, "extended", actor=actor, now=now, changes={"days": days})
    telling.tell_complainant(
        complaint, "extended", now=now, reason=reason.strip(), due_before=due_before, due=due_after
    )
    return complaint


def _next_due(complaint: Complaint) -> datetime | None:
    """When the earliest of what an extension moves is due, running or late."""
    running = Clock.objects.filter(complaint=complaint, stopped_at__isnull=True, kind__in=clocks.EXTENDABLE)
    return running.order_by("due_at").values_list("due_at", flat=True).first()


def _check_statutory(complaint: Complaint, extended: list[Clock]) -> None:
    """No promise of an answer goes beyond the outer limit. Raises DomainError; the transaction takes all back."""
    limit = Clock.objects.filter(complaint=complaint, kind=TargetKind.STATUTORY, stopped_at__isnull=True).first()
    answer = next((clock for clock in extended if clock.kind == TargetKind.ANSWER), None)
    if limit is not None and answer is not None and answer.due_at > limit.due_at:
        raise DomainError(_("That is beyond the statutory limit for an answer. Choose fewer days."), code="days")


@transaction.atomic
def promise_update(*, complaint_id: UUID, actor: Membership, on: date, now: datetime) -> Complaint:
    """Promise the complainant the next word by the close of business of a day; it has a clock of its own.

    Kept by a reply, a question, the answer or the resolution; it never moves another target. A promise that runs is
    replaced. Raises NotFound, NotAllowed, IllegalMove when the complaint is closed, DomainError with the code ``on``.
    """
    complaint = worked(complaint_id, actor)
    if not complaint.is_open:
        raise IllegalMove(_("The complaint is closed."))
    calendar, most = clocks.rules_calendar(complaint.estate.calendar), queries.handling_rules().update_days
    if on < timezone.localdate(now, ZoneInfo(complaint.estate.calendar.time_zone)):
        raise DomainError(_("Choose a working day from today on."), code="on")
    if on > working_days(calendar, now, most).last_day:
        raise DomainError(
            ngettext("Promise it within 1 working day.", "Promise it within %(most)d working days.", most)
            % {"most": most},
            code="on",
        )
    due = working_days(calendar, on, 0, ends="close_of_business").ends_at if calendar.windows_on(on) else None
    if due is None or due <= now:
        raise DomainError(_("Choose a working day from today on."), code="on")
    for clock in Clock.objects.filter(complaint=complaint, kind=TargetKind.UPDATE, stopped_at__isnull=True):
        was_late = clock.state == Clock.State.BROKEN or clock.due_at < now
        clock.state = Clock.State.BROKEN if was_late else Clock.State.CANCELLED
        clock.stopped_at, clock.next_at = now, None
        clock.save(update_fields=["state", "stopped_at", "next_at"])
    clocks.start_dated(complaint, TargetKind.UPDATE, start=now, due=due)
    complaint.save()
    trail.note(complaint, "update_promised", actor=actor, now=now, changes={"by": due.isoformat()})
    telling.tell_complainant(complaint, "update_promised", now=now, due=due)
    return complaint
