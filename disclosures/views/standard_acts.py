"""What is done with service standards: promised, changed, ended, noted as done, taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts.models import Contract
from contacts.rules.access import reach_for
from disclosures import standard_queries as queries
from disclosures.models import StandardRecord
from disclosures.rules.standards import first_of, next_month
from disclosures.services import standards
from disclosures.standard_forms import DoneForm, EndForm, PromiseForm, WithdrawForm
from disclosures.standard_sources import RECORDS
from disclosures.views.doors import standard_recorders, standard_writers
from disclosures.views.standards import found_standard
from owners.models import Estate
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _refused(form: Any, refusal: DomainError) -> None:
    form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))


def _shown(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "disclosures/standards/act.html", context, status=status)


@form_page
@standard_writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    reach = reach_for(actor, "standard.write")
    estates = [estate for estate in estates_visible_to(actor).order_by("name") if reach.covers(estate.pk)]
    form = PromiseForm(
        request.POST or None, estates=estates, contracts=_contracts(actor, estates),
        initial={"from_on": first_of(timezone.localdate()), "estate": request.GET.get("estate", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = standards.promise_service(
                estate=form.chosen(), promise=form.promise(), actor=actor, now=now,
                entry_key=form.cleaned_data["entry_key"],
            )  # fmt: skip
        except DomainError as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("Promised. Everybody at home there can read it."))
            return redirect("disclosures:standard", row.pk)
    return _shown(request, {"form": form, "title": _("Promise a service"), "button": _("Promise it")})


def _contracts(actor: Membership, estates: list[Estate]) -> list[Contract]:
    """Of every estate offered, each once; whether it is of the chosen one, the verb says."""
    if not can(actor, "contract.read"):
        return []
    return list({row.pk: row for estate in estates for row in queries.contracts_offered(actor, estate)}.values())


@form_page
@standard_writers
@never_cache
def change(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    actor, now, row, today = (
        actor_of(request),
        timezone.now(),
        found_standard(request, standard_id),
        timezone.localdate(),
    )
    if not can(actor, "standard.write", row):
        raise NotAllowed(_("You cannot say what is promised to this estate."))
    last = row.versions.select_related("contract__party").latest("number")
    form = PromiseForm(
        request.POST or None, contracts=_contracts(actor, [row.estate]), last=last,
        initial={"from_on": max(next_month(first_of(today)), last.from_on)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            standards.change_promise(
                standard_id=row.pk, promise=form.promise(), explanation=said["explanation"],
                based_on=said["based_on"] or 0, actor=actor, now=now, today=today,
            )  # fmt: skip
        except DomainError as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("The new version is noted. What was promised before stays beside it."))
            return redirect("disclosures:standard", row.pk)
    return _shown(
        request, {"form": form, "row": row, "title": _("Change what is promised"), "button": _("Save the new version")}
    )


@form_page
@standard_writers
@never_cache
def end(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    actor, now, row, today = (
        actor_of(request),
        timezone.now(),
        found_standard(request, standard_id),
        timezone.localdate(),
    )
    form = EndForm(request.POST or None, initial={"ends_on": next_month(first_of(today))})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            standards.end_promise(
                standard_id=row.pk, ends_on=said["ends_on"], reason=said["reason"], actor=actor, now=now, today=today
            )
        except DomainError as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("It ends. What was kept until then stays to be read."))
            return redirect("disclosures:standard", row.pk)
    return _shown(
        request, {"form": form, "row": row, "title": _("End this promise"), "button": pgettext("a promise", "End it")}
    )


@form_page
@standard_recorders
@never_cache
def note(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    """That it was done, with photos."""
    actor, now, row, today = (
        actor_of(request),
        timezone.now(),
        found_standard(request, standard_id),
        timezone.localdate(),
    )
    version = queries.version_on(row, today)
    if version is None or version.source != RECORDS.code:
        raise NotFound("nothing is written down by hand here")
    form = DoneForm(
        request.POST or None, request.FILES or None, actor=actor, now=now, buildings=queries.buildings_of(row.estate),
        per_building=version.per_building, initial={"on": today, "building": request.GET.get("building", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = standards.note_done(
                standard_id=row.pk, done=form.done(), files=said["documents"], actor=actor, now=now, today=today,
                entry_key=said["entry_key"],
            )  # fmt: skip
        except DomainError as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("Noted. Everybody at home there can see it."))
            return redirect("disclosures:standard_month", row.pk, made.on.year, made.on.month)
    return _shown(request, {"form": form, "row": row, "title": _("Note that it was done"), "button": _("Note it")})


@form_page
@standard_writers
@never_cache
def withdraw(request: HttpRequest, record_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    seen = queries.standards_visible_to(actor)
    found = StandardRecord.objects.filter(pk=record_id, standard__in=seen).select_related("standard__estate").first()
    if found is None:
        raise NotFound("no such record")
    row = found_standard(request, found.standard_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            standards.withdraw_record(record_id=found.pk, reason=form.cleaned_data["reason"], actor=actor, now=now)
        except DomainError as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("Taken back. It counts no more."))
            return redirect("disclosures:standard_month", row.pk, found.on.year, found.on.month)
    return _shown(
        request,
        {"form": form, "row": row, "record": found, "title": _("Take this record back"), "button": _("Take it back")},
    )
