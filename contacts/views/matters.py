"""Dealings with outside parties: the list, one dealing, opening and changing one, and what is done with it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attachments.queries import of_subject
from contacts import links
from contacts import matter_queries as queries
from contacts.matter_forms import EndForm, LinkForm, MatterFilter, MatterForm, StepForm, WaitForm, initial_of
from contacts.models import Matter, MatterStep
from contacts.queries import buildings_offered, parties_visible_to
from contacts.register_forms import OutcomeForm
from contacts.rules import access
from contacts.services import matters
from contacts.services.directory import ChangedMeanwhile
from contacts.views.register import cursor_of
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import DomainError, NotFound
from tenancy.policy import can

PAGE = 50
readers = staff_only(lambda member: can(member, "matter.read"))
writers = staff_only(lambda member: can(member, "matter.write"))
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Dealings that go on, the last moved first."""
    actor, today = actor_of(request), timezone.localdate()
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = MatterFilter(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(
        actor, today=today, text=said.get("q") or "", which=said.get("which") or "", kind=said.get("kind") or "",
        estate=estates.get(said.get("estate") or ""),
    )  # fmt: skip
    at, key = cursor_of(request)
    found: list[Any] = list(queries.after(rows, at, key)[: PAGE + 1])
    kept = {name: value for name, value in request.GET.items() if name not in ("at", "id") and value}
    last = found[PAGE - 1] if len(found) > PAGE else None
    for row in found:
        row.broken = row.is_promise_broken(today)
    context = {
        "rows": found[:PAGE], "form": form, "is_narrowed": any(said.values()), "may_write": can(actor, "matter.write"),
        "older": "?" + urlencode({**kept, "at": last.moved_at.isoformat(), "id": last.pk}) if last else "",
        "newer": "?" + urlencode(kept) if at is not None else "", "today": today,
    }  # fmt: skip
    return render(request, "contacts/matters/index.html", context)


def _found(request: HttpRequest, matter_id: UUID) -> Matter:
    """Raises NotFound for unknown, foreign and other estates' alike."""
    rows = queries.matters_visible_to(actor_of(request)).select_related(
        "party", "estate", "building", "responsible", "opened_by"
    )
    found = rows.filter(pk=matter_id).first()
    if found is None:
        raise NotFound("no such dealing")
    return found


@require_safe
@readers
@never_cache
def matter(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    row = _found(request, matter_id)
    log_auditor(request, "matter", row)
    return render(request, "contacts/matters/matter.html", _context(request, row))


def _context(request: HttpRequest, row: Matter, **forms: Any) -> dict[str, Any]:
    actor, today = actor_of(request), timezone.localdate()
    may_write = can(actor, "matter.write", row)
    cases = [
        {"row": one, "page": links.page_of(one.linked_type, one.linked_id, one.linked_number)}
        for one in queries.cases_shown(actor, row)
    ]
    return {
        "row": row, "steps": list(row.steps.select_related("responsible", "done_by")), "cases": cases, "today": today,
        "answers": list(row.answers.all()), "may_let_in": not row.is_ended and can(actor, "grant.write", row),
        "waits": list(row.waits.select_related("noted_by")), "files": list(of_subject(matters.FILES_OF, row.pk)),
        "may_write": may_write, "broken": row.is_promise_broken(today),
        "wait_form": WaitForm(initial={"since": today}), "end_form": EndForm(initial={"to": "done"}),
        "link_form": LinkForm(), "step_form": StepForm(staff=queries.staff_for([row.estate])), **forms,
    }  # fmt: skip


@form_page
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Open a dealing; of a party or a case that the address names, what follows from it is filled in."""
    return _form(request, None)


@form_page
@writers
@never_cache
def edit(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    return _form(request, _found(request, matter_id))


def _form(request: HttpRequest, row: Matter | None) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    reach = access.reach_for(actor, "matter.write")
    estates = [estate for estate in estates_visible_to(actor) if reach.covers(estate.pk)]
    begun = {
        "responsible": str(actor.pk),
        "party": request.GET.get("party", ""),
        "case_number": request.GET.get("case", ""),
    }
    form = MatterForm(
        request.POST or None, request.FILES or None, initial=initial_of(row) if row else begun,
        parties=parties_visible_to(actor).order_by("name"), estates=estates, buildings=buildings_offered(reach),
        staff=queries.staff_for(estates_visible_to(actor)), matter=row, actor=actor, now=now,
        subject=(matters.FILES_OF, row.pk) if row else None,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        told: dict[str, Any] = {"dealing": form.dealing(), "files": said["documents"], "actor": actor, "now": now}
        try:
            if row is None:
                case = said["case_number"].strip()
                saved = matters.open_matter(**told, case_number=case, entry_key=said["entry_key"])
            else:
                saved = matters.change_matter(**told, matter_id=row.pk, version=said["version"])
        except ChangedMeanwhile as refusal:
            form.add_error(None, str(refusal.message))
            data: Any = form.data.copy()  # type: ignore[attr-defined]
            data["version"] = str(refusal.version)
            form.data = data
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("register:matter", saved.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/matters/edit.html", {"form": form, "row": row}, status=status)


# -- what is done with it ------------------------------------------------------------------------------------------------


def _act(
    request: HttpRequest, matter_id: UUID, name: str, form: Any, do: Callable[[Any], Any], told: str
) -> HttpResponse:
    """One form of the dealing's page. What is wrong stands at its field, with everything else as it was."""
    row = _found(request, matter_id)
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, told)
            return redirect("register:matter", row.pk)
    context = _context(request, row, **{name: form})
    return render(request, "contacts/matters/matter.html", context, status=422)


@require_POST
@writers
def wait(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    def do(said: Any) -> None:
        matters.wait(
            matter_id=matter_id, what=said["what"], since=said["since"], promised_on=said["promised_on"],
            actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip

    return _act(request, matter_id, "wait_form", WaitForm(request.POST), do, _("Noted: we wait for them."))


@require_POST
@writers
def resume(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    row = _found(request, matter_id)
    matters.resume(matter_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("It is with us again."))
    return redirect("register:matter", row.pk)


@require_POST
@writers
def end(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    def do(said: Any) -> None:
        matters.end(
            matter_id=matter_id, to=said["to"], outcome=said["outcome"], actor=actor_of(request), now=timezone.now()
        )

    return _act(request, matter_id, "end_form", EndForm(request.POST), do, _("Ended."))


@require_POST
@writers
def link(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    def do(said: Any) -> None:
        matters.link_case(matter_id=matter_id, number=said["case_number"], actor=actor_of(request), now=timezone.now())

    return _act(request, matter_id, "link_form", LinkForm(request.POST), do, _("Linked."))


@require_POST
@writers
def unlink(request: HttpRequest, matter_id: UUID, link_id: UUID) -> HttpResponse:
    row = _found(request, matter_id)
    matters.unlink_case(matter_id=row.pk, link_id=link_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("The case does not hang on it any more."))
    return redirect("register:matter", row.pk)


@require_POST
@writers
def add_step(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    row = _found(request, matter_id)
    form = StepForm(request.POST, staff=queries.staff_for([row.estate]))

    def do(said: Any) -> None:
        matters.add_step(
            matter_id=matter_id, text=said["text"], responsible=form.staff[said["responsible"]],
            due_on=said["due_on"], actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip

    return _act(request, matter_id, "step_form", form, do, _("Noted."))


@form_page
@writers
@never_cache
def finish_step(request: HttpRequest, step_id: UUID) -> HttpResponse:
    step = MatterStep.objects.select_related("responsible").filter(pk=step_id).first()
    if step is None:
        raise NotFound("no such step")
    row, form = _found(request, step.matter_id), OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        matters.finish_step(
            step_id=step.pk, outcome=form.cleaned_data["outcome"], actor=actor_of(request), now=timezone.now()
        )
        messages.success(request, _("Done."))
        return redirect("register:matter", row.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/matters/step.html", {"form": form, "row": row, "step": step}, status=status)
