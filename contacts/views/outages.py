"""Outages for staff: the list, entering one, its page with the steps and times, and what is done with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import outage_queries
from contacts.models import Outage
from contacts.outage_forms import (
    ChangeForm,
    OutageForm,
    OutageListForm,
    RelayForm,
    RestoreForm,
    VerifyForm,
    WithdrawForm,
)
from contacts.rules import outages as rules
from contacts.services import outage_letters, outages, relaying
from contacts.views.doors import region_of
from notices.audience_queries import counted
from notices.models import Notice
from notices.notice_queries import settings_in_force
from notices.rules.approval import needs_second_eyes
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.stepping_up import ask_for_proof, is_proven, recently_proven

PAGE = 50
readers = staff_only(lambda member: can(member, "outage.read"))
writers = staff_only(lambda member: can(member, "outage.write"))
relayers = staff_only(lambda member: can(member, "outage.relay"))
# What reaches many people at once asks who one is.
PROVEN = frozenset({"restore", "withdraw", "change"})


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What is off now, what will be, what is over."""
    actor, now = actor_of(request), timezone.now()
    form = OutageListForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    time = said.get("time") or outage_queries.NOW
    rows = outage_queries.listed(
        actor, now=now, time=time, text=said.get("q", ""), branch=said.get("branch", ""), before=_cursor(request)
    )
    found: list[Any] = list(rows[: PAGE + 1])
    page = [_shown(row, now) for row in found[:PAGE]]
    kept = {name: value for name, value in said.items() if value}
    last = page[-1] if len(found) > PAGE else None
    context = {
        "rows": page, "form": form, "time": time, "is_narrowed": bool(said.get("q") or said.get("branch")),
        "may_write": can(actor, "outage.write"), "may_report": can(actor, "outage.report"),
        "older": "?" + urlencode({**kept, "after": last.starts_at.isoformat(), "id": last.pk}) if last else "",
        "newer": "?" + urlencode(kept) if request.GET.get("after") else "",
    }  # fmt: skip
    return render(request, "contacts/outages/index.html", context)


def _cursor(request: HttpRequest) -> tuple[datetime, UUID] | None:
    try:
        at, key = parse_datetime(request.GET.get("after", "")), UUID(request.GET.get("id", ""))
    except ValueError:
        return None
    return (at, key) if at is not None and at.tzinfo is not None else None


def _shown(outage: Any, now: datetime) -> Any:
    """With what a row and a page say of its time to be relayed."""
    outage.time = rules.time_of(outage.starts_at, now, is_open=outage.is_open)
    if outage.relayed_at is not None:
        outage.relay_took = rules.relay_minutes(outage.received_at, outage.relayed_at)
    needs = outage.state in (Outage.State.RECEIVED, Outage.State.VERIFIED)
    outage.needs_relay = needs
    outage.is_late = (needs or outage.relayed_at is not None) and rules.is_relay_late(
        outage.relay_due_at, outage.relayed_at, now
    )
    outage.is_at_once = rules.is_at_once(outage.received_at, outage.relay_due_at)
    outage.is_overdue = bool(outage.is_open and outage.ends_at and outage.ends_at < now)
    notice = outage.notice
    outage.waits_for_approval = needs and notice is not None and notice.state == Notice.State.SUBMITTED
    outage.leaves_soon = needs and notice is not None and notice.state in ("scheduled", "sending", "sent")
    outage.came_back = needs and notice is not None and notice.state == Notice.State.DRAFT
    return outage


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Take one down."""
    actor, now = actor_of(request), timezone.now()
    form = OutageForm(request.POST or None, actor=actor, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            made = outages.receive(facts=form.facts(), form_key=form.cleaned_data["form_key"], actor=actor, now=now)
        except DomainError as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("Taken down. Verify it, then relay it."))
            return redirect("contacts:outage", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/outages/new.html", {"form": form}, status=status)


def _at_field(form: forms.Form, refusal: DomainError) -> None:
    """What a verb refuses stands at the field it names; raised again when it names none."""
    if refusal.code not in form.fields:
        if refusal.status not in (422,):
            raise refusal
        form.add_error(None, str(refusal.message))
        return
    form.add_error(refusal.code, str(refusal.message))


def seen(request: HttpRequest, outage_id: UUID) -> Any:
    """Raises NotFound: unknown, another organisation's and another estate's look the same."""
    found = outage_queries.whole(outage_queries.outages_visible_to(actor_of(request))).filter(pk=outage_id).first()
    if found is None:
        raise NotFound("no such outage")
    return found


@require_safe
@readers
@never_cache
def outage(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Its steps with their times, what is to be done next, and who was told."""
    return _page(request, seen(request, outage_id))


