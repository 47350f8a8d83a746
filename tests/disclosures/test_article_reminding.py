"""Articles are looked through again: whoever is responsible hears before, their managers after; each once, mornings."""

from datetime import date, timedelta

import pytest

from disclosures.services import articles, library_reminding
from notices.models import Delivery
from tests.disclosures.library_making import no_campaign_asked_for, published
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def told(step):
    rows = Delivery.objects.filter(event=f"article.review_{step}", channel="portal").select_related("membership")
    return sorted(row.membership.role for row in rows)


def test_who_is_responsible_hears_before_and_who_leads_them_when_it_is_late(house):
    no_campaign_asked_for()
    row = published(house, review_on=date(2026, 3, 20))
    assert library_reminding.remind_batch(now=NOON) == 0
    assert library_reminding.remind_batch(now=NOON.replace(hour=3) + timedelta(days=5)) == 0  # at night
    assert library_reminding.remind_batch(now=NOON + timedelta(days=5)) == 1
    assert library_reminding.remind_batch(now=NOON + timedelta(days=6)) == 0
    assert told("due") == ["supervisor"]
    library_reminding.remind_batch(now=NOON + timedelta(days=19))
    assert told("late") == ["manager", "supervisor"]
    assert library_reminding.remind_batch(now=NOON + timedelta(days=20)) == 0
    today = date(2026, 3, 22)
    articles.look_through(article_id=row.pk, next_on=date(2027, 3, 1), today=today, actor=house.admin, now=NOON)
    assert library_reminding.remind_batch(now=NOON + timedelta(days=21)) == 0


def test_what_holds_everywhere_goes_to_the_administration(house):
    published(house, estates=[], review_on=date(2026, 3, 1))
    library_reminding.remind_batch(now=NOON)
    assert told("late") == ["admin", "supervisor"]


def test_a_draft_reminds_nobody(house):
    no_campaign_asked_for()
    from tests.disclosures.library_making import drafted

    drafted(house, review_on=date(2026, 3, 1))
    assert library_reminding.remind_batch(now=NOON) == 0
