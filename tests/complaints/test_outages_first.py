"""Who complains about what is known to be off is shown that first, may follow it, and may file all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Complaint
from contacts.models import OutageFollower
from owners.models import Building
from tests.complaints.pages import photo, signed_in, text, typed
from tests.complaints.seeds import furnish
from tests.contacts.outages import HOUR, taken, verified
from tests.factories.house import House


@pytest.fixture
def now(house: House):
    furnish(house)
    return timezone.now()


def lasting(house, now, **facts):
    return verified(house, at=now - HOUR, **{"starts_at": now - HOUR, "ends_at": now + HOUR, **facts})


def test_the_outage_comes_first_and_nothing_typed_is_lost(house, now):
    row, client = lasting(house, now), signed_in(house, "owner")
    assert "We know of this" in text(client.get("/complaints/new/"))
    sent = typed(house, category="heating-water", description="No hot water & none cold.", photos=photo())
    answer = client.post("/complaints/new/", sent)
    page = text(answer)
    assert (answer.status_code, Complaint.objects.count()) == (200, 0)
    assert "Is it this?" in page
    assert row.number in page
    for words in ("No hot water &amp; none cold.", "leak.jpg", 'name="anyway"', f"/contacts/outages/{row.pk}/follow/"):
        assert words in page, words
    assert client.post(f"/contacts/outages/{row.pk}/follow/").status_code == 302
    assert OutageFollower.objects.get().person == house.people["owner"]
    held = page.split('name="photos_held" value="')[1].split('"')[0]
    filed = client.post("/complaints/new/", {**sent, "photos": "", "photos_held": held, "anyway": "1"})
    assert filed.status_code == 302
    again = client.post("/complaints/new/", {**sent, "photos": "", "photos_held": held, "anyway": "1"})
    assert again.headers["Location"] == filed.headers["Location"]
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("category", ["safety", "noise", "lift"])
def test_another_matter_is_filed_at_once(house, now, category):
    lasting(house, now)
    answer = signed_in(house, "owner").post("/complaints/new/", typed(house, category=category))
    assert answer.status_code == 302


def test_what_is_not_verified_or_in_another_building_holds_nothing_up(house, now):
    other = Building.objects.create(estate=house.estate, code="B", name="South Tower")
    lasting(house, now, areas=[(house.estate.pk, other.pk)])
    taken(house, at=now)
    client = signed_in(house, "owner")
    assert "We know of this" not in text(client.get("/complaints/new/"))
    assert client.post("/complaints/new/", typed(house, category="heating-water")).status_code == 302


def test_at_the_counter_somebody_follows_by_name(house, now):
    row, client = lasting(house, now, ends_at=None), signed_in(house, "clerk")
    owner = house.people["owner"]
    sent = {
        "who": f"{owner.pk}:{house.unit.pk}", "q": "Owner of", "channel": "phone", "category": "heating-water",
        "description": "No water.",
    }  # fmt: skip
    page = text(client.post("/complaints/enter/", sent))
    assert "Is it this? Tell them" in page
    assert "No water." in page
    assert f'name="person" value="{owner.pk}"' in page
    assert client.post(f"/contacts/outages/{row.pk}/follow-for/", {"person": owner.pk}).status_code == 302
    assert (OutageFollower.objects.get().person, OutageFollower.objects.get().by) == (owner, house.clerk)
    assert client.post(f"/contacts/outages/{row.pk}/follow-for/", {"person": "nobody"}).status_code == 404
    assert client.post("/complaints/enter/", {**sent, "anyway": "1"}).status_code == 302
    assert timedelta(0) < timezone.now() - Complaint.objects.get().received_at
