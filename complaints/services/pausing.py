"""Waiting for somebody outside: the complainant, access, an outside party. Nothing else ever stops a clock."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints import queries
from complaints.models import Complaint, Pause
from complaints.rules import moving, targets
from complaints.services import clocks, telling, trail
from contacts.matter_queries import matters_visible_to
from contacts.models import Matter
from contacts.services.matters import link_case
from deadlines.rules.periods import working_days
from tenancy.errors import DomainError, IllegalMove, NotAllowed
from tenancy.models import Membership

State, Reason, Ending = Complaint.State, Pause.Reason, Pause.Ending
STATES = {
    Reason.COMPLAINANT: State.WAITING_FOR_COMPLAINANT,
    Reason.ACCESS: State.WAITING_FOR_ACCESS,
    Reason.PARTY: State.WAITING_FOR_PARTY,
}


def worked(complaint_id: UUID, actor: Membership) -> Complaint:
    """The complaint, locked, for who handles it. Raises NotFound, NotAllowed."""
    complaint = queries.get_worked(actor, complaint_id, lock=True)
    if not moving.may_handle(actor, complaint):
        raise NotAllowed(_("Only the handler, or a supervisor, does this."))
    return complaint


@transaction.atomic
def wait_for_complainant(*, complaint_id: UUID, actor: Membership, question: str, now: datetime) -> Complaint:
    """Ask the complainant something and pause the answer and resolution clocks until they reply.

    The pause ends by itself when the organisation's cap is reached. An empty question never pauses.
    """
    complaint = worked(complaint_id, actor)
    if not question.strip():
        raise DomainError(_("Write what you need to know: waiting without a question is not possible."))
    cap = queries.handling_rules().pause_complainant_days
    pause = _pause(complaint, Reason.COMPLAINANT, question, actor=actor, now=now, until=_cap(complaint, cap, now))
    telling.tell_complainant(complaint, "waiting", now=now, question=pause.words, until=pause.until)
    return complaint


@transaction.atomic
def wait_for_access(*, complaint_id: UUID, actor: Membership, words: str, now: datetime) -> Complaint:
    """Wait to be let in, and say to what and when one could come. Raises as wait_for_complainant."""
    complaint = worked(complaint_id, actor)
    if not words.strip():
        raise DomainError(_("Write what you need access to, and when you could come."))
    cap = queries.handling_rules().pause_access_days
    pause = _pause(complaint, Reason.ACCESS, words, actor=actor, now=now, until=_cap(complaint, cap, now))
    telling.tell_complainant(complaint, "waiting_access", now=now, words=pause.words, until=pause.until)
    return complaint


@transaction.atomic
def wait_for_party(*, complaint_id: UUID, actor: Membership, matter_id: UUID, now: datetime) -> Complaint:
    """Wait for the outside party of a dealing that itself waits: named to the complainant, with its promised day.

    Until the end of the promised day or the organisation's cap, whichever is sooner. Links the dealing to the
    complaint. Raises NotFound, NotAllowed, IllegalMove; DomainError when the dealing waits for nobody, or its promised
    day is over.
    """
    Matter.objects.select_for_update().filter(pk=matter_id).first()  # before the complaint, as `follow_dealing` comes
    complaint = worked(complaint_id, actor)
    matter = waiting_matters(actor, complaint).filter(pk=matter_id).first()
    if matter is None:
        raise DomainError(_("Choose a dealing of this estate that waits for an outside party."), code="matter_id")
    until = _latest(complaint, matter, began_at=now)
    if until <= now:
        raise DomainError(
            _("They promised it by a day that is over. Ask them for a new one, and write it into the dealing."),
            code="matter_id",
        )
    link_case(matter_id=matter.pk, number=complaint.number, actor=actor, now=now)
    pause = _pause(complaint, Reason.PARTY, _words(matter), actor=actor, now=now, until=until, matter=matter)
    telling.tell_complainant(complaint, "waiting_party", now=now, pause=pause, until=pause.until)
    return complaint


def follow_dealing(*, matter: Matter, actor: Membership | None, now: datetime) -> None:
    """What waits with a dealing follows it: taken up again or ended, it goes on; waiting anew, it waits until the new day.

    Never longer than the organisation's cap, counted from where the wait began; of a day that is over it goes on. Writes
    complaints, pauses, clocks, moves, audit entries; tells complainants, and handlers what they did not do themselves.
    What went on already is left. In the caller's transaction, which has locked the dealing.
    """
    waits = Pause.objects.filter(matter=matter, ended_at__isnull=True).values("complaint")
    found = Complaint.objects.filter(pk__in=waits, state=State.WAITING_FOR_PARTY).order_by("pk")
    for complaint in found.select_for_update(of=("self",)).select_related(
        "estate__calendar", "category", "complainant__membership__user", "handler__user"
    ):
        pause = Pause.objects.filter(complaint=complaint, matter=matter, ended_at__isnull=True).first()
        if pause is None:
            continue
        if matter.state != Matter.State.WAITING:
            resume(complaint, actor=actor, now=now, party=pause.party)
        else:
            _wait_on(complaint, pause, matter, actor=actor, now=now)


def _wait_on(complaint: Complaint, pause: Pause, matter: Matter, *, actor: Membership | None, now: datetime) -> None:
    until = _latest(complaint, matter, began_at=pause.began_at)
    if until <= now:
        resume(complaint, actor=None, now=now, reason=_("The time to wait was over."), ending=Ending.CAP)
        return
    said = (until, matter.promised_on, _words(matter))
    if (pause.until, pause.promised_on, pause.words) == said:
        return
    pause.until, pause.promised_on, pause.words = said
    pause.save(update_fields=["until", "promised_on", "words"])
    clocks.pause_clocks_until(complaint, until)
    complaint.wake_at = until
    complaint.save(update_fields=["wake_at"])
    trail.note(complaint, "wait_moved", actor=actor, now=now, changes={"until": until.isoformat()})
    telling.tell_complainant(complaint, "waiting_party", now=now, pause=pause, until=until)


def waiting_matters(actor: Membership, complaint: Complaint) -> QuerySet[Matter]:
    """The dealings of the complaint's estate that wait for their party, as far as the actor may work on them."""
    found = matters_visible_to(actor).filter(estate=complaint.estate_id, state=Matter.State.WAITING)
    return found.select_related("party").order_by("title", "pk")


