"""Dealings: what one waits for and what was promised is what the owner reads, honestly."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Matter, MatterAnswer
from contacts.services import grants, matter_reminding, matters
from notices.models import Delivery
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import filed, furnish
from tests.contacts.making import dealing, hill, party, waiting
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def test_the_owner_reads_whom_one_waits_for_and_what_was_promised(house):
    furnish(house)
    case = filed(house)
    today = timezone.localdate()
    row = dealing(house, case_number=case.number)
    page = reverse("complaints:case", args=[case.number])
    assert "City Water" not in text(signed_in(house, "owner").get(page))

    def wait(promised: date | None) -> str:
        matters.wait(
            matter_id=row.pk, what="the new pump", since=today - timedelta(days=9), promised_on=promised,
            actor=house.clerk, now=timezone.now(),
        )  # fmt: skip
        return text(signed_in(house, "owner").get(page))

    assert "They have named no day yet." in wait(None)
    assert "We have been waiting for City Water since" in wait(today)
    assert "did not keep it" not in wait(today)
    assert "did not keep it" in wait(today - timedelta(days=1))
    assert row.waits.count() == 3
    assert "City Water" in text(signed_in(house, "supervisor").get(reverse("triage:case", args=[case.number])))
    matters.resume(matter_id=row.pk, actor=house.clerk, now=timezone.now())
    assert "City Water" not in text(signed_in(house, "owner").get(page))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"what": " "}, "what"),
        ({"since": date(2026, 3, 3)}, "since"),
        ({"promised_on": date(2026, 3, 1)}, "promised_on"),
    ],
)
def test_waiting_begins_on_a_day_and_for_something(house, changes, code):
    row = dealing(house)
    said = {"what": "the pump", "since": NOON.date(), "promised_on": None, **changes}
    with pytest.raises(DomainError) as refusal:
        matters.wait(matter_id=row.pk, actor=house.clerk, now=NOON, **said)
    assert refusal.value.code == code
    row.refresh_from_db()
    assert row.state == "open"


def test_every_state_has_its_way(house):
    row = waiting(house)
    with pytest.raises(DomainError, match="what came of it"):
        matters.end(matter_id=row.pk, to="done", outcome=" ", actor=house.clerk, now=NOON)
    for _click in range(2):
        row = matters.end(matter_id=row.pk, to="done", outcome="It runs", actor=house.clerk, now=NOON)
    assert (row.state, row.waiting_for, row.promised_on) == ("done", "", None)
    with pytest.raises(DomainError, match="not possible"):
        matters.wait(matter_id=row.pk, what="more", since=NOON.date(), promised_on=None, actor=house.clerk, now=NOON)
    assert matters.resume(matter_id=row.pk, actor=house.clerk, now=NOON).state == "open"


def test_strangers_and_other_estates_find_no_dealing(house, stranger):
    row = waiting(house)
    for outsider in (stranger.manager, house.owner):
        with pytest.raises(NotFound):
            matters.resume(matter_id=row.pk, actor=outsider, now=NOON)
    with pytest.raises(NotAllowed):
        matters.resume(matter_id=row.pk, actor=house.auditor, now=NOON)
    estate, _building = hill(house)
    with pytest.raises(NotAllowed):
        dealing(house, estate=estate)
    assert signed_in(house, "owner").get(reverse("register:matters")).status_code == 404


def test_whoever_sees_to_it_hears_once_of_what_was_not_kept(house):
    row = waiting(house)
    for days in (8, 9, 9, 10):
        matter_reminding.remind_batch(now=NOON + timedelta(days=days))
    told = Delivery.objects.filter(event="matter.promise", channel="portal")
    assert [(one.membership, one.about_id) for one in told] == [(house.clerk, row.pk)]


def test_the_party_says_by_its_link_how_far_it_is_and_sees_nothing_else(house):
    water = party(house, name="City Water", kind="utility", branch="water")
    row = waiting(house, party=water, description="They quarrel about the price")
    other = dealing(house, party=water, title="The other one")
    wish = grants.Wish("contacts.matter", row.pk)
    given = grants.give(party_id=water.pk, wish=wish, form_key=None, actor=house.clerk, now=timezone.now())
    browser = Client(HTTP_HOST=house.host)
    page = text(browser.get(given.path))
    assert "the new pump" in page
    assert not any(words in page for words in ("quarrel", other.title, house.clerk.name))
    assert browser.post(given.path, {"words": ""}).status_code == 422
    past = browser.post(given.path, {"words": "Soon", "promised_on": "2026-01-01"})
    assert past.status_code == 422
    for _click in range(2):
        said = {"words": "It is on the lorry", "promised_on": "2999-01-01"}
        assert browser.post(given.path, said).status_code == 302
    assert MatterAnswer.objects.get().words == "It is on the lorry"
    assert Delivery.objects.filter(event="matter.answered", channel="portal").get().membership == house.clerk
    assert "It is on the lorry" in text(signed_in(house, "clerk").get(reverse("register:matter", args=[row.pk])))
    matters.end(matter_id=row.pk, to="done", outcome="It runs", actor=house.clerk, now=timezone.now())
    assert browser.post(given.path, {"words": "Hello"}).status_code == 409
    assert Matter.objects.get(pk=row.pk).state == "done"


def test_a_dealing_is_opened_once_and_found(house):
    client, water = signed_in(house, "clerk"), party(house)
    given = {
        "title": "New pump", "party": str(water.pk), "kind": "works", "place": f"{house.estate.pk}:",
        "responsible": str(house.clerk.pk), "entry_key": "0198c0de-0000-7000-8000-000000000001",
    }  # fmt: skip
    for _click in range(2):
        assert client.post(reverse("register:matter_new"), given).status_code == 302
    row = Matter.objects.get()
    assert row.title in text(client.get(reverse("register:matters"), {"q": row.number}))
    assert row.title not in text(client.get(reverse("register:matters"), {"which": "late"}))
    wrong = client.post(
        reverse("register:matter_new"), {**given, "entry_key": "", "case_number": "C-1", "description": "Typed"}
    )
    assert wrong.status_code == 422
    assert "Typed" in text(wrong)
    assert Matter.objects.count() == 1
