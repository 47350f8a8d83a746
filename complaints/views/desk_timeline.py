"""What happened to a complaint, as its staff read it: newest first, with names, notes, the ladder and every message."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attachments.models import Attachment
from complaints.models import Clock, Complaint, Escalation, Extension, Joining, Message, Move, ReturnVisit
from complaints.models.settings import TargetKind
from notices.models import Delivery
from tenancy.models import Membership
from tenancy.names import member_name_for, name_for
from tenancy.templatetags.look import time_words

State, Kind = Complaint.State, TargetKind


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``tone`` is ok, late, note or none; ``fate`` is what became of the messages about it."""

    at: datetime
    icon: str
    title: str
    body: str = ""
    who: str = ""
    tone: str = ""
    carries: str = ""
    """Of which audience it may carry files: they come with words."""
    files: tuple[Attachment, ...] = ()
    fate: tuple[str, ...] = ()

    @property
    def is_internal(self) -> bool:
        return self.carries == Attachment.Audience.STAFF

    @property
    def messages_sent(self) -> str:
        return ngettext("%(number)s message sent", "%(number)s messages sent", len(self.fate)) % {
            "number": len(self.fate)
        }


MOVES: dict[str, tuple[str, Promise, str]] = {
    State.RECEIVED: ("inbox", gettext_lazy("Received"), ""),
    State.ACCEPTED: ("check", gettext_lazy("Accepted"), ""),
    State.REJECTED_INVALID: ("ban", gettext_lazy("Found outside our duty"), ""),
    State.REFERRED_OUT: ("arrow-up-right", gettext_lazy("Referred to another body"), ""),
    State.ASSIGNED: ("user-check", gettext_lazy("Given to a handler"), ""),
    State.INVESTIGATING: ("search", gettext_lazy("Being looked into"), ""),
    State.WAITING_FOR_COMPLAINANT: ("hourglass", gettext_lazy("The complainant was asked; the clocks stop"), ""),
    State.WAITING_FOR_PARTY: ("hourglass", gettext_lazy("Waiting for an outside party; the clocks stop"), ""),
    State.WAITING_FOR_ACCESS: ("hourglass", gettext_lazy("Waiting for access; the clocks stop"), ""),
    State.PROPOSED: ("lightbulb", gettext_lazy("A solution was proposed"), ""),
    State.ANSWERED: ("send", gettext_lazy("Answered"), ""),
    State.IMPLEMENTING: ("wrench", gettext_lazy("The work began"), ""),
    State.RESOLVED: ("circle-check", gettext_lazy("Resolved"), "ok"),
    State.RETURN_VISIT: ("phone-call", gettext_lazy("Return visit begun"), ""),
    State.CLOSED: ("circle-check", gettext_lazy("Closed"), "ok"),
    State.REOPENED: ("rotate-ccw", gettext_lazy("Reopened"), "late"),
    State.STAGE_2: ("eye", gettext_lazy("The complainant asked for a second look"), "late"),
}
MESSAGES: dict[str, tuple[str, Promise, str, str]] = {
    Message.Kind.WORDS: ("message-square", gettext_lazy("The complainant wrote"), "", Attachment.Audience.PARTIES),
    Message.Kind.REPLY: ("reply", gettext_lazy("Reply to the complainant"), "", Attachment.Audience.PARTIES),
    Message.Kind.NOTE: ("sticky-note", gettext_lazy("Note"), "note", Attachment.Audience.STAFF),
}
KEPT: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("Accepted in time"),
    Kind.ANSWER: gettext_lazy("Answered in time"),
    Kind.RESOLVE: gettext_lazy("Resolved in time"),
    Kind.STATUTORY: gettext_lazy("Answered within the statutory limit"),
    Kind.UPDATE: gettext_lazy("The next word came as promised"),
    Kind.VISIT: gettext_lazy("Return visit in time"),
}
LATE: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("The time to accept it has passed"),
    Kind.ANSWER: gettext_lazy("The time for the answer has passed"),
    Kind.RESOLVE: gettext_lazy("The time for the resolution has passed"),
    Kind.STATUTORY: gettext_lazy("The statutory limit has passed"),
    Kind.UPDATE: gettext_lazy("The day of the promised word has passed"),
    Kind.VISIT: gettext_lazy("The time for the return visit has passed"),
}


def entries(
    complaint: Complaint,
    parts: Mapping[str, Any],
    *,
    told: Iterable[Delivery] = (),
    joinings: Iterable[Joining] = (),
    reader: Membership,
    now: datetime,
) -> list[Entry]:
    """Of ``case_queries.case_parts`` and the messages sent: everything, newest first, with the names ``reader`` sees."""
    found = [_move(complaint, move, reader) for move in parts["moves"]]
    found += [_message(message) for message in parts["messages"]]
    found += [_visit(visit) for visit in parts["visits"]]
    found += _clocks(parts["clocks"], now)
    found += [_escalation(row) for row in parts["escalations"]]
    found += [_extension(row) for row in parts["extensions"]]
    found += [_joining(row, complaint, reader) for row in joinings]
    found.sort(key=lambda entry: entry.at)  # stable: of one instant, in the order they were gathered
    _place_files(found, parts["files"])
    _place_messages(found, () if complaint.is_veiled else told, reader)
    return sorted(found, key=lambda entry: entry.at)[::-1]


