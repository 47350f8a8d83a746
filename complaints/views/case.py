"""The staff's page of one complaint, and every act on it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from complaints import case_queries, desk_queries
from complaints.acts import ACTS, BESIDE, PERSONAL, WRITING, may_close_unvisited, offered
from complaints.conditions import Case
from complaints.forms.acts import ActForm, PlainForm, PriorityForm, SeverityForm
from complaints.forms.triage import clean_query
from complaints.joining_queries import about
from complaints.models import Complaint
from complaints.performing import check, perform
from complaints.services import escalation, watching
from complaints.texts import texts_for
from complaints.views import act_forms, case_context
from complaints.views import letter as letter_pages
from complaints.views.doors import staff_page
from owners.views.entrance import log_auditor
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership


def _case(request: HttpRequest, number: str) -> Case:
    """Unknown, foreign and not for this actor look the same. Raises NotFound."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    complaint = case_queries.case_by_number(member, number)
    if complaint is None:
        raise NotFound("no such complaint")
    now = timezone.now()
    return Case(complaint, member, now, may_close_unvisited(complaint), tuple(about(complaint)))


def case_url(complaint: Complaint) -> str:
    return reverse("triage:case", args=[complaint.number])


@require_safe
@staff_page
def case(request: HttpRequest, number: str) -> HttpResponse:
    shown = _case(request, number)
    log_auditor(request, "complaint", shown.complaint)
    return show_case(request, shown)


def show_case(request: HttpRequest, shown: Case, refused: tuple[str, ActForm] | None = None) -> HttpResponse:
    """The page; ``refused`` is the act that was not possible with what was typed, and its form.

    The form of one act is on it, when ``act`` in the address names it: the others are a link away.
    """
    codes = offered(shown)
    target = request.htmx.target if request.htmx else ""  # type: ignore[attr-defined]
    context = {"case": shown.complaint, "url": case_url(shown.complaint), **_opened(request, shown, codes, refused)}
    if target == "act":
        return _answered(request, "complaints/desk/_act.html", context)
    context |= {
        "acts": [_shown_act(code, shown) for code in codes if code not in BESIDE],
        "personal": [_shown_act(code, shown) for code in codes if code in PERSONAL],
        "writing": {
            code: act_forms.writing_fields(code, shown, refused, _ready_text(request, shown) if code == "reply" else "")
            for code in codes
            if code in WRITING
        },
        "form": refused[1] if refused else None,
        **case_context.context_of(shown),
    }
    template = "complaints/desk/_case.html" if target == "case" else "complaints/desk/case.html"
    return _answered(request, template, context, status=422 if refused else 200)


def _ready_text(request: HttpRequest, shown: Case) -> str:
    """The ready reply that the address names, filled; "" for one that is not offered here."""
    asked = request.GET.get("text", "")
    if not asked:
        return ""
    offered_texts = texts_for(shown.complaint, request.organisation)  # type: ignore[attr-defined]
    return next((text.body for text in offered_texts if str(text.key) == asked), "")


def _answered(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _opened(request: HttpRequest, shown: Case, codes: list[str], refused: tuple[str, ActForm] | None) -> dict[str, Any]:
    """The act whose form is open, if any; ``is_gone`` when one is asked for that cannot be done now."""
    asked = refused[0] if refused else request.GET.get("act", "")
    if not asked or asked in WRITING:
        return {"opened": None, "is_gone": False}
    if asked not in codes:
        return {"opened": None, "is_gone": True}
    form = refused[1] if refused else act_forms.begun(asked, shown)
    is_setting = isinstance(form, PriorityForm | SeverityForm)
    return {"opened": {**_shown_act(asked, shown), "form": form, "is_setting": is_setting}, "is_gone": False}


def _shown_act(code: str, shown: Case) -> dict[str, Any]:
    act = ACTS[code]
    return {
        "code": code,
        "label": _("Hand over") if code == "assign" and shown.complaint.handler_id else act.label,
        "icon": act.icon,
        "key": act.key,
        "tone": act.tone,
        "is_plain": act.form is PlainForm,
    }


@require_POST
@staff_page
def act(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Do one act of the table. What cannot be read comes back with its words; what is no longer so is a 409."""
    chosen = ACTS.get(code)
    if chosen is None:
        raise NotFound("no such act")
    if code == "unwatch" and (watch := desk_queries.watch_out_of_sight(request.membership, number)):  # type: ignore[attr-defined]
        watching.unwatch_case(complaint_id=watch.complaint_id, actor=watch.member, now=timezone.now())
        messages.success(request, str(chosen.done))
        return redirect(f"{reverse('triage:queue')}?tab=watched")
    shown = _case(request, number)
    request.way_back = case_url(shown.complaint)  # type: ignore[attr-defined]
    check(chosen, shown, request.POST.get("seen", ""))
    form = act_forms.sent(code, shown, request)
    if not form.is_valid():
        return show_case(request, shown, (code, form))
    try:
        reached = perform(code, shown, form.values())
    except DomainError as refusal:
        if refusal.code not in form.fields:
            raise
        form.add_error(refusal.code, str(refusal))
        return show_case(request, shown, (code, form))
    if request.POST.get("next") == "home":
        messages.success(request, str(chosen.done))
        return redirect("home")
    messages.success(request, " ".join(filter(None, (str(chosen.done), _reached(reached)))))
    if "back" in request.POST:  # it was done beside the list
        return redirect(f"{reverse('triage:queue')}?{clean_query(QueryDict(request.POST['back']))}")
    still_seen = case_queries.case_by_number(shown.actor, number) is not None
    return redirect(case_url(shown.complaint) if still_seen else reverse("triage:queue"))


def _reached(count: int) -> str:
    words = ngettext("The same for %(count)d joined complaint.", "The same for %(count)d joined complaints.", count)
    return words % {"count": count} if count else ""


@require_safe
@staff_page
def letter_pdf(request: HttpRequest, number: str) -> HttpResponseBase:
    """The answer as its complainant gets it."""
    shown = _case(request, number)
    log_auditor(request, "complaint", shown.complaint)
    return letter_pages.document(request, shown.complaint)


@require_POST
@staff_page
def acknowledge(request: HttpRequest, escalation_id: UUID) -> HttpResponse:
    """Take up an escalation; a second click changes nothing."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    taken = escalation.acknowledge_escalation(escalation_id=escalation_id, actor=member, now=timezone.now())
    messages.success(request, _("Noted: you have taken up %(number)s.") % {"number": taken.complaint.number})
    return redirect("home" if request.POST.get("next") == "home" else case_url(taken.complaint))