def _page(request: HttpRequest, found: Any, status: int = 200, **forms_given: Any) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    _shown(found, now)
    may_write = outages.may_change(actor, "outage.write", found)
    context = {
        "outage": found, "now": now,
        "told_late": rules.told_late(
            found.branch, region=region_of(request), is_planned=found.is_planned, received_at=found.received_at,
            starts_at=found.starts_at,
        ),
        "followers": found.followers.count(), "may_write": may_write,
        "may_let_in": found.is_open and found.party is not None and outages.may_change(actor, "grant.write", found),
        "may_relay": outages.may_change(actor, "outage.relay", found)
        and found.state == Outage.State.VERIFIED and not (found.waits_for_approval or found.leaves_soon),
        "verify_form": VerifyForm(), "restore_form": RestoreForm(initial={"restored_at": found.told_over_at}), "withdraw_form": WithdrawForm(),
        **forms_given,
    }  # fmt: skip
    return render(request, "contacts/outages/outage.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def change(request: HttpRequest, outage_id: UUID) -> HttpResponseBase:
    """Other times, another cause: who was told is told again."""
    found, actor = seen(request, outage_id), actor_of(request)
    ends_at = found.told_ends_at or found.ends_at
    initial = {"starts_at": found.starts_at, "ends_at": ends_at, "cause": found.cause}
    form = ChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if found.notice_id and not is_proven(request):
            return ask_for_proof(request)
        try:
            outages.change(outage_id=found.pk, said=form.said(), actor=actor, now=timezone.now())
        except DomainError as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("contacts:outage", found.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/outages/change.html", {"form": form, "outage": found}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@relayers
@recently_proven(methods={"POST"})
@never_cache
def relay(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """The notice as it would leave, whom it reaches, and whether somebody must approve it; then it leaves."""
    found, actor, now = seen(request, outage_id), actor_of(request), timezone.now()
    form = RelayForm(request.POST or None, initial=_words_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            outages_words, urgent = form.words(), form.cleaned_data["is_urgent"]
            relaying.relay(outage_id=found.pk, words=outages_words, is_urgent=urgent, actor=actor, now=now)
        except DomainError as refusal:
            _at_field(form, refusal)
        else:
            return redirect("contacts:outage", found.pk)
    audience = outage_letters.audience_of(found)
    reached = counted(audience, day=timezone.localdate())
    limit = settings_in_force().approval_over
    context = {
        "form": form, "outage": _shown(found, now), "reached": reached,
        "needs_approval": needs_second_eyes(kind="ordinary", recipients=reached.people, approval_over=limit),
        "limit": limit,
    }  # fmt: skip
    return render(request, "contacts/outages/relay.html", context, status=422 if request.method == "POST" else 200)


def _words_initial(found: Any) -> dict[str, str]:
    """What came back for a change keeps the words it had."""
    if found.notice is not None and found.notice.state == Notice.State.DRAFT:
        version = found.notice.versions.order_by("-number")[0]
        return {name: getattr(version, name) for name in ("title_en", "body_en", "title_zh", "body_zh")}
    return dict(vars(outage_letters.words_of(found)))


Act = Callable[[HttpRequest, Any, Membership, datetime], tuple[str, forms.Form | None]]


@require_POST
@writers
@never_cache
def act(request: HttpRequest, outage_id: UUID, name: str) -> HttpResponseBase:
    """Verify, end, close or withdraw it; back to its page, which says where it stands now."""
    if name not in ACTS:
        raise NotFound("no such act")
    found = seen(request, outage_id)
    if name in PROVEN and not is_proven(request):
        return ask_for_proof(request)
    words, form = ACTS[name](request, found, actor_of(request), timezone.now())
    if form is not None:
        return _page(request, found, status=422, **{f"{name}_form": form, "form": form})
    messages.success(request, words)
    return redirect("contacts:outage", found.pk)


def _verify(request: HttpRequest, found: Any, actor: Membership, now: datetime) -> tuple[str, forms.Form | None]:
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return "", form
    outages.verify(outage_id=found.pk, words=form.cleaned_data["words"], actor=actor, now=now)
    return _("Verified. Relay it now."), None


def _restore(request: HttpRequest, found: Any, actor: Membership, now: datetime) -> tuple[str, forms.Form | None]:
    form = RestoreForm(request.POST)
    if form.is_valid():
        at = form.cleaned_data["restored_at"] or now
        try:
            relaying.restore(outage_id=found.pk, restored_at=at, actor=actor, now=now)
        except DomainError as refusal:
            _at_field(form, refusal)
        else:
            return _("Noted that it is over."), None
    return "", form


def _close(request: HttpRequest, found: Any, actor: Membership, now: datetime) -> tuple[str, forms.Form | None]:
    outages.close(outage_id=found.pk, actor=actor, now=now)
    return _("Closed."), None


def _withdraw(request: HttpRequest, found: Any, actor: Membership, now: datetime) -> tuple[str, forms.Form | None]:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return "", form
    outages.withdraw(outage_id=found.pk, reason=form.cleaned_data["reason"], actor=actor, now=now)
    return _("Withdrawn. Who was told of it reads why."), None


ACTS: dict[str, Act] = {"verify": _verify, "restore": _restore, "close": _close, "withdraw": _withdraw}
