"""A complaint in plain words: who has it, what is next and by when, for its owner and for the staff.

Plain values in, plain words out, in the language in force: no queries, no writes. Load ``handler``, ``category`` and
``estate__calendar`` before.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from complaints.models import Clock, Complaint, Escalation, Pause
from complaints.models.settings import LadderStep, TargetKind
from complaints.rules import targets
from complaints.services.clocks import rules_of
from contacts.models import Matter
from deadlines.rules.calendars import Calendar
from tenancy.models import Membership
from tenancy.policy import sight
from tenancy.templatetags.look import duration_words, time_words

State, Kind, Level = Complaint.State, TargetKind, LadderStep.Level

# With a handler, and without one.
OWNER: dict[str, tuple[Promise, Promise]] = {
    State.RECEIVED: (gettext_lazy("We have received it."), gettext_lazy("We have received it.")),
    State.ACCEPTED: (
        gettext_lazy("We have accepted it and are choosing who looks into it."),
        gettext_lazy("We have accepted it and are choosing who looks into it."),
    ),
    State.REJECTED_INVALID: (
        gettext_lazy("We found that this is outside our duty. The reason is below."),
        gettext_lazy("We found that this is outside our duty. The reason is below."),
    ),
    State.REFERRED_OUT: (
        gettext_lazy("This is the duty of %(body)s. We have referred it to them."),
        gettext_lazy("This is the duty of %(body)s. We have referred it to them."),
    ),
    State.ASSIGNED: (gettext_lazy("%(who)s has it."), gettext_lazy("It is with our staff.")),
    State.INVESTIGATING: (gettext_lazy("%(who)s is looking into it."), gettext_lazy("We are looking into it.")),
    State.WAITING_FOR_COMPLAINANT: (
        gettext_lazy("%(who)s asked you something and waits for your reply. Until then the clock stands still."),
        gettext_lazy("We asked you something and wait for your reply. Until then the clock stands still."),
    ),
    State.WAITING_FOR_PARTY: (
        gettext_lazy("%(who)s waits for somebody outside. Until then the clock stands still."),
        gettext_lazy("We wait for somebody outside. Until then the clock stands still."),
    ),
    State.WAITING_FOR_ACCESS: (
        gettext_lazy("%(who)s needs to be let in. Until then the clock stands still."),
        gettext_lazy("We need to be let in. Until then the clock stands still."),
    ),
    State.PROPOSED: (
        gettext_lazy("%(who)s has worked out a solution. It is being checked before we answer."),
        gettext_lazy("We have worked out a solution. It is being checked before we answer."),
    ),
    State.ANSWERED: (gettext_lazy("We have answered. Is it solved?"), gettext_lazy("We have answered. Is it solved?")),
    State.IMPLEMENTING: (
        gettext_lazy("%(who)s is carrying out what we promised."),
        gettext_lazy("We are carrying out what we promised."),
    ),
    State.RESOLVED: (
        gettext_lazy("%(who)s says the work is done. Is it solved?"),
        gettext_lazy("We say the work is done. Is it solved?"),
    ),
    State.RETURN_VISIT: (
        gettext_lazy("We are asking you whether it is solved. You can tell us here."),
        gettext_lazy("We are asking you whether it is solved. You can tell us here."),
    ),
    State.CLOSED: (gettext_lazy("It is closed."), gettext_lazy("It is closed.")),
    State.REOPENED: (
        gettext_lazy("It is open again. We are choosing who looks into it."),
        gettext_lazy("It is open again. We are choosing who looks into it."),
    ),
    State.STAGE_2: (
        gettext_lazy("You asked for a second look. Somebody else will take it."),
        gettext_lazy("You asked for a second look. Somebody else will take it."),
    ),
}
STAFF: dict[str, tuple[Promise, Promise]] = {
    State.RECEIVED: (gettext_lazy("Nobody has accepted it yet."), gettext_lazy("Nobody has accepted it yet.")),
    State.ACCEPTED: (gettext_lazy("Accepted. It needs a handler."), gettext_lazy("Accepted. It needs a handler.")),
    State.REJECTED_INVALID: (
        gettext_lazy("Outside our duty. The complainant was told why."),
        gettext_lazy("Outside our duty. The complainant was told why."),
    ),
    State.REFERRED_OUT: (gettext_lazy("Referred to %(body)s."), gettext_lazy("Referred to %(body)s.")),
    State.ASSIGNED: (
        gettext_lazy("%(who)s has it and has not started yet."),
        gettext_lazy("Assigned, but it has no handler."),
    ),
    State.INVESTIGATING: (
        gettext_lazy("%(who)s is looking into it."),
        gettext_lazy("It is being looked into, but has no handler."),
    ),
    State.WAITING_FOR_COMPLAINANT: (
        gettext_lazy("%(who)s waits for the complainant since %(since)s. The clocks stand still."),
        gettext_lazy("It waits for the complainant since %(since)s. The clocks stand still."),
    ),
    State.WAITING_FOR_PARTY: (
        gettext_lazy("%(who)s waits for an outside party since %(since)s. The clocks stand still."),
        gettext_lazy("It waits for an outside party since %(since)s. The clocks stand still."),
    ),
    State.WAITING_FOR_ACCESS: (
        gettext_lazy("%(who)s waits for access since %(since)s. The clocks stand still."),
        gettext_lazy("It waits for access since %(since)s. The clocks stand still."),
    ),
    State.PROPOSED: (
        gettext_lazy("%(who)s has proposed a solution. The answer waits to be signed."),
        gettext_lazy("A solution is proposed. The answer waits to be signed."),
    ),
    State.ANSWERED: (
        gettext_lazy("Answered. %(who)s carries it out, or the complainant says that it is solved."),
        gettext_lazy("Answered. The complainant has not said yet whether it is solved."),
    ),
    State.IMPLEMENTING: (
        gettext_lazy("%(who)s is carrying it out."),
        gettext_lazy("It is being carried out, but has no handler."),
    ),
    State.RESOLVED: (
        gettext_lazy("%(who)s says it is done. Somebody else makes the return visit."),
        gettext_lazy("Done. The return visit is next."),
    ),
    State.RETURN_VISIT: (
        gettext_lazy("The return visit is under way."),
        gettext_lazy("The return visit is under way."),
    ),
    State.CLOSED: (gettext_lazy("Closed."), gettext_lazy("Closed.")),
    State.REOPENED: (
        gettext_lazy("Open again. It needs a handler; %(who)s had it."),
        gettext_lazy("Open again. It needs a handler."),
    ),
    State.STAGE_2: (
        gettext_lazy("A second look was asked for. It needs another handler than %(who)s."),
        gettext_lazy("A second look was asked for. It needs a handler."),
    ),
}
# Where a request is spoken of in other words.
OWNER_OF_REQUEST: dict[str, tuple[Promise, Promise]] = {
    State.IMPLEMENTING: (gettext_lazy("%(who)s is seeing to it."), gettext_lazy("We are seeing to it.")),
}
STAFF_OF_REQUEST: dict[str, tuple[Promise, Promise]] = {
    State.RESOLVED: (
        gettext_lazy("%(who)s says it is done. Whoever asked for it is asked whether it is."),
        gettext_lazy("Done. Whoever asked for it is asked whether it is."),
    ),
}
OWNER_DUE: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("We confirm it by %(due)s."),
    Kind.ANSWER: gettext_lazy("We answer by %(due)s."),
    Kind.RESOLVE: gettext_lazy("We solve it by %(due)s."),
    Kind.STATUTORY: gettext_lazy("We answer by %(due)s at the latest."),
    Kind.UPDATE: gettext_lazy("You hear from us by %(due)s."),
    Kind.VISIT: gettext_lazy("We ask you by %(due)s whether it is solved."),
}
OWNER_LATE: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("We promised to confirm it by %(due)s and have not done so."),
    Kind.ANSWER: gettext_lazy("We promised an answer by %(due)s and have not kept it."),
    Kind.RESOLVE: gettext_lazy("We promised a solution by %(due)s and have not kept it."),
    Kind.STATUTORY: gettext_lazy("We had to answer by %(due)s and have not done so."),
    Kind.UPDATE: gettext_lazy("We promised you word by %(due)s and have not kept it."),
    Kind.VISIT: gettext_lazy("We promised to ask you by %(due)s and have not done so."),
}
STAFF_DUE: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("Accept it by %(due)s."),
    Kind.ANSWER: gettext_lazy("Answer by %(due)s."),
    Kind.RESOLVE: gettext_lazy("Resolve it by %(due)s."),
    Kind.STATUTORY: gettext_lazy("Statutory limit: %(due)s."),
    Kind.UPDATE: gettext_lazy("Next word promised by %(due)s."),
    Kind.VISIT: gettext_lazy("Return visit by %(due)s."),
}
STAFF_LATE: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("Late: it was to be accepted by %(due)s."),
    Kind.ANSWER: gettext_lazy("Late: the answer was due by %(due)s."),
    Kind.RESOLVE: gettext_lazy("Late: the solution was due by %(due)s."),
    Kind.STATUTORY: gettext_lazy("Late: the statutory limit was %(due)s."),
    Kind.UPDATE: gettext_lazy("Late: the next word was promised by %(due)s."),
    Kind.VISIT: gettext_lazy("Late: the return visit was due by %(due)s."),
}
NOW_WITH: dict[str, Promise] = {
    Level.SUPERVISOR: gettext_lazy("It is now with the supervisor."),
    Level.MANAGER: gettext_lazy("It is now with the estate manager."),
    Level.QUALITY: gettext_lazy("It is now with the company's quality department."),
}
CLOSED_BY = {
    True: gettext_lazy("It is closed. You told us that it is solved."),
    False: gettext_lazy("It is closed."),
    None: gettext_lazy("It is closed. We could not ask you whether it is solved."),
}
# States in which the next move is the complainant's: a due time of ours would only confuse.
ASKS_COMPLAINANT = frozenset(
    {State.WAITING_FOR_COMPLAINANT, State.WAITING_FOR_ACCESS, State.ANSWERED, State.RESOLVED, State.RETURN_VISIT}
)


def member_words(member: Membership | None) -> str:
    """A member of staff as owners know them: name and post."""
    if member is None:
        return ""
    return _("%(name)s (%(post)s)") % {"name": member.name, "post": member.post or member.get_role_display()}


def phone_words(phone: object, *, actor: Membership, complaint: Complaint) -> str:
    """The number as this actor may see it: an auditor's copy is masked, an engineer has it while the case is open."""
    if not phone:
        return ""
    number = str(phone)
    seen = sight(actor, "person.contact", complaint)
    if seen == "masked":
        return f"••• {number[-3:]}"
    return number if seen == "whole" else ""


