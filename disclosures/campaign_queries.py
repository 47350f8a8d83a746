"""What is read of campaigns. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from contacts.rules.access import reach_for
from disclosures import article_queries
from disclosures.models import (
    Article,
    ArticleVersion,
    Campaign,
    CampaignArticle,
    CampaignPlace,
    CampaignReader,
    CampaignStep,
)
from disclosures.queries import in_language
from notices.rules.audience import Role
from owners.models import Building, Estate
from owners.queries import homes_of, searchable, within
from tenancy.models import Membership
from tenancy.policy import can, roles_with, scopes_of
from tenancy.reach import Reach

State = Campaign.State
ROLES = (Role.OWNER, Role.OCCUPANT, Role.COMMITTEE)
PEOPLE = ("keeper", "entered_by", "started_by", "ended_by", "notice")


def campaigns_visible_to(member: Membership | None) -> QuerySet[Campaign]:
    """Staff: those for places where they work. Others: what runs or ran and is for them; a committee all of its estate."""
    scopes = scopes_of(member, "campaign.read")
    if member is None or not scopes:
        return Campaign.objects.none()
    if "home" in scopes:
        return Campaign.objects.filter(_at_home(member), state__in=Campaign.SHOWN)
    reach = reach_for(member, "campaign.read")
    if reach.everywhere:
        return Campaign.objects.all()
    return Campaign.objects.filter(Exists(CampaignPlace.objects.filter(within(reach), campaign=OuterRef("pk"))))


def _at_home(member: Membership) -> Q:
    """As `Campaign.hangs_before`: by place and role, or because it was put before them when it began."""
    homes = homes_of(member)
    whole = [estate for estate, own in homes.items() if own is None]
    own = {building for buildings in homes.values() if buildings for building in buildings}
    places = CampaignPlace.objects.filter(campaign=OuterRef("pk"), estate__in=list(homes))
    near = Q(Exists(places.filter(Q(building=None) | Q(estate__in=whole) | Q(building__in=own))))
    if member.role != Membership.Role.COMMITTEE:
        near &= Q(audience__roles__contains=[member.role])
    return near | Q(Exists(CampaignReader.objects.filter(campaign=OuterRef("pk"), membership=member)))


def listed(
    member: Membership | None, *, estate: Estate | None = None, which: str = "", text: str = ""
) -> QuerySet[Campaign]:
    """What begins last first. ``which`` is a state, or mine: those somebody is responsible for."""
    rows = campaigns_visible_to(member)
    if estate is not None:
        rows = rows.filter(Exists(CampaignPlace.objects.filter(campaign=OuterRef("pk"), estate=estate)))
    if which == "mine":
        rows = rows.filter(keeper=member)
    elif which:
        rows = rows.filter(state=which)
    if words := searchable(text):
        said = Q(name_en__icontains=words) | Q(name_zh__icontains=words)
        said |= Q(words_en__icontains=words) | Q(words_zh__icontains=words)
        if member is not None and member.is_staff_role:
            said |= Q(purpose__icontains=words)
        rows = rows.filter(said)
    places = "places_meant__estate", "places_meant__building"
    return rows.select_related("keeper").prefetch_related(*places).order_by("-from_on", "-id")


def name_of(row: Campaign) -> str:
    return in_language({"en": row.name_en, "zh": row.name_zh}, "")


def words_of(row: Campaign) -> str:
    return in_language({"en": row.words_en, "zh": row.words_zh}, "")


def place_names(row: Campaign) -> list[str]:
    """Its places in words; a building with its estate. Reads ``places_meant`` with both: prefetch them for many."""
    found = []
    for place in row.places_meant.all():
        found.append(f"{place.estate.name} · {place.building.name}" if place.building else place.estate.name)
    return sorted(found)


def estates_of(row: Campaign) -> list[Estate]:
    keys = {place.estate_id for place in row.places_meant.all()}
    return list(Estate.objects.filter(pk__in=keys).select_related("calendar").order_by("name", "id"))


def articles_of(row: Campaign) -> list[CampaignArticle]:
    """In their order, with the version it began with; ``newer`` is the one in force, where that is another."""
    rows = list(row.articles.select_related("article", "version").defer("version__text"))
    in_force = article_queries.versions_in_force(one.article_id for one in rows)
    for one in rows:
        now = in_force.get(one.article_id)
        one.newer = now if now is not None and now.pk != one.version_id else None  # type: ignore[attr-defined]
    return rows


def choosable_articles(member: Membership | None) -> QuerySet[Article]:
    """What is in force and the member reads."""
    rows = article_queries.articles_visible_to(member).filter(state=Article.State.PUBLISHED)
    return rows.prefetch_related("estates").order_by("kind", "title", "id")


def versions_to_explain(articles: Iterable[Article]) -> dict[UUID, ArticleVersion]:
    return article_queries.versions_in_force(row.pk for row in articles)


def writing_reach(member: Membership | None) -> Reach:
    return reach_for(member, "campaign.write")


def buildings_for(member: Membership | None) -> QuerySet[Building]:
    rows = Building.objects.filter(within(writing_reach(member), building="pk"), estate__is_active=True)
    return rows.select_related("estate").order_by("estate__name", "code", "id")


def keepers_for(member: Membership) -> QuerySet[Membership]:
    """Who can be responsible for a campaign or do a step of it: staff who prepare them."""
    rows = Membership.objects.filter(role__in=roles_with("campaign.write"), is_active=True)
    return rows.select_related("user").order_by("name", "id")


def steps_of(row: Campaign) -> list[CampaignStep]:
    return list(row.steps.select_related("keeper", "done_by"))


# -- what runs ---------------------------------------------------------------------------------------------------------


def running_for(member: Membership | None) -> list[Campaign]:
    """What runs and is for a member who is not of the staff, with ``unread``: articles they have not opened yet."""
    if member is None or member.is_staff_role or not can(member, "campaign.read"):
        return []
    rows = list(campaigns_visible_to(member).filter(state=State.RUNNING).order_by("to_on", "id"))
    if rows:
        opened = reader_rows(member).filter(campaign__in=rows).values_list("campaign").annotate(n=Count("readings"))
        seen = dict(opened.order_by())
        there = dict(
            CampaignArticle.objects.filter(campaign__in=rows).order_by().values_list("campaign").annotate(Count("pk"))
        )
        for row in rows:
            row.unread = max(there.get(row.pk, 0) - seen.get(row.pk, 0), 0) if row.pk in seen else 0  # type: ignore[attr-defined]
    return rows


def reader_rows(member: Membership) -> QuerySet[CampaignReader]:
    """Where a member is among those it was put before; also who signed in first after it began."""
    return CampaignReader.objects.filter(Q(membership=member) | Q(membership__isnull=True, person__membership=member))


def to_start(today: date) -> QuerySet[Campaign]:
    return Campaign.objects.filter(state=State.PLANNED, from_on__lte=today).order_by("from_on", "id")


def to_end(today: date) -> QuerySet[Campaign]:
    return Campaign.objects.filter(state=State.RUNNING, to_on__lt=today).order_by("to_on", "id")


def steps_due(today: date, days: int) -> QuerySet[CampaignStep]:
    """Steps not done of campaigns that have not ended, due within so many days or late."""
    rows = CampaignStep.objects.filter(done_at__isnull=True, due_on__lte=today + timedelta(days=days))
    rows = rows.exclude(campaign__state=State.ENDED)
    return rows.select_related("keeper__user", "campaign__keeper__user").order_by("due_on", "id")


def about_to_end(today: date, days: int) -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(state=State.RUNNING, to_on__gte=today, to_on__lte=today + timedelta(days=days))
    return rows.select_related("keeper__user").order_by("to_on", "id")
