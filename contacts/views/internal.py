"""Requests between departments: the list, one of them, asking, and each step of it."""

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
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attachments.queries import of_subject
from contacts import internal_queries as queries
from contacts.internal_forms import AskForm, DeclineForm, FinishForm, RateForm, RequestFilter
from contacts.models import InternalRequest
from contacts.rules import access
from contacts.services import internal
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import DomainError, NotFound
from tenancy.policy import can

PAGE = 50
State = InternalRequest.State
readers = staff_only(lambda member: can(member, "internal_request.read"))
writers = staff_only(lambda member: can(member, "internal_request.write"))
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The newest first; above them how departments were rated in the last twelve months."""
    actor, now, today = actor_of(request), timezone.now(), timezone.localdate()
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = RequestFilter(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(
        actor, now=now, today=today, text=said.get("q") or "", which=said.get("which") or "",
        department=said.get("department") or "", mine=bool(said.get("mine")), estate=estates.get(said.get("estate") or ""),
    )  # fmt: skip
    page, ways = _paged(request, rows)
    for row in page:
        _show(row, now)
    log_auditor(request, "internal_request.list")
    context = {
        "rows": page, "form": form, "is_narrowed": any(said.values()),
        "may_write": can(actor, "internal_request.write"),
        "ratings": [
            {**row, "name": InternalRequest.Department(row["to_department"]).label}
            for row in queries.ratings(actor, now - timedelta(days=365))
        ], **ways,
    }  # fmt: skip
    return render(request, "contacts/requests/index.html", context)


def _show(row: Any, now: Any) -> None:
    row.unanswered = row.is_unanswered(now)
    row.overdue = row.is_overdue(timezone.localdate(now))


def _paged(request: HttpRequest, rows: Any) -> tuple[list[Any], dict[str, str]]:
    """One page, the newest first, and the addresses of the next and of the first page."""
    kept = {name: value for name, value in request.GET.items() if name not in ("at", "id") and value}
    try:
        at, key = parse_datetime(request.GET.get("at", "")), UUID(request.GET.get("id", ""))
    except ValueError:
        at = key = None
    if at is not None and at.tzinfo is not None:
        rows = rows.filter(Q(asked_at__lt=at) | Q(asked_at=at, id__lt=key))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = "?" + urlencode({**kept, "at": last.asked_at.isoformat(), "id": last.pk}) if last else ""
    return found[:PAGE], {"older": older, "newer": "?" + urlencode(kept) if at is not None else ""}


def _found(request: HttpRequest, request_id: UUID) -> InternalRequest:
    """Raises NotFound for unknown, foreign and other estates' alike."""
    rows = queries.requests_visible_to(actor_of(request)).select_related(
        "estate", "building", "asked_by", "answered_by", "done_by", "rated_by"
    )
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound("no such request")
    return found


@require_safe
@readers
@never_cache
def internal_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    actor, row = actor_of(request), _found(request, request_id)
    log_auditor(request, "internalrequest", row)
    _show(row, timezone.now())
    writes = can(actor, "internal_request.write", row)
    serves = internal.may_serve(actor, row)
    context = {
        "row": row, "files": list(of_subject(internal.FILES_OF, row.pk)),
        "may_answer": serves and row.state == State.ASKED, "may_finish": serves and row.state == State.ACCEPTED,
        "served_elsewhere": writes and not serves and row.state in (State.ASKED, State.ACCEPTED),
        "may_rate": row.state == State.DONE and internal.may_rate(actor, row),
        "rates_elsewhere": row.state == State.DONE and writes and not internal.may_rate(actor, row),
    }  # fmt: skip
    return render(request, "contacts/requests/request.html", context)


@form_page
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Ask another department."""
    actor, now = actor_of(request), timezone.now()
    reach = access.reach_for(actor, "internal_request.write")
    estates = [estate for estate in estates_visible_to(actor) if reach.covers(estate.pk)]
    form = AskForm(request.POST or None, estates=estates)
    if request.method == "POST" and form.is_valid():
        try:
            row = internal.ask(asking=form.asking(), actor=actor, now=now, entry_key=form.cleaned_data["entry_key"])
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            messages.success(request, _("Asked. You are told when they accept or decline."))
            return redirect("register:request", row.pk)
    return render(
        request, "contacts/requests/new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@require_POST
@writers
@never_cache
def accept(request: HttpRequest, request_id: UUID) -> HttpResponse:
    row = _found(request, request_id)
    request.way_back = request.path.removesuffix("accept/")  # type: ignore[attr-defined]
    internal.accept(request_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Accepted. Whoever asked is told."))
    return redirect("register:request", row.pk)


def _act(
    request: HttpRequest, request_id: UUID, title: str, form: Any, do: Callable[[dict[str, Any]], Any], told: str
) -> HttpResponse:
    """One form that carries a request a step on."""
    row = _found(request, request_id)
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, told)
            return redirect("register:request", row.pk)
    context = {"form": form, "row": row, "title": title}
    return render(request, "contacts/requests/act.html", context, status=422 if request.method == "POST" else 200)


@form_page
@writers
@never_cache
def decline(request: HttpRequest, request_id: UUID) -> HttpResponse:
    who: dict[str, Any] = {"request_id": request_id, "actor": actor_of(request), "now": timezone.now()}
    internal.check_serves(who["actor"], _found(request, request_id))
    form = DeclineForm(request.POST or None)
    return _act(
        request, request_id, pgettext("request", "Decline"), form, lambda said: internal.decline(**who, **said),
        _("Declined. Whoever asked is told why."),
    )  # fmt: skip


@form_page
@writers
@never_cache
def finish(request: HttpRequest, request_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    internal.check_serves(actor, _found(request, request_id))
    form = FinishForm(request.POST or None, request.FILES or None, actor=actor, now=now)

    def do(said: dict[str, Any]) -> None:
        internal.finish(request_id=request_id, result=said["result"], files=said["documents"], actor=actor, now=now)

    return _act(request, request_id, _("It is done"), form, do, _("Noted as done. Whoever asked rates it."))


@form_page
@writers
@never_cache
def rate(request: HttpRequest, request_id: UUID) -> HttpResponse:
    who: dict[str, Any] = {"request_id": request_id, "actor": actor_of(request), "now": timezone.now()}
    form = RateForm(request.POST or None)
    return _act(
        request, request_id, _("Rate it"), form, lambda said: internal.rate(**who, **said), _("Thank you. Rated.")
    )
