"""Enquiries as staff meet them: what waits, one with its turns, answering with sources, assigning, opening to all."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.rules.access import reach_for
from disclosures import enquiry_queries as queries
from disclosures import vote_queries
from disclosures.article_search import Hit, hits_by_keys, search
from disclosures.enquiry_forms import AskForm, AssignForm, EnquiryAnswerForm, EnquiryFilter, OpenForm, source_key
from disclosures.models import Enquiry
from disclosures.rules.defaults import defaults
from disclosures.services import enquiring
from disclosures.showing import name_asker
from disclosures.views.statements import paged
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

form_page = require_http_methods(["GET", "HEAD", "POST"])
readers = staff_only(lambda member: can(member, "enquiry.read"))
enterers = staff_only(lambda member: can(member, "enquiry.enter"))
answerers = staff_only(lambda member: can(member, "enquiry.answer"))
publishers = staff_only(lambda member: can(member, "enquiry.publish"))
comers = staff_only(lambda member: can(member, "enquiry.read") or can(member, "enquiry.ask"))
HITS = 8


def found(request: HttpRequest, enquiry_id: UUID) -> Enquiry:
    """Raises NotFound for unknown, foreign and other estates' alike."""
    rows = queries.enquiries_visible_to(actor_of(request)).select_related(
        "estate", "handler", "membership", "of_version", "of_clause"
    )
    row = rows.filter(pk=enquiry_id).first()
    if row is None:
        raise NotFound("no such enquiry")
    return name_asker(row, actor_of(request))


