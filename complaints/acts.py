"""Every act on a complaint, in one table: what it asks for, which verb does it, and to whom and when it is offered.

The staff's pages and the API both read it, so neither refuses what the other does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import queries
from complaints.conditions import (
    Case,
    accepts,
    assigns,
    can_ask,
    can_extend,
    can_wait,
    deals,
    handles,
    is_assignable,
    is_complaint_in,
    is_in,
    is_in_by_kind,
    to,
    visits,
    writes,
)  # fmt: skip
from complaints.forms import acts as forms
from complaints.models import Complaint, ReturnVisit
from complaints.rules import moving
from complaints.services import (
    case_tasks,
    closing,
    converting,
    extending,
    handling,
    intake,
    joining,
    pausing,
    talking,
    watching,
)

State = Complaint.State


@dataclass(frozen=True)
class Act:
    label: str | Promise
    icon: str
    form: type[forms.ActForm]
    verb: Callable[..., Any]
    is_possible: Callable[[Case], bool]
    """Whether the complaint stands so that this can be done, whoever asks."""
    is_allowed: Callable[[Case], bool]
    """Whether this actor does it."""
    done: str | Promise
    key: str = ""
    tone: str = ""
    checks_state: bool = True
    spreads: bool = False
    """Whether what is done to a leading complaint is done to those joined to it, too."""
    leads_to: frozenset[str] = frozenset()
    is_beside: bool = False
    """Pressed beside what it is about, a task or a checklist: no button of the case itself."""


ACTS: dict[str, Act] = {
    "accept": Act(
        _("Accept"),
        "check",
        forms.PlainForm,
        intake.accept_complaint,
        is_in(State.RECEIVED),
        accepts,
        _("Accepted. The complainant is told the promised times."),
        key="a",
        tone="primary",
        leads_to=to(State.ACCEPTED),
        spreads=True,
    ),
    "assign": Act(
        _("Assign"),
        "user-plus",
        forms.AssignForm,
        handling.assign_complaint,
        is_assignable,
        assigns,
        _("Assigned. The handler and the complainant are told."),
        key="s",
        leads_to=to(State.ASSIGNED),
        spreads=True,
    ),
    "take": Act(
        _("Take it myself"),
        "user-check",
        forms.PlainForm,
        handling.take_complaint,
        lambda case: case.state not in moving.AT_WORK and State.ASSIGNED in case.complaint.next_states,
        lambda case: moving.may_take(case.actor, case.complaint),
        _("You have it. The complainant is told."),
        leads_to=to(State.ASSIGNED),
        spreads=True,
    ),
    "give-back": Act(
        _("Give back"),
        "undo-2",
        forms.GiveBackForm,
        handling.give_back,
        is_in(State.ASSIGNED),
        handles,
        _("Given back. It waits for a handler."),
        leads_to=to(State.ACCEPTED),
        spreads=True,
    ),
    "investigate": Act(
        _("Start looking into it"),
        "search",
        forms.PlainForm,
        handling.start_investigation,
        is_complaint_in(State.ASSIGNED),
        handles,
        _("You are looking into it."),
        tone="primary",
        leads_to=to(State.INVESTIGATING),
        spreads=True,
    ),
    "resume": Act(
        _("Go on without waiting"),
        "undo-2",
        forms.PlainForm,
        pausing.resume_complaint,
        is_in(*Complaint.WAITING),
        handles,
        _("The clocks run again."),
        leads_to=to(State.ASSIGNED, State.INVESTIGATING, State.IMPLEMENTING),
        spreads=True,
    ),
    "answer": Act(
        _("Answer"),
        "send",
        forms.AnswerForm,
        handling.answer_complaint,
        lambda case: case.was_before_answer and not case.complaint.is_request,
        lambda case: moving.may_sign_answer(case.actor, case.complaint),
        _("Answered. The complainant is sent your words."),
        leads_to=to(State.ANSWERED),
        spreads=True,
    ),
    "propose": Act(
        _("Propose a solution"),
        "lightbulb",
        forms.ProposeForm,
        handling.propose_solution,
        is_complaint_in(State.ASSIGNED, State.INVESTIGATING),
        handles,
        _("Proposed."),
        leads_to=to(State.PROPOSED),
        spreads=True,
    ),
    "send-back": Act(
        _("Send the proposal back"),
        "undo-2",
        forms.SendBackForm,
        handling.send_back,
        is_in(State.PROPOSED),
        assigns,
        _("Sent back to the handler."),
        leads_to=to(State.INVESTIGATING),
        spreads=True,
    ),
    "start-work": Act(
        _("Start the work"),
        "wrench",
        forms.PlainForm,
        handling.start_work,
        is_in_by_kind(complaint=to(State.ANSWERED), request=to(State.ASSIGNED)),
        handles,
        _("The work has begun."),
        tone="primary",
        leads_to=to(State.IMPLEMENTING),
        spreads=True,
    ),
    "resolve": Act(
        _("Resolved"),
        "circle-check",
        forms.ResolveForm,
        handling.resolve_complaint,
        is_in_by_kind(complaint=to(State.ANSWERED, State.IMPLEMENTING), request=to(State.ASSIGNED, State.IMPLEMENTING)),
        handles,
        _("Resolved. The complainant is asked whether it is solved."),
        leads_to=to(State.RESOLVED),
        spreads=True,
    ),
    "wait": Act(
        _("Ask the complainant"),
        "circle-help",
        forms.QuestionForm,
        pausing.wait_for_complainant,
        can_ask,
        handles,
        _("Asked. The clocks stop until the complainant replies."),
        leads_to=to(State.WAITING_FOR_COMPLAINANT),
    ),
    "wait-access": Act(
        _("Wait for access"),
        "key-round",
        forms.AccessForm,
        pausing.wait_for_access,
        can_ask,
        handles,
        _("The complainant is told. The clocks stop until you are let in."),
        leads_to=to(State.WAITING_FOR_ACCESS),
    ),
    "wait-party": Act(
        _("Wait for an outside party"),
        "hourglass",
        forms.PartyForm,
        pausing.wait_for_party,
        can_wait,
        deals,
        _("The complainant is told whom one waits for. The clocks stop until their promised day."),
        leads_to=to(State.WAITING_FOR_PARTY),
        spreads=True,
    ),
    "promise-update": Act(
        _("Promise the next word"),
        "message-square-plus",
        forms.UpdateForm,
        extending.promise_update,
        lambda case: case.state in moving.AT_WORK and not case.complaint.is_anonymous,
        handles,
        _("Promised. The complainant is told the day."),
        checks_state=False,
        spreads=True,
    ),
    "extend": Act(
        _("Give more time"),
        "timer",
        forms.ExtendForm,
        extending.extend_complaint,
        can_extend,
        assigns,
        _("Extended. The complainant is told the reason and the new day."),
        spreads=True,
    ),
    "visit": Act(
        _("Record the return visit"),
        "phone-call",
        forms.VisitForm,
        closing.record_return_visit,
        is_in(State.RESOLVED, State.RETURN_VISIT),
        visits,
        _("The return visit is recorded."),
        leads_to=to(State.RETURN_VISIT, State.CLOSED, State.REOPENED),
    ),
    "close": Act(
        _("Close without contact"),
        "archive",
        forms.PlainForm,
        closing.close_complaint,
        lambda case: case.state in (State.RESOLVED, State.RETURN_VISIT) and case.may_close_unvisited,
        visits,
        _("Closed."),
        leads_to=to(State.CLOSED),
    ),
    "reopen": Act(
        _("Reopen"),
        "rotate-ccw",
        forms.ReopenForm,
        closing.reopen_complaint,
        lambda case: queries.may_reopen(case.complaint, now=case.now),
        accepts,
        _("Reopened, with new promised times."),
        leads_to=to(State.REOPENED),
    ),
    "reject": Act(
        _("Outside our duty"),
        "ban",
        forms.RejectForm,
        intake.reject_complaint,
        is_in(State.ACCEPTED),
        assigns,
        _("Closed as outside our duty. The complainant is sent the reason."),
        tone="danger",
        leads_to=to(State.REJECTED_INVALID),
        spreads=True,
    ),
    "refer": Act(
        _("Refer to another body"),
        "arrow-up-right",
        forms.ReferForm,
        intake.refer_complaint,
        is_in(State.ACCEPTED),
        assigns,
        _("Referred. The complainant is told."),
        leads_to=to(State.REFERRED_OUT),
        spreads=True,
    ),
    "make-complaint": Act(
        pgettext_lazy("request", "Make it a complaint"),
        "flag",
        forms.ConvertForm,
        converting.make_complaint,
        lambda case: queries.may_convert(case.complaint, now=case.now),
        writes,
        _("It is a complaint now, with a number and promised times of its own. Whoever asked is told."),
        leads_to=to(State.CLOSED),
    ),
    "join": Act(
        _("Join to another"),
        "merge",
        forms.JoinForm,
        joining.join_complaint,
        is_in(*moving.JOINABLE),
        assigns,
        _("Joined. The complainant is told."),
        key="m",
    ),
    "part": Act(
        _("Part again"),
        "undo-2",
        forms.PlainForm,
        joining.part_complaint,
        lambda case: case.above is not None,
        assigns,
        _("It is dealt with on its own again. The complainant is told."),
        checks_state=False,
    ),
    "priority": Act(
        _("Change the priority"),
        "flag",
        forms.PriorityForm,
        intake.set_priority,
        lambda case: case.complaint.is_open,
        lambda case: moving.may_set_priority(case.actor, case.complaint),
        _("Priority set."),
        key="p",
        checks_state=False,
        spreads=True,
    ),
    "severity": Act(
        _("Change the severity"),
        "triangle-alert",
        forms.SeverityForm,
        intake.set_severity,
        lambda case: case.complaint.is_open and not case.complaint.is_request,
        assigns,
        _("Severity set."),
        checks_state=False,
        spreads=True,
    ),
    "reply": Act(
        _("Send reply"),
        "reply",
        forms.ReplyForm,
        talking.reply,
        lambda case: not case.complaint.is_anonymous,
        writes,
        _("Sent to the complainant."),
        tone="primary",
        checks_state=False,
        spreads=True,
    ),
    "task": Act(
        _("Add a task"),
        "list-checks",
        forms.TaskForm,
        case_tasks.add_task,
        lambda case: case.complaint.is_open,
        writes,
        _("Noted as a task. Whoever is to do it is told."),
        checks_state=False,
    ),
    "tick": Act(
        _("Done"),
        "check",
        forms.TickForm,
        case_tasks.tick_task,
        lambda case: True,
        writes,
        _("Noted."),
        checks_state=False,
        is_beside=True,
    ),
    "checklist": Act(
        _("Use a checklist"),
        "clipboard-list",
        forms.ChecklistForm,
        case_tasks.use_checklist,
        lambda case: case.complaint.is_open,
        writes,
        _("Its steps stand among the tasks."),
        checks_state=False,
        is_beside=True,
    ),
    "watch": Act(
        _("Watch it"),
        "eye",
        forms.PlainForm,
        watching.watch_case,
        lambda case: not case.is_watched,
        writes,
        _("You are told whenever it moves."),
        checks_state=False,
    ),
    "unwatch": Act(
        _("Watch it no longer"),
        "eye-off",
        forms.PlainForm,
        watching.unwatch_case,
        lambda case: case.is_watched,
        writes,
        _("You are told of it no longer."),
        checks_state=False,
    ),
    "aside": Act(
        _("Put it aside"),
        "circle-pause",
        forms.AsideForm,
        watching.put_aside,
        lambda case: case.complaint.is_open and case.aside_until is None,
        writes,
        _("Put aside for you. It comes back by itself; its promised times run on."),
        checks_state=False,
    ),
    "back": Act(
        _("Take it up again"),
        "undo-2",
        forms.PlainForm,
        watching.take_back,
        lambda case: case.aside_until is not None,
        writes,
        _("It stands in your lists again."),
        checks_state=False,
    ),
    "note": Act(
        _("Keep note"),
        "sticky-note",
        forms.NoteForm,
        talking.write_note,
        lambda case: True,
        writes,
        _("Note kept."),
        checks_state=False,
    ),
}
WRITING = ("reply", "note")
# What a member does for themselves stands beside the number, and a task beside the tasks: neither moves the case.
PERSONAL = ("watch", "unwatch", "aside", "back")
BESIDE = (*WRITING, *PERSONAL, "task")


def offered(case: Case) -> list[str]:
    """The acts this actor sees now, in the order of the table."""
    return [code for code, act in ACTS.items() if not act.is_beside and act.is_possible(case) and act.is_allowed(case)]


def failed_days(complaint: Complaint) -> list[Any]:
    """The local day of each attempt since it was resolved at which nobody was reached."""
    zone = ZoneInfo(complaint.estate.calendar.time_zone)
    failed = complaint.return_visits.filter(
        outcome=ReturnVisit.Outcome.NO_CONTACT, at__gte=complaint.resolved_at or complaint.received_at
    )
    return [at.astimezone(zone).date() for at in failed.values_list("at", flat=True)]


def may_close_unvisited(complaint: Complaint) -> bool:
    """Whether it may be closed though nobody was reached; asks only where that can be."""
    if complaint.state not in (State.RESOLVED, State.RETURN_VISIT):
        return False
    failed = [] if complaint.is_anonymous else failed_days(complaint)
    return moving.closing_verdict(
        is_visited=False,
        is_anonymous=complaint.is_anonymous,
        failed_attempts=failed,
        attempts_needed=queries.handling_rules().failed_attempts if failed else 1,
    ).allowed