def owner_state(complaint: Complaint) -> str:
    """The state as the complainant reads it."""
    if complaint.state == State.WAITING_FOR_COMPLAINANT:
        return _("Waiting for your reply")
    if complaint.state == State.WAITING_FOR_ACCESS:
        return _("Waiting for you to let us in")
    return str(complaint.get_state_display())


def joined(*sentences: str) -> str:
    """Sentences set after each other, as the language in force does."""
    gap = "" if (get_language() or "").startswith("zh") else " "
    return gap.join(sentence for sentence in sentences if sentence)


def is_late(complaint: Complaint, *, now: datetime) -> bool:
    """Late by the clock itself: the sweep that marks it may be half a minute behind."""
    if not complaint.is_open:
        return False
    return complaint.is_late or (complaint.next_due_at is not None and complaint.next_due_at < now)


def owner_sentence(complaint: Complaint, *, now: datetime, level: str = "") -> str:
    """Who has it, what is next, by when; lateness first. ``level`` is the rung of the ladder it has reached."""
    if complaint.state == State.CLOSED and complaint.closed_how == Complaint.ClosedHow.CONVERTED:
        return _("It is closed: it has become a complaint, and is dealt with there.")
    if complaint.state == State.CLOSED:
        return str(CLOSED_BY[complaint.is_solved])
    return _sentence(complaint, now, OWNER, OWNER_DUE, OWNER_LATE, member_words(complaint.handler), level)


