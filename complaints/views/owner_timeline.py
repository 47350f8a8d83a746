"""What happened to a complaint, as its owner reads it: newest first, plain values in, entries out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.models import Clock, Complaint, Extension, Message, Move, ReturnVisit
from complaints.models.settings import LadderStep, TargetKind
from complaints.words import member_words
from notices.models import Delivery
from tenancy.templatetags.look import time_words

State, Kind, Level = Complaint.State, TargetKind, LadderStep.Level


class Arrived(Protocol):
    """A file that the complainant may see."""

    @property
    def created_at(self) -> datetime: ...


@dataclass(frozen=True)
class Entry:
    """One thing that happened; ``fate`` is what became of the messages sent about it, ``tone`` ok, late or none."""

    at: datetime
    icon: str
    title: str
    body: str = ""
    files: tuple[Arrived, ...] = ()
    who: str = ""
    tone: str = ""
    fate: tuple[str, ...] = ()


ICONS = {
    State.RECEIVED: "inbox",
    State.ACCEPTED: "check",
    State.REJECTED_INVALID: "ban",
    State.REFERRED_OUT: "arrow-up-right",
    State.ASSIGNED: "user-check",
    State.INVESTIGATING: "search",
    State.WAITING_FOR_COMPLAINANT: "hourglass",
    State.WAITING_FOR_PARTY: "hourglass",
    State.WAITING_FOR_ACCESS: "hourglass",
    State.PROPOSED: "lightbulb",
    State.ANSWERED: "message-square",
    State.IMPLEMENTING: "wrench",
    State.RESOLVED: "circle-check",
    State.RETURN_VISIT: "phone",
    State.CLOSED: "archive",
    State.REOPENED: "rotate-ccw",
    State.STAGE_2: "users",
}
OWNER_MOVES: dict[str, Promise] = {
    State.RECEIVED: gettext_lazy("You told us"),
    State.ACCEPTED: gettext_lazy("We accepted your complaint"),
    State.REJECTED_INVALID: gettext_lazy("We found it outside our duty"),
    State.REFERRED_OUT: gettext_lazy("We referred it to the body whose duty it is"),
    State.ASSIGNED: gettext_lazy("Somebody was chosen to look into it"),
    State.INVESTIGATING: gettext_lazy("We are looking into it"),
    State.WAITING_FOR_COMPLAINANT: gettext_lazy("We asked you something"),
    State.WAITING_FOR_PARTY: gettext_lazy("We wait for somebody outside; the clock stands still"),
    State.WAITING_FOR_ACCESS: gettext_lazy("We asked to be let in; the clock stands still"),
    State.PROPOSED: gettext_lazy("We worked out a solution"),
    State.ANSWERED: gettext_lazy("We answered"),
    State.IMPLEMENTING: gettext_lazy("We began to carry it out"),
    State.RESOLVED: gettext_lazy("We said that the work is done"),
    State.RETURN_VISIT: gettext_lazy("We are asking whether it is solved"),
    State.CLOSED: gettext_lazy("Closed"),
    State.REOPENED: gettext_lazy("Opened again"),
    State.STAGE_2: gettext_lazy("You asked for a second look"),
}
TOLD_REASONS = Move.TOLD_REASONS
KEPT: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("Confirmed in time"),
    Kind.ANSWER: gettext_lazy("Answered in time"),
    Kind.RESOLVE: gettext_lazy("Solved in time"),
    Kind.STATUTORY: gettext_lazy("Answered within the statutory limit"),
    Kind.UPDATE: gettext_lazy("You heard from us as promised"),
    Kind.VISIT: gettext_lazy("Asked in time whether it is solved"),
}
LATE: dict[str, Promise] = {
    Kind.ACCEPT: gettext_lazy("The promised confirmation is late"),
    Kind.ANSWER: gettext_lazy("The promised answer is late"),
    Kind.RESOLVE: gettext_lazy("The promised solution is late"),
    Kind.STATUTORY: gettext_lazy("The statutory limit for an answer has passed"),
    Kind.UPDATE: gettext_lazy("The promised word is late"),
    Kind.VISIT: gettext_lazy("The promised return visit is late"),
}
KEPT_ICON = "timer"
PASSED_ON: dict[str, Promise] = {
    Level.SUPERVISOR: gettext_lazy("It was passed on to the supervisor"),
    Level.MANAGER: gettext_lazy("It was passed on to the estate manager"),
    Level.QUALITY: gettext_lazy("It was passed on to the company's quality department"),
}
FATES: dict[str, Promise] = {
    Delivery.State.QUEUED: gettext_lazy("E-mail waits to be sent"),
    Delivery.State.CLAIMED: gettext_lazy("E-mail is being sent"),
    Delivery.State.HANDED: gettext_lazy("E-mail sent"),
    Delivery.State.DEAD: gettext_lazy("E-mail could not be delivered"),
}


def for_owner(
    complaint: Complaint, parts: Mapping[str, Any], *, told: Sequence[Delivery] = (), now: datetime
) -> list[Entry]:
    """Of ``case_queries.case_parts``: no notes, no reasons that stay inside, no names up the ladder.

    The caller leaves in ``parts["files"]`` only what the complainant may see.
    """
    moves: list[Move] = parts["moves"]
    solved_at = {move.at for move in moves if move.to_state == State.REOPENED}
    entries = [_owner_move(complaint, move) for move in _told_moves(moves)]
    entries += [_message(message) for message in parts["messages"] if message.kind != Message.Kind.NOTE]
    entries += [
        _owner_visit(visit) for visit in parts["visits"] if visit.is_solved is not False or visit.at not in solved_at
    ]
    entries += _clocks(parts["clocks"], now, hidden=Kind.STATUTORY)
    entries += [_extension(row) for row in parts["extensions"]]
    rungs = {(row.at, row.level) for row in parts["escalations"] if row.level != Level.HANDLER}
    entries += [Entry(at, "flag", str(PASSED_ON[level])) for at, level in rungs]
    return _finished(entries, parts["files"], told)


def _told_moves(moves: Iterable[Move]) -> list[Move]:
    """Of the moves of one act, which share their instant, the last alone; what carries words stays."""
    acts: dict[datetime, list[Move]] = defaultdict(list)
    for move in moves:
        acts[move.at].append(move)
    told = []
    for act in acts.values():
        left = {move.from_state for move in act}
        ends = [move for move in act if move.to_state not in left] or act[-1:]
        told += [move for move in act if move in ends or _carries_words(move)]
    return told


def _carries_words(move: Move) -> bool:
    if move.to_state == State.RECEIVED:
        return True
    return bool(move.reason) and (move.by_complainant or move.to_state in TOLD_REASONS)


def _owner_move(complaint: Complaint, move: Move) -> Entry:
    state, body = move.to_state, ""
    title = str(OWNER_MOVES[state])
    if state == State.RECEIVED:
        body = complaint.description
        if complaint.channel != Complaint.Channel.PORTAL:
            title = _("We wrote down your complaint (%(channel)s)") % {"channel": complaint.get_channel_display()}
    elif _carries_words(move):
        body = move.reason
    if state == State.REOPENED and move.by_complainant:
        title = _("You said it is not solved")
    elif move.from_state in Complaint.WAITING:
        title = _("We go on")
    return Entry(move.at, ICONS[State(state)], title, body)


def _extension(row: Extension) -> Entry:
    title = ngettext("We need %(days)d working day more", "We need %(days)d working days more", row.days) % {
        "days": row.days
    }
    due = _("now promised by %(due)s") % {"due": time_words(row.due_after, "exact")}
    return Entry(row.at, "timer", title, row.reason, who=due, tone="late")


def _message(message: Message) -> Entry:
    if message.kind == Message.Kind.WORDS:
        return Entry(message.at, "message-square-plus", _("You wrote"), message.body)
    return Entry(message.at, "reply", _("We wrote to you"), message.body, who=member_words(message.author))


def _rated(visit: ReturnVisit) -> str:
    return _("Rated %(stars)s of 5.") % {"stars": visit.rating} if visit.rating else ""


def _owner_visit(visit: ReturnVisit) -> Entry:
    who = member_words(visit.visitor)
    if visit.outcome == ReturnVisit.Outcome.NO_CONTACT:
        return Entry(visit.at, "phone", _("We tried to reach you"), who=who)
    said = _("You said that it is solved") if visit.is_solved else _("You said that it is not solved")
    own = visit.comment if visit.method == ReturnVisit.Method.PORTAL else ""
    body = "\n".join(line for line in (_rated(visit), own) if line)
    return Entry(visit.at, "thumbs-up" if visit.is_solved else "thumbs-down", said, body, who=who)


def _clocks(clocks: Iterable[Clock], now: datetime, hidden: str = "") -> list[Entry]:
    """A kept promise when it was kept, a broken one when it was due; no line for a kept one of the kind ``hidden``."""
    entries = []
    for clock in clocks:
        due = _("promised by %(due)s") % {"due": time_words(clock.due_at, "exact")}
        if clock.state == Clock.State.MET and clock.stopped_at and clock.kind != hidden:
            entries.append(Entry(clock.stopped_at, KEPT_ICON, str(KEPT[clock.kind]), who=due, tone="ok"))
        running = clock.state == Clock.State.RUNNING and clock.due_at < now
        if clock.state == Clock.State.BROKEN or running:
            entries.append(Entry(clock.due_at, "triangle-alert", str(LATE[clock.kind]), tone="late"))
    return entries


# -- files and messages find the entry they came with ----------------------------------------------------------------


def _finished(entries: list[Entry], files: Iterable[Arrived], told: Iterable[Delivery]) -> list[Entry]:
    entries = _with_kept_promises(sorted(entries, key=lambda entry: entry.at))
    for file in files:
        place = _place_of(file, entries)
        if place is not None:
            entries[place] = replace(entries[place], files=(*entries[place].files, file))
    fates: dict[datetime, list[Delivery]] = defaultdict(list)
    for delivery in told:
        fates[delivery.created_at].append(delivery)
    last_at = {entry.at: place for place, entry in enumerate(entries)}
    for at, deliveries in fates.items():
        lines = tuple(dict.fromkeys(_fate(delivery) for delivery in deliveries))
        if at in last_at:
            entries[last_at[at]] = replace(entries[last_at[at]], fate=lines)
        else:
            entries.append(Entry(at, "mail", deliveries[0].subject, fate=lines))
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _with_kept_promises(entries: Sequence[Entry]) -> list[Entry]:
    """A promise kept by an act is said with the act, when both are there."""
    acts = {entry.at: entry for entry in entries if entry.icon != KEPT_ICON and not entry.tone}
    kept: dict[datetime, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.icon == KEPT_ICON and entry.at in acts:
            kept[entry.at].append(f"{entry.title} · {entry.who}")
    told = []
    for entry in entries:
        if entry.at in kept and entry.icon == KEPT_ICON:
            continue
        if entry.at in kept and entry is acts[entry.at]:
            told.append(replace(entry, tone="ok", who=" · ".join([*filter(None, [entry.who]), *kept[entry.at]])))
        else:
            told.append(entry)
    return told


def _place_of(file: Arrived, entries: Sequence[Entry]) -> int | None:
    """Files come with words: the first entry that can carry them, at or after the instant they arrived."""
    carriers = ("inbox", "message-square-plus", "reply")
    for place, entry in enumerate(entries):
        if entry.at >= file.created_at and entry.icon in carriers:
            return place
    return None


def _fate(delivery: Delivery) -> str:
    if delivery.channel == Delivery.Channel.PORTAL:
        words = _("Read in the portal") if delivery.read_at else _("In the portal's inbox")
        at = delivery.read_at
    else:
        words, at = str(FATES[delivery.state]), delivery.handed_at
    return f"{words}, {time_words(at, 'exact')}" if at else words
