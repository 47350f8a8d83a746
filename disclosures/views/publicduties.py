"""What must be published, by when, and whether it was: open to staff, committee and owners alike."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contacts.rules.access import reach_for
from disclosures import publicduty_queries as queries
from disclosures.models import PublicationPlan, PublicationTask
from disclosures.publicduty_forms import KeeperForm, PlanForm, TaskFilter
from disclosures.rules.duties import tally
from disclosures.rules.packs import DEFAULT, pack, publishing, title_of
from disclosures.services import publicduties
from disclosures.views.filling import filled, form_page
from disclosures.views.statements import paged
from owners.models import Estate
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import NotFound
from tenancy.policy import can

readers = staff_only(lambda member: can(member, "publicduty.read"))
writers = staff_only(lambda member: can(member, "publicduty.write"))
planners = staff_only(lambda member: can(member, "publicduty.plan"))


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = TaskFilter(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    estate = estates.get(said.get("estate") or "")
    rows = queries.listed(actor, today, estate=estate, which=said.get("which") or "")
    page, ways = paged(request, rows, publishing()["page"])
    reach = reach_for(actor, "publicduty.plan")
    log_auditor(request, "publicduty.list")
    context = {
        "rows": [_shown(row, today) for row in page], "form": form, "is_narrowed": any(said.values()),
        "tally": tally(queries.standings_of(queries.listed(actor, today, estate=estate), today)),
        "planned": [one for one in estates.values() if actor.is_staff_role and reach.covers(one.pk)],
        "may_write": can(actor, "publicduty.write"), "here": "duties", **ways,
    }  # fmt: skip
    return render(request, "disclosures/duties/index.html", context)


def _shown(row: PublicationTask, today: date) -> Any:
    shown: Any = row
    shown.title, shown.standing_now = queries.title_of_task(row), row.standing(today)
    shown.basis = title_of(queries.said_of(row.pack, row.kind), get_language() or "en", "basis")
    return shown


@form_page
@planners
@never_cache
def plan(request: HttpRequest, estate_id: UUID) -> HttpResponse:
    """Which rules the estate follows and which of their duties are switched on."""
    actor, now = actor_of(request), timezone.now()
    estate = Estate.objects.filter(pk=estate_id, is_active=True).first()
    if estate is None or not reach_for(actor, "publicduty.plan").covers(estate.pk):
        raise NotFound("no such estate")
    row = PublicationPlan.objects.filter(estate=estate).first()
    start = {"pack": DEFAULT, "kinds": list(pack(DEFAULT)["duties"]), "from_on": date(timezone.localdate().year, 1, 1)}
    if row is not None:
        start = {"pack": row.pack, "kinds": row.kinds, "from_on": row.from_on, "version": row.version}
    form = PlanForm(request.POST or None, initial=start)

    def do() -> str:
        publicduties.set_plan(
            estate=estate, wish=form.wish(), actor=actor, now=now, version=form.cleaned_data["version"]
        )
        return f"{reverse('disclosures:duties')}?estate={estate.pk}"

    return filled(
        request, form, do, title=_("What must be published"), told=_("Saved. What is due stands below."),
        back=reverse("disclosures:duties"), back_words=_("Duties to publish"), button=_("Save"), lead=estate.name,
    )  # fmt: skip


def _found(request: HttpRequest, task_id: UUID) -> PublicationTask:
    row = queries.tasks_visible_to(actor_of(request)).filter(pk=task_id).select_related("estate").first()
    if row is None:
        raise NotFound("no such task")
    return row


@form_page
@writers
@never_cache
def keeper(request: HttpRequest, task_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), _found(request, task_id)
    form = KeeperForm(request.POST or None, publications=queries.keepers_offered(row))
    back = f"{reverse('disclosures:duties')}?estate={row.estate_id}"

    def do() -> str:
        publication_id = UUID(form.cleaned_data["publication"])
        publicduties.name_keeper(task_id=row.pk, publication_id=publication_id, actor=actor, now=now)
        return back

    return filled(
        request, form, do, title=_("Name what kept it"), told=_("Noted."), back=back,
        back_words=_("Duties to publish"), button=_("Note"), lead=f"{row.estate.name} · {queries.title_of_task(row)}",
    )  # fmt: skip


@require_POST
@writers
@never_cache
def take_back(request: HttpRequest, task_id: UUID) -> HttpResponse:
    row = _found(request, task_id)
    request.way_back = reverse("disclosures:duties")  # type: ignore[attr-defined]
    publicduties.take_back(task_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("It is open again."))
    return redirect(f"{reverse('disclosures:duties')}?estate={row.estate_id}")
