"""An outside party by its link: it sees and answers one thing, until the link expires or is ended, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from contacts.models import AccessGrant, Outage
from contacts.services import directory, grants
from contacts.services.grants import Wish
from notices.mail import message_of
from notices.models import Delivery
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import ApiAnswer
from tests.complaints.pages import signed_in, text
from tests.contacts.making import hill, party, person
from tests.contacts.outages import DAY, HOUR, relayed, verified
from tests.factories.api import program
from tests.factories.house import in_scope_of

FORM, ONE = "contacts.outageform", "contacts.outage"


@pytest.fixture
def water(house):
    return party(house, name="City Water", kind="utility", branch="water", email="desk@water.example")


def given(house, row, subject=FORM, key=None, *, now=None, **wish):
    return grants.give(
        party_id=row.pk, wish=Wish(subject, key, **wish), form_key=None, actor=house.clerk, now=now or timezone.now()
    )


def outsider(house):
    return Client(HTTP_HOST=house.host)


def report(house, **changes):
    starts = timezone.now() + 2 * DAY
    said = {"form_key": str(uuid4()), "starts_at": f"{starts:%Y-%m-%dT%H:%M}", "areas": [f"{house.estate.pk}:"]}
    return {**said, "cause": "A valve.", "is_planned": "on", **changes}


def test_a_clerk_makes_a_link_that_is_shown_once(house, water):
    client, address = signed_in(house, "clerk"), f"/contacts/{water.pk}/grants/new/"
    sent = {"subject": f"{FORM}:", "days": "14", "how": "shown", "form_key": str(uuid4())}
    page = text(client.post(address, sent))
    secret = page.split("/outside/")[1].split("/")[0]
    assert AccessGrant.objects.get().secret_hash != secret
    again = client.post(address, sent)
    assert again.status_code == 409
    assert secret not in text(again)
    assert AccessGrant.objects.count() == 1
    assert secret not in text(client.get(f"/contacts/{water.pk}/"))
    assert "Report outages" in text(client.get(f"/contacts/{water.pk}/"))
    assert outsider(house).get(f"/outside/{secret}/").status_code == 200
    assert "opened once" in text(client.get(f"/contacts/{water.pk}/"))
    assert client.post(address, {**sent, "form_key": str(uuid4()), "days": "99999999999"}).status_code == 422


def test_with_no_address_to_mail_to_the_link_is_passed_on(house, water):
    address = f"/contacts/{water.pk}/grants/new/"
    client = signed_in(house, "clerk")
    for email, how in (("", "shown"), ("desk@water.example", "mailed")):
        water.email = email
        water.save()
        water.people.update(email="")
        assert client.get(address).context["form"]["how"].value() == how


def test_a_utility_reports_an_outage_by_its_form_and_the_house_is_told(house, water):
    path, client = given(house, water).path, outsider(house)
    opened = client.get(path)
    assert "City Water" in text(opened)
    assert opened.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert opened.headers["Referrer-Policy"] == "same-origin"
    sent = report(house)
    answer = client.post(path, sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert client.post(path, sent).status_code == 302
    row = Outage.objects.get()
    assert (row.state, row.source, row.received_by, row.party, row.branch) == ("received", "form", None, water, "water")
    assert row.number in text(client.get(path))
    told = Delivery.objects.filter(event="outage.by_form", channel="portal").values_list("membership__role", flat=True)
    assert set(told) == {"clerk", "supervisor", "manager"}
    written = AuditEntry.objects.filter(action__startswith="grant.").exclude(action="grant.given")
    assert set(written.values_list("action", "actor")) == {("grant.opened", None), ("grant.answered", None)}


def test_what_is_wrong_stands_at_its_field(house, water):
    _estate, elsewhere = hill(house)
    path, client = given(house, water).path, outsider(house)
    wrong = report(
        house, areas=[f"{elsewhere.estate_id}:{elsewhere.pk}"], starts_at="2026-02-30T09:00", cause="A <b>\x00"
    )
    answer = client.post(path, wrong)
    assert answer.status_code == 422
    assert 'value="2026-02-30T09:00"' in text(answer)
    assert "Hill" not in text(client.get(path))
    late = client.post(path, report(house, ends_at="2001-01-01T00:00"))
    assert "It ends before it begins." in text(late)
    assert not Outage.objects.exists()


def test_unknown_ended_and_expired_links_look_the_same(house, stranger, water):
    client, now = outsider(house), timezone.now()
    ended, expired = given(house, water), given(house, water, now=now - 40 * DAY)
    signed_in(house, "clerk").post(f"/contacts/grants/{ended.grant.pk}/end/")
    abroad = in_scope_of(
        stranger.organisation.pk,
        lambda: given(stranger, party(stranger, name="Far Water", kind="utility", branch="water")),
    )
    pages = [
        client.get(path) for path in (ended.path, expired.path, abroad.path, f"/outside/{'x' * 43}/", "/outside/x/")
    ]
    assert {page.status_code for page in pages} == {404}
    assert client.post(ended.path, report(house)).status_code == 404
    assert not Outage.objects.exists()


def test_who_has_left_is_let_in_no_more_and_a_party_of_before_neither(house, water):
    ana = person(house, water)
    theirs, other = given(house, water, contact_id=ana.pk), given(house, water)
    directory.remove_person(person_id=ana.pk, actor=house.clerk, now=timezone.now())
    assert outsider(house).get(theirs.path).status_code == 404
    assert outsider(house).get(other.path).status_code == 200
    water.is_active = False
    water.save()
    assert outsider(house).get(other.path).status_code == 404


def test_one_outage_is_answered_and_the_house_decides(house, water):
    now = timezone.now()
    row = relayed(house, at=now - HOUR, starts_at=now - HOUR, ends_at=now + HOUR, party_id=water.pk)
    other = verified(house, at=now - HOUR, starts_at=now - HOUR, cause="Somebody else's.")
    path, client = given(house, water, ONE, row.pk).path, outsider(house)
    page = text(client.get(path))
    assert row.number in page
    assert other.number not in page
    assert "Say since when it is over" in text(client.post(path, {}))
    assert "in the future" in text(client.post(path, {"over_at": f"{now + DAY:%Y-%m-%dT%H:%M}"}))
    over = now - timedelta(minutes=5)
    sent = {"over_at": f"{over:%Y-%m-%dT%H:%M}", "words": "Mended."}
    assert client.post(path, sent).status_code == 302
    assert client.post(path, sent).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.told_words) == ("relayed", "Mended.")
    assert Delivery.objects.filter(event="outage.told", membership=house.clerk, channel="portal").count() == 1
    staff = signed_in(house, "clerk")
    assert "City Water wrote" in text(staff.get(f"/contacts/outages/{row.pk}/"))
    assert staff.post(f"/contacts/outages/{row.pk}/restore/", {}).status_code == 302
    assert client.post(path, sent).status_code == 409
    assert "It is over. Thank you." in text(client.get(path))


def test_a_mailed_link_is_read_by_nobody_in_the_outbox(house, water):
    made = given(house, water, is_mailed=True)
    secret = made.path.split("/")[2]
    row = Delivery.objects.get(event="outside_access")
    assert row.address == "desk@water.example"
    assert secret not in str(Delivery.objects.values())
    assert secret in message_of(row, house.organisation).body


def test_who_may_not_let_them_in(house, water):
    estate, _building = hill(house)
    both = party(
        house, name="All Water", kind="utility", branch="water", areas=[(house.estate.pk, None), (estate.pk, None)]
    )
    with pytest.raises(DomainError):  # the form would name places where the clerk does not work
        given(house, both)
    cleaning = party(house, name="Brooms", branch="cleaning")
    with pytest.raises(DomainError):
        given(house, cleaning)
    with pytest.raises(NotAllowed):
        grants.give(
            party_id=water.pk, wish=Wish(FORM, None), form_key=None, actor=house.engineer, now=timezone.now()
        )  # fmt: skip
    with pytest.raises(DomainError):
        given(house, cleaning, FORM, None, is_mailed=True)
    assert signed_in(house, "engineer").get(f"/contacts/{water.pk}/grants/new/").status_code == 404
    assert "Let in by a link" not in text(signed_in(house, "engineer").get(f"/contacts/{water.pk}/"))
    assert not AccessGrant.objects.exists()


def test_a_program_makes_lists_and_ends_links(house, water):
    clerk = program(house, "clerk")
    made = clerk.send(f"contacts/{water.pk}/grants/", {"subject_type": FORM}, Idempotency_Key="k-1")
    assert made.status_code == 201
    link = made.json()["link"]
    assert outsider(house).get(link.split(house.host)[1].lstrip(":0123456789")).status_code == 200
    assert not ApiAnswer.objects.filter(body__contains="/outside/").exists()
    rows = clerk.read(f"contacts/{water.pk}/grants/").json()
    assert [row["uses"] for row in rows] == [1]
    assert clerk.send(f"grants/{rows[0]['id']}/end/").json()["ended_at"]
    assert clerk.read(f"contacts/{water.pk}/grants/").json() == []
