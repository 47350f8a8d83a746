"""Campaigns while they are prepared: written, changed, discarded; and their steps, until they have ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import record
from contacts.rules.access import reach_for
from disclosures import campaign_queries as queries
from disclosures.models import Article, Campaign, CampaignArticle, CampaignPlace, CampaignStep
from disclosures.rules.defaults import defaults
from notices import audience_queries
from notices.rules.audience import Audience, is_within
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

State = Campaign.State


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be. ``articles`` in their order; ``channels`` beside the portal."""

    name_en: str
    name_zh: str
    purpose: str
    words_en: str
    words_zh: str
    articles: Sequence[UUID]
    audience: Audience
    channels: Sequence[str]
    from_on: date
    to_on: date
    keeper: Membership


@dataclass(frozen=True)
class Step:
    words: str
    due_on: date
    keeper: Membership


def locked(campaign_id: UUID, actor: Membership | None) -> Campaign:
    """The campaign, its row locked, for who may see it. Raises NotFound."""
    seen = queries.campaigns_visible_to(actor).filter(pk=campaign_id)
    row = Campaign.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such campaign")
    return row


def to_write(
    campaign_id: UUID, actor: Membership | None, action: str = "campaign.write"
) -> tuple[Campaign, Membership]:
    """Locked, for who may do this in every place that it is for. Raises NotFound, NotAllowed."""
    row = locked(campaign_id, actor)
    if actor is None or not may_do(actor, row, action):
        raise NotAllowed(_("You may read this campaign, but not do this to it."))
    return row, actor


def may_do(actor: Membership, row: Campaign, action: str = "campaign.write") -> bool:
    """A plain question for pages and verbs: by role, and in every place that it is for."""
    return can(actor, action, row) and is_within(reach_for(actor, action), row.places())


@transaction.atomic
def write_campaign(*, plan: Plan, actor: Membership | None, now: datetime, entry_key: UUID | None = None) -> Campaign:
    """Begin to prepare a campaign. The same ``entry_key`` again finds the one that is there.

    Writes it with its places and articles, and an audit entry. Raises NotAllowed, DomainError at the field.
    """
    if actor is None or not can(actor, "campaign.write"):
        raise NotAllowed(_("Your role does not prepare campaigns."))
    if entry_key and (same := Campaign.objects.filter(entry_key=entry_key).first()) is not None:
        return same
    _check(plan, actor)
    row = Campaign(entered_by=actor, entered_at=now, changed_at=now, entry_key=entry_key, **_fields(plan))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        same = Campaign.objects.filter(entry_key=entry_key).first() if entry_key else None
        if same is None:
            raise
        return same
    _write_parts(row, plan, actor)
    record(action="campaign.written", subject=row, label=str(row), actor=actor, now=now)
    return row


@transaction.atomic
def change_campaign(*, campaign_id: UUID, plan: Plan, actor: Membership | None, now: datetime) -> Campaign:
    """Prepare it otherwise. Raises NotFound, NotAllowed, DomainError; also once it was let begin."""
    row, actor = to_write(campaign_id, actor)
    must_be_prepared(row)
    _check(plan, actor)
    fields = _fields(plan)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name, value in fields.items():
        setattr(row, name, value)
    row.changed_at = now
    row.save()
    row.places_meant.all().delete()
    row.articles.all().delete()
    _write_parts(row, plan, actor)
    record(action="campaign.changed", subject=row, label=str(row), actor=actor, now=now, changes={"fields": changed})
    return row


@transaction.atomic
def discard_campaign(*, campaign_id: UUID, actor: Membership | None, now: datetime) -> None:
    """One that nobody needs. Raises NotFound, NotAllowed, DomainError once it was let begin."""
    row, actor = to_write(campaign_id, actor)
    must_be_prepared(row)
    record(action="campaign.discarded", subject=row, label=str(row), actor=actor, now=now)
    row.delete()


def must_be_prepared(row: Campaign) -> None:
    if not row.is_editable:
        raise DomainError(_("It is not being prepared any more: what was begun stays as it is."), code="state")


def _check(plan: Plan, actor: Membership) -> None:
    for code, name, words in (("en", plan.name_en, plan.words_en), ("zh", plan.name_zh, plan.words_zh)):
        if bool(name.strip()) != bool(words.strip()):
            field = f"words_{code}" if name.strip() else f"name_{code}"
            raise DomainError(_("A language needs both a name and words."), code=field)
    if not (plan.name_en.strip() or plan.name_zh.strip()):
        raise DomainError(_("Give it a name and words, in one language at least."), code="name_en")
    if plan.to_on < plan.from_on:
        raise DomainError(_("The last day comes before the first."), code="to_on")
    if set(plan.channels) - set(Campaign.Channel.values):
        raise DomainError(_("Choose how it is told."), code="channels")
    most = defaults()["campaigns"]["articles"]
    if not plan.articles or len(set(plan.articles)) > most:
        raise DomainError(_("Choose one article at least, and at most %(most)s.") % {"most": most}, code="articles")
    _check_audience(plan.audience, actor)


def _check_audience(audience: Audience, actor: Membership) -> None:
    if not (audience.estates or audience.buildings):
        raise DomainError(_("Choose the estates or buildings it is for."), code="estates")
    if not audience.roles or set(audience.roles) - set(queries.ROLES):
        raise DomainError(_("Choose who there."), code="roles")
    within = is_within(queries.writing_reach(actor), audience_queries.places_of(audience))
    if not within or not audience_queries.all_known(audience, actor):
        raise DomainError(_("You may prepare campaigns for the places that you look after only."), code="estates")