def staff_sentence(complaint: Complaint, *, now: datetime, level: str = "") -> str:
    """The same for colleagues: handlers by name alone."""
    name = complaint.handler.name if complaint.handler else ""
    return _sentence(complaint, now, STAFF, STAFF_DUE, STAFF_LATE, name, level)


def _sentence(
    complaint: Complaint,
    now: datetime,
    heads: dict[str, tuple[Promise, Promise]],
    due_words: dict[str, Promise],
    late_words: dict[str, Promise],
    who: str,
    level: str,
) -> str:
    is_owner = heads is OWNER
    if complaint.is_request:
        heads = {**heads, **(OWNER_OF_REQUEST if is_owner else STAFF_OF_REQUEST)}
    head = str(heads[complaint.state][0 if who else 1]) % {
        "who": who,
        "body": complaint.referred_to,
        "since": time_words(complaint.moved_at, now=now),
    }
    if not complaint.is_open or complaint.next_due_at is None or not complaint.next_due_kind:
        return head
    due = {"due": time_words(complaint.next_due_at, now=now)}
    if is_late(complaint, now=now):
        return joined(str(late_words[complaint.next_due_kind]) % due, str(NOW_WITH.get(level, "")), head)
    if complaint.state in ASKS_COMPLAINANT and is_owner:
        return head
    return joined(head, str(due_words[complaint.next_due_kind]) % due)


def level_reached(escalations: Iterable[Escalation], complaint: Complaint) -> str:
    """The highest rung whose clock still runs, of escalations loaded with their clocks; empty below the supervisor."""
    if not complaint.is_open:
        return ""
    running = {row.level for row in escalations if row.clock.stopped_at is None}
    return next((level for level in (Level.QUALITY, Level.MANAGER, Level.SUPERVISOR) if level in running), "")


def place_words(complaint: Complaint) -> str:
    """Where it is: the unit, or the building and the words given; the estate when nothing is nearer."""
    parts = [
        complaint.unit.code if complaint.unit else "",
        complaint.building.name if complaint.building else complaint.estate.name,
        complaint.place,
    ]
    return " · ".join(part for part in parts if part)


