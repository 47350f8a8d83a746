"""Where a campaign should begin: an estate that had none in the running quarter by its day, and rules that are new there
and that no campaign has explained. What begins by itself in the quarter counts as begun. Nothing of this is stored."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from contacts.rules.access import reach_for
from disclosures.campaign_queries import name_of
from disclosures.models import Article, ArticleVersion, Campaign, CampaignArticle, CampaignPlace
from disclosures.rules.campaigns import is_prompted, quarter_of
from disclosures.rules.defaults import defaults
from notices.notice_queries import settings_in_force
from owners.models import Estate
from tenancy.models import Membership
from tenancy.policy import can

RULES = (Article.Kind.LAW, Article.Kind.COVENANT)
IN_A_LINK = 4  # a link in a message is of 300 signs; more are ticked on the page


@dataclass(frozen=True)
class Prompt:
    """One estate: whether the quarter asks for a campaign, which rules are new, and one that is being prepared."""

    estate: Estate
    is_quarter: bool
    rules: tuple[ArticleVersion, ...]
    draft: Campaign | None

    @property
    def draft_name(self) -> str:
        """In the language in force."""
        return name_of(self.draft) if self.draft is not None else ""

    @property
    def link(self) -> str:
        """Where one is prepared, with estate and articles filled in."""
        asked = {"estate": str(self.estate.pk), "article": [str(row.article_id) for row in self.rules[:IN_A_LINK]]}
        return f"{reverse('disclosures:campaign_new')}?{urlencode(asked, doseq=True)}"


def prompts_for(member: Membership | None, here: datetime) -> list[Prompt]:
    """Of the estates in which the member may let a campaign begin. ``here`` is the time there."""
    if member is None or not can(member, "campaign.start"):
        return []
    reach = reach_for(member, "campaign.start")
    estates = Estate.objects.filter(is_active=True)
    if not reach.everywhere:
        estates = estates.filter(pk__in=reach.estates)
    return prompts_of(estates, here)


def prompts_of(estates: Iterable[Estate], here: datetime) -> list[Prompt]:
    """By name. Half a dozen statements, however many estates; one where prompting is switched off."""
    days, today = settings_in_force().campaign_days, here.date()
    if not days:
        return []
    found = sorted(estates, key=lambda row: (row.name, str(row.pk)))
    keys = [row.pk for row in found]
    late = set(keys) - _begun(keys, here) if is_prompted(today, days) else set()
    rules = _new_rules(here)
    told = _told(rules, keys, here)
    prompts = []
    for estate in found:
        new = tuple(row for row in rules if _holds(row, estate.pk) and (estate.pk, row.pk) not in told)
        if new or estate.pk in late:
            prompts.append((estate, new))
    drafts = _drafts([estate.pk for estate, _new in prompts])
    return [Prompt(estate, estate.pk in late, new, drafts.get(estate.pk)) for estate, new in prompts]


def _begun(estates: Collection[UUID], here: datetime) -> set[UUID]:
    """Where one has begun in the quarter, in the whole estate or in a building; or begins by itself before its end."""
    first, last = quarter_of(here.date())
    ran = Q(campaign__state__in=Campaign.SHOWN, campaign__started_at__gte=_midnight(first, here))
    planned = Q(campaign__state=Campaign.State.PLANNED, campaign__from_on__lte=last)
    rows = CampaignPlace.objects.filter(ran | planned, estate__in=estates).order_by()
    return set(rows.values_list("estate", flat=True).distinct())


def _midnight(day: date, here: datetime) -> datetime:
    return datetime.combine(day, time.min, tzinfo=here.tzinfo)


def _new_rules(here: datetime) -> list[ArticleVersion]:
    """Laws, rules and covenants whose version came into force lately: on its day, else when it was published."""
    today = here.date()
    since = today - timedelta(days=defaults()["campaigns"]["new_days"])
    new = Q(valid_from__gt=since, valid_from__lte=today)
    new |= Q(valid_from__isnull=True, published_at__gte=_midnight(since + timedelta(days=1), here))
    rows = ArticleVersion.objects.filter(
        new, state=ArticleVersion.State.PUBLISHED, article__kind__in=RULES, article__state=Article.State.PUBLISHED
    )
    rows = rows.defer("text").select_related("article").prefetch_related("article__estates")
    return list(rows.order_by("title", "id"))


def _holds(row: ArticleVersion, estate_id: UUID) -> bool:
    return not row.article.estate_ids or estate_id in row.article.estate_ids


def _told(rules: Collection[ArticleVersion], estates: Collection[UUID], here: datetime) -> set[tuple[UUID, UUID]]:
    """(estate, version) that a campaign explains or explained, or will by itself.

    One about an earlier version counts where it began after the later one was in force by its own day.
    """
    if not rules:
        return set()
    by_article = {row.article_id: row for row in rules}
    shown = (*Campaign.SHOWN, Campaign.State.PLANNED)
    rows = CampaignArticle.objects.filter(article__in=by_article, campaign__state__in=shown)
    found: dict[UUID, set[UUID]] = {}
    for campaign, article, version, began, state in rows.order_by().values_list(
        "campaign", "article", "version", "campaign__started_at", "campaign__state"
    ):
        row = by_article[article]
        # What has not begun yet takes the version that is in force on its first day.
        is_of_it = version == row.pk or state == Campaign.State.PLANNED
        if is_of_it or (row.valid_from and began.astimezone(here.tzinfo).date() >= row.valid_from):
            found.setdefault(campaign, set()).add(row.pk)
    places = CampaignPlace.objects.filter(campaign__in=found, estate__in=estates).order_by()
    return {
        (estate, version)
        for campaign, estate in places.values_list("campaign", "estate")
        for version in found[campaign]
    }


def _drafts(estates: Collection[UUID]) -> dict[UUID, Campaign]:
    """The newest that is being prepared, by estate."""
    if not estates:
        return {}
    rows = CampaignPlace.objects.filter(estate__in=estates, campaign__state=Campaign.State.DRAFT)
    rows = rows.select_related("campaign").order_by("campaign__entered_at", "id")
    return {row.estate_id: row.campaign for row in rows}
