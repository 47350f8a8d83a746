"""Pages and programs of campaigns: prepared, begun, read on one's own page, counted; nothing typed is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disclosures.models import Campaign, CampaignReader, CampaignReading
from disclosures.services import campaigning
from tests.audit.campaigns import filled
from tests.complaints.pages import signed_in, text
from tests.disclosures.campaign_making import prepared, running, seated, stepped
from tests.disclosures.library_making import published
from tests.factories.api import program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_are_counted(settings):
    settings.STATISTICS_COVER_BELOW = 1


def get(client, route, *args, **asked):
    return client.get(reverse(f"disclosures:{route}", args=args), asked)


def post(client, route, *args, **said):
    return client.post(reverse(f"disclosures:{route}", args=args), said)


def now_running(house, *articles, **said):
    """Begun now: pages read the clock."""
    today = timezone.localdate()
    return running(house, *articles, now=timezone.now(), from_on=today, to_on=today + timedelta(days=9), **said)


def test_it_is_prepared_changed_begun_and_ended_on_its_pages(house):
    clerk, manager = signed_in(house, "clerk"), signed_in(house, "manager")
    assert "No campaign yet" in text(get(clerk, "campaigns"))
    assert post(clerk, "campaign_new", **filled(house)).status_code == 302
    row = Campaign.objects.get()
    page = get(clerk, "campaign", row.pk)
    assert "Nobody sees it yet" in text(page)
    assert (page.context["may_change"], page.context["may_start"]) == (True, False)
    shown = get(clerk, "campaign_edit", row.pk).context["form"]
    assert shown["name_zh"].value() == "养犬"
    assert post(clerk, "campaign_edit", row.pk, **filled(house, name_en="All dogs")).status_code == 302
    assert post(clerk, "campaign_start", row.pk).status_code in (403, 404)
    for _again in range(2):
        assert post(manager, "campaign_start", row.pk).status_code == 302
    row.refresh_from_db()
    assert (str(row), row.state) == ("All dogs", "running")
    assert f"0 of {row.readers.count()} " in text(get(manager, "campaign", row.pk))
    assert post(manager, "campaign_end", row.pk, outcome="All know it.").status_code == 302
    assert "All know it." in text(get(manager, "campaign", row.pk))
    assert [one.pk for one in get(clerk, "campaigns", which="ended").context["rows"]] == [row.pk]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(house):
    page = post(signed_in(house, "clerk"), "campaign_new", **filled(house, words_en="", to_on="2025-01-01", purpose=""))
    assert page.status_code == 422
    form = page.context["form"]
    assert set(form.errors) == {"to_on", "purpose"}
    page = post(signed_in(house, "clerk"), "campaign_new", **filled(house, words_en=""))
    assert (page.status_code, set(page.context["form"].errors)) == (422, {"words_en"})
    assert page.context["form"]["words_zh"].value() == "请牵绳。"
    assert not Campaign.objects.exists()


def test_an_article_leads_to_a_campaign_about_it(house):
    article = published(house)
    assert f"?article={article.pk}" in text(get(signed_in(house, "clerk"), "article", article.pk))
    page = get(signed_in(house, "clerk"), "campaign_new", article=str(article.pk))
    assert page.context["form"]["articles"].value() == [str(article.pk)]
    assert "Explain it in a campaign" not in text(get(signed_in(house, "owner"), "article", article.pk))


def test_owners_see_it_on_their_page_and_what_they_open_counts_once(house):
    article = published(house)
    row = now_running(house, article)
    owner = signed_in(house, "owner")
    for page in (owner.get("/"), get(owner, "articles")):
        assert "Dogs in the lifts" in text(page)
        assert "1 article you have not opened yet" in text(page)
    reader = CampaignReader.objects.get(membership=house.owner)
    assert (reader.shown_at is not None, reader.read_at) == (True, None)
    owner.head(reverse("disclosures:article", args=[article.pk]))
    assert not CampaignReading.objects.exists()
    for _again in range(2):
        get(owner, "article", article.pk)
        get(owner, "clause", article.pk, "art-2")
    assert CampaignReading.objects.count() == 1
    page = text(get(owner, "campaign", row.pk))
    assert "you opened it" in page
    for secret in ("Half of all owners", "Whom it reached", "Steps", house.supervisor.name):
        assert secret not in page
    campaigning.end_campaign(campaign_id=row.pk, outcome="", actor=house.manager, now=timezone.now())
    assert "Dogs in the lifts" not in text(owner.get("/"))
    assert "Dogs in the lifts" in text(get(owner, "campaigns"))


def test_a_committee_reads_its_reach_and_nobodys_name(house):
    seated(house)
    article = published(house)
    row = now_running(house, article, channels=("board",))
    get(signed_in(house, "owner"), "article", article.pk)
    page = text(get(signed_in(house, "committee"), "campaign", row.pk))
    assert "1 of " in page
    assert "North Tower" in page
    assert "Half of all owners" in page
    assert house.owner.name not in page
    sheet = row.sheets.get()
    leads = get(signed_in(house, "committee"), "campaign_sheet", sheet.pk)
    assert leads.url == reverse("disclosures:campaign", args=[row.pk])
    assert get(signed_in(house, "owner"), "campaign_sheet", row.pk).status_code == 404


def test_a_stranger_and_whom_it_is_not_for_find_nothing(house, stranger):
    row = prepared(house)
    for role in ("owner", "committee", "builder"):
        assert get(signed_in(house, role), "campaign", row.pk).status_code == 404
    from tests.factories.house import in_scope_of

    there = in_scope_of(stranger.organisation.pk, lambda: signed_in(stranger, "manager"))
    answer = in_scope_of(None, lambda: there.get(reverse("disclosures:campaign", args=[row.pk])))
    assert answer.status_code == 404


def test_steps_are_added_changed_done_and_dropped(house):
    clerk, row = signed_in(house, "clerk"), prepared(house)
    assert post(clerk, "campaign_step_new", row.pk, words="", due_on="2026-03-09").status_code == 422
    step = stepped(house, row)
    assert post(clerk, "campaign_step_done", step.pk).status_code == 302
    assert "done by" in text(get(clerk, "campaign", row.pk))
    assert post(clerk, "campaign_step_done", step.pk, open="1").status_code == 302
    said = {"words": "A talk", "due_on": "2026-03-10", "keeper": str(house.clerk.pk)}
    assert post(clerk, "campaign_step", step.pk, **said).status_code == 302
    assert "A talk" in text(get(clerk, "campaign", row.pk))
    assert post(clerk, "campaign_step_drop", step.pk).status_code == 302
    assert not row.steps.exists()


def test_a_list_costs_the_same_with_one_and_with_thirty(house):
    article, client = published(house), signed_in(house, "clerk")

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert get(client, "campaigns").status_code == 200
        return len(seen)

    prepared(house, article)
    cost()
    one = cost()
    for _each in range(29):
        prepared(house, article)
    assert cost() == one
    assert "?page=2" in text(get(client, "campaigns"))


def test_programs_read_campaigns_and_their_reach_as_pages_do(house):
    seated(house)
    article = published(house)
    row = now_running(house, article)
    get(signed_in(house, "owner"), "article", article.pk)
    said = program(house, "manager").read(f"campaigns/{row.pk}/").json()
    assert (said["state"], said["reach"]["read"], said["reach"]["addressed"]) == ("running", 1, row.readers.count())
    assert said["articles"] == [{"article": str(article.pk), "version": 1, "title": "House rules"}]
    owner = program(house, "owner").read(f"campaigns/{row.pk}/").json()
    assert (owner["reach"], "purpose" in owner) == (None, False)
    assert program(house, "committee").read(f"campaigns/{row.pk}/").json()["reach"]["read"] == 1
    assert [one["id"] for one in program(house, "occupant").read("campaigns/").json()["results"]] == [str(row.pk)]
    hidden = prepared(house, article)
    assert program(house, "owner").read(f"campaigns/{hidden.pk}/").status_code == 404
    assert program(house, "builder").read("campaigns/").status_code == 404
