"""My data: which campaigns were put before me and what I opened of them; nothing of what others opened."""

import pytest

from disclosures.exporting import export_of
from disclosures.models import CampaignReader
from disclosures.services import campaign_reading
from owners.subjects import Subject, subject_of_member, subject_of_person
from tests.disclosures.campaign_making import running
from tests.disclosures.library_making import published
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
BEGAN = NOON.isoformat()


@pytest.fixture
def row(house):
    article = published(house)
    made = running(house, article)
    campaign_reading.note_shown(campaigns=[made], actor=house.owner, now=NOON)
    campaign_reading.note_article_read(article=article, actor=house.owner, now=NOON)
    return made


def sheets(subject):
    return {one.code: [list(line.values()) for line in one.as_objects()] for one in export_of(subject)}


def test_what_somebody_opened_of_a_campaign_is_in_their_own_data(house, row):
    mine = sheets(subject_of_member(house.owner))
    assert mine["campaigns"] == [[BEGAN, "Dogs in the lifts", BEGAN, BEGAN]]
    assert mine["campaign_articles_opened"] == [[BEGAN, "Dogs in the lifts", "House rules"]]


def test_nothing_of_what_others_opened_is(house, row):
    theirs = sheets(subject_of_member(house.coowner))
    assert theirs["campaigns"] == [[BEGAN, "Dogs in the lifts", None, None]]
    assert theirs["campaign_articles_opened"] == []
    assert sheets(subject_of_member(house.clerk))["campaigns"] == []
    assert sheets(Subject(user=house.owner.user))["campaigns"] == []


def test_who_has_no_sign_in_gets_what_it_was_addressed_to(house):
    person = house.people["owner"]
    person.membership = None
    person.save()
    row = running(house)
    assert CampaignReader.objects.get(campaign=row, person=person).membership is None
    assert [line[1] for line in sheets(subject_of_person(person))["campaigns"]] == ["Dogs in the lifts"]
