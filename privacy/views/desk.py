"""For the privacy officer: requests that wait, one person's privacy, holds, terms."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from owners.models import Person
from owners.subjects import subject_of_person
from privacy import queries
from privacy.forms import AnswerForm, EnterForm, HoldComplaintForm, HoldForm, TermForm
from privacy.models import DataExport, DataRequest, Erasure, RetentionRun
from privacy.services import exports
from privacy.services import holds as holding
from privacy.services import requests as asking
from privacy.services.terms import set_term
from privacy.views.doors import member_of, officer
from privacy.views.terms_shown import run_words, terms_shown
from tenancy.errors import NotFound
from tenancy.stepping_up import WRITES, recently_proven

PAGE = 50


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# -- requests --------------------------------------------------------------------------------------------------------


@require_safe
@officer
def requests(request: HttpRequest) -> HttpResponse:
    """Requests about people's data: open ones by when they are due, answered ones newest first."""
    is_open = request.GET.get("state") != "answered"
    after = _uuid(request.GET.get("after", ""))
    found = queries.requests_page(is_open=is_open, after=after, size=PAGE)
    kept = "" if is_open else "state=answered&"
    context = {
        "rows": [_with_name(row) for row in found[:PAGE]],
        "is_open": is_open,
        "open_count": queries.open_request_count(),
        "older": f"?{kept}after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "newer": f"?{kept}".rstrip("&?") or request.path if after else "",
        "now": timezone.now(),
    }
    return render(request, "privacy/requests.html", context)


def _with_name(row: Any) -> Any:
    row.who = row.membership.name if row.membership else row.person.name if row.person else str(row.user)
    return row


def _request(request_id: UUID) -> Any:
    rows = DataRequest.objects.select_related("person", "membership", "user", "decided_by", "entered_by")
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound("no such request")
    return _with_name(found)


@require_safe
@officer
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    return _request_page(request, _request(request_id), AnswerForm(), 200)


def _request_page(request: HttpRequest, row: Any, form: AnswerForm, status: int) -> HttpResponse:
    context = {"row": row, "form": form, "is_open": row.state == DataRequest.State.OPEN, "now": timezone.now()}
    return render(request, "privacy/request.html", context, status=status)


@require_POST
@officer
def answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say that it is done, or refuse it with a reason."""
    row, form = _request(request_id), AnswerForm(request.POST)
    if row.state == DataRequest.State.OPEN and not form.is_valid():
        return _request_page(request, row, form, 422)
    said = form.cleaned_data if form.is_valid() else {}
    asking.answer(
        request_id=row.pk, actor=member_of(request), is_granted=said.get("outcome") == "done",
        reply=said.get("reply", ""), now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Answered. %(name)s is told.") % {"name": row.who})
    return redirect("privacy:requests")


# -- one person ------------------------------------------------------------------------------------------------------


def _person(person_id: UUID) -> Person:
    found: Person | None = Person.objects.select_related("membership").filter(pk=person_id).first()
    if found is None:
        raise NotFound("no such person")
    return found


@require_safe
@officer
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everything about one person's privacy: holds, requests, archives, erasure."""
    return _person_page(request, _person(person_id), EnterForm(), HoldForm(), 200)


def _person_page(
    request: HttpRequest, found: Person, enter_form: EnterForm, hold_form: HoldForm, status: int
) -> HttpResponse:
    subject = subject_of_person(found)
    context = {
        "person": found,
        "holds": list(queries.holds_on(subject)),
        "requests": list(DataRequest.objects.filter(queries.about(subject)).order_by("-asked_at")[:PAGE]),
        "exports": list(DataExport.objects.filter(person=found, user=None).order_by("-requested_at")[:10]),
        "erasure": Erasure.objects.filter(queries.about(subject)).select_related("by").order_by("-at").first(),
        "signs_in": subject.user is not None,
        "form": enter_form,
        "hold_form": hold_form,
    }
    return render(request, "privacy/person.html", context, status=status)