@require_safe
@comers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What waits, late first. Who asks is led to what they asked."""
    actor, today = actor_of(request), timezone.localdate()
    if not can(actor, "enquiry.read"):
        return redirect("enquiries:mine")
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = EnquiryFilter(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    found_rows = queries.listed(
        actor, which=said.get("which") or "", words=said.get("q") or "", topic=said.get("topic") or "",
        estate=estates.get(said.get("estate") or ""), today=today,
    )  # fmt: skip
    rows, ways = paged(request, found_rows, defaults()["enquiries"]["page"])
    for row in rows:
        row.late = row.is_late(today)
    log_auditor(request, "enquiry.list")
    context = {
        "rows": rows, "form": form, "is_narrowed": any(said.values()), "may_enter": can(actor, "enquiry.enter"),
        "today": today, **ways,
    }  # fmt: skip
    return render(request, "disclosures/enquiries/index.html", context)


@form_page
@enterers
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """A question that came at the counter, on the phone or by letter; then its page, to answer it at once."""
    actor = actor_of(request)
    reach = reach_for(actor, "enquiry.enter")
    estates = [estate for estate in queries.estates_asked_in(actor) if reach.covers(estate.pk)]
    form = AskForm(request.POST or None, estates=estates, for_caller=True)
    if request.method == "POST" and form.is_valid():
        try:
            row = enquiring.ask(asking=form.asking(), actor=actor, now=timezone.now())
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Written down as %(number)s.") % {"number": row.number})
            return redirect("enquiries:answer", row.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "disclosures/enquiries/enter.html", {"form": form}, status=status)


@require_safe
@readers
@never_cache
def enquiry(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    row, actor = found(request, enquiry_id), actor_of(request)
    log_auditor(request, "enquiry", row)
    answers = can(actor, "enquiry.answer", row)
    context = {
        "row": row, "turns": queries.turns_of(row), "is_late": row.is_late(timezone.localdate()),
        "may_answer": answers and row.is_waiting, "may_take": answers and row.is_waiting and row.handler_id != actor.pk,
        "may_close": answers and row.state in Enquiry.TOLD,
        "convert": _convert_link(actor, row) if answers and row.closed_at is None else "",
        "may_open": can(actor, "enquiry.publish", row) and row.answered_at is not None,
    }  # fmt: skip
    if row.published_at is not None:
        context |= vote_queries.said_of(row.votes.all())
    return render(request, "disclosures/enquiries/enquiry.html", context)


def _convert_link(actor: Membership, row: Enquiry) -> str:
    """Where a complaint is made of it: in the room of complaints, which says by a setting under which route."""
    route: str = settings.ENQUIRY_TO_COMPLAINT
    return reverse(route, args=[row.pk]) if route and can(actor, "complaint.enter", row) else ""


@require_POST
@answerers
@never_cache
def take(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    row, actor = found(request, enquiry_id), actor_of(request)
    request.way_back = request.path.removesuffix("take/")  # type: ignore[attr-defined]
    enquiring.assign(enquiry_id=row.pk, handler_id=actor.pk, actor=actor, now=timezone.now())
    messages.success(request, _("You answer it."))
    return redirect("enquiries:enquiry", row.pk)


@form_page
@answerers
@never_cache
def assign(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    row, actor = found(request, enquiry_id), actor_of(request)
    _must(actor, "enquiry.answer", row)
    initial = {"handler": str(row.handler_id or "")}
    form = AssignForm(request.POST or None, people=queries.answerers_of(row), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            handler_id = UUID(form.cleaned_data["handler"])
            enquiring.assign(enquiry_id=row.pk, handler_id=handler_id, actor=actor, now=timezone.now())
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Given on. They are told."))
            return redirect("enquiries:enquiry", row.pk)
    return _act(request, row, form, _("Give it to somebody"))


def _must(actor: Membership, action: str, row: Enquiry) -> None:
    if not can(actor, action, row):
        raise NotAllowed(_("You may read this enquiry, but not answer it."))


def _act(request: HttpRequest, row: Enquiry, form: Any, title: str) -> HttpResponse:
    context = {"row": row, "form": form, "title": title, "turns": queries.turns_of(row)}
    status = 422 if request.method == "POST" else 200
    return render(request, "disclosures/enquiries/act.html", context, status=status)


@form_page
@answerers
@never_cache
def answer(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    """Answer, and tick where it is written. "Find" searches again; what was typed and ticked stays."""
    row, actor = found(request, enquiry_id), actor_of(request)
    _must(actor, "enquiry.answer", row)
    posted = request.POST if request.method == "POST" else None
    hits = _hits(actor, row, posted)
    form = EnquiryAnswerForm(posted, hits=hits, initial={"sources": _asked_of(row)})
    if posted is not None and "find" not in posted and form.is_valid():
        try:
            enquiring.answer(
                enquiry_id=row.pk, words=form.cleaned_data["words"], sources=form.chosen(), actor=actor,
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Answered. Whoever asked is told.") if row.membership_id else _("Answered."))
            return redirect("enquiries:enquiry", row.pk)
    if posted is not None and "find" in posted:
        kept = {"words": posted.get("words", ""), "q": posted.get("q", ""), "sources": posted.getlist("sources")}
        form, posted = EnquiryAnswerForm(None, hits=hits, initial=kept), None
    context = {"row": row, "form": form, "turns": queries.turns_of(row), "has_hits": bool(hits)}
    return render(request, "disclosures/enquiries/answer.html", context, status=200 if posted is None else 422)


def _asked_of(row: Enquiry) -> list[str]:
    """What it was asked of stands first among the sources, and ticked."""
    if row.of_clause_id:
        return [f"clause:{row.of_clause_id}"]
    return [f"version:{row.of_version_id}"] if row.of_version_id else []


def _hits(actor: Membership, row: Enquiry, posted: Any) -> list[Hit]:
    """What is ticked already, then what the words find; before anybody searches, what the question finds."""
    if posted is None:
        last = row.turns.order_by("-place").values_list("question", flat=True).first() or row.question
        asked_of = hits_by_keys(actor, _asked_of(row), estate=row.estate)
        known = {source_key(hit) for hit in asked_of}
        found_first = search(actor, last, estate=row.estate, loosely=True, most=5)
        return asked_of + [hit for hit in found_first if source_key(hit) not in known]
    ticked = hits_by_keys(actor, posted.getlist("sources"), estate=row.estate)
    words = (posted.get("q") or "")[:200]
    found_hits: list[Hit] = []
    if words:
        found_hits = search(actor, words, estate=row.estate, most=HITS)
        found_hits = found_hits or search(actor, words, estate=row.estate, loosely=True, most=HITS)
    known = {source_key(hit) for hit in ticked}
    return ticked + [hit for hit in found_hits if source_key(hit) not in known]


@require_POST
@answerers
@never_cache
def close(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    row = found(request, enquiry_id)
    request.way_back = request.path.removesuffix("close/")  # type: ignore[attr-defined]
    enquiring.close(enquiry_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Closed."))
    return redirect("enquiries:enquiry", row.pk)


@form_page
@publishers
@never_cache
def open_to_all(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    """The question and the answer in words that name nobody, for everybody of the estate."""
    row, actor = found(request, enquiry_id), actor_of(request)
    if not can(actor, "enquiry.publish", row):
        raise NotAllowed(_("You may read this enquiry, but not open it to all."))
    last = row.turns.exclude(answered_at=None).order_by("-place").first()
    initial = {
        "public_question": row.public_question or row.question,
        "public_answer": row.public_answer or (last.answer if last else ""),
    }
    form = OpenForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            enquiring.open_to_all(
                enquiry_id=row.pk, question=said["public_question"], answer=said["public_answer"], actor=actor,
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Open to all of the estate now."))
            return redirect("enquiries:enquiry", row.pk)
    return _act(request, row, form, _("Open it to all"))


@require_POST
@publishers
@never_cache
def take_back(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    row = found(request, enquiry_id)
    request.way_back = request.path.removesuffix("take-back/")  # type: ignore[attr-defined]
    enquiring.take_back(enquiry_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("No longer open to all."))
    return redirect("enquiries:enquiry", row.pk)
