"""Asking about accounts, and answering."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from disclosures import queries
from disclosures.forms import AnswerForm, OpenAnswerForm, RemarkForm
from disclosures.models import AccountStatement, Remark, StatementLine
from disclosures.services import asking, opening
from disclosures.services.asking import Asking
from disclosures.showing import name_line
from disclosures.views.doors import answerers, found, found_line, readers
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotAllowed, NotFound

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@readers
@never_cache
def ask(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    return _ask(request, found(request, statement_id), None)


@form_page
@readers
@never_cache
def ask_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    line = found_line(request, line_id)
    return _ask(request, line.statement, line)


def _ask(request: HttpRequest, row: AccountStatement, line: Any) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    if not asking.may_remark(actor, row):
        raise NotAllowed(_("Nothing can be asked of these accounts now."))
    form = RemarkForm(request.POST or None, only_questions=row.is_published)
    if request.method == "POST" and form.is_valid():
        said = asking.remark(statement_id=row.pk, asking=Asking(line=line, **form.said()), actor=actor, now=now)
        messages.success(request, _("Asked. You are told when it is answered.") if said.is_question else _("Noted."))
        return _back(row, line)
    if line is not None:
        name_line(line)
    title = _("Ask a question") if row.is_published else _("Ask or comment")
    context = {"form": form, "row": row, "line": line, "title": title}
    return render(request, "disclosures/act.html", context, status=422 if request.method == "POST" else 200)


def _back(row: AccountStatement, line: StatementLine | None) -> HttpResponse:
    return redirect("disclosures:line", line.pk) if line is not None else redirect("disclosures:statement", row.pk)


@form_page
@answerers
@never_cache
def answer(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row, said = _found_question(request, remark_id)
    form = AnswerForm(request.POST or None, may_open=row.is_published, initial={"public_body": said.body})
    if request.method == "POST" and form.is_valid():
        try:
            asking.answer(remark_id=said.pk, actor=actor, now=now, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Answered. Whoever asked is told."))
            return _back(row, said.line)
    if said.line:
        name_line(said.line)
    context = {"form": form, "row": row, "line": said.line, "title": _("Answer"), "question": said}
    return render(request, "disclosures/act.html", context, status=422 if request.method == "POST" else 200)


def _found_question(request: HttpRequest, remark_id: UUID) -> tuple[AccountStatement, Any]:
    """Raises NotFound for unknown, foreign and not yet open alike."""
    said: Any = Remark.objects.filter(pk=remark_id, is_question=True).select_related("line", "asked_by").first()
    if said is None:
        raise NotFound("no such question")
    row = found(request, said.statement_id)
    if not queries.remarks_visible_to(actor_of(request), row).filter(pk=said.pk).exists():
        raise NotFound("no such question")
    return row, said


@form_page
@answerers
@never_cache
def open_to_all(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    """Question and answer in words that name nobody, for all owners; also when it was answered for one alone."""
    row, said = _found_question(request, remark_id)
    initial = {"public_body": said.public_body or said.body, "public_answer": said.answer_for_all}
    form = OpenAnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            opening.open_answer(
                remark_id=said.pk, question=words["public_body"], answer=words["public_answer"],
                actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Open to all owners now."))
            return _back(row, said.line)
    if said.line:
        name_line(said.line)
    context = {"form": form, "row": row, "line": said.line, "title": _("Open it to all owners"), "question": said}
    return render(request, "disclosures/act.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@answerers
@never_cache
def take_back(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    row, said = _found_question(request, remark_id)
    way = (
        reverse("disclosures:line", args=[said.line_id])
        if said.line_id
        else reverse("disclosures:statement", args=[row.pk])
    )
    request.way_back = way  # type: ignore[attr-defined]
    opening.take_answer_back(remark_id=said.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("No longer open to all."))
    return redirect(way)
