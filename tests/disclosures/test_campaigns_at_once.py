"""Two connections at once: one campaign of one form, begun once, one message, one sheet, each reader once."""

from datetime import timedelta
from uuid import UUID

import pytest

from disclosures.models import Campaign, CampaignReader, CampaignReading, Publication
from disclosures.services import campaign_reading, campaigning
from notices.models import Notice
from notices.services import queueing
from tenancy.context import scope
from tests.disclosures.campaign_making import TODAY, prepared
from tests.disclosures.library_making import published
from tests.factories.house import NOON, build_house
from tests.owners.test_import_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
KEY = UUID("0198c0de-0000-7000-8000-000000000007")


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


def test_two_starts_at_once_send_once(committed):
    house = committed
    with scope(house.organisation.pk):
        article = published(house)
    write = inside(house, lambda: prepared(house, article, entry_key=KEY, channels=("message", "board")).pk)
    (key,) = set(at_once(write, write))
    start = inside(house, lambda: campaigning.start_campaign(campaign_id=key, actor=house.manager, now=NOON).started_at)
    assert at_once(start, start) == [NOON, NOON]
    read = inside(house, lambda: campaign_reading.note_article_read(article=article, actor=house.owner, now=NOON))
    at_once(read, read)
    with scope(house.organisation.pk):
        people = CampaignReader.objects.values("person", "membership")
        assert people.count() == people.distinct().count() > 0
        counts = [model.objects.count() for model in (Campaign, Notice, Publication, CampaignReading)]
        assert counts == [1, 1, 1, 1]


def test_two_sweeps_at_once_begin_what_was_planned_once(committed):
    house = committed
    with scope(house.organisation.pk):
        row = prepared(house, published(house), channels=("message",), from_on=TODAY + timedelta(days=1))
        campaigning.start_campaign(campaign_id=row.pk, actor=house.manager, now=NOON)
    sweep = inside(house, lambda: campaigning.sweep(now=NOON + timedelta(days=1)))
    assert sorted(at_once(sweep, sweep)) == ["0 begun, 0 ended", "1 begun, 0 ended"]
    with scope(house.organisation.pk):
        assert (Campaign.objects.get().state, Notice.objects.count()) == ("running", 1)
