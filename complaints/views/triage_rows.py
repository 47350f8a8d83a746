"""A row of the triage list as it is read: words, badge, and what is left of its promise in service time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint
from complaints.models.settings import Priority, TargetKind
from complaints.rules.targets import business_minutes_left
from complaints.rules.veiling import sees_who
from complaints.services.clocks import rules_calendar
from complaints.triage_queries import Asking
from deadlines.rules.business_time import is_open
from deadlines.rules.calendars import Calendar
from tenancy.names import masked_name, sees_names
from tenancy.templatetags import look

TITLE = 90
# The look's word for each state of a complaint.
LOOKS = {
    "investigating": "in_progress", "implementing": "in_progress", "waiting_for_complainant": "waiting",
    "waiting_for_party": "waiting", "waiting_for_access": "waiting",
    "proposed": "answered", "return_visit": "pending", "rejected_invalid": "rejected", "referred_out": "referred",
    "stage_2": "appealed",
}  # fmt: skip
TARGET_WORDS = {
    TargetKind.ACCEPT: TargetKind.ACCEPT.label,
    TargetKind.ANSWER: TargetKind.ANSWER.label,
    TargetKind.RESOLVE: TargetKind.RESOLVE.label,
    TargetKind.STATUTORY: TargetKind.STATUTORY.label,
    TargetKind.UPDATE: TargetKind.UPDATE.label,
    TargetKind.VISIT: TargetKind.VISIT.label,
}


@dataclass(slots=True)
class Row:
    pk: UUID
    number: str
    url: str
    title: str
    meta: str
    priority: str
    state: SafeString
    age: str
    target: str
    left: SafeString | str
    is_late: bool
    is_safety: bool
    joined: str


def badge(state: str, label: str) -> SafeString:
    return look.badge(LOOKS.get(state, state), label)


def shortened(words: str) -> str:
    """The first words on one line."""
    line = " ".join(words.split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1].rstrip()}…"


def age_words(since: datetime, now: datetime) -> str:
    """How long ago, in the one unit that matters."""
    passed = max(now - since, timedelta(0))
    if passed >= timedelta(days=1):
        return ngettext("%d day", "%d days", passed.days) % passed.days
    hours, minutes = passed.seconds // 3600, passed.seconds // 60
    return ngettext("%d h", "%d h", hours) % hours if hours else ngettext("%d min", "%d min", minutes) % minutes


class Reader:
    """Turns the values of a page into rows; what is the same for many rows is worked out once."""

    def __init__(self, asking: Asking) -> None:
        self.now = asking.now
        self.estates = asking.estates
        self.sees_names, self.sees_who = sees_names(asking.actor), sees_who(asking.actor)
        self.calendars: dict[UUID, tuple[Calendar, bool]] = {}
        self.base = reverse("triage:queue")
        self.states = {code: badge(code, str(label)) for code, label in Complaint.State.choices}
        self.priorities = {code: str(label) for code, label in Priority.choices}
        self.targets = {code: str(label) for code, label in TARGET_WORDS.items()}
        self.chinese = (translation.get_language() or "").startswith("zh")
        self.words = {
            "nobody": _("Nobody yet"),
            "anonymous": _("anonymous"),
            "confidential": _("confidential"),
            "joined": _("joined"),
            "reopened": _("reopened"),
        }

    def row(self, values: dict[str, Any]) -> Row:
        number, due = values["number"], values["next_due_at"]
        return Row(
            pk=values["pk"],
            number=number,
            url=f"{self.base}{quote(number)}/",
            title=shortened(values["first_words"]),
            meta=self._meta(values),
            priority=self.priorities[values["priority"]],
            state=self.states[values["state"]],
            age=age_words(values["received_at"], self.now),
            target=self.targets.get(values["next_due_kind"], ""),
            left=self._left(values) if due else self._stopped(values),
            is_late=due is not None and due <= self.now,
            is_safety=values["priority"] == Priority.P1,
            joined=self._joined(values),
        )

    def _meta(self, values: dict[str, Any]) -> str:
        is_veiled = values["is_confidential"] and not self.sees_who
        where = (
            ("" if is_veiled else values["unit_code"])
            or values["building_name"]
            or self.estates[values["estate_id"]].name
        )
        place = f"{where}, {values['place']}" if values["place"] else where
        who = "" if is_veiled else values["complainant_name"] or values["caller_name"]
        who = who if self.sees_names or not who else masked_name(who)
        who = self.words["anonymous"] if values["is_anonymous"] else who
        if values["is_confidential"]:
            who = f"{who} ({self.words['confidential']})" if who else self.words["confidential"]
        category = values["category_zh"] if self.chinese else values["category_en"]
        return " · ".join(
            part for part in (category, place, who, values["handler_name"] or self.words["nobody"]) if part
        )

    def _joined(self, values: dict[str, Any]) -> str:
        """That it is dealt with under another, or how many are dealt with under it."""
        if values["is_joined"]:
            return self.words["joined"]
        return f"+{values['led_count']}" if values["led_count"] else ""

    def _left(self, values: dict[str, Any]) -> SafeString | str:
        due: datetime = values["next_due_at"]
        if values["next_due_kind"] in (TargetKind.STATUTORY, TargetKind.VISIT) and due > self.now:
            return look.local_time(due, "date")
        if values["round_the_clock"]:
            return look.countdown((due - self.now) // timedelta(minutes=1))
        calendar, running = self._calendar(values["estate_id"])
        return look.countdown(business_minutes_left(calendar, self.now, due), running=running)

    def _calendar(self, estate_id: UUID) -> tuple[Calendar, bool]:
        """The estate's calendar, and whether its time runs now."""
        if estate_id not in self.calendars:
            calendar = rules_calendar(self.estates[estate_id].calendar)
            self.calendars[estate_id] = calendar, is_open(calendar, self.now)
        return self.calendars[estate_id]

    @staticmethod
    def _stopped(values: dict[str, Any]) -> SafeString | str:
        return look.countdown(None) if values["state"] in Complaint.WAITING else ""


def read_rows(values: Iterable[dict[str, Any]], asking: Asking) -> list[Row]:
    """The rows of a page; what they need beside their values is at hand."""
    reader = Reader(asking)
    return [reader.row(row) for row in values]
