"""Promises: the list with the rate of those kept, one promise, writing one down, saying what became of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attachments.queries import of_subject
from contacts import commitment_queries as queries
from contacts import links, register_queries
from contacts.models import Commitment
from contacts.promise_forms import KeepForm, PromiseFilter, PromiseForm, ReasonForm, initial_of
from contacts.register_lines import who
from contacts.rules import access
from contacts.services import commitments
from contacts.services.register import readable
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership
from tenancy.policy import can, scopes_of

PAGE = 50
readers = staff_only(lambda member: can(member, "commitment.read"))
writers = staff_only(lambda member: can(member, "commitment.write"))
settlers = staff_only(lambda member: can(member, "commitment.settle"))
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Promises, the last due first; above them what was kept of those due in the last twelve months."""
    actor, today = actor_of(request), timezone.localdate()
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = PromiseFilter(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(
        actor, today=today, text=said.get("q") or "", which=said.get("which") or "",
        estate=estates.get(said.get("estate") or ""),
    )  # fmt: skip
    page, ways = _paged(request, rows)
    for row in page:
        _show(row, actor, today)
    log_auditor(request, "commitment.list")
    tallied = queries.tallies(actor, since=today - timedelta(days=365), until=today, today=today)
    context = {
        "rows": page, "form": form, "is_narrowed": any(said.values()), "may_write": can(actor, "commitment.write"),
        "tally": tallied["all"][None], "percent": _percent(tallied["all"][None].rate), **ways,
    }  # fmt: skip
    return render(request, "contacts/promises/index.html", context)


def _percent(rate: Any) -> int | None:
    return None if rate is None else round(rate * 100)


def _show(row: Any, actor: Membership, today: Any) -> None:
    row.shown_to = row.to_whom if access.sees_people(actor) else ""
    row.overdue = row.is_overdue(today)


def _paged(request: HttpRequest, rows: Any) -> tuple[list[Any], dict[str, str]]:
    """One page, the last due first, and the addresses of the next and of the first page."""
    kept = {name: value for name, value in request.GET.items() if name not in ("on", "id") and value}
    try:
        on, key = parse_date(request.GET.get("on", "")), UUID(request.GET.get("id", ""))
    except ValueError:
        on = key = None
    if on is not None:
        rows = rows.filter(Q(due_on__lt=on) | Q(due_on=on, id__lt=key))
    found = list(rows.order_by("-due_on", "-id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = "?" + urlencode({**kept, "on": last.due_on, "id": last.pk}) if last else ""
    return found[:PAGE], {"older": older, "newer": "?" + urlencode(kept) if on is not None else ""}


def _found(request: HttpRequest, promise_id: UUID) -> Commitment:
    """Raises NotFound for unknown, foreign and other estates' alike."""
    rows = queries.commitments_visible_to(actor_of(request)).select_related(
        "estate", "unit", "promised_by", "settled_by", "entered_by", "record"
    )
    found = rows.filter(pk=promise_id).first()
    if found is None:
        raise NotFound("no such promise")
    return found


@require_safe
@readers
@never_cache
def promise(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    actor, row = actor_of(request), _found(request, promise_id)
    log_auditor(request, "commitment", row)
    today = timezone.localdate()
    _show(row, actor, today)
    is_staff = access.sees_people(actor) or can(actor, "register.read")
    context = {
        "row": row, "files": list(of_subject(commitments.FILES_OF, row.pk)), "is_staff": is_staff,
        "may_settle": can(actor, "commitment.settle", row), "is_open": row.state == Commitment.State.OPEN,
        "may_keep": row.state in (Commitment.State.OPEN, Commitment.State.BROKEN),
        "record": register_queries.records_visible_to(actor).filter(pk=row.record_id).first() if row.record_id else None,
        "case_page": links.page_of(row.linked_type, row.linked_id, row.linked_number) if row.linked_number and is_staff else "",
    }  # fmt: skip
    return render(request, "contacts/promises/promise.html", context)


@form_page
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Write a promise down; of a contact or a case that the address names, what follows from it is filled in."""
    actor, now = actor_of(request), timezone.now()
    record = _record(request, actor)
    reach = access.reach_for(actor, "commitment.write")
    estates = [estate for estate in estates_visible_to(actor) if reach.covers(estate.pk)]
    is_own = scopes_of(actor, "commitment.write") == {"own"}
    others = [] if is_own else [member for member in queries.promisers(estates) if member.pk != actor.pk]
    staff = [actor, *others]
    initial = initial_of(
        record, timezone.localdate(now), actor, who(record, actor) if record else "", request.GET.get("case", "")[:40]
    )
    form = PromiseForm(request.POST or None, initial=initial, estates=estates, staff=staff, record=record)
    if request.method == "POST" and form.is_valid():
        try:
            row = commitments.make_commitment(
                promise=form.promise(), actor=actor, now=now, entry_key=form.cleaned_data["entry_key"]
            )
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            messages.success(request, _("Written down. You will be reminded before it is due."))
            return redirect("register:promise", row.pk)
    context = {"form": form, "record": record}
    return render(request, "contacts/promises/new.html", context, status=422 if request.method == "POST" else 200)


def _record(request: HttpRequest, actor: Membership) -> Any:
    wanted = request.GET.get("record") or request.POST.get("record")
    if not wanted:
        return None
    try:
        return readable(UUID(wanted), actor)
    except ValueError as error:
        raise NotFound("no such entry") from error


def _act(
    request: HttpRequest, promise_id: UUID, title: str, form_of: Callable[[], Any], do: Callable[[Any], Any], told: str
) -> HttpResponse:
    """One form that says what became of a promise."""
    row = _found(request, promise_id)
    if not can(actor_of(request), "commitment.settle", row):
        raise NotFound("not theirs to settle")
    form = form_of()
    if request.method == "POST" and form.is_valid():
        try:
            do(form)
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, told)
            return redirect("register:promise", row.pk)
    context = {"form": form, "row": row, "title": title}
    return render(request, "contacts/promises/act.html", context, status=422 if request.method == "POST" else 200)


@form_page
@settlers
@never_cache
def keep(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()

    def form() -> KeepForm:
        initial = {"kept_on": timezone.localdate(now)}
        return KeepForm(request.POST or None, request.FILES or None, initial=initial, actor=actor, now=now)

    def do(form: KeepForm) -> None:
        said = form.cleaned_data
        commitments.keep(
            commitment_id=promise_id, evidence=said["evidence"], kept_on=said["kept_on"], files=said["documents"],
            actor=actor, now=now,
        )  # fmt: skip

    return _act(request, promise_id, _("It was kept"), form, do, _("Noted as kept."))


@form_page
@settlers
@never_cache
def break_(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    return _reasoned(request, promise_id, commitments.break_commitment, _("It was not kept"), _("Noted as not kept."))


@form_page
@settlers
@never_cache
def withdraw(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    return _reasoned(request, promise_id, commitments.withdraw, pgettext("promise", "Take it back"), _("Taken back."))


def _reasoned(request: HttpRequest, promise_id: UUID, verb: Callable[..., Any], title: str, told: str) -> HttpResponse:
    def do(form: Any) -> None:
        verb(commitment_id=promise_id, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now())

    return _act(request, promise_id, title, lambda: ReasonForm(request.POST or None), do, told)
