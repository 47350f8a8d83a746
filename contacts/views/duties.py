"""The calendar of what recurs: the agenda, a duty with its history, and the forms in which it is entered and done."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attachments.queries import of_subjects
from attachments.rules import UploadRefused
from contacts import duty_queries as queries
from contacts.duty_forms import AgendaForm, DoneForm, DutyForm
from contacts.models import Duty, DutyDone
from contacts.rules import duties as rules
from contacts.rules.defaults import duty_defaults
from contacts.services import duties
from contacts.services.directory import ChangedMeanwhile
from contacts.views.doors import duty_doers, duty_readers, duty_writers, region_of
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotAllowed, NotFound

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@duty_readers
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """What is due where one works: late, this month, later; beside it the ends of certificates and contracts."""
    actor, today, size = actor_of(request), timezone.localdate(), duty_defaults()["page_rows"]
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor).order_by("name")}
    form = AgendaForm(request.GET, estates=estates.values())
    sought, after = form.sought(estates), _after(request)
    if sought.show == "stopped":
        found = queries.stopped(actor, sought, after=after, limit=size + 1)
    else:
        found = queries.agenda(actor, sought, today=today, limit=size + 1, after=after)
    context = {
        "groups": queries.grouped(found[:size]), "form": form, "today": today,
        "is_narrowed": any(form.cleaned_data.values()), "may_write": rules.may_write(actor),
        "may_do": rules.may_do(actor), **_ways(request, found, size, is_first=after is None),
    }  # fmt: skip
    return render(request, "contacts/duties/calendar.html", context)


def _after(request: HttpRequest) -> queries.Key | None:
    """Where the page before ended; None for the first page and for what is no place."""
    try:
        on, key = parse_date(request.GET.get("after", "")), UUID(request.GET.get("id", ""))
    except ValueError:
        return None
    return (on, key) if on is not None else None


def _ways(request: HttpRequest, found: list[queries.Entry], size: int, *, is_first: bool) -> dict[str, str]:
    """The addresses of the next page and of the first."""
    kept: dict[str, str] = {
        name: str(value) for name, value in request.GET.items() if name not in ("after", "id") and value
    }
    last = found[size - 1] if len(found) > size else None
    onward = "?" + urlencode({**kept, "after": last.on.isoformat(), "id": str(last.pk)}) if last else ""
    return {"onward": onward, "start": "" if is_first else "?" + urlencode(kept)}


def _opened(request: HttpRequest, duty_id: UUID, allowed: Callable[..., bool] = rules.may_read) -> Duty:
    """Raises NotFound: unknown, another organisation's and another estate's look the same; NotAllowed."""
    duty = queries.duty_seen_by(actor_of(request), duty_id)
    if duty is None:
        raise NotFound("no such duty")
    if not allowed(actor_of(request), duty):
        raise NotAllowed(_("Your role does not change this."))
    return duty


@require_safe
@duty_readers
@never_cache
def duty(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """One duty: when it is due, who sees to it, and every time it was done with its evidence."""
    found, actor = _opened(request, duty_id), actor_of(request)
    history: list[Any] = list(queries.history_of(found)[: duty_defaults()["history_rows"]])
    files = of_subjects(duties.DOCUMENTS_OF, [row.pk for row in history])
    for row in history:
        row.duty, row.files = found, files.get(row.pk, [])
    context = {
        "duty": found, "history": history, "may_write": rules.may_write(actor, found),
        "may_do": rules.may_do(actor, found) and found.is_active,
        "standing": rules.standing(found.due_on, timezone.localdate(), found.lead_days) if found.is_active else "",
    }  # fmt: skip
    return render(request, "contacts/duties/duty.html", context)


@form_page
@duty_writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Enter what recurs; ``?seed=`` fills in one of those that are usual in the country."""
    offered = rules.seeds_for(region_of(request), translation.get_language() or "en")
    seed = next((row for row in offered if row["code"] == request.GET.get("seed")), None)
    kind = request.GET.get("kind", "")
    return _form(request, None, seed or ({"kind": kind} if kind in Duty.Kind.values else None), offered)


@form_page
@duty_writers
@never_cache
def edit(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Change what is said of a duty."""
    return _form(request, _opened(request, duty_id, rules.may_write), None, [])


def _form(request: HttpRequest, found: Duty | None, seed: dict[str, Any] | None, offered: list[Any]) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    form = DutyForm(request.POST or None, instance=found, initial=seed, actor=actor)
    if request.method == "POST" and form.is_valid():
        facts, said = form.facts(), form.cleaned_data
        try:
            if found is None:
                saved = duties.add_duty(facts=facts, form_key=said["form_key"], actor=actor, now=now)
            else:
                saved = duties.change_duty(
                    duty_id=found.pk, facts=facts, version=said["version"], actor=actor, now=now
                )  # fmt: skip
        except ChangedMeanwhile as refusal:
            form.add_error(None, str(refusal.message))
            form.build_upon(refusal.version)
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("contacts:duty", saved.pk)
    context = {"form": form, "duty": found, "seeds": offered, "seed": seed}
    return render(request, "contacts/duties/edit.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@duty_writers
def stop(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Nobody is reminded any more; what was done stays."""
    found = duties.set_active(duty_id=duty_id, is_active=False, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Stopped: nobody is reminded of it any more. What was done stays."))
    return redirect("contacts:duty", found.pk)


@require_POST
@duty_writers
def resume(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """It stands in the calendar again, on the day it had."""
    found = duties.set_active(duty_id=duty_id, is_active=True, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("It goes on. Look at the day it is due."))
    return redirect("contacts:duty", found.pk)


@form_page
@duty_doers
@never_cache
def done(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Note that it was done: the day, words, reports and photos."""
    found, actor, now = _opened(request, duty_id, rules.may_do), actor_of(request), timezone.now()
    today: date = timezone.localdate(now)
    form = DoneForm(
        request.POST or None, request.FILES or None, actor=actor, now=now,
        initial={"due_on": found.due_on, "done_on": today},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = duties.note_done(
                duty_id=found.pk, due_on=form.cleaned_data["due_on"], facts=form.facts(),
                files=form.cleaned_data["documents"], actor=actor, now=now,
            )  # fmt: skip
        except UploadRefused as refusal:
            form.add_error("documents", str(refusal.message))
        except DomainError as refusal:
            if refusal.code not in (*form.fields, "meanwhile"):
                raise
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _said(row))
            return redirect("contacts:duty", found.pk)
    context = {"form": form, "duty": found}
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/duties/done.html", context, status=status)


def _said(row: DutyDone) -> str:
    if row.next_due_on is None:
        return _("Noted. It was to be done once: it is over.")
    return _("Noted. It is due next on %(day)s.") % {"day": date_format(row.next_due_on)}
