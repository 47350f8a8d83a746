"""Fee schedules: what is in force, what comes and what was; one version beside the one before; what my unit pays."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contacts.rules.access import reach_for
from disclosures import fee_queries as queries
from disclosures.closing import closed_of, refuse_closed, withdrawn_words
from disclosures.fee_forms import AuditReportForm, BeginForm, EstateFilter, FactsForm, ItemForm
from disclosures.forms import ReasonForm
from disclosures.models import FeeItem, FeeSchedule, Publication
from disclosures.models.publications import publication_of, reads_withdrawn, withdrawn
from disclosures.rules.packs import publishing
from disclosures.services import fees, publications
from disclosures.sheets import made_known
from disclosures.views.filling import filled, form_page
from disclosures.views.papers import made
from disclosures.views.statements import paged, withdrawn_page
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

readers = staff_only(lambda member: can(member, "fee.read"))
writers = staff_only(lambda member: can(member, "fee.write"))
checkers = staff_only(lambda member: can(member, "fee.check"))
payers = staff_only(lambda member: can(member, "fee.mine"))
State = FeeSchedule.State
ACTS = {
    "check": (fees.check, gettext_lazy("Checked. It can be published now.")),
    "publish": (fees.publish, gettext_lazy("Published. Everybody of the estate can read it now.")),
}


def found(request: HttpRequest, schedule_id: UUID) -> FeeSchedule:
    """Raises NotFound for unknown, foreign and not yet open alike, Gone for what was withdrawn and is closed to them."""
    actor = actor_of(request)
    rows = queries.schedules_visible_to(actor)
    rows = rows.select_related("estate", "entered_by", "changed_by", "checked_by", "published_by", "replaces")
    row = rows.filter(pk=schedule_id).first()
    if row is None:
        refuse_closed(queries.schedules_named_to(actor), schedule_id)
        raise NotFound("no such fee schedule")
    return row


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = EstateFilter(request.GET, estates=estates.values())
    form.is_valid()
    rows = queries.schedules_named_to(actor).annotate(is_withdrawn=withdrawn(FeeSchedule)).select_related("estate")
    if chosen := estates.get(form.cleaned_data.get("estate") or ""):
        rows = rows.filter(estate=chosen)
    log_auditor(request, "feeschedule.list")
    page, ways = paged(request, queries.standings(rows, today), publishing()["fees_page"])
    context = {
        "standings": page, "form": form if len(estates) > 1 else None,
        "may_write": can(actor, "fee.write"), "may_pay": can(actor, "fee.mine"), "here": "fees", **ways,
    }  # fmt: skip
    return render(request, "disclosures/fees/index.html", context)


@form_page
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    reach = reach_for(actor, "fee.write")
    estates = [estate for estate in estates_visible_to(actor) if reach.covers(estate.pk)]
    form = BeginForm(request.POST or None, estates=estates)

    def do() -> str:
        said = form.cleaned_data
        row = fees.begin(
            estate=form.chosen(), unit_kind=said["unit_kind"], facts=form.facts(), actor=actor, now=now,
            entry_key=said["entry_key"],
        )  # fmt: skip
        return _page_of(row)

    return filled(
        request, form, do, title=_("New version of the fees"), told=_("Begun. Go through its charges now."),
        back=reverse("disclosures:fees"), back_words=_("Fees"), button=_("Begin"),
        lead=_("It begins with the charges of the version before. What is published stays beside it."),
    )  # fmt: skip


def _page_of(row: FeeSchedule) -> str:
    return reverse("disclosures:fee_schedule", args=[row.pk])


@require_safe
@readers
@never_cache
def schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Each charge beside what it was, what rises and what falls, and what is still to be done. Of what was withdrawn owners
    read that, when and why."""
    actor, today = actor_of(request), timezone.localdate()
    if not reads_withdrawn(actor) and (closed := closed_of(queries.schedules_named_to(actor), schedule_id)):
        return withdrawn_page(request, closed, back="disclosures:fees", back_words=_("Fees"))
    row = found(request, schedule_id)
    log_auditor(request, "feeschedule", row)
    publication = publications.note_read_of(row=row, actor=actor, now=timezone.now())
    context = {
        **_shown(row, actor, publication), "today": today, "here": "fees", **_may(actor, row, today),
    }  # fmt: skip
    return render(request, "disclosures/fees/schedule.html", context)


def _shown(row: FeeSchedule, actor: Membership, publication: Publication | None) -> dict[str, Any]:
    """The same for page and paper."""
    prior, before = queries.before_shown_to(row, actor), queries.before(row)
    withdrawn_one = publication if publication is not None and publication.is_withdrawn else None
    return {
        "row": row, "prior": prior, "rows": queries.compared_with(row, prior), "publication": publication,
        "withdrawn": withdrawn_one, "withdrawn_words": withdrawn_words(withdrawn_one) if withdrawn_one else "",
        "prior_is_closed": before is not None and prior is None, "rises": row.is_rise or queries.rises(row),
        "files": queries.files_of(row, actor), "reads_files": queries.reads_reports(actor),
        "needs": queries.rise_needs_of(row.estate_id), "follower": queries.follower_of(row),
    }  # fmt: skip