@require_safe
@officer
def member(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """The same of a member of staff, a committee or a partner; who is in the registry has their page there."""
    return _member_page(request, membership_id, HoldForm(), 200)


def _member_page(request: HttpRequest, membership_id: UUID, form: HoldForm, status: int) -> HttpResponse:
    subject = queries.named_subject("member", membership_id)
    if subject.people:
        return redirect("privacy:person", subject.people[0].pk)
    context = {
        "member": subject.membership,
        "holds": list(queries.holds_on(subject)),
        "requests": list(DataRequest.objects.filter(queries.about(subject)).order_by("-asked_at")[:PAGE]),
        "erasure": Erasure.objects.filter(queries.about(subject)).select_related("by").order_by("-at").first(),
        "hold_form": form,
    }
    return render(request, "privacy/member.html", context, status=status)


@require_POST
@officer
def enter(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Enter what somebody asked outside the portal."""
    found, form = _person(person_id), EnterForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form, HoldForm(), 422)
    said = form.cleaned_data
    row = asking.enter_for(
        person_id=found.pk, kind=said["kind"], words=said["words"], actor=member_of(request), now=timezone.now()
    )
    return redirect("privacy:request", row.pk)


@require_POST
@officer
@recently_proven(methods=WRITES)
def make_for(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Have an archive made for somebody without a sign-in."""
    row = exports.request_export_for(person_id=person_id, actor=member_of(request), now=timezone.now())
    return redirect("privacy:export", row.pk)


# -- holds -----------------------------------------------------------------------------------------------------------


@require_safe
@officer
def holds(request: HttpRequest) -> HttpResponse:
    return _holds_page(request, HoldComplaintForm(), 200)


def _holds_page(request: HttpRequest, form: HoldComplaintForm, status: int) -> HttpResponse:
    return render(
        request, "privacy/holds.html", {"holds": list(queries.holds_in_force()[:500]), "form": form}, status=status
    )


@require_POST
@officer
def hold(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    """Keep everything of one person."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        if kind == "person":
            return _person_page(request, _person(key), EnterForm(), form, 422)
        return _member_page(request, key, form, 422)
    holding.hold_person(
        kind=kind, key=key, reason=form.cleaned_data["reason"], actor=member_of(request), now=timezone.now()
    )
    messages.success(request, _("Everything of this person is kept until the hold is released."))
    return redirect(f"privacy:{kind}", key)


@require_POST
@officer
def hold_complaint(request: HttpRequest) -> HttpResponse:
    """Keep one complaint with all that belongs to it."""
    form = HoldComplaintForm(request.POST)
    if form.is_valid() and not queries.complaint_exists(form.cleaned_data["number"]):
        form.add_error("number", _("There is no complaint of this number."))
    if not form.is_valid():
        return _holds_page(request, form, 422)
    said = form.cleaned_data
    holding.hold_complaint(number=said["number"], reason=said["reason"], actor=member_of(request), now=timezone.now())
    messages.success(request, _("The complaint is kept until the hold is released."))
    return redirect("privacy:holds")


@require_POST
@officer
def release(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    holding.release_hold(hold_id=hold_id, actor=member_of(request), now=timezone.now())
    messages.success(request, _("The hold is released."))
    return redirect("privacy:holds")


# -- terms -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@officer
def terms(request: HttpRequest) -> HttpResponse:
    """How long things are kept and how soon requests are answered; what the nights erased."""
    form = TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        set_term(key=said["key"], amount=said["amount"], actor=member_of(request), now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("privacy:terms")
    runs = list(RetentionRun.objects.order_by("-at")[:20])
    for run in runs:
        run.said = run_words(run.counts)
    context = {"form": form, "terms": terms_shown(), "runs": runs}
    return render(request, "privacy/terms.html", context, status=422 if form.errors else 200)
