"""Articles: written or brought in, published version by version, looked through again, withdrawn, voted on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from audit.services import record
from disclosures import article_queries as queries
from disclosures.models import Article, ArticleEstate, ArticleVersion, ArticleVote, Clause
from disclosures.rules.law_text import LawText, read_law
from disclosures.services.article_words import index_version
from owners.models import Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

State, VersionState = Article.State, ArticleVersion.State


@dataclass(frozen=True)
class Wording:
    """What a version says, and of which article. Without ``estates`` it holds for all of them."""

    kind: str
    language: str
    title: str
    text: str
    keeper: Membership
    short_title: str = ""
    source: str = ""
    note: str = ""
    valid_from: date | None = None
    review_on: date | None = None
    estates: Sequence[Estate] = field(default=())
    entry_key: UUID | None = None


def locked(article_id: UUID, actor: Membership | None) -> Article:
    """The article, its row locked, for who may read it. Raises NotFound."""
    seen = queries.articles_visible_to(actor).filter(pk=article_id)
    row = Article.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such article")
    return row


def _to_write(article_id: UUID, actor: Membership | None) -> tuple[Article, Membership]:
    row = locked(article_id, actor)
    if actor is None or not can(actor, "article.write", row):
        raise NotAllowed(_("You may read this article, but not change it."))
    return row, actor


@transaction.atomic
def write_article(*, wording: Wording, actor: Membership | None, now: datetime) -> Article:
    """A new article with the draft of its first version. The same ``entry_key`` again finds the one that is there.

    Writes the article, its estates, the version with its clauses, an audit entry. Raises NotAllowed unless the actor
    works wherever it holds, DomainError for a text in which something stands that stops it.
    """
    if actor is None or not _may_write_for(actor, wording.estates):
        raise NotAllowed(_("You cannot write articles for these estates."))
    if wording.entry_key and (same := Article.objects.filter(entry_key=wording.entry_key).first()) is not None:
        return same
    law = _sound(wording)
    article = Article(
        kind=wording.kind, language=wording.language, title=wording.title, keeper=wording.keeper,
        review_on=wording.review_on, added_by=actor, added_at=now, changed_at=now, entry_key=wording.entry_key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            article.save(force_insert=True)
    except IntegrityError:
        same = Article.objects.filter(entry_key=wording.entry_key).first() if wording.entry_key else None
        if same is None:
            raise
        return same
    _set_estates(article, wording.estates)
    _save_version(ArticleVersion(article=article, number=1), wording, law, actor, now)
    record(
        action="article.written",
        subject=article,
        label=article.title,
        actor=actor,
        now=now,
        changes={"clauses": law.clauses},
    )
    return article


@transaction.atomic
def change_article(*, article_id: UUID, wording: Wording, actor: Membership | None, now: datetime) -> Article:
    """Write the draft of the next version; what is published stays as it is until that is published.

    The kind, where it holds, who is responsible and the day of its review are the article's own and change at once.
    Raises NotFound, NotAllowed, DomainError.
    """
    article, actor = _to_write(article_id, actor)
    if not _may_write_for(actor, wording.estates):
        raise NotAllowed(_("You cannot write articles for these estates."))
    if article.state == State.WITHDRAWN:
        raise DomainError(_("This article was withdrawn. Write a new one."), code="state")
    law = _sound(wording)
    article.kind, article.language, article.keeper = wording.kind, wording.language, wording.keeper
    article.review_on, article.changed_at = wording.review_on, now
    if article.state == State.DRAFT:
        article.title = wording.title
    article.save()
    _set_estates(article, wording.estates)
    draft, newest = queries.draft_of(article), queries.version_in_force(article)
    if draft is None and newest is not None and _says_the_same(newest, wording):
        record(action="article.kept", subject=article, label=article.title, actor=actor, now=now)
        return article
    if draft is None:
        draft = ArticleVersion(article=article, number=newest.number + 1 if newest else 1)
    _save_version(draft, wording, law, actor, now)
    record(
        action="article.changed",
        subject=article,
        label=article.title,
        actor=actor,
        now=now,
        changes={"version": draft.number},
    )
    return article


def _may_write_for(actor: Membership, estates: Sequence[Estate]) -> bool:
    if not estates:
        return queries.may_write_for_all(actor)
    return {estate.pk for estate in estates} <= {estate.pk for estate in queries.estates_written_for(actor)}


def _sound(wording: Wording) -> LawText:
    law = read_law(wording.text)
    if law.stops:
        first = next(problem for problem in law.problems if problem.stops)
        raise DomainError(_("Line %(line)s: %(words)s") % {"line": first.line, "words": first.words}, code="text")
    return law


def _says_the_same(version: ArticleVersion, wording: Wording) -> bool:
    mine = (version.title, version.short_title, version.source, version.valid_from, version.text)
    return mine == (wording.title, wording.short_title, wording.source, wording.valid_from, wording.text)


def _set_estates(article: Article, estates: Sequence[Estate]) -> None:
    wanted, there = {estate.pk for estate in estates}, set(article.estates.values_list("estate", flat=True))
    if wanted != there:
        article.estates.all().delete()
        ArticleEstate.objects.bulk_create([ArticleEstate(article=article, estate=estate) for estate in estates])
        article.__dict__.pop("estate_ids", None)


def _save_version(
    version: ArticleVersion, wording: Wording, law: LawText, actor: Membership, now: datetime
) -> ArticleVersion:
    """A draft, with its clauses written anew."""
    if version.state != VersionState.DRAFT:
        raise ValueError("what has been published is not written to")
    version.title, version.short_title, version.source = wording.title, wording.short_title, wording.source
    version.valid_from, version.note, version.text = wording.valid_from, wording.note, wording.text
    version.made_by, version.made_at = actor, now
    version.save()
    version.clauses.all().delete()
    Clause.objects.bulk_create(
        [
            Clause(
                version=version, place=place, kind=part.kind, level=part.level, key=part.key, number=part.number[:60],
                plain_number=part.plain_number[:30], heading=part.heading[:300], body=part.body,
            )
            for place, part in enumerate(law.parts, 1)
        ],
        batch_size=1000,
    )  # fmt: skip
    return version


@transaction.atomic
def publish_article(*, article_id: UUID, actor: Membership | None, now: datetime) -> Article:
    """Put the draft in force; the version before it stays to be read. A second click changes nothing.

    Writes both versions, the words by which it is found, an audit entry. Raises NotFound, NotAllowed, DomainError; also
    before the day from which it is valid, as the text that holds until then would be found no more.
    """
    article, actor = _to_write(article_id, actor)
    draft = queries.draft_of(article)
    if draft is None:
        if article.state == State.PUBLISHED:
            return article
        raise DomainError(_("There is no draft to publish."), code="state")
    if draft.valid_from is not None and draft.valid_from > timezone.localdate(now):
        words = _("It is valid from %(day)s: publish it on that day, or change the day in its draft.")
        raise DomainError(words % {"day": formats.date_format(draft.valid_from)}, code="valid_from")
    for before in article.versions.filter(state=VersionState.PUBLISHED):
        before.state, before.superseded_at = VersionState.SUPERSEDED, now
        before.save(update_fields=["state", "superseded_at"])
        before.words.all().delete()
    draft.state, draft.published_by, draft.published_at = VersionState.PUBLISHED, actor, now
    draft.save(update_fields=["state", "published_by", "published_at"])
    article.state, article.title, article.changed_at = State.PUBLISHED, draft.title, now
    article.save()
    index_version(draft)
    record(
        action="article.published",
        subject=article,
        label=article.title,
        actor=actor,
        now=now,
        changes={"version": draft.number},
    )
    return article


@transaction.atomic
def discard_draft(*, article_id: UUID, actor: Membership | None, now: datetime) -> Article | None:
    """Drop the draft; of an article that was never published, all of it. Raises NotFound, NotAllowed, DomainError."""
    article, actor = _to_write(article_id, actor)
    draft = queries.draft_of(article)
    if draft is None:
        raise DomainError(_("There is no draft to drop."), code="state")
    record(
        action="article.draft_dropped",
        subject=article,
        label=article.title,
        actor=actor,
        now=now,
        changes={"version": draft.number},
    )
    if article.state == State.DRAFT:
        article.delete()
        return None
    draft.delete()
    return article


@transaction.atomic
def withdraw_article(*, article_id: UUID, reason: str, actor: Membership | None, now: datetime) -> Article:
    """Take it out of lists and searches, with the reason; whoever was led to it still reads it, and that it went.

    Raises NotFound, NotAllowed, DomainError without a reason.
    """
    article, actor = _to_write(article_id, actor)
    if article.state == State.WITHDRAWN:
        return article
    if article.state != State.PUBLISHED:
        raise DomainError(_("It has not been published: drop the draft instead."), code="state")
    if not reason.strip():
        raise DomainError(_("Say why it is withdrawn. Its readers see it."), code="reason")
    for version in article.versions.filter(state=VersionState.PUBLISHED):
        version.words.all().delete()
    article.versions.filter(state=VersionState.DRAFT).delete()
    article.state, article.withdrawn_at, article.withdrawn_reason = State.WITHDRAWN, now, reason.strip()
    article.changed_at = now
    article.save()
    record(
        action="article.withdrawn",
        subject=article,
        label=article.title,
        actor=actor,
        now=now,
        changes={"reason": reason.strip()},
    )
    return article


@transaction.atomic
def look_through(*, article_id: UUID, next_on: date, today: date, actor: Membership | None, now: datetime) -> Article:
    """Note that it was looked through and is still right, and until when. Raises NotFound, NotAllowed, DomainError."""
    article, actor = _to_write(article_id, actor)
    if next_on <= today:
        raise DomainError(_("Choose a day after today."), code="next_on")
    article.reviewed_on, article.review_on = today, next_on
    article.save(update_fields=["reviewed_on", "review_on"])
    changes = {"next": next_on.isoformat()}
    record(action="article.looked_through", subject=article, label=article.title, actor=actor, now=now, changes=changes)
    return article


@transaction.atomic
def vote(*, article_id: UUID, was_helpful: bool, actor: Membership | None, now: datetime) -> ArticleVote:
    """Say whether it helped; once a member, who may change it. Raises NotFound, DomainError for one that went."""
    article = locked(article_id, actor)
    if actor is None or article.state != State.PUBLISHED:
        raise DomainError(_("This article is not in force."), code="state")
    said, is_new = ArticleVote.objects.get_or_create(
        article=article, membership=actor, defaults={"was_helpful": was_helpful, "at": now}
    )
    if is_new or said.was_helpful != was_helpful:
        said.was_helpful, said.at = was_helpful, now
        said.save()
        record(
            action="article.voted",
            subject=article,
            label=article.title,
            actor=actor,
            now=now,
            changes={"helpful": was_helpful},
        )
    return said