def _pause(
    complaint: Complaint,
    reason: str,
    words: str,
    *,
    actor: Membership,
    now: datetime,
    until: datetime,
    matter: Matter | None = None,
) -> Pause:
    complaint.returns_to = complaint.state
    trail.move(complaint, STATES[Reason(reason)], actor=actor, now=now, reason=words.strip())
    clocks.pause_clocks(complaint, now=now, until=until)
    complaint.wake_at = until
    complaint.save()
    return Pause.objects.create(
        complaint=complaint,
        reason=reason,
        words=words.strip(),
        matter=matter,
        party=matter.party.name if matter else "",
        promised_on=matter.promised_on if matter else None,
        began_at=now,
        until=until,
        actor=actor,
    )


def _words(matter: Matter) -> str:
    return f"{matter.party.name}: {matter.waiting_for}"


def _latest(complaint: Complaint, matter: Matter, *, began_at: datetime) -> datetime:
    """Until when one waits for a party: the end of the day it promised, or the cap, whichever is sooner."""
    cap = _cap(complaint, queries.handling_rules().pause_party_days, began_at)
    return cap if matter.promised_on is None else min(cap, _end_of(matter.promised_on, complaint))


def _cap(complaint: Complaint, days: int, now: datetime) -> datetime:
    return working_days(clocks.rules_calendar(complaint.estate.calendar), now, days).ends_at


def _end_of(day: date, complaint: Complaint) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(complaint.estate.calendar.time_zone))


def end_pauses(complaint: Complaint, *, now: datetime, ending: str = Ending.RESUMED) -> None:
    """The wait itself is over, whatever becomes of the complaint."""
    rules = clocks.rules_calendar(complaint.estate.calendar)
    for pause in Pause.objects.filter(complaint=complaint, ended_at__isnull=True):
        pause.ended_at, pause.ending = now, ending
        pause.minutes = max(0, targets.business_minutes_left(rules, pause.began_at, now))
        pause.save(update_fields=["ended_at", "ending", "minutes"])


@transaction.atomic
def resume_complaint(*, complaint_id: UUID, actor: Membership, now: datetime) -> Complaint:
    """Go on after waiting. Raises NotFound, NotAllowed, IllegalMove unless it waits."""
    return resume(worked(complaint_id, actor), actor=actor, now=now)


def resume(
    complaint: Complaint,
    *,
    actor: Membership | None,
    now: datetime,
    reason: str = "",
    ending: str = Ending.RESUMED,
    party: str = "",
) -> Complaint:
    """End the wait of a locked complaint: back to where it came from, with its clocks counting on.

    When it ends by itself, or with the dealing with a ``party``, the complainant is told that one goes on.
    """
    if complaint.state not in Complaint.WAITING:
        raise IllegalMove(_("Complaint %(number)s is not waiting.") % {"number": complaint.number})
    trail.move(complaint, complaint.returns_to or State.ASSIGNED, actor=actor, now=now, reason=reason)
    complaint.returns_to, complaint.wake_at = "", None
    clocks.resume_clocks(complaint, now=now)
    complaint.save()
    end_pauses(complaint, now=now, ending=ending)
    if ending == Ending.CAP or party:
        handler = complaint.handler if actor is None or actor.pk != complaint.handler_id else None
        said: dict[str, Any] = {"now": now, "party": party, "is_by_itself": ending == Ending.CAP}
        telling.tell_complainant(complaint, "goes_on", due=complaint.next_due_at, **said)
        telling.tell_staff(complaint, "wait_over", [handler], **said)
    return complaint
