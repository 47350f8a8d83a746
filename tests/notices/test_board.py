"""The board of an estate: who stands before it, what hangs there, and its feeds for calendars and readers of news."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from audit.models import AuditEntry
from notices.board_queries import hash_of, on_board
from notices.models import FeedKey, Notice, NoticePlace, NoticeRecipient
from notices.services.feeds import FEEDS_AT_MOST, end_feed, make_feed
from owners.models import Building, Estate, Ownership, Unit
from tenancy.errors import DomainError, NotFound
from tenancy.models import User
from tests.complaints.pages import signed_in, text
from tests.factories.house import NOON, in_scope_of
from tests.factories.notices import delivery_to, received_by, sent_notice

AN_HOUR = timedelta(hours=1)
BOARD = "/notices/board/"


def hung(house, title="Lift works", *, building=None, **fields):
    now = timezone.now()
    notice = sent_notice(house, at=now, kind="ordinary", **fields)
    notice.versions.update(title_en=title)
    if building is not None:
        NoticePlace.objects.filter(notice=notice).update(building=building)
    return notice


@pytest.fixture
def south(house):
    """Another building of the estate, where the neighbour lives."""
    tower = Building.objects.create(estate=house.estate, code="S", name="South Tower")
    unit = Unit.objects.create(
        estate=house.estate, building=tower, code="S-1", number="1", kind="flat", exclusive_area=1, status="let"
    )
    Ownership.objects.filter(person=house.people["neighbour"]).update(unit=unit)
    return tower


def titles(house, who):
    found = on_board(getattr(house, who), house.estate, timezone.now())
    return sorted(notice.versions.all()[0].title_en for notice in found)


def test_what_hangs_there_is_for_the_estate_or_ones_building(house, south):
    hung(house, "For all")
    hung(house, "For the north", building=house.building)
    hung(house, "For the south", building=south)
    assert titles(house, "owner") == titles(house, "occupant") == ["For all", "For the north"]
    assert titles(house, "neighbour") == ["For all", "For the south"]
    assert titles(house, "clerk") == ["For all", "For the north", "For the south"]
    page = text(signed_in(house, "owner").get(BOARD))
    assert ("For the north" in page, "For the south" in page) == (True, False)


@pytest.mark.parametrize(
    "fields",
    [{"state": "withdrawn"}, {"state": "scheduled", "sent_at": None}, {"is_on_board": False},
     {"expires_at": NOON - timedelta(days=900)}],
)  # fmt: skip
def test_what_is_over_or_not_for_the_board_does_not_hang_there(house, fields):
    hung(house, **fields)
    assert titles(house, "owner") == []


def test_who_has_no_unit_has_no_board(house, stranger):
    hung(house)
    client = signed_in(house, "builder")
    assert "No notice board yet" in text(client.get(BOARD))
    for key in (house.estate.pk, stranger.estate.pk, "x"):
        assert client.get(BOARD, {"estate": key}).status_code == 404
    assert Client(HTTP_HOST=house.host).get(BOARD).status_code == 302


def test_a_withdrawn_notice_is_still_found_by_the_code_on_paper_and_says_so(house, south, stranger):
    notice = hung(house, building=house.building)
    Notice.objects.filter(pk=notice.pk).update(state="withdrawn", withdrawn_at=NOON, withdrawal_reason="By mistake")
    path = f"{BOARD}{notice.pk}/"
    assert "By mistake" in text(signed_in(house, "occupant").get(path))
    for who in ("neighbour", "builder"):
        assert signed_in(house, who).get(path).status_code == 404
    theirs = in_scope_of(stranger.organisation.pk, lambda: hung(stranger))
    assert signed_in(house, "admin").get(f"{BOARD}{theirs.pk}/").status_code == 404


def test_who_was_sent_it_reads_their_own_copy(house):
    notice = hung(house)
    row = received_by(notice, house.unit, steps=0, membership=house.owner)
    own = delivery_to(row, "portal")
    answer = signed_in(house, "owner").get(f"{BOARD}{notice.pk}/")
    assert answer.headers["Location"] == f"/notices/{own.pk}/"


def test_the_board_is_searched_turned_and_printed(house, django_assert_num_queries):
    for number in range(21):
        hung(house, f"Lift {number:02}")
    client = signed_in(house, "owner")
    page = text(client.get(BOARD))
    assert ("Lift 20" in page, "Lift 00" in page) == (True, False)
    assert "Lift 00" in text(client.get(BOARD, {"page": 2}))
    found = text(client.get(BOARD, {"q": "07", "estate": house.estate.pk}))
    assert ("Lift 07" in found, "Lift 08" in found) == (True, False)
    assert "Lift 20" in text(client.get(BOARD, {"print": 1}))


def test_a_full_board_asks_as_often_as_an_empty_one(house, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(house, "owner")
    hung(house)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as few:
        client.get(BOARD)
    for _number in range(15):
        hung(house)
    with django_assert_max_num_queries(len(few)):
        client.get(BOARD)


# -- feeds ---------------------------------------------------------------------------------------------------------------


def fed(house, who="owner"):
    secret = make_feed(estate_id=house.estate.pk, actor=getattr(house, who), now=NOON)
    return f"/notices/feed/{secret}/board"


def asked(house, address):
    return Client(HTTP_HOST=house.host).get(address)


def test_a_secret_is_shown_once_and_kept_as_a_hash(house):
    page = text(signed_in(house, "owner").post("/notices/feeds/", {"estate": house.estate.pk}))
    secret = page.split("/notices/feed/")[1].split("/")[0]
    assert FeedKey.objects.get().token_hash == hash_of(secret)
    assert secret not in text(signed_in(house, "owner").get("/notices/feeds/"))
    entry = AuditEntry.objects.get(action="feed.made")
    assert (entry.actor, entry.subject_label, entry.changes) == (house.owner, house.estate.code, {})
    assert asked(house, f"/notices/feed/{secret}/board.ics").status_code == 200


def test_only_ones_own_estates_and_no_more_than_a_few(house, stranger):
    for estate, who in ((stranger.estate, "owner"), (house.estate, "builder")):
        with pytest.raises(NotFound):
            make_feed(estate_id=estate.pk, actor=getattr(house, who), now=NOON)
    assert not FeedKey.objects.exists()
    for _number in range(FEEDS_AT_MOST):
        fed(house)
    with pytest.raises(DomainError):
        fed(house)
    assert FeedKey.objects.count() == FEEDS_AT_MOST


def test_an_ended_feed_answers_nothing_and_is_ones_own_to_end(house):
    address, key = fed(house), FeedKey.objects.get()
    with pytest.raises(NotFound):
        end_feed(feed_id=key.pk, actor=house.coowner, now=NOON)
    assert asked(house, f"{address}.ics").status_code == 200
    for _click in range(2):
        end_feed(feed_id=key.pk, actor=house.owner, now=NOON)
    assert [asked(house, f"{address}.{kind}").status_code for kind in ("ics", "rss")] == [404, 404]
    assert AuditEntry.objects.filter(action="feed.ended").count() == 1


@pytest.mark.parametrize("gone", ["member", "user", "unit"])
def test_who_may_not_read_the_board_any_more_is_fed_no_more(house, gone):
    address = fed(house)
    if gone == "member":
        house.owner.is_active = False
        house.owner.save()
    elif gone == "user":
        User.objects.filter(pk=house.owner.user_id).update(is_active=False)
    else:
        Ownership.objects.filter(person=house.people["owner"]).update(to_on="2026-01-01")
    assert asked(house, f"{address}.ics").status_code == 404


def test_a_secret_opens_nothing_at_another_organisation(house, stranger):
    address = fed(house)
    there = in_scope_of(None, lambda: asked(stranger, f"{address}.ics"))
    assert there.status_code == 404
    assert asked(house, "/notices/feed/x/board.rss").status_code == 404


def test_a_calendar_has_the_events_and_takes_out_what_was_withdrawn(house, south):
    begins = NOON.replace(month=12)
    timed = {"event_starts_at": begins, "event_ends_at": begins + AN_HOUR, "event_place": "Hall; 1st, floor"}
    on, off = hung(house, "Meeting", **timed), hung(house, "Old meeting", **timed)
    hung(house, "Elsewhere", building=south, **timed)
    hung(house, "No time")
    Notice.objects.filter(pk=off.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    answer = asked(house, f"{fed(house)}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert {name: str(event["status"]) for name, event in events.items()} == {
        "Meeting": "CONFIRMED", "Old meeting": "CANCELLED",
    }  # fmt: skip
    meeting = events["Meeting"]
    assert (meeting.decoded("dtstart"), meeting.decoded("dtend")) == (begins, begins + AN_HOUR)
    assert str(meeting["location"]) == "Hall; 1st, floor"
    assert str(meeting["uid"]).startswith(str(on.pk))
    assert int(events["Old meeting"]["sequence"]) == int(meeting["sequence"]) + 1
    single = signed_in(house, "occupant").get(f"{BOARD}{on.pk}/event.ics")
    assert [str(event["summary"]) for event in Calendar.from_ical(single.content).walk("VEVENT")] == ["Meeting"]


def test_a_reader_of_news_gets_well_formed_news_in_the_readers_language(house):
    hung(house, "<script>alert(1)</script> & \x0b more")
    User.objects.filter(pk=house.owner.user_id).update(language="zh-hans")
    answer = asked(house, f"{fed(house)}.rss")
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(answer.content).find("channel")
    assert [item.findtext("title") for item in channel.iter("item")] == ["周五停水"]
    User.objects.filter(pk=house.owner.user_id).update(language="en")
    FeedKey.objects.all().delete()
    channel = ElementTree.fromstring(asked(house, f"{fed(house)}.rss").content).find("channel")
    (item,) = channel.iter("item")
    assert "<script>alert(1)</script> &" in item.findtext("title")
    assert "\x0b" not in item.findtext("title")
    assert "<p>From nine to noon.</p>" in item.findtext("description")


def test_a_correction_is_news_and_a_hostile_title_writes_no_line_of_a_calendar(house):
    notice = hung(house, "Fine\r\nBEGIN:VALARM", event_starts_at=NOON)
    address = fed(house)
    first = ElementTree.fromstring(asked(house, f"{address}.rss").content).findtext("channel/item/guid")
    notice.versions.create(number=2, title_en="Fine\r\nATTACH:x", author=house.clerk, created_at=timezone.now())
    assert ElementTree.fromstring(asked(house, f"{address}.rss").content).findtext("channel/item/guid") != first
    calendar = asked(house, f"{address}.ics").content
    assert b"\r\nATTACH" not in calendar
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    assert (str(event["summary"]), int(event["sequence"])) == ("Fine ATTACH:x", 1)


def test_the_board_knows_no_reader(house):
    notice = hung(house)
    notice.versions.update(body_en="Dear {name} of {unit} in {estate}")
    NoticeRecipient.objects.create(notice=notice, name="Ada Moor", language="en")
    page = text(signed_in(house, "neighbour").get(BOARD))
    assert "Ada Moor" not in page
    assert "in Lakeside Court" in page


def test_the_board_speaks_to_everybody_there_and_names_only_ones_own_buildings(house, south, stranger):
    notice = hung(house, "Water off in {building}", building=house.building)
    NoticePlace.objects.create(notice=notice, estate=house.estate, building=south)
    notice.versions.update(body_en="Dear {name}")
    told = {
        who: text(signed_in(house, who).get(f"{BOARD}{notice.pk}/")) for who in ("occupant", "neighbour", "supervisor")
    }
    for who, mine, other in (("occupant", "North Tower", "South Tower"), ("neighbour", "South Tower", "North Tower")):
        assert f"Water off in {mine}" in told[who]
        assert f"Dear everybody in {mine}" in told[who]
        assert other not in told[who]
        assert other not in text(signed_in(house, who).get(BOARD))
    assert "Water off in North Tower, South Tower" in told["supervisor"]


def test_a_notice_for_two_estates_is_read_at_ones_own(house):
    notice = hung(house, "Gate of {estate}")
    elsewhere = Estate.objects.create(name="Away Court", code="AAA", address="x", calendar=house.estate.calendar)
    NoticePlace.objects.create(notice=notice, estate=elsewhere)
    page = text(signed_in(house, "occupant").get(f"{BOARD}{notice.pk}/"))
    assert ("Gate of Lakeside Court" in page, "Away Court" in page) == (True, False)
