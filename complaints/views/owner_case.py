"""One complaint as its complainant sees it, by their sign-in or by the link: the page and the acts on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.templatetags.files import fate
from complaints import case_queries, portal_queries, queries, words
from complaints.forms.portal import ComplainForm, NotSolvedForm, SolvedForm, WordsForm
from complaints.joining_queries import about
from complaints.letters import actions_of
from complaints.models import Clock, Complaint
from complaints.rules import moving
from complaints.services import closing, converting, me_too, talking
from complaints.services.intake import SUBJECT_TYPE
from complaints.views import owner_timeline
from complaints.views.alike import chosen_leading
from complaints.views.triage_rows import LOOKS
from contacts.matter_queries import waiting_for
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.typed import take_typed


@dataclass(frozen=True)
class Door:
    """How the complainant comes in: as a member, or by the token of the link; ``address`` ends in a slash."""

    complaint: Complaint
    actor: Membership | None
    address: str
    follow_token: str = ""
    visitor: str = ""

    @property
    def is_link(self) -> bool:
        return bool(self.follow_token)

    def key(self, now: datetime) -> dict[str, Any]:
        """What every verb of the complainant asks for."""
        who = {"complaint_id": self.complaint.pk, "actor": self.actor, "follow_token": self.follow_token}
        return {**who, "now": now}

    def writing(self, now: datetime) -> dict[str, Any]:
        """What the form for words and photos asks for."""
        subject = (SUBJECT_TYPE, self.complaint.pk)
        return {"actor": self.actor, "visitor": self.visitor, "now": now, "subject": subject, "auto_id": "words_%s"}

    def file_address(self, file: Attachment) -> str:
        if self.is_link:
            return f"{self.address}files/{file.pk}/"
        return reverse("attachments:download", args=[file.pk])


@dataclass(frozen=True)
class Photo:
    """A file as the page shows it, with the addresses of this door."""

    name: str
    href: str
    thumb: str
    created_at: datetime
    fate: str = ""
    """Why it cannot be opened, when it cannot."""


@dataclass(frozen=True)
class Promise:
    """A promised time as the page shows it."""

    label: str
    due_at: datetime
    left: str
    tone: str


def address(path: str, **values: object) -> str:
    given = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def row(complaint: Complaint, *, now: datetime) -> dict[str, Any]:
    """A complaint as a row of a list: one statement has loaded all of it."""
    return {
        "case": complaint,
        "place": words.place_words(complaint),
        "is_late": words.is_late(complaint, now=now),
        "sentence": words.owner_sentence(complaint, now=now),
        "state_look": LOOKS.get(complaint.state, complaint.state),
        "state_words": words.owner_state(complaint),
        "url": reverse("complaints:case", args=[complaint.number]),
    }


def show(request: HttpRequest, door: Door, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    """The page; ``refused`` names the act whose form is shown again with what was typed."""
    complaint, now = door.complaint, timezone.now()
    parts = case_queries.case_parts(complaint)
    photos = [_photo(door, file) for file in parts["files"] if file.audience == Attachment.Audience.PARTIES]
    told = list(portal_queries.told_to_complainant(complaint))
    level = words.level_reached(parts["escalations"], complaint)
    typed = {
        name: take_typed(request, f"{door.address}{name}/") for name in ("words", "solved", "not-solved", "complain")
    }
    opened = {
        "words": WordsForm(initial=typed["words"], **door.writing(now)),
        "solved": SolvedForm(initial=typed["solved"], auto_id="solved_%s"),
        "not_solved": NotSolvedForm(initial=typed["not-solved"], auto_id="not_solved_%s"),
        "complain": ComplainForm(initial=typed["complain"], auto_id="complain_%s"),
    }
    if refused:
        opened[refused[0]] = refused[1]
    context = {
        "case": complaint,
        "door": door,
        "place": words.place_words(complaint),
        "is_late": words.is_late(complaint, now=now),
        "sentence": words.owner_sentence(complaint, now=now, level=level),
        "question": _question(complaint, parts),
        "waiting": waiting_words(complaint, now=now),
        "is_joined": complaint.is_open and bool(about(complaint)),
        "handler": words.member_words(complaint.handler) if complaint.is_open else "",
        "entries": owner_timeline.for_owner(complaint, {**parts, "files": photos}, told=told, now=now),
        "photos": photos,
        "actions": list(actions_of(complaint)) if complaint.decision else [],
        "bodies": queries.handling_rules().outside_bodies if complaint.stage > 1 else [],
        "promises": promises(parts["clocks"], now=now),
        "asks_solved": complaint.state in moving.ASKED_SOLVED,
        "state_look": LOOKS.get(complaint.state, complaint.state),
        "state_words": words.owner_state(complaint),
        "may_look_again": Complaint.State.STAGE_2 in complaint.next_states,
        "may_complain": queries.may_convert(complaint, now=now),
        "related": _related(door),
        "may_reopen": complaint.state in Complaint.ENDED and queries.may_reopen(complaint, now=now),
        "forms": opened,
        "form": refused[1] if refused else None,
        "refused": refused[0] if refused else "",
        "has_said": "said" in request.GET,
    }
    template = "complaints/follow.html" if door.is_link else "complaints/case.html"
    return render(request, template, context, status=422 if refused else 200)


def _related(door: Door) -> dict[str, str] | None:
    """The request a complaint arose from, or the complaint a request became, as this door opens it."""
    other = queries.related_to(door.complaint)
    if other is None:
        return None
    said = _("It arose from request %(number)s.") if other.is_request else _("It became complaint %(number)s.")
    link = reverse("complaints:case", args=[other.number])
    if door.is_link:
        link = reverse("complaints:follow", args=[queries.follow_token(other)])
    return {"words": said % {"number": other.number}, "url": link}


def waiting_words(complaint: Complaint, *, now: datetime) -> str:
    """Whom outside the complaint waits for, since when, and what they promised; "" when for nobody."""
    found = waiting_for(SUBJECT_TYPE, complaint.pk) if complaint.is_open else None
    return words.waiting_sentence(found, today=timezone.localdate(now)) if found else ""


def _question(complaint: Complaint, parts: dict[str, Any]) -> str:
    """What the complainant was asked and has not answered yet."""
    asking = (Complaint.State.WAITING_FOR_COMPLAINANT, Complaint.State.WAITING_FOR_ACCESS)
    if complaint.state not in asking:
        return ""
    asked = [move.reason for move in parts["moves"] if move.to_state in asking]
    return asked[-1] if asked else ""


def _photo(door: Door, file: Attachment) -> Photo:
    href = door.file_address(file)
    return Photo(file.original_name, href, f"{href}thumb/" if file.thumb_name else "", file.created_at, fate(file))


def promises(clocks: list[Clock], *, now: datetime) -> list[Promise]:
    """The targets of the newest round, the earliest first; the statutory limit last."""
    newest: dict[str, Clock] = {}
    for clock in sorted(clocks, key=lambda clock: clock.round):
        newest[clock.kind] = clock
    shown = [clock for clock in newest.values() if clock.state != Clock.State.CANCELLED]
    shown.sort(key=lambda clock: (clock.kind == "statutory", clock.due_at))
    return [
        Promise(
            words.promise_label(clock),
            clock.due_at,
            words.time_left(clock, now=now),
            words.promise_tone(clock, now=now),
        )
        for clock in shown
    ]


# -- acts ------------------------------------------------------------------------------------------------------------


def act(request: HttpRequest, door: Door, name: str) -> HttpResponse:
    """Do what the complainant asked. An act's address opened later, as by reloading, shows the complaint."""
    perform = ACTS.get(name)
    if perform is None:
        raise NotFound("no such act")
    if request.method != "POST":
        return redirect(door.address)
    request.way_back = door.address  # type: ignore[attr-defined]
    response, said = perform(request, door, timezone.now())
    if said:
        messages.success(request, said)
    return response


