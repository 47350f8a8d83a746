"""The forms of the acts on a complaint: begun, refused, and the two that stand open on the page for words."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from attachments.limits import UploadLimits, upload_limits
from complaints import queries
from complaints.acts import ACTS, WRITING
from complaints.conditions import Case
from complaints.forms.acts import ActForm, AssignForm, PartyForm, TaskForm
from complaints.models import Complaint
from complaints.rules import moving
from complaints.services import pausing
from complaints.services.intake import SUBJECT_TYPE
from contacts.models import Matter


def begun(code: str, shown: Case) -> ActForm:
    """The form of an act as it is first opened: with what is set now, and the cursor in its first field."""
    complaint = shown.complaint
    initial = {"seen": shown.state, "priority": complaint.priority, "severity": complaint.severity}
    if code == "answer":
        initial["remedy"] = complaint.remedy
    form = ACTS[code].form(initial=initial, **_options(code, shown))
    for bound in form.visible_fields()[:1]:
        bound.field.widget.attrs["autofocus"] = True
    _give_choices(form, shown)
    return form


def sent(code: str, shown: Case, request: HttpRequest) -> ActForm:
    form = ACTS[code].form(request.POST, request.FILES, **_options(code, shown))
    _give_choices(form, shown)
    return form


def _options(code: str, shown: Case) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if code in WRITING:
        given = {"actor": shown.actor, "now": shown.now, "subject": (SUBJECT_TYPE, shown.complaint.pk)}
    return {**given, "auto_id": f"{code}_%s", "use_required_attribute": False}


def _give_choices(form: ActForm, shown: Case) -> None:
    _give_handlers(form, shown.complaint)
    if isinstance(form, TaskForm):
        staff = queries.staff_for(shown.complaint).order_by("name")
        form.fields["assignee_id"].widget.choices = [
            ("", _("Anybody")),
            *((row.pk, row.name) for row in staff if moving.may_write(row, shown.complaint)),
        ]
    if isinstance(form, PartyForm):
        form.fields["matter_id"].widget.choices = [
            ("", _("Choose")),
            *((row.pk, f"{row.number} · {row.party.name}: {row.waiting_for}") for row in _matters(shown)),
        ]


def _matters(shown: Case) -> Iterable[Matter]:
    return pausing.waiting_matters(shown.actor, shown.complaint)[:200]


def _give_handlers(form: ActForm, complaint: Complaint) -> None:
    """Who could have it, the least loaded first, each with the number of their open complaints."""
    if not isinstance(form, AssignForm):
        return
    choices: list[tuple[Any, str]] = []
    away = queries.away_today(complaint.estate.calendar.time_zone)
    staff: Iterable[Any] = queries.handlers_for(complaint)  # with how many each has open
    for member in staff:
        if member.pk == complaint.handler_id:
            continue
        words = _("%(name)s, %(count)s open") % {"name": member.name, "count": member.open_cases}
        if member.pk in away:
            words = _("%(words)s, away") % {"words": words}
        choices.append((member.pk, words if choices or member.pk in away else _("%s – least loaded") % words))
    widget = form.fields["handler_id"].widget
    widget.choices = choices if form.is_bound else [("", _("Choose")), *choices]


def writing_fields(code: str, shown: Case, refused: tuple[str, ActForm] | None, body: str = "") -> SafeString:
    """The fields of a reply or a note: blank ones, those with a ready text, or what was refused with its words."""
    if refused is not None and refused[0] == code:
        return _fields(refused[1])
    if body:
        return _fields(ACTS[code].form(initial={"body": body}, **_options(code, shown)))
    return _blank(code, get_language() or "", upload_limits())


@lru_cache(maxsize=32)
def _blank(code: str, language: str, limits: UploadLimits) -> SafeString:
    """Nothing of a complaint or a person stands in a blank form: its words follow from the arguments alone."""
    nobody: dict[str, Any] = {"actor": None, "now": None}
    return _fields(ACTS[code].form(auto_id=f"{code}_%s", use_required_attribute=False, **nobody))


def _fields(form: ActForm) -> SafeString:
    return render_to_string("_fields.html", {"form": form, "optional": False})