def chosen_articles(plan_articles: Sequence[UUID], estates: set[UUID], actor: Membership | None) -> list[Article]:
    """In their order. Raises DomainError for what is not in force, or does not hold in one of the estates."""
    there = {row.pk: row for row in queries.choosable_articles(actor).filter(pk__in=list(plan_articles))}
    found = [there[key] for key in dict.fromkeys(plan_articles) if key in there]
    if len(found) != len(set(plan_articles)):
        raise DomainError(_("One of the articles is not in force any more. Choose again."), code="articles")
    far = next((row for row in found if row.estate_ids and not estates <= row.estate_ids), None)
    if far is not None:
        words = _("“%(title)s” does not hold everywhere this campaign goes: some could not read it.")
        raise DomainError(words % {"title": far.title}, code="articles")
    return found


def _fields(plan: Plan) -> dict[str, Any]:
    texts = {name: getattr(plan, name).strip() for name in ("name_en", "name_zh", "purpose", "words_en", "words_zh")}
    return {
        **texts, "audience": plan.audience.as_json(), "channels": sorted(set(plan.channels)), "from_on": plan.from_on,
        "to_on": plan.to_on, "keeper": plan.keeper,
    }  # fmt: skip


def _write_parts(row: Campaign, plan: Plan, actor: Membership) -> None:
    places = audience_queries.places_of(plan.audience)
    CampaignPlace.objects.bulk_create(
        CampaignPlace(campaign=row, estate_id=estate, building_id=building)
        for estate, building in sorted(places, key=str)
    )
    articles = chosen_articles(plan.articles, {estate for estate, _building in places}, actor)
    versions = queries.versions_to_explain(articles)
    CampaignArticle.objects.bulk_create(
        CampaignArticle(campaign=row, article=article, version=versions[article.pk], place=place)
        for place, article in enumerate(articles, 1)
    )


# -- steps -------------------------------------------------------------------------------------------------------------


def _with_steps(campaign_id: UUID, actor: Membership | None) -> tuple[Campaign, Membership]:
    row, actor = to_write(campaign_id, actor)
    if row.state == State.ENDED:
        raise DomainError(_("It has ended: its steps stay as they are."), code="state")
    return row, actor


def _check_step(step: Step) -> None:
    if not step.words.strip():
        raise DomainError(_("Say what is to be done."), code="words")


@transaction.atomic
def add_step(
    *, campaign_id: UUID, step: Step, actor: Membership | None, now: datetime, entry_key: UUID | None = None
) -> CampaignStep:
    """Something to be done, by somebody, by a day. The same ``entry_key`` again finds the one that is there.

    Raises NotFound, NotAllowed, DomainError.
    """
    row, actor = _with_steps(campaign_id, actor)
    if entry_key and (same := row.steps.filter(entry_key=entry_key).first()) is not None:
        return same
    _check_step(step)
    made = CampaignStep.objects.create(
        campaign=row, words=step.words.strip(), due_on=step.due_on, keeper=step.keeper, entry_key=entry_key
    )
    record(action="campaign.step_added", subject=row, label=str(row), actor=actor, now=now)
    return made


def _step(step_id: UUID, actor: Membership | None) -> tuple[CampaignStep, Campaign, Membership]:
    campaign_id = CampaignStep.objects.filter(pk=step_id).values_list("campaign", flat=True).first()
    if campaign_id is None:
        raise NotFound("no such step")
    row, actor = _with_steps(campaign_id, actor)
    return row.steps.get(pk=step_id), row, actor


@transaction.atomic
def change_step(*, step_id: UUID, step: Step, actor: Membership | None, now: datetime) -> CampaignStep:
    """Raises NotFound, NotAllowed, DomainError; also for what is done."""
    one, row, actor = _step(step_id, actor)
    if one.done_at is not None:
        raise DomainError(_("It is done. Open it again first."), code="state")
    _check_step(step)
    one.words, one.due_on, one.keeper = step.words.strip(), step.due_on, step.keeper
    one.save()
    record(action="campaign.step_changed", subject=row, label=str(row), actor=actor, now=now)
    return one


@transaction.atomic
def set_step_done(*, step_id: UUID, is_done: bool, actor: Membership | None, now: datetime) -> CampaignStep:
    """Done, or open again. A second click changes nothing. Raises NotFound, NotAllowed, DomainError."""
    one, row, actor = _step(step_id, actor)
    if (one.done_at is not None) != is_done:
        one.done_at, one.done_by = (now, actor) if is_done else (None, None)
        one.save(update_fields=["done_at", "done_by"])
        action = "campaign.step_done" if is_done else "campaign.step_opened"
        record(action=action, subject=row, label=str(row), actor=actor, now=now)
    return one


@transaction.atomic
def drop_step(*, step_id: UUID, actor: Membership | None, now: datetime) -> None:
    """Raises NotFound, NotAllowed, DomainError; also for what is done."""
    one, row, actor = _step(step_id, actor)
    if one.done_at is not None:
        raise DomainError(_("It is done. Open it again first."), code="state")
    record(action="campaign.step_dropped", subject=row, label=str(row), actor=actor, now=now)
    one.delete()