def _may(actor: Membership, row: FeeSchedule, today: Any) -> dict[str, Any]:
    """The acts offered; the verbs decide."""
    writes, checks = can(actor, "fee.write", row), can(actor, "fee.check", row)
    wrote = queries.has_written(row, actor)
    return {
        "may_change": writes and row.state == State.DRAFT, "may_attach": writes and row.state == State.DRAFT,
        "may_check": checks and row.state == State.DRAFT and not wrote,
        "waits_for_other": checks and row.state == State.DRAFT and wrote,
        "may_send_back": checks and row.state == State.CHECKED,
        "may_publish": can(actor, "fee.publish", row) and row.state == State.CHECKED,
        "earliest": fees.earliest_of_rise(row, today)[0] if writes and not row.is_published else None,
    }  # fmt: skip


@form_page
@writers
@never_cache
def edit(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, schedule_id)
    names = ("valid_from", "currency", "explanation", "decision", "decided_on")
    form = FactsForm(request.POST or None, initial={name: getattr(row, name) for name in names})

    def do() -> str:
        return _page_of(fees.change(schedule_id=row.pk, facts=form.facts(), actor=actor, now=now))

    return _filled(request, row, form, do, _("Day, reasons and decision"), _("Save"))


def _filled(request: HttpRequest, row: FeeSchedule, form: Any, do: Any, title: str, button: str) -> HttpResponse:
    lead = f"{row.estate.name} · {row.get_unit_kind_display()}"
    return filled(
        request, form, do, title=title, told=_("Saved."), back=_page_of(row), back_words=str(row), lead=lead,
        button=button,
    )  # fmt: skip


@form_page
@writers
@never_cache
def item_new(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, schedule_id)
    form = ItemForm(request.POST or None)

    def do() -> str:
        key = form.cleaned_data["entry_key"]
        fees.put_item(schedule_id=row.pk, facts=form.facts(), key=key, actor=actor, now=now)
        return _page_of(row)

    return _filled(request, row, form, do, _("Add a charge"), _("Add"))


@form_page
@writers
@never_cache
def item_edit(request: HttpRequest, item_id: UUID) -> HttpResponse:
    actor, now, item = actor_of(request), timezone.now(), _found_item(request, item_id)
    row = item.schedule
    names = ("name_en", "name_zh", "per", "note")
    start = {name: getattr(item, name) for name in names} | {"rate": f"{item.rate.normalize():f}"}
    form = ItemForm(request.POST or None, initial=start)

    def do() -> str:
        fees.put_item(schedule_id=row.pk, item_id=item.pk, facts=form.facts(), actor=actor, now=now)
        return _page_of(row)

    return _filled(request, row, form, do, _("Change a charge"), _("Save"))


def _found_item(request: HttpRequest, item_id: UUID) -> FeeItem:
    seen = queries.schedules_visible_to(actor_of(request))
    item = FeeItem.objects.filter(pk=item_id, schedule__in=seen).select_related("schedule__estate").first()
    if item is None:
        raise NotFound("no such item")
    return item


@require_POST
@writers
@never_cache
def item_drop(request: HttpRequest, item_id: UUID) -> HttpResponse:
    row = _found_item(request, item_id).schedule
    request.way_back = _page_of(row)  # type: ignore[attr-defined]
    fees.drop_item(item_id=item_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Taken out."))
    return redirect(_page_of(row))


@form_page
@writers
@never_cache
def files(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, schedule_id)
    form = AuditReportForm(
        request.POST or None, request.FILES or None, actor=actor, now=now, subject=(queries.FILES_OF, row.pk)
    )

    def do() -> str:
        documents = form.cleaned_data["documents"]
        return _page_of(fees.add_files(schedule_id=row.pk, files=documents, actor=actor, now=now))

    return _filled(request, row, form, do, _("Attach the audit report"), _("Attach"))


@require_POST
@readers
@never_cache
def act(request: HttpRequest, schedule_id: UUID, name: str) -> HttpResponse:
    if name not in ACTS:
        raise NotFound("no such act")
    row = found(request, schedule_id)
    do, told = ACTS[name]
    request.way_back = _page_of(row)  # type: ignore[attr-defined]
    do(schedule_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, told)
    return redirect(_page_of(row))


@form_page
@checkers
@never_cache
def send_back(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, schedule_id)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        reason = form.cleaned_data["reason"]
        return _page_of(fees.send_back(schedule_id=row.pk, reason=reason, actor=actor, now=now))

    return _filled(request, row, form, do, _("Send it back"), _("Send it back"))


@require_safe
@payers
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """What my unit pays: its exclusive area by the rate, to the cent."""
    context = {"bills": queries.bills_of(actor_of(request), timezone.localdate()), "here": "fees"}
    return render(request, "disclosures/fees/mine.html", context)


@require_safe
@readers
@never_cache
def pdf(request: HttpRequest, schedule_id: UUID) -> HttpResponseBase:
    """Made after the request's transaction has ended."""
    row = found(request, schedule_id)
    log_auditor(request, "feeschedule", row)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    publication = publication_of(row)
    context = {
        **_shown(row, actor_of(request), publication), "organisation": organisation, "accent": organisation.accent,
        "made": timezone.now(), **made_known(publication, organisation),
    }  # fmt: skip
    response = StreamingHttpResponse(
        made(render_to_string("pdf/disclosures/fees.html", context)), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{row.number}.pdf"'
    return response