# -- what is left of a promise ---------------------------------------------------------------------------------------


def minutes_left(clock: Clock, *, now: datetime) -> int | None:
    """Minutes of service time until it is due, negative when late; what was left at the pause; None when stopped."""
    if clock.stopped_at is not None:
        return None
    at = clock.paused_at if clock.state == Clock.State.PAUSED and clock.paused_at else now
    return targets.business_minutes_left(rules_of(clock), at, clock.due_at)


def time_used(clock: Clock, pauses: Iterable[Pause], *, now: datetime) -> str:
    """ "5 h of service time used": from the history of the clock, what it stood still left out."""
    if clock.kind == Kind.STATUTORY:
        return ""
    pauses = pauses if clock.kind in (Kind.ANSWER, Kind.RESOLVE) else ()
    until = clock.stopped_at or now
    stood = [(pause.began_at, pause.ended_at or until) for pause in pauses]
    minutes = targets.minutes_used(rules_of(clock), clock.started_at, until, stood)
    return _("%(length)s used") % {"length": length_words(minutes, clock)}


def time_left(clock: Clock, *, now: datetime) -> str:
    """ "2 h 10 min of service time left", "late by 1 working day 3 h", "kept", "stopped while we wait for you"."""
    minutes = minutes_left(clock, now=now)
    if minutes is None:
        return _("kept") if clock.state == Clock.State.MET else _("late") if clock.state == Clock.State.BROKEN else ""
    if clock.kind == Kind.STATUTORY:
        return _calendar_days_left(clock.due_at - now)
    length = length_words(minutes, clock)
    if minutes == 0 and now > clock.due_at:  # past its time, but no service time has passed since
        return _("late")
    if minutes < 0:
        return _("late by %(length)s") % {"length": length}
    if clock.state == Clock.State.PAUSED:
        return _("stopped with %(length)s left") % {"length": length}
    if clock.round_the_clock:
        return _("%(length)s left") % {"length": length}
    return _("%(length)s of service time left") % {"length": length}


def length_words(minutes: int, clock: Clock) -> str:
    """A length of the clock's own time: working days and hours when it is longer than one of them."""
    minutes = abs(minutes)
    day = 1440 if clock.round_the_clock else working_day_minutes(rules_of(clock))
    days, rest = divmod(minutes, day)
    if not days:
        return duration_words(rest)
    if clock.round_the_clock:
        words = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    else:
        words = ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    return f"{words} {duration_words(rest // 60 * 60)}" if rest >= 60 else words


def working_day_minutes(rules: Calendar) -> int:
    """The length of the longest weekday."""
    longest = max(sum(window.end - window.start for window in day) for day in (*rules.weekly, rules.makeup_windows))
    return (longest // 60_000_000) or 1440


def _calendar_days_left(left: timedelta) -> str:
    days = abs(left) // timedelta(days=1)
    length = ngettext("%(days)d day", "%(days)d days", days) % {"days": days} if days else _("less than a day")
    return (_("late by %(length)s") if left < timedelta(0) else _("%(length)s left")) % {"length": length}


PROMISES: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("Confirmed by"),
    Kind.ANSWER: gettext_lazy("Answered by"),
    Kind.RESOLVE: gettext_lazy("Solved by"),
    Kind.STATUTORY: gettext_lazy("Limit for an answer"),
    Kind.UPDATE: gettext_lazy("Next word by"),
    Kind.VISIT: gettext_lazy("We ask you by"),
}


def promise_label(clock: Clock) -> str:
    return str(PROMISES[clock.kind])


def promise_tone(clock: Clock, *, now: datetime) -> str:
    """The tone of its badge: kept, late, paused or running."""
    if clock.state == Clock.State.MET:
        return "ok"
    if clock.state == Clock.State.BROKEN or (clock.state == Clock.State.RUNNING and clock.due_at < now):
        return "late"
    return "warn" if clock.state == Clock.State.PAUSED else "quiet"


def waiting_sentence(matter: Matter, *, today: date) -> str:
    """Whom outside one waits for, as owners read it: since when, for what, what was promised and whether it was kept."""
    said = {
        "who": matter.party.name, "what": matter.waiting_for, "since": date_format(matter.waiting_since) if matter.waiting_since else "",
        "promised": date_format(matter.promised_on) if matter.promised_on else "",
    }  # fmt: skip
    if matter.promised_on is None:
        return _("We have been waiting for %(who)s since %(since)s: %(what)s. They have named no day yet.") % said
    if matter.promised_on < today:
        return (
            _(
                "We have been waiting for %(who)s since %(since)s: %(what)s. They promised it by %(promised)s and did not keep it."
            )
            % said
        )
    return _("We have been waiting for %(who)s since %(since)s: %(what)s. They promised it by %(promised)s.") % said
