"""Enquiries as whoever asks meets them: what I asked, ask, the answer, ask back; what lies open to all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosures import enquiry_queries as queries
from disclosures import vote_queries
from disclosures.article_search import Hit, hits_by_keys
from disclosures.enquiry_forms import AskBackForm, AskForm, SearchForm, source_key
from disclosures.models import Enquiry
from disclosures.rules.defaults import defaults
from disclosures.services import enquiring
from disclosures.templatetags.citing import cite
from disclosures.views.statements import paged
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import DomainError, NotFound
from tenancy.policy import can
from tenancy.typed import take_typed

form_page = require_http_methods(["GET", "HEAD", "POST"])
askers = staff_only(lambda member: can(member, "enquiry.ask"))
neighbours = staff_only(lambda member: can(member, "enquiry.here"))


def found_own(request: HttpRequest, enquiry_id: UUID) -> Enquiry:
    """Raises NotFound for unknown and other people's alike."""
    rows = queries.own_enquiries(actor_of(request)).select_related("estate", "handler", "of_version", "of_clause")
    row = rows.filter(pk=enquiry_id).first()
    if row is None:
        raise NotFound("no such enquiry")
    return row


@require_safe
@askers
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = SearchForm(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("q") or ""
    rows, ways = paged(request, queries.own_listed(actor, words=words), defaults()["enquiries"]["page"])
    today = timezone.localdate()
    for row in rows:
        row.late = row.is_late(today)
    context = {"rows": rows, "form": form, "is_narrowed": bool(words), **ways}
    return render(request, "disclosures/enquiries/mine.html", context)


@form_page
@askers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Ask: what it is about, and the question; articles that may answer it are offered beside it."""
    actor = actor_of(request)
    estates = queries.estates_asked_in(actor)
    if not estates:
        return render(request, "complaints/no_unit.html")
    of = _asked_of(request)
    if request.method != "POST":
        initial = {**_first_words(request, of), **take_typed(request, request.path)}
        form = AskForm(initial=initial, estates=estates, for_caller=False, asked_of=of)
        return render(request, "disclosures/enquiries/new.html", {"form": form, "of": of})
    form = AskForm(request.POST, estates=estates, for_caller=False, asked_of=of)
    if form.is_valid():
        try:
            row = enquiring.ask(asking=form.asking(), actor=actor, now=timezone.now())
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Asked. You are told when it is answered."))
            return redirect("enquiries:own", row.pk)
    return render(request, "disclosures/enquiries/new.html", {"form": form, "of": of}, status=422)


TOPICS = {"law": "law", "covenant": "rule", "fee": "fee", "how_to": "service"}


def _asked_of(request: HttpRequest) -> Hit | None:
    """The article or clause it is asked of, as far as it is in force and whoever asks may read it."""
    key = (request.POST if request.method == "POST" else request.GET).get("of", "")
    return next(iter(hits_by_keys(actor_of(request), [key])), None) if key else None


def _first_words(request: HttpRequest, of: Hit | None) -> dict[str, str]:
    """What the form begins with: what it is about, and the clause as it is cited."""
    asked = request.GET.get("topic", "")
    if of is None:
        return {"topic": asked if asked in Enquiry.Topic.values else ""}
    words = pgettext("the beginning of a question", "On %(cited)s: ") % {"cited": cite(of.version, of.clause)}
    return {"topic": TOPICS[of.article.kind], "question": words, "of": source_key(of)}


@require_safe
@askers
@never_cache
def own(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    return _own_page(request, found_own(request, enquiry_id), AskBackForm())


def _own_page(request: HttpRequest, row: Enquiry, form: Any, status: int = 200) -> HttpResponse:
    context = {
        "row": row, "turns": queries.turns_of(row), "form": form, "is_late": row.is_late(timezone.localdate()),
        "is_told": row.state in Enquiry.TOLD, "is_own": True,
    }  # fmt: skip
    return render(request, "disclosures/enquiries/own.html", context, status=status)


@require_POST
@askers
@never_cache
def back(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    """Not answered: what is still open."""
    row, actor = found_own(request, enquiry_id), actor_of(request)
    request.way_back = request.path.removesuffix("back/")  # type: ignore[attr-defined]
    form = AskBackForm(request.POST)
    if not form.is_valid():
        return _own_page(request, row, form, status=422)
    enquiring.ask_back(enquiry_id=row.pk, question=form.cleaned_data["question"], actor=actor, now=timezone.now())
    messages.success(request, _("Asked again. You are told when it is answered."))
    return redirect("enquiries:own", row.pk)


@require_POST
@askers
@never_cache
def settled(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    row = found_own(request, enquiry_id)
    request.way_back = request.path.removesuffix("settled/")  # type: ignore[attr-defined]
    enquiring.settle(enquiry_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Good. The enquiry is closed."))
    return redirect("enquiries:own", row.pk)


@require_safe
@neighbours
@never_cache
def opened(request: HttpRequest) -> HttpResponse:
    """Questions and answers that lie open to all of the estate; nobody is named."""
    form = SearchForm(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("q") or ""
    rows, ways = paged(request, queries.opened_listed(actor_of(request), words=words), defaults()["enquiries"]["page"])
    said = vote_queries.enquiry_votes_of(actor_of(request), (row.pk for row in rows))
    for row in rows:
        row.my_vote = said.get(row.pk)
    context = {"rows": rows, "form": form, "is_narrowed": bool(words), **ways}
    return render(request, "disclosures/enquiries/opened.html", context)
