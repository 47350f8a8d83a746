"""What happened to a complaint, as its staff read it: newest first, plain values in, entries out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from attachments.models import Attachment
from complaints.models import Complaint, Escalation, Message, Move, ReturnVisit
from notices.models import Delivery

State = Complaint.State


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``tone`` is a class of the look's timeline."""

    at: datetime
    icon: str
    title: str
    body: str = ""
    who: str = ""
    tone: str = ""
    is_internal: bool = False
    files: list[Attachment] = field(default_factory=list)


MOVES: dict[str, tuple[str, Promise, str]] = {
    State.RECEIVED: ("inbox", lazy("Received"), ""),
    State.ACCEPTED: ("check", lazy("Accepted"), ""),
    State.REJECTED_INVALID: ("ban", lazy("Found outside our duty"), ""),
    State.REFERRED_OUT: ("arrow-up-right", lazy("Referred to another body"), ""),
    State.ASSIGNED: ("user-check", lazy("Assigned"), ""),
    State.INVESTIGATING: ("search", lazy("Being looked into"), ""),
    State.WAITING_FOR_COMPLAINANT: ("hourglass", lazy("The complainant was asked; the clocks stop"), ""),
    State.PROPOSED: ("lightbulb", lazy("A solution was proposed"), ""),
    State.ANSWERED: ("send", lazy("Answered"), ""),
    State.IMPLEMENTING: ("wrench", lazy("The work began"), ""),
    State.RESOLVED: ("circle-check", lazy("Resolved"), "event-ok"),
    State.RETURN_VISIT: ("phone-call", lazy("Return visit"), ""),
    State.CLOSED: ("circle-check", lazy("Closed"), "event-ok"),
    State.REOPENED: ("rotate-ccw", lazy("Reopened"), "event-late"),
    State.STAGE_2: ("eye", lazy("The complainant asked for a second look"), "event-late"),
}
MESSAGES: dict[str, tuple[str, Promise, str]] = {
    Message.Kind.WORDS: ("message-square", lazy("The complainant wrote"), ""),
    Message.Kind.REPLY: ("reply", lazy("Reply to the complainant"), ""),
    Message.Kind.NOTE: ("sticky-note", lazy("Note, stays inside"), "event-note"),
}


def entries(complaint: Complaint, parts: dict[str, Any], deliveries: Iterable[Delivery]) -> list[Entry]:
    """Everything that happened, newest first; of the same instant, what was written last stands first."""
    found = [
        *_moves(complaint, parts["moves"]),
        *_messages(parts["messages"]),
        *_visits(parts["visits"]),
        *_escalations(parts["escalations"]),
        *_sent(deliveries),
    ]
    return sorted(found, key=lambda entry: entry.at)[::-1]


def _moves(complaint: Complaint, moves: Iterable[Move]) -> Iterator[Entry]:
    said = {State.ANSWERED: complaint.decision, State.RESOLVED: complaint.resolution, State.PROPOSED: complaint.remedy}
    last = {move.to_state: move.pk for move in moves}
    for move in moves:
        icon, title, tone = MOVES[move.to_state]
        # What was decided is kept once, so it stands with the last move to that state.
        words = said.get(State(move.to_state), "") if last[move.to_state] == move.pk else ""
        who = _("the complainant") if move.by_complainant else move.actor.name if move.actor else _("the system")
        yield Entry(move.at, icon, str(title), move.reason or words, who, tone)


def _messages(messages: Iterable[Message]) -> Iterator[Entry]:
    for message in messages:
        icon, title, tone = MESSAGES[message.kind]
        who = "" if message.kind == Message.Kind.WORDS else message.author.name if message.author else ""
        yield Entry(message.at, icon, str(title), message.body, who, tone, message.kind == Message.Kind.NOTE)


def _visits(visits: Iterable[ReturnVisit]) -> Iterator[Entry]:
    for visit in visits:
        how = str(visit.get_method_display())
        if visit.outcome == ReturnVisit.Outcome.NO_CONTACT:
            yield Entry(
                visit.at, "phone", _("Return visit (%s): not reached") % how, visit.comment, _name(visit.visitor), "event-late"
            )
            continue
        title = _("Return visit (%s): solved") if visit.is_solved else _("Return visit (%s): not solved")
        rating = " · " + _("rating %s of 5") % visit.rating if visit.rating else ""
        tone = "event-ok" if visit.is_solved else "event-late"
        yield Entry(visit.at, "phone-call", title % how + rating, visit.comment, _name(visit.visitor), tone)


def _escalations(escalations: Iterable[Escalation]) -> Iterator[Entry]:
    for row in escalations:
        title = _("Passed on to %(who)s, %(level)s (%(target)s)") % {
            "who": row.to.name if row.to else _("nobody"),
            "level": row.get_level_display(),
            "target": row.clock.get_kind_display(),
        }
        taken = _("Taken up.") if row.acknowledged_at else _("Not taken up yet.")
        yield Entry(row.at, "flag", title, taken, tone="event-late", is_internal=True)


def _sent(deliveries: Iterable[Delivery]) -> Iterator[Entry]:
    for row in deliveries:
        if row.channel == Delivery.Channel.PORTAL:
            fate = _("read") if row.read_at else _("not read yet")
            title = _("Message in the portal to %(who)s: %(fate)s") % {"who": row.recipient_name, "fate": fate}
        else:
            title = _("E-mail to %(who)s: %(fate)s") % {"who": row.recipient_name, "fate": row.get_state_display()}
        tone = "event-late" if row.state == Delivery.State.DEAD else ""
        yield Entry(row.created_at, "mail", title, row.subject, tone=tone, is_internal=True)


def _name(member: Any) -> str:
    return member.name if member else ""
