"""Campaigns: the list, one of them as staff, committee and its readers see it, what is filled in while it is prepared."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from disclosures import campaign_queries as queries
from disclosures.campaign_forms import FIRST_ROLES, CampaignFilter, CampaignForm
from disclosures.campaign_prompts import prompts_for
from disclosures.campaign_showing import facts_of, reach_shown
from disclosures.models import Campaign, CampaignReading, CampaignSheet
from disclosures.rules.defaults import defaults
from disclosures.services import campaign_reading, campaigns
from disclosures.views.filling import filled, form_page
from disclosures.views.statements import paged
from notices.models import Notice
from notices.rules.approval import may_oversee
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

readers = staff_only(lambda member: can(member, "campaign.read"))
writers = staff_only(lambda member: can(member, "campaign.write"))
starters = staff_only(lambda member: can(member, "campaign.start"))
State = Campaign.State


def found(request: HttpRequest, campaign_id: UUID) -> Campaign:
    """Raises NotFound for unknown, foreign and not yet begun alike."""
    rows = queries.campaigns_visible_to(actor_of(request)).select_related(*queries.PEOPLE)
    row = rows.prefetch_related("places_meant__estate", "places_meant__building").filter(pk=campaign_id).first()
    if row is None:
        raise NotFound("no such campaign")
    return named(row)


def named(row: Campaign) -> Campaign:
    """With its name and words in the language in force."""
    shown: Any = row
    shown.name, shown.words = queries.name_of(row), queries.words_of(row)
    return row


def page_of(row: Campaign) -> str:
    return reverse("disclosures:campaign", args=[row.pk])


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = CampaignFilter(request.GET, estates=estates.values(), is_staff=actor.is_staff_role)
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(
        actor, estate=estates.get(said.get("estate") or ""), which=said.get("which") or "", text=said.get("q") or ""
    )
    page, ways = paged(request, rows, defaults()["campaigns"]["page"])
    for row in page:
        row.place_names = queries.place_names(row)
    log_auditor(request, "campaign.list")
    context = {
        "rows": [named(row) for row in page], "form": form, "is_narrowed": any(said.values()), "here": "campaigns",
        "may_write": can(actor, "campaign.write"), "today": timezone.localdate(), **ways,
        "campaign_prompts": prompts_for(actor, timezone.localtime()),
    }  # fmt: skip
    return render(request, "disclosures/campaigns/index.html", context)


@require_safe
@readers
@never_cache
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What it says and explains; for staff its steps and whom it reached; for its readers what they have opened."""
    actor, row = actor_of(request), found(request, campaign_id)
    log_auditor(request, "campaign", row)
    if request.method == "GET" and row.state == State.RUNNING:
        campaign_reading.note_shown(campaigns=[row], actor=actor, now=timezone.now())
    context: dict[str, Any] = {
        "row": row, "articles": queries.articles_of(row), "here": "campaigns",
        "today": timezone.localdate(), "sees_reach": can(actor, "campaign.reach", row), "facts": facts_of(row),
        **_may(actor, row),
    }  # fmt: skip
    if actor.is_staff_role:
        context |= {"steps": _steps(row), **_message(actor, row)}
    else:
        mine = CampaignReading.objects.filter(reader__in=queries.reader_rows(actor), article__campaign=row)
        opened = set(mine.values_list("article", flat=True))
        for one in context["articles"]:
            one.is_opened = one.pk in opened
    if context["sees_reach"] and row.is_shown:
        context |= reach_shown(actor, row)
    return render(request, "disclosures/campaigns/campaign.html", context)


def _may(actor: Membership, row: Campaign) -> dict[str, bool]:
    """The acts offered; the verbs decide."""
    writes, starts = campaigns.may_do(actor, row), campaigns.may_do(actor, row, "campaign.start")
    return {
        "may_change": writes and row.state == State.DRAFT, "may_step": writes and row.state != State.ENDED,
        "may_start": starts and row.state == State.DRAFT, "may_hold_back": writes and row.state == State.PLANNED,
        "may_end": starts and row.state == State.RUNNING, "may_sum_up": starts and row.state == State.ENDED,
    }  # fmt: skip


def _steps(row: Campaign) -> list[Any]:
    steps: list[Any] = queries.steps_of(row)
    for step in steps:
        step.late = row.state != State.ENDED and step.is_late(timezone.localdate())
    return steps


def _message(actor: Membership, row: Campaign) -> dict[str, Any]:
    """How its message stands, and where that is seen by who oversees notices."""
    notice = row.notice
    if notice is None:
        return {}
    link = reverse("notices:manage_notice", args=[notice.pk]) if may_oversee(actor, notice) else ""
    return {"notice": notice, "notice_link": link, "waits_for_approval": notice.state == Notice.State.SUBMITTED}


@require_safe
@readers
@never_cache
def sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """From its publication to the campaign that it is of."""
    one = CampaignSheet.objects.filter(pk=sheet_id).first()
    if one is None:
        raise NotFound("no such sheet")
    return redirect(page_of(found(request, one.campaign_id)))


# -- while it is prepared ----------------------------------------------------------------------------------------------


def _form(actor: Membership, posted: Any, initial: dict[str, Any], *, is_new: bool) -> CampaignForm:
    reach = queries.writing_reach(actor)
    estates = [estate for estate in estates_visible_to(actor).order_by("name") if reach.covers(estate.pk)]
    return CampaignForm(
        posted, initial=initial, articles=queries.choosable_articles(actor), estates=estates,
        buildings=queries.buildings_for(actor), keepers=queries.keepers_for(actor), is_new=is_new,
    )  # fmt: skip


@form_page
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Prepare one; from the page of an article, or where one should begin, with articles and estate chosen."""
    actor, now = actor_of(request), timezone.now()
    initial = {
        "keeper": str(actor.pk), "roles": FIRST_ROLES, "from_on": timezone.localdate(),
        "articles": request.GET.getlist("article"), "estates": request.GET.getlist("estate"), "channels": [Campaign.Channel.MESSAGE.value],
    }  # fmt: skip
    form = _form(actor, request.POST or None, initial, is_new=True)

    def do() -> str:
        key = form.cleaned_data["entry_key"]
        return page_of(campaigns.write_campaign(plan=form.plan(), actor=actor, now=now, entry_key=key))

    return filled(
        request, form, do, title=_("Prepare a campaign"), back=reverse("disclosures:campaigns"),
        told=_("Saved. Add its steps, then let it begin."), back_words=_("Campaigns"), button=_("Save"),
        lead=_("Nothing is sent before you let it begin."), page="disclosures/campaigns/edit.html",
    )  # fmt: skip


@form_page
@writers
@never_cache
def edit(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, campaign_id)
    if not campaigns.may_do(actor, row):
        raise NotAllowed(_("You may read this campaign, but not do this to it."))
    names = ("name_en", "name_zh", "words_en", "words_zh", "purpose", "from_on", "to_on", "channels")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names}
    initial |= {name: row.audience.get(name, []) for name in ("estates", "buildings", "roles")}
    initial |= {"keeper": str(row.keeper_id), "articles": [str(one.article_id) for one in row.articles.all()]}
    form = _form(actor, request.POST or None, initial, is_new=False)

    def do() -> str:
        return page_of(campaigns.change_campaign(campaign_id=row.pk, plan=form.plan(), actor=actor, now=now))

    return filled(
        request, form, do, title=_("Change the campaign"), told=_("Saved."), back=page_of(row), button=_("Save"),
        back_words=queries.name_of(row), page="disclosures/campaigns/edit.html",
    )  # fmt: skip
