"""What is done with an entry of the register: settling it without an answer, tasks because of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contacts.models import FollowUp
from contacts.register_forms import FollowUpForm, OutcomeForm, SettleForm, TakeBackForm
from contacts.services import register
from contacts.services.directory import ChangedMeanwhile
from contacts.views.register import entry_context, staff_for, writers
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotFound


@require_POST
@writers
def settle(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Say why a written contact needs no answer."""
    actor = actor_of(request)
    row, form = register.readable(record_id, actor), SettleForm(request.POST)
    if not form.is_valid():
        return _again(request, row, settle_form=form)
    register.settle_without_answer(
        record_id=row.pk, reason=form.cleaned_data["reason"], actor=actor, now=timezone.now()
    )
    messages.success(request, _("Settled: no answer is needed."))
    return redirect("register:entry", row.pk)


@require_POST
@writers
def take_back(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Say why a contact needs an answer after all."""
    actor = actor_of(request)
    row, form = register.readable(record_id, actor), TakeBackForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            register.take_back_settling(
                record_id=row.pk, reason=said["reason"], settled_at=said["settled_at"], actor=actor, now=timezone.now()
            )
        except ChangedMeanwhile as refusal:
            form.add_error(None, str(refusal.message))
            data: Any = form.data.copy()  # type: ignore[attr-defined]
            data["settled_at"] = row.answered_at.isoformat() if row.answered_at else ""
            form.data = data
        else:
            messages.success(request, _("It waits for an answer again."))
            return redirect("register:entry", row.pk)
    return _again(request, row, take_back_form=form)


@require_POST
@writers
def add_task(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Note what somebody does because of a contact."""
    actor = actor_of(request)
    row = register.readable(record_id, actor)
    form = FollowUpForm(request.POST, staff=staff_for(row, actor))
    if form.is_valid():
        said = form.cleaned_data
        try:
            register.add_follow_up(
                record_id=row.pk, task=said["task"], assignee=form.staff[said["assignee"]], due_on=said["due_on"],
                actor=actor, now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            messages.success(request, _("Noted."))
            return redirect("register:entry", row.pk)
    return _again(request, row, task_form=form)


def _again(request: HttpRequest, row: Any, **form: Any) -> HttpResponse:
    context = entry_context(request, row) | form
    return render(request, "contacts/register/entry.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def finish_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Say that a task is done, and what came of it."""
    actor = actor_of(request)
    task = FollowUp.objects.select_related("assignee").filter(pk=task_id).first()
    if task is None:
        raise NotFound("no such task")
    row = register.readable(task.record_id, actor)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        register.finish_follow_up(
            follow_up_id=task.pk, outcome=form.cleaned_data["outcome"], actor=actor, now=timezone.now()
        )
        messages.success(request, _("Done."))
        return redirect("register:entry", row.pk)
    context = {"form": form, "row": row, "task": task}
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/register/task.html", context, status=status)
