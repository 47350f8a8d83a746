"""Whether answers helped: said once a member, changed as often as they like, counted for staff, erased with who said it."""

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from disclosures import vote_queries
from disclosures.erasing import erase_votes
from disclosures.models import ArticleVote, EnquiryVote, RemarkVote
from disclosures.services import articles, asking, enquiring, voting
from disclosures.services.asking import Asking
from owners.subjects import Subject
from tenancy.errors import DomainError, NotFound
from tests.audit.enquiries import opened
from tests.complaints.pages import signed_in, text
from tests.disclosures.enquiry_making import answered, asked
from tests.disclosures.library_making import published
from tests.disclosures.making import brought_to
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def say(house, row, helped, member=None):
    return voting.vote_on_enquiry(enquiry_id=row.pk, was_helpful=helped, actor=member or house.neighbour, now=NOON)


def open_remark(house):
    row = brought_to(house, "published")
    wanted = Asking(body="Whose is the roof?")
    said = asking.remark(statement_id=row.pk, asking=wanted, actor=house.owner, now=NOON)
    return asking.answer(
        remark_id=said.pk,
        words="Everybody's.",
        actor=house.manager,
        now=NOON,
        is_public=True,
        public_body="Whose roof?",
    )


def test_one_vote_a_member_who_may_change_their_mind(house):
    row = opened(house)
    for helped in (True, True, False):
        say(house, row, helped)
    say(house, row, True, house.owner)
    assert vote_queries.said_of(row.votes.all()) == {"helped": 1, "helped_not": 1}
    assert AuditEntry.objects.filter(action="enquiry.voted").count() == 3


def test_only_what_is_open_is_voted_on_by_those_who_read_it(house, stranger):
    row = opened(house)
    for member in (house.clerk, house.builder, stranger.owner, None):
        with pytest.raises(NotFound):
            say(house, row, True, member) if member else voting.vote_on_enquiry(
                enquiry_id=row.pk, was_helpful=True, actor=None, now=NOON
            )
    enquiring.take_back(enquiry_id=row.pk, actor=house.supervisor, now=NOON)
    with pytest.raises(NotFound):
        say(house, row, True)
    with pytest.raises(NotFound):
        say(house, answered(house, asked(house)), True, house.owner)
    assert not EnquiryVote.objects.exists()


def test_answers_on_accounts_are_voted_on_by_owners_and_not_by_staff(house):
    said = open_remark(house)
    for helped in (True, False):
        voting.vote_on_remark(remark_id=said.pk, was_helpful=helped, actor=house.neighbour, now=NOON)
    with pytest.raises(DomainError):
        voting.vote_on_remark(remark_id=said.pk, was_helpful=True, actor=house.manager, now=NOON)
    with pytest.raises(NotFound):
        voting.vote_on_remark(remark_id=said.pk, was_helpful=True, actor=house.occupant, now=NOON)
    assert list(RemarkVote.objects.values_list("membership", "was_helpful")) == [(house.neighbour.pk, False)]


def test_pages_ask_readers_and_tell_staff_the_counts(house):
    row, said = opened(house), open_remark(house)
    neighbour, manager = signed_in(house, "neighbour"), signed_in(house, "manager")
    assert "Was this helpful?" in text(neighbour.get(reverse("enquiries:opened")))
    answer = neighbour.post(reverse("enquiries:vote", args=[row.pk]), {"helped": "no", "page": "1"})
    assert answer.url.endswith(f"?page=1#q-{row.pk}")
    statement = reverse("disclosures:statement", args=[said.statement_id])
    assert "Was this helpful?" in text(neighbour.get(statement))
    assert neighbour.post(reverse("disclosures:question_vote", args=[said.pk]), {"helped": "no"}).status_code == 302
    counts = "Said to have helped: 0, not to have helped: 1"
    for page in (manager.get(statement), manager.get(reverse("enquiries:enquiry", args=[row.pk]))):
        assert counts in text(page)
        assert house.neighbour.name not in text(page)
    assert counts not in text(neighbour.get(statement))


def test_what_did_not_help_is_listed_for_who_improves_it_the_worst_first(house):
    good, bad = published(house, title="Good"), published(house, title="Bad")
    for member in (house.owner, house.neighbour):
        articles.vote(article_id=bad.pk, was_helpful=False, actor=member, now=NOON)
        articles.vote(article_id=good.pk, was_helpful=member == house.owner, actor=member, now=NOON)
    row, said = opened(house), open_remark(house)
    say(house, row, False)
    voting.vote_on_remark(remark_id=said.pk, was_helpful=False, actor=house.neighbour, now=NOON)
    assert [one.title for one in vote_queries.unhelpful_articles(house.manager)] == ["Bad", "Good"]
    assert [one.pk for one in vote_queries.unhelpful_enquiries(house.manager)] == [row.pk]
    assert [one.pk for one in vote_queries.unhelpful_remarks(house.manager)] == [said.pk]
    manager = signed_in(house, "manager")
    assert "Bad" in text(manager.get(reverse("disclosures:to_improve")))
    assert "Dogs?" in text(manager.get(reverse("disclosures:to_improve"), {"of": "enquiries"}))
    assert "Whose roof?" in text(manager.get(reverse("disclosures:to_improve"), {"of": "accounts"}))
    for role in ("owner", "committee", "engineer", "builder"):
        assert signed_in(house, role).get(reverse("disclosures:to_improve")).status_code == 404
    assert not vote_queries.unhelpful_articles(house.clerk).exists()


def test_an_erased_person_leaves_no_vote(house):
    article, row = published(house), opened(house)
    articles.vote(article_id=article.pk, was_helpful=False, actor=house.neighbour, now=NOON)
    say(house, row, False)
    say(house, row, True, house.owner)
    erase_votes(Subject(membership=house.neighbour))
    assert not ArticleVote.objects.exists()
    assert list(EnquiryVote.objects.values_list("membership", flat=True)) == [house.owner.pk]
