"""What is done with a campaign: it begins, is held back, ends; its steps are added, done, opened again, dropped."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from disclosures import campaign_queries as queries
from disclosures.campaign_forms import OutcomeForm, StepForm
from disclosures.models import Campaign, CampaignStep
from disclosures.services import campaigning, campaigns
from disclosures.views.campaigns import State, found, page_of, starters, writers
from disclosures.views.filling import filled, form_page
from owners.views.entrance import actor_of
from tenancy.errors import NotAllowed, NotFound


@require_POST
@starters
@never_cache
def start(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    row = found(request, campaign_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    row = campaigning.start_campaign(campaign_id=row.pk, actor=actor_of(request), now=timezone.now())
    if row.state == State.PLANNED:
        day = formats.date_format(row.from_on)
        messages.success(request, _("It begins by itself in the morning of %(day)s.") % {"day": day})
    elif row.notice is not None and not row.notice.number:
        messages.success(request, _("It runs. Its message goes to many: it waits until somebody else approves it."))
    else:
        messages.success(request, _("It runs. Those it is for see it on their page from now on."))
    return redirect(page_of(row))


@require_POST
@writers
@never_cache
def hold_back(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    row = found(request, campaign_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    campaigning.hold_back(campaign_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("It does not begin by itself any more."))
    return redirect(page_of(row))


@require_POST
@writers
@never_cache
def discard(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    row = found(request, campaign_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    campaigns.discard_campaign(campaign_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Discarded."))
    return redirect("disclosures:campaigns")


@form_page
@starters
@never_cache
def end(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """It ends, or, after its end, what came of it is written anew."""
    actor, now, row = actor_of(request), timezone.now(), found(request, campaign_id)
    _must(request, row, "campaign.start")
    over = row.state == State.ENDED
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial={"outcome": row.outcome})

    def do() -> str:
        said = form.cleaned_data["outcome"]
        return page_of(campaigning.end_campaign(campaign_id=row.pk, outcome=said, actor=actor, now=now))

    return filled(
        request, form, do, title=_("What came of it") if over else _("End the campaign"), back=page_of(row),
        back_words=queries.name_of(row), button=_("Save") if over else _("End it"),
        told=_("Saved.") if over else _("Ended. Whom it reached stands below."),
        lead="" if over else _("Its readers do not see it on their page any more, and what is read later is not counted."),
    )  # fmt: skip


def _must(request: HttpRequest, row: Campaign, action: str = "campaign.write") -> None:
    if not campaigns.may_do(actor_of(request), row, action):
        raise NotAllowed(_("You may read this campaign, but not do this to it."))


# -- steps -------------------------------------------------------------------------------------------------------------


def _found_step(request: HttpRequest, step_id: UUID) -> tuple[Campaign, CampaignStep]:
    step = CampaignStep.objects.filter(pk=step_id).select_related("keeper").first()
    if step is None:
        raise NotFound("no such step")
    return found(request, step.campaign_id), step


@form_page
@writers
@never_cache
def step_new(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, campaign_id)
    _must(request, row)
    initial = {"keeper": str(row.keeper_id), "due_on": row.from_on}
    form = StepForm(request.POST or None, initial=initial, keepers=queries.keepers_for(actor))

    def do() -> str:
        key = form.cleaned_data["entry_key"]
        campaigns.add_step(campaign_id=row.pk, step=form.step(), actor=actor, now=now, entry_key=key)
        return page_of(row)

    return filled(
        request, form, do, title=_("Add a step"), told=_("Added."), back=page_of(row), button=_("Add"),
        back_words=queries.name_of(row),
    )  # fmt: skip


@form_page
@writers
@never_cache
def step(request: HttpRequest, step_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row, one = _found_step(request, step_id)
    _must(request, row)
    initial = {"words": one.words, "due_on": one.due_on, "keeper": str(one.keeper_id)}
    form = StepForm(request.POST or None, initial=initial, keepers=queries.keepers_for(actor), is_new=False)

    def do() -> str:
        campaigns.change_step(step_id=one.pk, step=form.step(), actor=actor, now=now)
        return page_of(row)

    return filled(
        request, form, do, title=_("Change the step"), told=_("Saved."), back=page_of(row), button=_("Save"),
        back_words=queries.name_of(row),
    )  # fmt: skip


@require_POST
@writers
@never_cache
def step_done(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """Done; or, with ``open``, not done yet."""
    row, one = _found_step(request, step_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    is_done = "open" not in request.POST
    campaigns.set_step_done(step_id=one.pk, is_done=is_done, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Done.") if is_done else _("Open again."))
    return redirect(page_of(row))


@require_POST
@writers
@never_cache
def step_drop(request: HttpRequest, step_id: UUID) -> HttpResponse:
    row, one = _found_step(request, step_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    campaigns.drop_step(step_id=one.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Dropped."))
    return redirect(page_of(row))
