"""Campaigns as tests need them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from disclosures.models import Article, Campaign, CampaignStep
from disclosures.services import campaigning, campaigns
from disclosures.services.campaigns import Plan, Step
from notices.rules.audience import Audience
from owners.models import EstateAssignment
from tests.disclosures.library_making import published
from tests.factories.house import NOON, House

TODAY = NOON.date()


def plan(house: House, *articles: Article, estates: Sequence[Any] = (), **said: Any) -> Plan:
    given = {
        "name_en": "Dogs in the lifts", "name_zh": "", "words_en": "A leash is all it takes.", "words_zh": "",
        "purpose": "Half of all owners have read the rule.", "articles": tuple(row.pk for row in articles),
        "audience": Audience(estates=tuple(estates) or (house.estate.pk,)), "channels": (), "from_on": TODAY,
        "to_on": TODAY + timedelta(days=30), "keeper": house.supervisor, **said,
    }  # fmt: skip
    return Plan(**given)


def prepared(house: House, *articles: Article, entry_key: Any = None, **said: Any) -> Campaign:
    wanted = plan(house, *(articles or (published(house),)), **said)
    return campaigns.write_campaign(plan=wanted, actor=house.supervisor, now=NOON, entry_key=entry_key)


def running(house: House, *articles: Article, now: datetime = NOON, **said: Any) -> Campaign:
    row = prepared(house, *articles, **said)
    return campaigning.start_campaign(campaign_id=row.pk, actor=house.manager, now=now)


def stepped(house: House, row: Campaign, due_on: date = TODAY, **said: Any) -> CampaignStep:
    step = Step(said.get("words", "A stand in the hall"), due_on, said.get("keeper", house.clerk))
    return campaigns.add_step(campaign_id=row.pk, step=step, actor=house.supervisor, now=NOON)


def seated(house: House) -> None:
    """The committee sits in its estate."""
    EstateAssignment.objects.get_or_create(membership=house.committee, estate=house.estate)
