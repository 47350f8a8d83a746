"""Campaigns: prepared, begun once, told, read; reach counts people once and names nobody; strangers see nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from disclosures import campaign_queries as queries
from disclosures.campaign_reach import reach_of, readers_counted_for
from disclosures.models import Campaign, CampaignReader, CampaignReading, Publication
from disclosures.services import campaign_reading, campaigning, campaigns, library_reminding, placing
from disclosures.services.placing import Spot
from notices.models import Delivery, Notice, NoticeRecipient
from notices.rules.audience import Audience
from notices.services import sending
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.disclosures.campaign_making import TODAY, plan, prepared, running, seated, stepped
from tests.disclosures.library_making import published, wording
from tests.disclosures.publishing_making import upload
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


@pytest.fixture(autouse=True)
def few_are_counted(settings):
    settings.STATISTICS_COVER_BELOW = 1


def start(row, actor, now=NOON):
    return campaigning.start_campaign(campaign_id=row.pk, actor=actor, now=now)


def reach(house, row, actor=None):
    return reach_of(row, readers_counted_for(actor or house.manager, row))


def read(article, member, now=NOON):
    campaign_reading.note_article_read(article=article, actor=member, now=now)


# -- prepared ----------------------------------------------------------------------------------------------------------


def test_it_is_prepared_changed_and_begun_with_an_entry_each(house):
    row = prepared(house)
    other = plan(house, published(house, title="Parking"), name_en="Parking", words_en="Where visitors park.")
    campaigns.change_campaign(campaign_id=row.pk, plan=other, actor=house.clerk, now=NOON)
    row.refresh_from_db()
    assert (str(row), [one.version.title for one in row.articles.all()]) == ("Parking", ["Parking"])
    row = start(row, house.manager)
    assert (row.state, row.started_by, row.started_at) == ("running", house.manager, NOON)
    with pytest.raises(DomainError):
        campaigns.change_campaign(campaign_id=row.pk, plan=other, actor=house.clerk, now=NOON)
    said = AuditEntry.objects.filter(action__startswith="campaign.").order_by("id").values_list("action", flat=True)
    assert list(said) == ["campaign.written", "campaign.changed", "campaign.started"]


@pytest.mark.parametrize(
    ("said", "field"),
    [({"words_en": " "}, "words_en"), ({"name_zh": "养犬"}, "words_zh"), ({"name_en": "", "words_en": ""}, "name_en"),
     ({"to_on": TODAY - timedelta(days=1)}, "to_on"), ({"articles": ()}, "articles"), ({"channels": ("drum",)}, "channels"),
     ({"audience": Audience()}, "estates"), ({"roles": ()}, "roles"), ({"roles": ("staff",)}, "roles")],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field(house, said, field):
    if "roles" in said:
        said = {"audience": Audience(estates=(house.estate.pk,), roles=said["roles"])}
    with pytest.raises(DomainError) as refusal:
        prepared(house, **said)
    assert (refusal.value.code, Campaign.objects.count()) == (field, 0)


def test_an_article_must_be_in_force_and_hold_wherever_the_campaign_goes(house, far_house):
    from disclosures.services import articles

    draft = articles.write_article(wording=wording(house), actor=house.admin, now=NOON)
    with pytest.raises(DomainError) as refusal:
        prepared(house, draft)
    assert refusal.value.code == "articles"
    here = published(house)
    with pytest.raises(DomainError) as refusal:
        campaigns.write_campaign(
            plan=plan(house, here, estates=(house.estate.pk, far_house.pk)), actor=house.admin, now=NOON
        )
    assert "does not hold everywhere" in refusal.value.message
    assert not Campaign.objects.exists()


@pytest.fixture
def far_house(house):
    from owners.models import Estate

    return Estate.objects.create(code="FAR", name="Far Court", calendar=house.calendar)


def test_the_same_form_twice_is_one_campaign(house):
    from uuid import uuid4

    key, article = uuid4(), published(house)
    assert prepared(house, article, entry_key=key).pk == prepared(house, article, entry_key=key).pk
    assert Campaign.objects.count() == 1


# -- who may -----------------------------------------------------------------------------------------------------------


def test_who_may_not_changes_nothing(house, far_house):
    row = prepared(house)
    with pytest.raises(NotAllowed):
        start(row, house.clerk)
    with pytest.raises(NotAllowed):
        campaigns.change_campaign(campaign_id=row.pk, plan=plan(house), actor=house.engineer, now=NOON)
    for member in (house.owner, house.committee, house.builder, None):
        with pytest.raises(NotFound):
            start(row, member)
    with pytest.raises(DomainError) as refusal:
        prepared(house, estates=(far_house.pk,))
    row.refresh_from_db()
    assert (refusal.value.code, row.state, CampaignReader.objects.count()) == ("estates", "draft", 0)


def test_sheets_for_boards_are_begun_by_who_publishes(house):
    row = prepared(house, channels=("board",))
    with pytest.raises(NotAllowed):
        start(row, house.supervisor)
    assert not Publication.objects.exists()
    assert start(row, house.manager).sheets.get().publication.number.startswith("P-")


def test_it_is_seen_by_those_it_is_for_once_it_runs_and_by_strangers_never(house, stranger):
    row = prepared(house, audience=Audience(estates=(house.estate.pk,), roles=("owner",)))
    seated(house)
    seen = queries.campaigns_visible_to
    assert list(seen(house.clerk)) == [row]
    assert not seen(house.owner).exists()
    start(row, house.manager)
    assert list(seen(house.owner)) == list(seen(house.committee)) == [row]
    assert not seen(house.occupant).exists()
    assert not seen(house.builder).exists()
    assert not seen(None).exists()
    assert not seen(stranger.manager).exists()


# -- begun once --------------------------------------------------------------------------------------------------------


def test_a_second_click_sends_nothing_more(house):
    row = prepared(house, channels=("message", "board"))
    start(row, house.manager)
    again = start(row, house.manager, now=LATER)
    assert (again.started_at, Notice.objects.count(), Publication.objects.count()) == (NOON, 1, 1)
    assert AuditEntry.objects.filter(action="campaign.started").count() == 1


def test_a_worker_killed_half_way_leaves_nothing_and_the_next_begins_it_once(house, monkeypatch):
    row = prepared(house, from_on=TODAY + timedelta(days=1), channels=("message", "board"))
    assert start(row, house.manager).state == "planned"
    morning = NOON + timedelta(days=1)
    make_sheets = campaigning.sending.make_sheets

    def killed(*args):
        raise SystemExit

    monkeypatch.setattr(campaigning.sending, "make_sheets", killed)
    with pytest.raises(SystemExit):
        campaigning.sweep(now=morning)
    row.refresh_from_db()
    assert (row.state, CampaignReader.objects.count(), Notice.objects.count()) == ("planned", 0, 0)
    monkeypatch.setattr(campaigning.sending, "make_sheets", make_sheets)
    assert [campaigning.sweep(now=morning) for _again in range(2)] == ["1 begun, 0 ended", "0 begun, 0 ended"]
    row.refresh_from_db()
    assert (row.state, row.started_by, Notice.objects.count()) == ("running", house.manager, 1)


def test_it_begins_in_the_morning_of_its_first_day_and_ends_after_its_last(house):
    row = prepared(house, from_on=TODAY + timedelta(days=1), to_on=TODAY + timedelta(days=2))
    start(row, house.manager)
    assert campaigning.sweep(now=NOON) == "0 begun, 0 ended"
    night = (NOON + timedelta(days=1)).replace(hour=3)
    assert campaigning.sweep(now=night) == "0 begun, 0 ended"
    assert campaigning.sweep(now=night.replace(hour=9)) == "1 begun, 0 ended"
    assert campaigning.sweep(now=NOON + timedelta(days=2)) == "0 begun, 0 ended"
    assert campaigning.sweep(now=NOON + timedelta(days=3)) == "0 begun, 1 ended"
    row.refresh_from_db()
    assert (row.state, row.ended_by) == ("ended", None)


def test_what_cannot_begin_is_prepared_once_more_and_its_keeper_told_why(house):
    from disclosures.services import articles

    article = published(house)
    row = prepared(house, article, from_on=TODAY + timedelta(days=1))
    start(row, house.manager)
    articles.withdraw_article(article_id=article.pk, reason="Old", actor=house.admin, now=NOON)
    assert campaigning.sweep(now=NOON + timedelta(days=1)) == "0 begun, 0 ended"
    row.refresh_from_db()
    assert (row.state, row.started_by, CampaignReader.objects.count()) == ("draft", None, 0)
    told = Delivery.objects.get(event="campaign.stuck", channel="portal")
    assert told.membership == house.supervisor
    assert "not in force any more" in told.text


def test_a_planned_one_can_be_held_back(house):
    row = prepared(house, from_on=TODAY + timedelta(days=1))
    start(row, house.manager)
    for _again in range(2):
        row = campaigning.hold_back(campaign_id=row.pk, actor=house.clerk, now=NOON)
    assert row.state == "draft"
    with pytest.raises(DomainError):
        campaigning.hold_back(campaign_id=running(house).pk, actor=house.clerk, now=NOON)


def test_one_whose_days_are_over_or_that_nobody_is_meant_by_does_not_begin(house, far_house):
    with pytest.raises(DomainError):
        start(prepared(house), house.manager, now=NOON + timedelta(days=40))
    article = published(house, estates=[])
    empty = campaigns.write_campaign(
        plan=plan(house, article, estates=(far_house.pk,), keeper=house.admin), actor=house.admin, now=NOON
    )
    with pytest.raises(DomainError) as refusal:
        start(empty, house.admin)
    assert "Nobody is meant" in refusal.value.message
    assert not Campaign.objects.filter(state="running").exists()


# -- its message and its sheets ----------------------------------------------------------------------------------------


def test_its_message_is_a_notice_with_the_articles_to_read(house):
    article = published(house)
    row = running(house, article, channels=("message",), words_en="Mind {braces}.")
    version = row.notice.versions.get()
    assert version.title_en == "Dogs in the lifts"
    assert version.body_en.startswith("Mind (braces).\n\n- [House rules](http")
    assert reverse("disclosures:article", args=[article.pk]) in version.body_en
    sending.send_one_due(now=NOON + timedelta(hours=1))
    people = set(NoticeRecipient.objects.values_list("person", "membership"))
    assert people == set(row.readers.values_list("person", "membership"))


def test_a_message_that_has_not_left_stays_when_it_ends(house):
    row = running(house, channels=("message",))
    campaigning.end_campaign(campaign_id=row.pk, outcome="", actor=house.manager, now=NOON)
    assert Notice.objects.get().state == "discarded"
    assert not sending.send_one_due(now=NOON + timedelta(hours=1))


def test_a_sheet_hangs_at_least_as_long_as_the_rules_ask(house):
    short = running(house, channels=("board",), to_on=TODAY + timedelta(days=2)).sheets.get().publication
    assert short.end_on == short.min_until > TODAY + timedelta(days=2)
    assert "To be read in the portal:\n– House rules" in short.text_en
    assert short.text_zh == ""


# -- reach -------------------------------------------------------------------------------------------------------------


def test_reach_counts_people_once_however_often_and_by_whatever_way_they_read(house):
    article = published(house)
    row = running(house, article, channels=("message",))
    people = row.readers.count()
    sending.send_one_due(now=NOON + timedelta(hours=1))
    assert (reach(house, row).addressed, reach(house, row).got, reach(house, row).read) == (people, 0, 0)
    for _again in range(3):
        campaign_reading.note_shown(campaigns=[row], actor=house.owner, now=NOON)
        read(article, house.owner)
    NoticeRecipient.objects.filter(membership=house.owner).update(read_at=NOON, reached_at=NOON)
    NoticeRecipient.objects.filter(membership=house.coowner).update(reached_at=NOON)
    found = reach(house, row)
    assert (found.got, found.read, found.opened) == (2, 1, 1)
    assert CampaignReading.objects.count() == 1
    (place,) = [one for one in found.places if one.building_id == house.building.pk]
    assert (place.got, place.read) == (2, 1)
    assert sum(one.addressed for one in found.places) == people
    assert {one.code: (one.got, one.read) for one in found.channels}["campaign"] == (1, 1)
    assert [one.read for one in found.articles] == [1]


def test_staff_and_whom_it_was_not_addressed_to_are_not_counted(house):
    article = published(house)
    row = running(house, article, audience=Audience(estates=(house.estate.pk,), roles=("owner",)))
    for member in (house.clerk, house.occupant, house.builder, None):
        read(article, member)
    assert (reach(house, row).read, CampaignReading.objects.count()) == (0, 0)


def test_what_is_read_before_it_begins_or_after_its_end_does_not_count(house):
    article = published(house)
    read(article, house.owner)
    row = running(house, article, channels=("message",))
    sending.send_one_due(now=NOON + timedelta(hours=1))
    campaigning.end_campaign(campaign_id=row.pk, outcome="Few.", actor=house.manager, now=LATER)
    row.refresh_from_db()
    read(article, house.owner, now=LATER)
    NoticeRecipient.objects.filter(membership=house.owner).update(read_at=LATER + timedelta(days=1))
    assert (reach(house, row).read, row.outcome) == (0, "Few.")
    again = campaigning.end_campaign(campaign_id=row.pk, outcome="Nobody.", actor=house.manager, now=LATER)
    assert (again.ended_at, again.outcome) == (LATER, "Nobody.")


def test_who_signs_in_first_after_it_began_still_counts(house):
    article = published(house)
    row = running(house, article)
    CampaignReader.objects.filter(membership=house.owner).update(membership=None)
    read(article, house.owner)
    assert reach(house, row).read == 1


def test_boards_are_counted_with_their_proof(house):
    row = running(house, channels=("board",))
    publication = row.sheets.get().publication
    for where, files in (("Hall", [upload(house)]), ("Gate", [])):
        placing.add_place(
            publication_id=publication.pk,
            spot=Spot("board", where, TODAY),
            actor=house.supervisor,
            now=NOON,
            files=files,
        )
    assert [(one.boards, one.with_photo) for one in reach(house, row).boards] == [(2, 1)]


def test_few_are_covered_so_that_nobodys_reading_is_known(house, settings):
    article = published(house)
    row = running(house, article)
    read(article, house.owner)
    settings.STATISTICS_COVER_BELOW = row.readers.count()
    shown = reach(house, row)
    assert (shown.read, shown.addressed) == (1, row.readers.count())
    settings.STATISTICS_COVER_BELOW += 1
    hidden = reach(house, row)
    assert (hidden.got, hidden.read, hidden.opened, hidden.places, hidden.channels) == (None, None, None, [], [])


def test_a_committee_counts_its_estate_owners_and_engineers_nothing(house):
    row = running(house)
    seated(house)
    assert readers_counted_for(house.committee, row).count() == row.readers.exclude(estate=None).count()
    for member in (house.owner, house.engineer, house.builder, None):
        assert not readers_counted_for(member, row).exists()


# -- steps -------------------------------------------------------------------------------------------------------------


def test_a_step_is_reminded_of_once_then_late_then_done(house):
    row = running(house)
    stepped(house, row, due_on=TODAY + timedelta(days=1))
    events = Delivery.objects.filter(event__startswith="campaign.", channel="portal").values_list("event", "membership")
    for _again in range(2):
        library_reminding.remind_batch(now=NOON)
    assert set(events.all()) == {("campaign.due", house.clerk.pk)}
    library_reminding.remind_batch(now=NOON + timedelta(days=2))
    assert set(events.all()) - {("campaign.due", house.clerk.pk)} == {
        ("campaign.late", house.clerk.pk), ("campaign.late", house.supervisor.pk),
    }  # fmt: skip
    step = row.steps.get()
    for _again in range(2):
        campaigns.set_step_done(step_id=step.pk, is_done=True, actor=house.clerk, now=NOON)
    with pytest.raises(DomainError):
        campaigns.drop_step(step_id=step.pk, actor=house.clerk, now=NOON)
    assert AuditEntry.objects.filter(action="campaign.step_done").count() == 1


def test_its_keeper_hears_before_it_ends(house):
    running(house, to_on=TODAY + timedelta(days=1))
    library_reminding.remind_batch(now=NOON)
    assert Delivery.objects.get(event="campaign.ending", channel="portal").membership == house.supervisor


def test_steps_of_what_has_ended_stay(house):
    row = running(house)
    step = stepped(house, row)
    campaigning.end_campaign(campaign_id=row.pk, outcome="", actor=house.manager, now=NOON)
    with pytest.raises(DomainError):
        campaigns.set_step_done(step_id=step.pk, is_done=True, actor=house.clerk, now=NOON)
    with pytest.raises(NotFound):
        campaigns.drop_step(step_id=row.pk, actor=house.clerk, now=NOON)


def test_the_list_is_narrowed_by_words_state_and_estate(house):
    row = running(house, name_zh="文明养犬", words_zh="请牵绳。")
    assert timezone.localdate(NOON) == TODAY
    for said in ({"text": "养犬"}, {"text": "leash"}, {"which": "running"}, {"estate": house.estate}):
        assert list(queries.listed(house.clerk, **said)) == [row]
    assert not queries.listed(house.clerk, text="half of ALL owners!").exists()
    assert not queries.listed(house.owner, text="Half of all").exists()
    assert not queries.listed(house.clerk, which="mine").exists()