Answer = tuple[HttpResponse, str]


def _add_words(request: HttpRequest, door: Door, now: datetime) -> Answer:
    form = WordsForm(request.POST, request.FILES, **door.writing(now))
    if not form.is_valid():
        return show(request, door, ("words", form)), ""
    talking.add_words(**door.key(now), body=form.cleaned_data["body"], attachments=form.cleaned_data["photos"])
    return redirect(f"{door.address}?said#timeline"), _("We have your words.")


def _solved(request: HttpRequest, door: Door, now: datetime) -> Answer:
    form = SolvedForm(request.POST, auto_id="solved_%s")
    if not form.is_valid():
        return show(request, door, ("solved", form)), ""
    after = closing.say_solved(
        **door.key(now), rating=form.cleaned_data["rating"], comment=form.cleaned_data["comment"]
    )
    if after.is_open:
        return redirect(door.address), _("You rated it low, so we have opened it again. Somebody will look into it.")
    return redirect(door.address), (
        _("Thank you. The request is closed.") if after.is_request else _("Thank you. The complaint is closed.")
    )


def _not_solved(request: HttpRequest, door: Door, now: datetime) -> Answer:
    form = NotSolvedForm(request.POST, auto_id="not_solved_%s")
    if not form.is_valid():
        return show(request, door, ("not_solved", form)), ""
    after = closing.say_not_solved(**door.key(now), why=form.cleaned_data["why"])
    return redirect(door.address), (
        _("Thank you for telling us. The request is open again.")
        if after.is_request
        else _("Thank you for telling us. The complaint is open again.")
    )


def _complain(request: HttpRequest, door: Door, now: datetime) -> Answer:
    form = ComplainForm(request.POST, auto_id="complain_%s")
    if not form.is_valid():
        return show(request, door, ("complain", form)), ""
    made = converting.complain_of_request(**door.key(now), why=form.cleaned_data["why"])
    if door.is_link:
        return redirect("complaints:follow_filed", queries.follow_token(made)), ""
    return redirect("complaints:filed", made.number), ""


def _second_look(request: HttpRequest, door: Door, now: datetime) -> Answer:
    closing.ask_second_look(**door.key(now))
    return redirect(door.address), _("Somebody else will take a second look.")


def _me_too(request: HttpRequest, door: Door, now: datetime) -> Answer:
    leading = chosen_leading(request.POST.get("leading", ""))
    if leading is None:
        raise NotFound("no such complaint")
    me_too.join_own(**door.key(now), leading_id=leading)
    if about(door.complaint):
        return redirect(door.address), _("We deal with both together.")
    return redirect(door.address), _("That one has just been answered; yours is dealt with on its own.")


ACTS: dict[str, Callable[[HttpRequest, Door, datetime], Answer]] = {
    "words": _add_words,
    "solved": _solved,
    "not-solved": _not_solved,
    "complain": _complain,
    "second-look": _second_look,
    "me-too": _me_too,
}
