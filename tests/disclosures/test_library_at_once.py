"""Two connections at once: one article, one version in force, one enquiry with one number and one answer."""

from uuid import UUID

import pytest

from disclosures.models import Article, ArticleVersion, ArticleVote, Enquiry, EnquiryTurn
from disclosures.services import articles, enquiring
from disclosures.services.enquiring import Sources
from notices.services import queueing
from tenancy.context import scope
from tenancy.errors import DomainError
from tests.disclosures.enquiry_making import asked
from tests.disclosures.library_making import drafted
from tests.factories.house import NOON, build_house
from tests.owners.test_import_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
KEY = UUID("0198c0de-0000-7000-8000-000000000001")


@pytest.fixture
def committed(transactional_db, monkeypatch):
    """A house that other connections see; nothing is sent to a broker."""
    monkeypatch.setattr(queueing, "nudge", lambda organisation_id: None)
    return build_house("lakeside")


def inside(house, call):
    def run():
        with scope(house.organisation.pk):
            return call()

    return run


def test_of_two_clicks_at_once_there_is_one_of_everything(committed):
    house = committed
    write = inside(house, lambda: drafted(house, entry_key=KEY).pk)
    (key,) = set(at_once(write, write))
    publish = inside(house, lambda: articles.publish_article(article_id=key, actor=house.admin, now=NOON).state)
    assert at_once(publish, publish) == ["published"] * 2
    vote = inside(house, lambda: articles.vote(article_id=key, was_helpful=True, actor=house.owner, now=NOON).pk)
    assert len(set(at_once(vote, vote))) == 1
    ask = inside(house, lambda: asked(house, entry_key=KEY).pk)
    (enquiry,) = set(at_once(ask, ask))

    def answer(member):
        try:
            enquiring.answer(enquiry_id=enquiry, words="Yes", sources=Sources(), actor=member, now=NOON)
        except DomainError:
            return "refused"
        return "answered"

    both = at_once(inside(house, lambda: answer(house.clerk)), inside(house, lambda: answer(house.supervisor)))
    assert sorted(both) == ["answered", "refused"]
    with scope(house.organisation.pk):
        counts = [model.objects.count() for model in (Article, ArticleVersion, ArticleVote, Enquiry, EnquiryTurn)]
        assert counts == [1, 1, 1, 1, 1]
        assert asked(house).number.endswith("-000002")
