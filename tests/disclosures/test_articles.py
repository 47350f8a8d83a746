"""Articles: who writes and reads which, versions that stay, reviews, votes."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from audit.models import AuditEntry
from disclosures import article_queries as queries
from disclosures.models import Article, ArticleVersion, ArticleVote, ArticleWord
from disclosures.services import articles
from owners.models import Estate, EstateAssignment
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.disclosures.library_making import RULES, drafted, published, wording
from tests.factories.house import NOON, in_scope_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=10)


def change(row, house, actor=None, **said):
    return articles.change_article(
        article_id=row.pk, wording=wording(house, **said), actor=actor or house.admin, now=LATER
    )


def publish(row, house, now=LATER):
    return articles.publish_article(article_id=row.pk, actor=house.admin, now=now)


def seen(member):
    return set(queries.articles_visible_to(member).values_list("pk", flat=True))


def test_a_draft_is_for_who_writes_and_what_is_published_for_everybody_there(house, stranger):
    EstateAssignment.objects.create(membership=house.committee, estate=house.estate)
    row = drafted(house)
    readers = [house.owner, house.occupant, house.committee, house.clerk, house.engineer, house.auditor]
    assert [member for member in readers if row.pk in seen(member)] == []
    assert all(row.pk in seen(member) for member in (house.supervisor, house.manager, house.quality, house.admin))
    publish(row, house)
    assert all(row.pk in seen(member) for member in readers)
    assert not queries.articles_visible_to(stranger.owner).exists()
    assert in_scope_of(stranger.organisation.pk, lambda: seen(stranger.admin)) == set()


def test_an_article_of_another_estate_is_not_there(house):
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)
    row = published(house, estates=[other])
    assert row.pk in seen(house.admin)
    for member in (house.owner, house.manager, house.clerk):
        assert row.pk not in seen(member)
        with pytest.raises(NotFound):
            articles.vote(article_id=row.pk, was_helpful=True, actor=member, now=NOON)
    assert ArticleVote.objects.count() == 0
    assert published(house, estates=[], title="All").pk in seen(house.owner)


def test_who_works_in_one_estate_writes_for_it_and_not_for_all(house):
    Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)
    with pytest.raises(NotAllowed):
        articles.write_article(wording=wording(house, estates=[]), actor=house.manager, now=NOON)
    assert Article.objects.count() == 0
    row = articles.write_article(wording=wording(house), actor=house.manager, now=NOON)
    assert row.state == "draft"
    with pytest.raises(NotAllowed):  # they would take away from others what holds for all
        change(published(house, estates=[], title="All"), house, house.manager)
    for role in ("clerk", "engineer", "owner", "auditor"):
        with pytest.raises(NotAllowed):
            articles.write_article(wording=wording(house), actor=getattr(house, role), now=NOON)


def test_a_second_click_finds_the_first_one_s(house):
    key = uuid4()
    assert drafted(house, entry_key=key).pk == drafted(house, entry_key=key).pk
    row = publish(drafted(house, title="Other"), house)
    assert publish(row, house, LATER + timedelta(days=1)).pk == row.pk
    assert ArticleVersion.objects.filter(article=row, state="published").get().published_at == LATER


def test_a_published_version_stays_and_the_next_one_takes_its_place(house):
    row = published(house)
    first = queries.version_in_force(row)
    change(row, house, text=RULES.replace("leash", "short leash"), note="Leashes are short")
    assert queries.version_in_force(row).pk == first.pk  # until the new one is published
    publish(row, house)
    newest = queries.version_in_force(row)
    first.refresh_from_db()
    assert (newest.number, first.state, first.superseded_at) == (2, "superseded", LATER)
    assert "short leash" in newest.clauses.get(key="art-2").body
    assert "on a leash" in first.clauses.get(key="art-2").body
    assert set(ArticleWord.objects.values_list("version", flat=True)) == {newest.pk}
    with pytest.raises(ValueError, match="not written"):
        articles._save_version(first, wording(house), None, house.admin, NOON)


def test_a_version_whose_day_is_to_come_stays_a_draft_and_the_one_before_holds(house):
    row = published(house)
    first = queries.version_in_force(row)
    change(row, house, text=RULES.replace("leash", "short leash"), valid_from=date(2026, 3, 20))
    with pytest.raises(DomainError, match="valid from 20 March 2026") as refusal:
        publish(row, house, LATER)
    assert refusal.value.code == "valid_from"
    assert queries.version_in_force(row) == first
    assert set(ArticleWord.objects.values_list("version", flat=True)) == {first.pk}
    publish(row, house, LATER + timedelta(days=8))
    assert queries.version_in_force(row).number == 2


def test_what_says_the_same_makes_no_version(house):
    row = published(house)
    change(row, house, kind="how_to", note="x")
    row.refresh_from_db()
    assert (row.kind, row.versions.count()) == ("how_to", 1)


def test_what_stops_a_text_stores_nothing(house):
    with pytest.raises(DomainError, match="Line 3: “Article 1” stands there twice"):
        drafted(house, text="Rules\nArticle 1 One.\nArticle 1 Two.\n")
    assert (Article.objects.count(), AuditEntry.objects.filter(action__startswith="article").count()) == (0, 0)


def test_a_draft_can_be_dropped(house):
    row = drafted(house)
    assert articles.discard_draft(article_id=row.pk, actor=house.admin, now=NOON) is None
    assert Article.objects.count() == 0
    row = published(house)
    change(row, house, title="New rules")
    articles.discard_draft(article_id=row.pk, actor=house.admin, now=NOON)
    row.refresh_from_db()
    assert (row.title, row.versions.count()) == ("House rules", 1)


def test_what_was_withdrawn_says_why_and_is_in_no_list(house):
    row = published(house)
    with pytest.raises(DomainError, match="Say why"):
        articles.withdraw_article(article_id=row.pk, reason=" ", actor=house.admin, now=NOON)
    articles.withdraw_article(article_id=row.pk, reason="Replaced by law", actor=house.admin, now=NOON)
    assert row.pk in seen(house.owner)
    assert not queries.listed(house.owner).exists()
    assert not ArticleWord.objects.exists()
    with pytest.raises(DomainError, match="withdrawn"):
        change(row, house)
    with pytest.raises(DomainError, match="not in force"):
        articles.vote(article_id=row.pk, was_helpful=True, actor=house.owner, now=NOON)


def test_a_vote_is_one_a_member_and_can_be_changed(house):
    row = published(house)
    for helped in (True, True, False):
        articles.vote(article_id=row.pk, was_helpful=helped, actor=house.owner, now=NOON)
    articles.vote(article_id=row.pk, was_helpful=True, actor=house.occupant, now=NOON)
    assert queries.votes_on(row) == {"helped": 1, "helped_not": 1}
    assert AuditEntry.objects.filter(action="article.voted").count() == 3  # the second click said nothing new


def test_a_review_moves_the_day(house):
    row, today = published(house, review_on=date(2026, 3, 1)), date(2026, 3, 2)
    assert list(queries.to_look_through(today, 14)) == [row]
    with pytest.raises(DomainError, match="after today"):
        articles.look_through(article_id=row.pk, next_on=today, today=today, actor=house.admin, now=NOON)
    articles.look_through(article_id=row.pk, next_on=date(2027, 3, 1), today=today, actor=house.admin, now=NOON)
    assert not queries.to_look_through(today, 14).exists()
