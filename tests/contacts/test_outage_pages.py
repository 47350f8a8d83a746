"""The pages of outages, walked without scripts: by a clerk, by a resident, by a stranger."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Outage, OutageFollower
from contacts.services import outages
from notices.models import Notice
from tests.complaints.pages import BACKEND, signed_in, text
from tests.contacts.making import hill, party
from tests.contacts.outages import DAY, HOUR, leave, relayed, taken, typed_outage, verified
from tests.factories.house import in_scope_of


def test_a_clerk_takes_one_down_and_relays_it(house):
    client, now = signed_in(house, "clerk"), timezone.now()
    water = party(house, name="City Water", kind="utility", branch="water")
    assert "Nothing is off" in text(client.get("/contacts/outages/"))
    sent = typed_outage(house, now, party=str(water.pk), branch="")
    answer = client.post("/contacts/outages/new/", sent)
    row = Outage.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/contacts/outages/{row.pk}/")
    assert client.post("/contacts/outages/new/", sent).headers["Location"] == answer.headers["Location"]
    assert Outage.objects.count() == 1
    assert (row.branch, row.party, row.received_by) == ("water", water, house.clerk)
    address = f"/contacts/outages/{row.pk}/"
    assert client.post(f"{address}verify/", {"words": "Called them."}).status_code == 302
    preview = text(client.get(f"{address}relay/"))
    assert "This notice goes to 4 people" in preview
    assert "Water off:" in preview
    words = {"title_en": "No water", "body_en": "On Monday.", "title_zh": "", "body_zh": ""}
    assert client.post(f"{address}relay/", words).status_code == 302
    assert "Its notice is leaving." in text(client.get(address))
    assert client.post(f"{address}relay/", words).status_code == 409
    assert Notice.objects.get().versions.get().title_en == "No water"
    leave(now + timedelta(minutes=2))
    page = text(client.get(address))
    assert "relayed after" in page
    assert row.number in text(client.get("/contacts/outages/", {"time": "coming", "q": "lakeside"}))
    assert row.number not in text(client.get("/contacts/outages/", {"time": "coming", "q": "nowhere"}))


def test_nothing_typed_is_lost_by_an_error(house):
    now = timezone.now()
    wrong = {"starts_at": "2026-02-30T09:00", "ends_at": "9999-12-31T23:59", "cause": "A\x00 valve <b>"}
    sent = typed_outage(house, now, **wrong, areas=[], branch="")
    answer = signed_in(house, "clerk").post("/contacts/outages/new/", sent)
    page = text(answer)
    assert answer.status_code == 422
    for words in ('value="2026-02-30T09:00"', "9999-12-31T23:59", "Say what is off.", "at least one estate"):
        assert words in page, words
    far = typed_outage(house, now, ends_at="9999-12-31T23:59")
    assert "Check the year" in text(signed_in(house, "clerk").post("/contacts/outages/new/", far))
    early = typed_outage(house, now, received_at=f"{now + DAY:%Y-%m-%dT%H:%M}")
    assert "in the future" in text(signed_in(house, "clerk").post("/contacts/outages/new/", early))
    assert not Outage.objects.exists()


def test_a_power_company_that_tells_too_late_is_named(house, stranger):
    """By the text of the country: the other house is in China."""
    row = taken(house, at=timezone.now(), branch="power")
    assert "Told later than it must" not in text(signed_in(house, "clerk").get(f"/contacts/outages/{row.pk}/"))
    theirs = in_scope_of(stranger.organisation.pk, lambda: taken(stranger, at=timezone.now(), branch="power"))
    client = Client(HTTP_HOST=stranger.host, HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(stranger.clerk.user, backend=BACKEND)
    page = in_scope_of(None, lambda: text(client.get(f"/contacts/outages/{theirs.pk}/")))
    assert "电力供应与使用条例 28" in page


def test_it_is_ended_and_closed_from_its_page(house):
    now = timezone.now()
    row = relayed(house, at=now - HOUR, starts_at=now - HOUR, ends_at=now + HOUR)
    client, address = signed_in(house, "clerk"), f"/contacts/outages/{row.pk}/"
    wrong = client.post(f"{address}restore/", {"restored_at": f"{now - 3 * DAY:%Y-%m-%dT%H:%M}"})
    assert wrong.status_code == 422
    assert "It had not begun then." in text(wrong)
    assert client.post(f"{address}restore/", {}).status_code == 302
    assert client.post(f"{address}restore/", {}).status_code == 409
    assert client.post(f"{address}close/").status_code == 302
    assert "It is over and closed." in text(client.get(address))
    assert client.post(f"{address}dance/").status_code == 404


def test_a_later_end_is_written_by_a_form(house):
    now = timezone.now()
    row = relayed(house, at=now - HOUR, starts_at=now - HOUR, ends_at=now + HOUR)
    client, address = signed_in(house, "clerk"), f"/contacts/outages/{row.pk}/change/"
    sent = {"starts_at": f"{row.starts_at:%Y-%m-%dT%H:%M:%S}", "ends_at": f"{now + 5 * HOUR:%Y-%m-%dT%H:%M}",
            "cause": row.cause, "reason": "It takes longer."}  # fmt: skip
    assert client.post(address, sent).status_code == 302
    assert row.notice.versions.count() == 2
    assert client.post(address, {**sent, "ends_at": "never"}).status_code == 422


def test_who_lives_there_sees_it_and_follows_it(house):
    now = timezone.now()
    hidden = taken(house, at=now, cause="Nobody has checked.")
    row = verified(house, at=now - HOUR, starts_at=now - HOUR, ends_at=now + HOUR)
    client = signed_in(house, "owner")
    page = text(client.get("/contacts/outages/here/"))
    assert row.number in page
    assert hidden.number not in page
    assert client.post(f"/contacts/outages/{row.pk}/follow/").status_code == 302
    assert client.post(f"/contacts/outages/{row.pk}/follow/").status_code == 302
    assert OutageFollower.objects.get().person == house.people["owner"]
    assert client.post(f"/contacts/outages/{hidden.pk}/follow/").status_code == 404
    assert row.get_branch_display() in text(client.get("/"))
    assert client.post(f"/contacts/outages/{row.pk}/unfollow/").status_code == 302
    assert not OutageFollower.objects.exists()
    for path in ("/contacts/outages/", "/contacts/outages/new/", f"/contacts/outages/{row.pk}/"):
        assert client.get(path).status_code == 404


def test_what_is_elsewhere_and_abroad_is_not_found(house, stranger):
    estate, _building = hill(house)
    there = taken(house, "quality", areas=[(estate.pk, None)])
    abroad = in_scope_of(stranger.organisation.pk, lambda: taken(stranger))
    client = signed_in(house, "clerk")
    for key in (there.pk, abroad.pk):
        for path in ("", "change/", "relay/"):
            assert client.get(f"/contacts/outages/{key}/{path}").status_code == 404
        assert client.post(f"/contacts/outages/{key}/verify/").status_code == 404
    assert Outage.objects.get(pk=there.pk).state == "received"


def test_a_list_asks_as_often_for_thirty_as_for_one(house):
    client, counts = signed_in(house, "clerk"), []
    for wanted in (1, 30):
        for _number in range(Outage.objects.count(), wanted):
            taken(house, at=timezone.now())
        client.get("/contacts/outages/?time=coming")
        with CaptureQueriesContext(connection) as asked:
            client.get("/contacts/outages/?time=coming")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_lists_turn_their_pages(house):
    client, now = signed_in(house, "clerk"), timezone.now()
    for number in range(52):
        taken(house, at=now, starts_at=now + DAY + number * HOUR, ends_at=None)
    first = text(client.get("/contacts/outages/?time=coming"))
    assert "O-" in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text(client.get(f"/contacts/outages/{older}"))
    assert second.count('class="number nowrap"') == 2
    assert outages.Outage.objects.count() == 52
