"""Articles as their readers meet them: the list and its search, an article, one clause, earlier versions, the vote."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from disclosures import article_queries as queries
from disclosures import campaign_queries, enquiry_queries
from disclosures.article_forms import ArticleFilter
from disclosures.article_search import search
from disclosures.models import Article, ArticleVersion, Campaign, Clause
from disclosures.rules.defaults import defaults
from disclosures.services import articles, campaign_reading
from disclosures.views.campaigns import named
from disclosures.views.statements import paged
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

readers = staff_only(lambda member: can(member, "article.read"))
writers = staff_only(lambda member: can(member, "article.write"))


def found(request: HttpRequest, article_id: UUID) -> Article:
    """Raises NotFound for unknown, foreign and not yet open alike."""
    rows = queries.articles_visible_to(actor_of(request)).select_related(*queries.PEOPLE)
    row = rows.prefetch_related("estates__estate").filter(pk=article_id).first()
    if row is None:
        raise NotFound("no such article")
    return row


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """By title; with words, the clauses and articles in force that hold them, the best first."""
    actor = actor_of(request)
    writes = can(actor, "article.write")
    form = ArticleFilter(request.GET, writes=writes)
    form.is_valid()
    said = form.cleaned_data
    words, kind, which = said.get("q") or "", said.get("kind") or "", said.get("which") or ""
    size = defaults()["articles"]["page"]
    log_auditor(request, "article.list")
    context: dict[str, Any] = {
        "form": form, "q": words, "is_narrowed": any(said.values()), "may_write": writes, "today": timezone.localdate(),
        "kept": {"kind": kind} if kind else {}, "campaigns": _campaigns(request),
    }  # fmt: skip
    if words and not which:
        hits, ways = paged(request, search(actor, words, kind=kind), size)
        loose = [] if hits or ways["total"] else search(actor, words, kind=kind, loosely=True, most=10)
        context |= {"hits": hits or loose, "is_loose": bool(loose), **ways}
        return render(request, "disclosures/articles/index.html", context)
    rows = queries.listed(actor, kind=kind, which=which, title=words)
    page, ways = paged(request, rows.prefetch_related("estates__estate"), size)
    versions = queries.versions_in_force(row.pk for row in page)
    counts = queries.clause_counts(version.pk for version in versions.values())
    for row in page:
        row.version = versions.get(row.pk)
        row.clause_count = counts.get(row.version.pk, 0) if row.version else 0
    context |= {"rows": page, **ways}
    return render(request, "disclosures/articles/index.html", context)


def _campaigns(request: HttpRequest) -> list[Campaign]:
    """What runs and is for the reader; that it stood on their page is noted."""
    rows = [named(row) for row in campaign_queries.running_for(actor_of(request))]
    if request.method == "GET":
        campaign_reading.note_shown(campaigns=rows, actor=actor_of(request), now=timezone.now())
    return rows


def _note_read(request: HttpRequest, row: Article) -> None:
    if request.method == "GET":
        campaign_reading.note_article_read(article=row, actor=actor_of(request), now=timezone.now())


@require_safe
@readers
@never_cache
def article(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """The version in force with its contents; a draft, for whoever writes it, where nothing has been published."""
    row = found(request, article_id)
    version = queries.version_in_force(row) or queries.draft_of(row)
    if version is None:
        raise NotFound("no version")
    return _page(request, row, version)


@require_safe
@readers
@never_cache
def version(request: HttpRequest, article_id: UUID, number: int) -> HttpResponse:
    """One version as it stood; its draft only for whoever writes it."""
    row = found(request, article_id)
    one = row.versions.filter(number=number).select_related("published_by").first()
    if one is None or (one.state == ArticleVersion.State.DRAFT and not can(actor_of(request), "article.write")):
        raise NotFound("no such version")
    return _page(request, row, one)


def _page(request: HttpRequest, row: Article, version: ArticleVersion) -> HttpResponse:
    actor = actor_of(request)
    log_auditor(request, "article", row)
    _note_read(request, row)
    clauses = list(version.clauses.all())
    context = {
        "row": row, "version": version, "clauses": clauses, "contents": queries.contents_of(clauses),
        **_beside(actor, row, version),
    }  # fmt: skip
    return render(request, "disclosures/articles/article.html", context)


def _beside(actor: Membership, row: Article, version: ArticleVersion) -> dict[str, Any]:
    """What stands around the text: other versions, the vote, what the reader may do."""
    writes = can(actor, "article.write", row)
    is_open = row.state == Article.State.PUBLISHED
    beside: dict[str, Any] = {
        "versions": list(queries.versions_of(row)), "estates": [place.estate for place in row.estates.all()],
        "may_vote": is_open and version.state == ArticleVersion.State.PUBLISHED,
        "my_vote": queries.vote_of(row, actor), "may_write": writes, "today": timezone.localdate(),
        "may_ask": _may_ask(actor, row, version), "others": list(enquiry_queries.opened_about(actor, row)[:ABOUT_SHOWN]),
        "may_explain": is_open and can(actor, "campaign.write"),
        "may_show": is_open and version.state == ArticleVersion.State.PUBLISHED and can(actor, "publication.write"),
    }  # fmt: skip
    if actor.is_staff_role:
        beside |= queries.votes_on(row)
    if writes:
        beside["draft"] = queries.draft_of(row)
    return beside


ABOUT_SHOWN = 5


def _may_ask(actor: Membership, row: Article, version: ArticleVersion) -> bool:
    """Of what is in force, by those who ask in the portal."""
    is_open = row.state == Article.State.PUBLISHED and version.state == ArticleVersion.State.PUBLISHED
    return is_open and can(actor, "enquiry.ask")


@require_safe
@readers
@never_cache
def clause(request: HttpRequest, article_id: UUID, key: str) -> HttpResponse:
    """One clause of the version in force, at an address of its own, with the headings above it."""
    row = found(request, article_id)
    in_force = queries.version_in_force(row) or queries.draft_of(row)
    one = queries.clause_of(in_force, key) if in_force else None
    if one is None or in_force is None:
        raise NotFound("no such clause")
    log_auditor(request, "article", row)
    _note_read(request, row)
    if one.kind == Clause.Kind.HEADING:  # a place in the whole text, and no text of its own
        return redirect(f"{reverse('disclosures:article', args=[row.pk])}#{one.key}")
    near = in_force.clauses.exclude(kind=Clause.Kind.HEADING)
    context = {
        "may_ask": _may_ask(actor_of(request), row, in_force), "row": row, "version": in_force, "clause": one, "above": _above(in_force, one),
        "before": near.filter(place__lt=one.place).last(), "after": near.filter(place__gt=one.place).first(),
    }  # fmt: skip
    return render(request, "disclosures/articles/clause.html", context)


def _above(version: ArticleVersion, clause: Clause) -> list[Clause]:
    """The headings under which a clause stands, the highest first."""
    above: dict[int, Clause] = {}
    for heading in version.clauses.filter(kind=Clause.Kind.HEADING, place__lte=clause.place):
        above = {level: kept for level, kept in above.items() if level < heading.level}
        above[heading.level] = heading
    return [heading for heading in above.values() if heading.pk != clause.pk]


@require_POST
@readers
@never_cache
def vote(request: HttpRequest, article_id: UUID) -> HttpResponse:
    row = found(request, article_id)
    request.way_back = request.path.removesuffix("vote/")  # type: ignore[attr-defined]
    was_helpful = request.POST.get("helped") != "no"
    articles.vote(article_id=row.pk, was_helpful=was_helpful, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Thank you. You can change your mind at any time."))
    return redirect("disclosures:article", row.pk)


SUGGESTS_FROM, SUGGESTS_OF = 2, 1000


@require_POST
@readers
@never_cache
def suggested(request: HttpRequest) -> HttpResponse:
    """A few articles for the words somebody is typing in a form: a part of it. Keeps nothing of them."""
    typed = (request.POST.get("description") or request.POST.get("question") or "").strip()[:SUGGESTS_OF]
    hits = []
    if len(typed) >= SUGGESTS_FROM:
        hits = search(actor_of(request), typed, loosely=True, most=defaults()["articles"]["suggested"])
    return render(request, "disclosures/articles/_suggested.html", {"suggested": hits})
