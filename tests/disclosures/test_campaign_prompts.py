"""Where a campaign should begin: each quarter in each estate, and with each new rule; said once, never a nag."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disclosures.campaign_prompts import prompts_for, prompts_of
from disclosures.models import Article, ArticleVersion, Campaign
from disclosures.rules.campaigns import is_prompted, quarter_of
from disclosures.services import articles, campaigning, campaigns, library_reminding
from notices.models import Delivery, NoticeSettings
from owners.models import Estate, EstateAssignment
from tests.complaints.pages import signed_in, text
from tests.disclosures.campaign_making import plan, prepared, running
from tests.disclosures.library_making import published
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
OLD = {"valid_from": date(2020, 1, 1)}
HERE = NOON.astimezone(ZoneInfo("Europe/London"))  # 2 March: the 61st day of the quarter


@pytest.fixture
def old(house):
    """A rule that is new no more."""
    return published(house, title="Old rules", **OLD)


def prompts(house, who="manager", here=HERE):
    return prompts_for(house.members[who], here)


def said(house, here=HERE):
    return [(one.estate, one.is_quarter, [row.called for row in one.rules]) for one in prompts_of([house.estate], here)]


def on(month, day, year=2026):
    return datetime(year, month, day, 9, tzinfo=ZoneInfo("Europe/London"))


def mails():
    return Delivery.objects.filter(event="campaign.prompt", channel="portal").order_by("id")


# -- the quarter -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 31)),
    ],
)
def test_a_quarter_is_three_months_of_the_calendar(day, first, last):
    assert quarter_of(day) == (first, last)


def test_it_is_said_from_the_set_day_on_and_never_where_that_is_switched_off():
    assert not is_prompted(date(2026, 2, 13), 45)
    assert is_prompted(date(2026, 2, 14), 45)
    assert is_prompted(date(2026, 1, 1), 1)
    assert is_prompted(date(2026, 3, 31), 92)  # a quarter of 90 days: on its last
    assert not is_prompted(date(2026, 3, 31), 0)


def test_an_estate_without_a_campaign_in_the_running_quarter_is_named_until_one_begins(house, old):
    assert said(house, on(2, 13)) == []
    assert said(house, on(2, 14)) == [(house.estate, True, [])]
    running(house, old)
    assert said(house) == []
    assert said(house, on(4, 1)) == []
    assert said(house, on(5, 20)) == [(house.estate, True, [])]  # it runs still, and began a quarter ago


def test_what_begins_by_itself_in_the_quarter_counts_what_is_only_prepared_does_not(house, old):
    row = prepared(house, old, from_on=date(2026, 3, 9))
    (prompt,) = prompts(house)
    assert (prompt.is_quarter, prompt.draft) == (True, row)
    campaigning.start_campaign(campaign_id=row.pk, actor=house.manager, now=NOON)
    assert said(house) == []
    Campaign.objects.update(from_on=date(2026, 4, 1))
    assert said(house) == [(house.estate, True, [])]


def test_the_day_is_a_setting_of_each_organisation_and_may_be_switched_off(house, old):
    published(house)
    NoticeSettings.objects.create(campaign_days=62)
    assert said(house) == [(house.estate, False, ["House rules"])]
    NoticeSettings.objects.update(campaign_days=61)
    assert said(house) == [(house.estate, True, ["House rules"])]
    NoticeSettings.objects.update(campaign_days=0)
    assert said(house) == []
    library_reminding.remind_batch(now=NOON)
    assert not mails().exists()


# -- new rules ---------------------------------------------------------------------------------------------------------


def new(house):
    return [row.called for one in prompts_of([house.estate], HERE) for row in one.rules]


def test_a_rule_in_force_lately_is_named_until_a_campaign_explains_it(house, old):
    running(house, old)
    article = published(house)
    assert new(house) == ["House rules"]
    row = running(house, article)
    assert new(house) == []
    campaigning.end_campaign(campaign_id=row.pk, outcome="", actor=house.manager, now=NOON)
    assert new(house) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"valid_from": date(2025, 11, 30)}, False),
        ({"valid_from": date(2025, 12, 1)}, True),
        ({"valid_from": date(2026, 3, 2)}, True),
        ({"valid_from": None}, True),
        ({"kind": "law"}, True),
        ({"kind": "how_to"}, False),
        ({"kind": "fee"}, False),
    ],
)
def test_laws_rules_and_covenants_are_new_for_a_quarter_from_the_day_they_hold(house, words, named):
    published(house, **words)
    assert (new(house) == ["House rules"]) is named


def test_a_new_version_is_a_new_rule_and_the_campaign_about_the_old_one_is_none_about_it(house):
    article = published(house)
    running(house, article)
    ArticleVersion.objects.filter(article=article).update(state="superseded")
    version = ArticleVersion.objects.create(
        article=article, number=2, title="House rules", text="Article 1 New", state="published", made_by=house.admin,
        made_at=NOON, published_by=house.admin, published_at=NOON, valid_from=date(2026, 3, 2),
    )  # fmt: skip
    Campaign.objects.update(started_at=NOON - timedelta(days=3))
    assert new(house) == ["House rules"]
    ArticleVersion.objects.filter(pk=version.pk).update(valid_from=date(2026, 2, 27))  # a mend of words, no new rule
    assert new(house) == []


def test_a_rule_is_named_where_it_holds_and_where_it_was_not_explained(house):
    other = Estate.objects.create(code="LAK2", name="Willow Court", calendar=house.calendar)
    everywhere, here = published(house, title="For all", estates=[]), published(house)
    running(house, everywhere, here)
    assert [(one.estate, [row.called for row in one.rules]) for one in prompts(house, "admin")] == [
        (other, ["For all"])
    ]
    articles.withdraw_article(article_id=everywhere.pk, reason="Old", actor=house.admin, now=NOON)
    assert [(one.estate, one.rules) for one in prompts(house, "admin")] == [(other, ())]


# -- who sees it, where it leads -----------------------------------------------------------------------------------------


def test_the_desk_of_whoever_may_begin_one_shows_it_with_a_link_that_fills_it_in(house):
    today = timezone.localdate()
    NoticeSettings.objects.create(campaign_days=1)
    article = published(house)
    ArticleVersion.objects.update(valid_from=today)
    for who in ("supervisor", "manager", "quality", "admin"):
        client = signed_in(house, who)
        for address in ("/", reverse("disclosures:campaigns")):
            page = client.get(address)
            assert "A campaign should begin" in text(page)
        (prompt,) = page.context["campaign_prompts"]
        form = client.get(prompt.link).context["form"]
        assert (form["estates"].value(), form["articles"].value()) == ([str(house.estate.pk)], [str(article.pk)])
    for who in ("clerk", "engineer", "owner", "committee", "auditor"):
        assert "A campaign should begin" not in text(signed_in(house, who).get("/"))


def test_whoever_works_in_one_building_or_elsewhere_is_not_prompted(house, stranger):
    EstateAssignment.objects.filter(membership=house.supervisor).delete()
    house.supervisor.all_estates = False
    house.supervisor.save()
    EstateAssignment.objects.create(membership=house.supervisor, estate=house.estate, building=house.building)
    assert prompts(house, "supervisor") == []
    assert [one.estate for one in prompts(house, "admin")] == [house.estate]


def test_the_link_names_few_rules_so_that_a_message_holds_it(house):
    for number in range(9):
        published(house, title=f"Rule {number}")
    (prompt,) = prompts(house)
    assert len(prompt.rules) == 9
    assert len(prompt.link) <= Delivery._meta.get_field("link").max_length


def test_many_estates_cost_no_more_statements_than_one(house):
    published(house, estates=[])

    def cost():
        with CaptureQueriesContext(connection) as seen:
            found = prompts_of(Estate.objects.all(), HERE)
        return len(found), len(seen)

    one = cost()
    for number in range(29):
        Estate.objects.create(code=f"L{number}", name=f"Court {number}", calendar=house.calendar)
    assert one[0] == 1
    assert cost() == (30, one[1])


# -- in the morning ----------------------------------------------------------------------------------------------------


def test_who_leads_the_estate_hears_once_a_quarter_whatever_else_is_new_there(house, old):
    for _again in range(2):
        library_reminding.remind_batch(now=NOON)
    (told,) = mails()
    assert told.membership == house.manager
    assert "Lakeside Court: a campaign should begin" in told.subject
    assert f"estate={house.estate.pk}" in told.link
    published(house, valid_from=None)
    library_reminding.remind_batch(now=NOON + timedelta(days=1))
    assert mails().count() == 1
    library_reminding.remind_batch(now=on(4, 2))  # the rule is new in the next quarter still
    assert mails().count() == 2
    assert "House rules" in mails().last().text


def test_without_a_manager_the_supervisor_hears_and_nobody_once_one_has_begun(house, old):
    house.manager.is_active = False
    house.manager.save()
    library_reminding.remind_batch(now=NOON)
    assert [one.membership for one in mails()] == [house.supervisor]
    row = campaigns.write_campaign(plan=plan(house, old, from_on=date(2026, 5, 1), to_on=date(2026, 6, 1)),
                                   actor=house.supervisor, now=NOON, entry_key=None)  # fmt: skip
    campaigning.start_campaign(campaign_id=row.pk, actor=house.supervisor, now=NOON)
    library_reminding.remind_batch(now=on(5, 20))
    assert mails().count() == 1
    assert Article.objects.count() == 1
