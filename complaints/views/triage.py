"""The triage list: saved filters with counts, search, pages by keyset, and acts on what is ticked."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from complaints import desk_queries, triage_queries
from complaints.forms.triage import BulkForm, FilterForm, SaveFilterForm, clean_query
from complaints.models import BulkRun
from complaints.rules import moving
from complaints.services import bulk as bulk_services
from complaints.services import filters as filter_services
from complaints.services import undoing
from complaints.shipped import shipped_defaults
from complaints.triage_queries import COUNT_CAP, Asking
from complaints.views.doors import staff_page
from complaints.views.triage_rows import badge, read_rows
from tenancy.models import Membership
from tenancy.policy import can


@dataclass(frozen=True)
class Tab:
    """A built-in filter: its name, and what stands there when nothing does."""

    label: str | Promise
    empty: str | Promise
    belongs: str | Promise


TABS: dict[str, Tab] = {
    "accept": Tab(
        gettext_lazy("To accept"),
        gettext_lazy("Nothing waits to be accepted"),
        gettext_lazy("New complaints stand here until somebody accepts them and the promised times begin."),
    ),
    "assign": Tab(
        gettext_lazy("To assign"),
        gettext_lazy("Everything has somebody"),
        gettext_lazy("Accepted and reopened complaints stand here until somebody handles them."),
    ),
    "mine": Tab(
        gettext_lazy("Mine"),
        gettext_lazy("You have no open complaint"),
        gettext_lazy("What is assigned to you stands here until it is closed."),
    ),
    "today": Tab(
        gettext_lazy("Due today"),
        gettext_lazy("Nothing more is due today"),
        gettext_lazy("Complaints with a promise that ends before midnight stand here."),
    ),
    "late": Tab(
        gettext_lazy("Late"),
        gettext_lazy("No promise is broken"),
        gettext_lazy("A complaint stands here from the minute a promised time has passed."),
    ),
    "waiting": Tab(
        gettext_lazy("Waiting for somebody outside"),
        gettext_lazy("We wait for nobody"),
        gettext_lazy("Complaints with a question to the complainant stand here; their clocks are stopped."),
    ),
    "visits": Tab(
        gettext_lazy("Return visits due"),
        gettext_lazy("No return visit is due"),
        gettext_lazy("Resolved complaints stand here until somebody has asked whether it is solved."),
    ),
    "reopened": Tab(
        gettext_lazy("Reopened"),
        gettext_lazy("Nothing was reopened"),
        gettext_lazy("Complaints that were not solved after all stand here until they are closed again."),
    ),
    "open": Tab(
        gettext_lazy("All open"),
        gettext_lazy("There is no open complaint"),
        gettext_lazy("Every complaint that is not closed stands here."),
    ),
    "watched": Tab(
        gettext_lazy("Watched"),
        gettext_lazy("You watch nothing"),
        gettext_lazy("Open a complaint and press “Watch it”: you are told whenever it moves, and it stands here."),
    ),
    "aside": Tab(
        gettext_lazy("Put aside"),
        gettext_lazy("You have put nothing aside"),
        gettext_lazy("What you put aside stands here until its day, its next move, or a late promise."),
    ),
    "closed": Tab(
        gettext_lazy("Closed"),
        gettext_lazy("Nothing is closed yet"),
        gettext_lazy("Closed, rejected and referred complaints stand here, newest first."),
    ),
}


def asking(request: HttpRequest) -> Asking:
    member, organisation = request.membership, request.organisation  # type: ignore[attr-defined]
    return triage_queries.asking_now(member, timezone.now(), ZoneInfo(organisation.time_zone))


def capped(count: int) -> str:
    return f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)


@require_safe
@staff_page
def queue(request: HttpRequest) -> HttpResponse:
    """The list. Its filter is the query string; the fields of the filter show when asked for or in use."""
    who = asking(request)
    form = FilterForm(request.GET)
    filters = form.filters()
    found = triage_queries.narrowed(filters, who)
    page = triage_queries.page_of(found, filters.order, request.GET.get("at", ""))
    query = clean_query(request.GET)
    show_filter = form.is_narrowed or "filter" in request.GET
    if show_filter:
        form.give_choices(
            triage_queries.places_for(who.actor),
            triage_queries.category_choices(),
            triage_queries.handler_choices(who.actor),
        )
    context = {
        "form": form,
        "filters": filters,
        "tab": TABS[filters.tab],
        "tabs": _tabs(who, filters.tab, query),
        "rows": read_rows(page.rows, who),
        "out_of_sight": desk_queries.watches_out_of_sight(who.actor) if filters.tab == "watched" else [],
        "show_filter": show_filter,
        "is_narrowed": form.is_narrowed or bool(filters.words),
        "query": query,
        "before": _at(query, page.before),
        "after": _at(query, page.after),
        "may_accept": moving.may_accept(who.actor),
        "may_assign": moving.may_assign(who.actor),
        "save_form": SaveFilterForm(initial={"query": query}, auto_id="save_%s"),
        "may_share": can(who.actor, "complaint.share_filter"),
        "can_save": form.is_narrowed or bool(filters.words),
    }
    fragment = request.htmx and request.htmx.target == "queue"  # type: ignore[attr-defined]
    response = render(request, "complaints/desk/_queue.html" if fragment else "complaints/desk/queue.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _at(query: str, cursor: str) -> str:
    return f"?{query}{'&' if query else ''}at={quote(cursor)}" if cursor else ""


def _tabs(who: Asking, current: str, query: str) -> list[dict[str, Any]]:
    """The built-in filters and the member's own, with counts up to the cap."""
    saved = triage_queries.saved_filters(who.actor)
    own_rows = {str(row.pk): triage_queries.narrowed(FilterForm(QueryDict(row.query)).filters(), who) for row in saved}
    may_share = can(who.actor, "complaint.share_filter")
    counts = triage_queries.counted(TABS, who, own_rows)
    own = {row.query for row in saved}
    shown = [
        {
            "label": tab.label,
            "query": f"tab={code}",
            "count": capped(counts[code]),
            "is_current": code == current and query not in own,
        }
        for code, tab in TABS.items()
    ]
    return shown + [
        {
            "label": row.name,
            "query": row.query,
            "count": capped(counts[str(row.pk)]),
            "is_current": row.query == query,
            "own": row,
            "is_shared": row.is_shared,
            "may_delete": row.membership_id == who.actor.pk or (row.is_shared and may_share),
        }
        for row in saved
    ]


