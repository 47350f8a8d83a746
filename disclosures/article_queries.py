"""What is read of articles. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from contacts.rules.access import reach_for
from disclosures.models import Article, ArticleEstate, ArticleVersion, Clause
from owners.models import Estate
from owners.queries import estates_visible_to, homes_of
from tenancy.models import Membership
from tenancy.policy import can, roles_with, scopes_of

State = Article.State
PEOPLE = ("keeper", "added_by")


def articles_visible_to(member: Membership | None) -> QuerySet[Article]:
    """Where the member is at home: what has ever been published; drafts too, for who writes articles."""
    if member is None or not scopes_of(member, "article.read"):
        return Article.objects.none()
    homes = list(homes_of(member))
    places = ArticleEstate.objects.filter(article=OuterRef("pk"))
    near = Q(Exists(places.filter(estate__in=homes)))
    if homes or member.is_staff_role:
        near |= Q(~Exists(places))
    rows = Article.objects.filter(near)
    return rows if can(member, "article.write") else rows.exclude(state=State.DRAFT)


def holds_in(estate: Estate) -> Q:
    """The condition that an article holds in this estate: for it, or everywhere."""
    places = ArticleEstate.objects.filter(article=OuterRef("pk"))
    return Q(Exists(places.filter(estate=estate))) | Q(~Exists(places))


def listed(
    member: Membership | None, *, kind: str = "", estate: Estate | None = None, which: str = "", title: str = ""
) -> QuerySet[Article]:
    """By title. ``which``: in_force (also when it says nothing), draft, withdrawn, mine or to_review."""
    rows = articles_visible_to(member)
    if kind:
        rows = rows.filter(kind=kind)
    if estate is not None:
        rows = rows.filter(holds_in(estate))
    if title:
        rows = rows.filter(title__icontains=title)
    if which == "draft":
        in_work = ArticleVersion.objects.filter(article=OuterRef("pk"), state="draft")
        rows = rows.filter(Exists(in_work))
    elif which == "withdrawn":
        rows = rows.filter(state=State.WITHDRAWN)
    elif which == "mine":
        rows = rows.filter(keeper=member).exclude(state=State.WITHDRAWN)
    elif which == "to_review":
        rows = rows.filter(review_on__isnull=False).exclude(state=State.WITHDRAWN).order_by("review_on", "id")
        return rows.select_related("keeper")
    else:
        rows = rows.filter(state=State.PUBLISHED)
    return rows.select_related("keeper").order_by("title", "id")


def version_in_force(article: Article) -> ArticleVersion | None:
    """The one everybody reads; of an article that was withdrawn, the last one."""
    rows = article.versions.exclude(state=ArticleVersion.State.DRAFT)
    return rows.select_related("published_by").order_by("-number").first()


def draft_of(article: Article) -> ArticleVersion | None:
    return article.versions.filter(state=ArticleVersion.State.DRAFT).select_related("made_by").first()


def versions_of(article: Article) -> QuerySet[ArticleVersion]:
    """All that was ever published, the newest first; without their texts."""
    rows = article.versions.exclude(state=ArticleVersion.State.DRAFT)
    return rows.defer("text").select_related("published_by").order_by("-number")


def versions_in_force(articles: Iterable[UUID]) -> dict[UUID, ArticleVersion]:
    """By article, without their texts."""
    rows = ArticleVersion.objects.filter(article__in=list(articles), state=ArticleVersion.State.PUBLISHED).defer("text")
    return {row.article_id: row for row in rows}


def clause_counts(versions: Iterable[UUID]) -> dict[UUID, int]:
    rows = Clause.objects.filter(version__in=list(versions), kind=Clause.Kind.CLAUSE).order_by()
    return dict(rows.values_list("version").annotate(Count("pk")))


def clause_of(version: ArticleVersion, key: str) -> Clause | None:
    return version.clauses.filter(key=key).first()


def votes_on(article: Article) -> dict[str, int]:
    said = dict(article.votes.order_by().values_list("was_helpful").annotate(Count("pk")))
    return {"helped": said.get(True, 0), "helped_not": said.get(False, 0)}


def vote_of(article: Article, member: Membership) -> bool | None:
    return article.votes.filter(membership=member).values_list("was_helpful", flat=True).first()


def keepers_for(member: Membership) -> QuerySet[Membership]:
    """Who can be responsible for an article: staff who write them."""
    rows = Membership.objects.filter(role__in=roles_with("article.write"), is_active=True)
    return rows.select_related("user").order_by("name", "id")


def estates_written_for(member: Membership | None) -> list[Estate]:
    """The estates for which the member may write articles."""
    reach = reach_for(member, "article.write")
    return [estate for estate in estates_visible_to(member) if reach.covers(estate.pk)]


def may_write_for_all(member: Membership | None) -> bool:
    """Whether they may write what holds in every estate: who works in all of them."""
    reach = reach_for(member, "article.write")
    return reach.everywhere or reach.covers_whole(Estate.objects.filter(is_active=True).values_list("pk", flat=True))


def to_look_through(today: date, days: int) -> QuerySet[Article]:
    """Articles in force whose day comes within so many days, or has passed."""
    rows = Article.objects.filter(state=State.PUBLISHED, review_on__lte=today + timedelta(days=days))
    return rows.select_related("keeper__user").prefetch_related("estates").order_by("review_on", "id")


def cited(member: Membership | None, clauses: Iterable[UUID]) -> QuerySet[Clause]:
    """Clauses that the member may read."""
    rows = Clause.objects.filter(pk__in=list(clauses), version__article__in=articles_visible_to(member))
    return rows.select_related("version__article")


def contents_of(clauses: Iterable[Clause]) -> list[dict[str, Any]]:
    """Headings with the numbers of the clauses below each, as a list of contents."""
    found: list[dict[str, Any]] = []
    for clause in clauses:
        if clause.kind == Clause.Kind.HEADING:
            found.append({"clause": clause, "first": None, "last": None})
        elif clause.kind == Clause.Kind.CLAUSE and found:
            found[-1]["first"] = found[-1]["first"] or clause
            found[-1]["last"] = clause
    return found