def _move(complaint: Complaint, move: Move, reader: Membership) -> Entry:
    icon, title, tone = MOVES[move.to_state]
    if move.to_state == State.RECEIVED:
        is_known = move.actor is not None and not (complaint.is_veiled and move.by_complainant)
        who = member_name_for(reader, move.actor) if is_known else complaint.get_channel_display()
        return Entry(move.at, icon, str(title), who=who, carries=Attachment.Audience.PARTIES)
    who = move.actor.name if move.actor else _("By itself")
    return Entry(move.at, icon, str(title), move.reason, _("The complainant") if move.by_complainant else who, tone)


def _message(message: Message) -> Entry:
    icon, title, tone, carries = MESSAGES[message.kind]
    who = "" if message.kind == Message.Kind.WORDS else _name(message.author)
    return Entry(message.at, icon, str(title), message.body, who, tone, carries)


def _visit(visit: ReturnVisit) -> Entry:
    how = {"method": visit.get_method_display()}
    if visit.outcome == ReturnVisit.Outcome.NO_CONTACT:
        title = _("Return visit (%(method)s): not reached") % how
        return Entry(visit.at, "phone", title, visit.comment, _name(visit.visitor), "late")
    title = _("Return visit (%(method)s): solved") if visit.is_solved else _("Return visit (%(method)s): not solved")
    rated = _("Rated %(rating)s of 5.") % {"rating": visit.rating} if visit.rating else ""
    body = "\n".join(part for part in (rated, visit.comment) if part)
    return Entry(visit.at, "phone-call", title % how, body, _name(visit.visitor), "ok" if visit.is_solved else "late")


def _extension(row: Extension) -> Entry:
    title = ngettext("%(days)d working day more", "%(days)d working days more", row.days) % {"days": row.days}
    due = _("from %(before)s to %(after)s") % {
        "before": time_words(row.due_before, "exact"), "after": time_words(row.due_after, "exact"),
    }  # fmt: skip
    return Entry(row.at, "timer", title, row.reason, f"{_name(row.actor)} · {due}", "late")


def _joining(row: Joining, complaint: Complaint, reader: Membership) -> Entry:
    is_led = row.complaint_id == complaint.pk
    title = _("Joined to %(number)s") if is_led else _("%(number)s joined to this one")
    number = row.leading.number if is_led else row.complaint.number
    return Entry(
        row.at, "merge", title % {"number": number}, who=member_name_for(reader, row.actor) if row.actor else ""
    )


def _escalation(row: Escalation) -> Entry:
    title = _("Passed on: %(level)s, %(name)s (%(target)s)") % {
        "level": row.get_level_display(),
        "name": row.to.name if row.to else _("nobody"),
        "target": row.clock.get_kind_display(),
    }
    taken = _("Not taken up yet.")
    if row.acknowledged_at:
        taken = _("Taken up %(at)s.") % {"at": time_words(row.acknowledged_at)}
    return Entry(row.at, "flag", title, taken, tone="late")


def _clocks(clocks: Iterable[Clock], now: datetime) -> list[Entry]:
    """A kept promise when it was kept, a broken one when it was due."""
    found = []
    for clock in clocks:
        due = _("promised by %(due)s") % {"due": time_words(clock.due_at)}
        if clock.state == Clock.State.MET and clock.stopped_at:
            found.append(Entry(clock.stopped_at, "timer", str(KEPT[clock.kind]), who=due, tone="ok"))
        elif clock.state == Clock.State.BROKEN or (clock.state == Clock.State.RUNNING and clock.due_at < now):
            found.append(Entry(clock.due_at, "triangle-alert", str(LATE[clock.kind]), who=due, tone="late"))
    return found


def _place_files(found: list[Entry], files: Iterable[Attachment]) -> None:
    """Files stand with the words they came with: the first entry of their audience at or after their arrival."""
    for file in files:
        carriers = [place for place, entry in enumerate(found) if entry.carries == file.audience]
        later = [place for place in carriers if found[place].at >= file.created_at]
        place = next(iter(later or carriers), None)
        if place is None:
            found.append(Entry(file.created_at, "paperclip", _("File added"), files=(file,)))
        else:
            found[place] = replace(found[place], files=(*found[place].files, file))


def _place_messages(found: list[Entry], told: Iterable[Delivery], reader: Membership) -> None:
    """The fate of each message stands with what it told of."""
    sent: dict[datetime, list[Delivery]] = defaultdict(list)
    for delivery in told:
        sent[delivery.created_at].append(delivery)
    last_at = {entry.at: place for place, entry in enumerate(found)}
    for at, deliveries in sent.items():
        lines = tuple(_fate(delivery, reader) for delivery in deliveries)
        if at in last_at:
            found[last_at[at]] = replace(found[last_at[at]], fate=lines)
        else:
            found.append(Entry(at, "mail", deliveries[0].subject, fate=lines))


def _fate(delivery: Delivery, reader: Membership) -> str:
    name = name_for(reader, delivery.recipient_name)
    if delivery.channel == Delivery.Channel.PORTAL:
        fate = _("read") if delivery.read_at else _("not read yet")
        return _("In the portal to %(name)s: %(fate)s") % {"name": name, "fate": fate}
    return _("E-mail to %(name)s: %(fate)s") % {"name": name, "fate": delivery.get_state_display()}


def _name(member: Any) -> str:
    return member.name if member else ""