@require_POST
@staff_page
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter of the query string under a name."""
    form = SaveFilterForm(request.POST)
    back = f"{reverse('triage:queue')}?{clean_query(QueryDict(request.POST.get('query', '')))}"
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 60 signs."))
        return redirect(back)
    member: Membership = request.membership  # type: ignore[attr-defined]
    filter_services.save_filter(actor=member, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Filter saved."))
    return redirect(back)


@require_POST
@staff_page
def delete_filter(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    member: Membership = request.membership  # type: ignore[attr-defined]
    filter_services.delete_filter(actor=member, filter_id=filter_id, now=timezone.now())
    messages.success(request, _("Filter deleted."))
    return redirect("triage:queue")


@require_POST
@staff_page
def bulk(request: HttpRequest) -> HttpResponse:
    """Show what an act on the ticked complaints would change; the second press does it."""
    who = asking(request)
    form = BulkForm(request.POST)
    form.is_valid()
    back = f"{reverse('triage:queue')}?{clean_query(QueryDict(request.POST.get('back', '')))}"
    act = form.cleaned_data.get("act")
    ticked = triage_queries.ticked(who, form.ticked())
    if not act or not ticked:
        messages.error(request, _("Tick at least one complaint first."))
        return redirect(back)
    if "confirmed" in request.POST and form.is_valid():
        return _do(request, who, form, ticked, back)
    handlers = triage_queries.handler_choices(who.actor) if act == "assign" else []
    form.fields["handler"].widget.choices = [("", _("Choose")), *((row.pk, row.name) for row in handlers)]
    rows = [
        (row, bulk_services.refusal_of(act, row, who.actor), badge(row.state, row.get_state_display()))
        for row in ticked
    ]
    context = {
        "form": form if "confirmed" in request.POST else _unbound(form),
        "act": act,
        "title": BULK_TITLES[act],
        "will": [(row, state) for row, refusal, state in rows if not refusal],
        "wont": [(row, refusal) for row, refusal, _state in rows if refusal],
        "back": back,
    }
    return render(request, "complaints/desk/bulk.html", context, status=422 if "confirmed" in request.POST else 200)


BULK_TITLES = {
    "accept": gettext_lazy("Accept the ticked complaints"),
    "assign": gettext_lazy("Assign the ticked complaints"),
    "priority": gettext_lazy("Change the priority of the ticked complaints"),
}


def _unbound(form: BulkForm) -> BulkForm:
    """The same choices without complaints about what was not asked yet."""
    fresh = BulkForm(initial={"back": form.data.get("back", ""), "priority": "p2"})
    fresh.fields["handler"].widget = form.fields["handler"].widget
    return fresh


def _do(request: HttpRequest, who: Asking, form: BulkForm, ticked: list[Any], back: str) -> HttpResponse:
    act = form.cleaned_data["act"]
    before = {row.pk: undoing.standing(act, row) for row in ticked}
    outcomes = bulk_services.act_on_each(
        act=act,
        complaints=ticked,
        actor=who.actor,
        now=who.now,
        handler_id=form.cleaned_data["handler"],
        priority=form.cleaned_data["priority"],
    )
    run = undoing.note_run(act=act, before=before, outcomes=outcomes, actor=who.actor, now=who.now)
    return _done(request, str(BULK_TITLES[act]), outcomes, back, run)


@require_POST
@staff_page
def undo(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Put back what was done to several at once."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    request.way_back = reverse("triage:queue")  # type: ignore[attr-defined]
    outcomes = undoing.undo_run(run_id=run_id, actor=member, now=timezone.now())
    back = f"{reverse('triage:queue')}?{clean_query(QueryDict(request.POST.get('back', '')))}"
    return _done(request, _("Undone"), outcomes, back, None)


def _done(
    request: HttpRequest, title: str, outcomes: list[bulk_services.Outcome], back: str, run: BulkRun | None
) -> HttpResponse:
    context = {
        "title": title,
        "run": run,
        "undo_minutes": shipped_defaults()["undo_minutes"],
        "changed": [each for each in outcomes if each.is_changed],
        "same": [each for each in outcomes if not each.is_changed and not each.refusal],
        "refused": [each for each in outcomes if each.refusal],
        "back": back,
        "back_query": back.partition("?")[2],
    }
    return render(request, "complaints/desk/bulk_done.html", context)
