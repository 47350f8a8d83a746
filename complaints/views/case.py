"""The staff's page of one complaint, and every act on it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints import queries, triage_queries
from complaints.forms.acts import ActForm, AssignForm, PriorityForm, SeverityForm
from complaints.models import Complaint
from complaints.services import escalation
from complaints.views import case_context
from complaints.views.acts import ACTS, WRITING, Act, Case, offered
from complaints.views.doors import staff_page
from owners.views.entrance import log_auditor
from tenancy.errors import IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership


def _case(request: HttpRequest, number: str) -> Case:
    """Unknown, foreign and not for this actor look the same. Raises NotFound."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    complaint = triage_queries.case_by_number(member, number)
    if complaint is None:
        raise NotFound("no such complaint")
    now = timezone.now()
    return Case(complaint, member, now, case_context.may_close_unvisited(complaint))


def case_url(complaint: Complaint) -> str:
    return reverse("triage:case", args=[complaint.number])


@require_GET
@staff_page
def case(request: HttpRequest, number: str) -> HttpResponse:
    shown = _case(request, number)
    log_auditor(request, "complaint", shown.complaint)
    return show_case(request, shown)


def show_case(request: HttpRequest, shown: Case, refused: tuple[str, ActForm] | None = None) -> HttpResponse:
    """The page; ``refused`` is the act that was not possible with what was typed, and its form."""
    codes = offered(shown)
    forms = {code: _fresh(code, shown) for code in codes}
    if refused is not None:
        forms[refused[0]] = refused[1]
    if "assign" in forms:
        _give_handlers(forms["assign"], shown.complaint)
    context = {
        "case": shown.complaint,
        "acts": [_shown_act(code, forms[code], shown, refused) for code in forms if code not in WRITING],
        "reply_form": forms.get("reply"),
        "note_form": forms.get("note"),
        "form": refused[1] if refused else None,
        **case_context.context_of(shown),
    }
    preview = request.htmx and request.htmx.target == "case"  # type: ignore[attr-defined]
    template = "complaints/desk/_case.html" if preview else "complaints/desk/case.html"
    response = render(request, template, context, status=422 if refused else 200)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _fresh(code: str, shown: Case) -> ActForm:
    given: dict[str, Any] = {"actor": shown.actor, "now": shown.now} if code in WRITING else {}
    initial = {"seen": shown.state, "priority": shown.complaint.priority, "severity": shown.complaint.severity}
    if code == "answer":
        initial["remedy"] = shown.complaint.remedy
    return ACTS[code].form(initial=initial, auto_id=f"{code}_%s", use_required_attribute=False, **given)


def _bound(code: str, shown: Case, request: HttpRequest) -> ActForm:
    given: dict[str, Any] = {"actor": shown.actor, "now": shown.now} if code in WRITING else {}
    return ACTS[code].form(request.POST, request.FILES, auto_id=f"{code}_%s", use_required_attribute=False, **given)


def _give_handlers(form: ActForm, complaint: Complaint) -> None:
    """Who could have it, the least loaded first, each with the number of their open complaints."""
    choices: list[tuple[Any, str]] = []
    staff: Iterable[Any] = queries.handlers_for(complaint)  # with how many each has open
    for member in staff:
        if member.pk == complaint.handler_id:
            continue
        words = _("%(name)s, %(count)s open") % {"name": member.name, "count": member.open_cases}
        choices.append((member.pk, words if choices else _("%s – least loaded") % words))
    widget = form.fields["handler_id"].widget
    widget.choices = choices if form.is_bound else [("", _("Choose")), *choices]


def _shown_act(code: str, form: ActForm, shown: Case, refused: tuple[str, ActForm] | None) -> dict[str, Any]:
    act = ACTS[code]
    label = _("Hand over") if code == "assign" and shown.complaint.handler_id else act.label
    return {
        "code": code,
        "label": label,
        "icon": act.icon,
        "key": act.key,
        "tone": act.tone,
        "form": form,
        "url": f"{case_url(shown.complaint)}{code}/",
        "is_plain": not form.visible_fields(),
        "is_open": refused is not None and refused[0] == code,
        "is_setting": isinstance(form, PriorityForm | SeverityForm),
        "is_select": isinstance(form, AssignForm),
    }


@require_POST
@staff_page
def act(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Do one act of the table. What cannot be read comes back with its words; what is no longer so is a 409."""
    chosen = ACTS.get(code)
    if chosen is None:
        raise NotFound("no such act")
    shown = _case(request, number)
    request.way_back = case_url(shown.complaint)  # type: ignore[attr-defined]
    _check(chosen, shown, request.POST.get("seen", ""))
    form = _bound(code, shown, request)
    if isinstance(form, AssignForm):
        _give_handlers(form, shown.complaint)
    if not form.is_valid():
        return show_case(request, shown, (code, form))
    chosen.verb(complaint_id=shown.complaint.pk, actor=shown.actor, now=shown.now, **form.values())
    messages.success(request, str(chosen.done))
    return redirect(case_url(shown.complaint))


def _check(chosen: Act, shown: Case, seen: str) -> None:
    """Raises NotAllowed for a role that never does this, IllegalMove when the complaint has moved meanwhile."""
    if not chosen.is_allowed(shown):
        raise NotAllowed(_("Your role does not do this."))
    has_moved = bool(seen) and seen != shown.state
    if (chosen.checks_state and has_moved) or not chosen.is_possible(shown):
        raise IllegalMove(
            _("Complaint %(number)s is now in the state “%(state)s”, so “%(act)s” is not possible.")
            % {
                "number": shown.complaint.number,
                "state": shown.complaint.get_state_display(),
                "act": chosen.label,
            }
        )


@require_POST
@staff_page
def acknowledge(request: HttpRequest, escalation_id: UUID) -> HttpResponse:
    """Take up an escalation; a second click changes nothing."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    taken = escalation.acknowledge_escalation(escalation_id=escalation_id, actor=member, now=timezone.now())
    messages.success(request, _("Noted: you have taken up %(number)s.") % {"number": taken.complaint.number})
    return redirect("home" if request.POST.get("next") == "home" else case_url(taken.complaint))
