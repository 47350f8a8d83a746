"""The staff's pages of outside parties, walked without scripts."""

from datetime import timedelta

from django.utils import timezone

from audit.models import AuditEntry
from contacts.models import Certificate, ContactPerson, Contract, Evaluation, OutsideParty
from tests.complaints.pages import photo, signed_in, text
from tests.contacts.making import hill, party, person, typed
from tests.factories.house import in_scope_of


def test_a_clerk_enters_a_party_with_numbers_in_any_writing_and_finds_it_by_them(house):
    client = signed_in(house, "clerk")
    assert "No outside party yet" in text(client.get("/contacts/"))
    answer = client.post("/contacts/new/", typed(house))
    made = OutsideParty.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/contacts/{made.pk}/")
    assert (made.phone, made.emergency_phone, made.created_by) == ("+442079460123", "105", house.clerk)
    for words in ("city wat", "02079460123", "7946 0123", "105"):
        assert "City Water" in text(client.get("/contacts/", {"q": words})), words
    assert "Nobody found" in text(client.get("/contacts/", {"q": "gas"}))
    assert "City Water" not in text(client.get("/contacts/", {"kind": "government"}))
    page = text(client.get(f"/contacts/{made.pk}/"))
    assert "tel:+442079460123" in page
    assert "Lakeside Court" in page


def test_nothing_typed_is_lost_by_an_error(house):
    answer = signed_in(house, "clerk").post(
        "/contacts/new/", typed(house, phone="call me", emergency_phone="+nobody", branch="lift", name="Water & Sons")
    )
    page = text(answer)
    assert answer.status_code == 422
    for words in ("call me", "+nobody", "Water &amp; Sons", "This is no phone number we know."):
        assert words in page
    answer = signed_in(house, "clerk").post("/contacts/new/", typed(house, branch="lift", areas=[]))
    assert "Say which utility or trade it is" in text(answer)
    assert not OutsideParty.objects.exists()


def test_of_two_who_change_it_at_once_the_second_is_told_and_keeps_what_they_typed(house):
    row, client = party(house), signed_in(house, "clerk")
    sent = typed(house, kind="professional", branch="lift")
    assert client.post(f"/contacts/{row.pk}/edit/", {**sent, "version": 1, "name": "First"}).status_code == 302
    answer = client.post(f"/contacts/{row.pk}/edit/", {**sent, "version": 1, "name": "Second"})
    assert answer.status_code == 422
    assert 'value="Second"' in text(answer)
    assert 'value="2"' in text(answer)
    assert OutsideParty.objects.get().name == "First"
    assert client.post(f"/contacts/{row.pk}/edit/", {**sent, "version": 2, "name": "Second"}).status_code == 302


def test_who_works_in_one_estate_sees_what_serves_it_and_changes_only_what_serves_nothing_else(house):
    estate, building = hill(house)
    there = party(house, name="Hill Gas", branch="cleaning", areas=[(estate.pk, None)])
    both = party(house, name="Both Lifts", areas=[(house.estate.pk, None), (estate.pk, building.pk)])
    all_over = party(house, name="Everywhere Fire", branch="fire", serves_everywhere=True, areas=[])
    client = signed_in(house, "clerk")
    page = text(client.get("/contacts/"))
    assert ("Hill Gas" in page, "Both Lifts" in page, "Everywhere Fire" in page) == (False, True, True)
    assert client.get(f"/contacts/{there.pk}/").status_code == 404
    for row in (both, all_over):
        assert "/edit/" not in text(client.get(f"/contacts/{row.pk}/"))
        assert client.post(f"/contacts/{row.pk}/edit/", typed(house, version=1)).status_code == 403
        row.refresh_from_db()
        assert row.version == 1
    answer = client.post("/contacts/new/", typed(house, areas=[f"{estate.pk}:"]))
    assert answer.status_code == 422
    assert OutsideParty.objects.count() == 3


def test_a_stranger_and_an_owner_find_nothing(house, stranger):
    row = party(house)
    abroad = in_scope_of(stranger.organisation.pk, lambda: party(stranger, name="Far Lifts"))
    assert signed_in(house, "admin").get(f"/contacts/{abroad.pk}/").status_code == 404
    for path in ("/contacts/", f"/contacts/{row.pk}/", "/contacts/new/"):
        assert signed_in(house, "owner").get(path).status_code == 404


def test_somebody_there_is_entered_changed_and_deleted_without_a_trace(house):
    row, client = party(house), signed_in(house, "clerk")
    given = {
        "name": "Ana Dispatcher",
        "mobile": "07700 900123",
        "phone": "020 7946 0123 ext 12",
        "is_for_emergencies": "on",
    }
    assert client.post(f"/contacts/{row.pk}/people/new/", given).status_code == 302
    ana = ContactPerson.objects.get()
    assert (ana.mobile, ana.phone) == ("+447700900123", "+442079460123;ext=12")
    assert client.post(f"/contacts/people/{ana.pk}/", {**given, "post": "Chief"}).status_code == 302
    page = text(client.get(f"/contacts/{row.pk}/"))
    assert "Chief" in page
    assert "+44 20 7946 0123 ext. 12" in page
    assert client.post(f"/contacts/people/{ana.pk}/remove/").status_code == 302
    assert not ContactPerson.objects.exists()
    assert "Ana" not in str(list(AuditEntry.objects.values()))
    assert client.post(f"/contacts/people/{ana.pk}/remove/").status_code == 404


def test_an_auditor_reads_people_masked_and_finds_none_by_trying(house):
    row = party(house)
    person(house, row)
    client = signed_in(house, "auditor")
    page = text(client.get(f"/contacts/{row.pk}/"))
    assert "A••" in page
    assert "Ana" not in page
    assert "900123" not in page
    assert "Lift &amp; Co" not in text(client.get("/contacts/", {"q": "Ana"}))


def test_a_contract_is_seen_by_who_may_see_fees_and_its_documents_too(house):
    row, client = party(house), signed_in(house, "manager")
    given = {
        "title": "Lift service", "scope": "All lifts", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "notice_days": "90",
        "fee": "1200.50", "currency": "gbp", "fee_period": "month", "documents": photo("contract.jpg"),
    }  # fmt: skip
    assert client.post(f"/contacts/{row.pk}/contracts/new/", given).status_code == 302
    contract = Contract.objects.get()
    assert (contract.currency, str(contract.fee)) == ("GBP", "1200.50")
    page = text(client.get(f"/contacts/{row.pk}/"))
    assert "by 2 October 2026" in page
    file = page.split("/files/")[1].split("/")[0]
    assert client.get(f"/files/{file}/").status_code == 200
    clerk = signed_in(house, "clerk")
    assert "1200" not in text(clerk.get(f"/contacts/{row.pk}/"))
    assert clerk.get(f"/files/{file}/").status_code == 404
    assert clerk.get(f"/contacts/contracts/{contract.pk}/").status_code == 404
    answer = client.post(f"/contacts/{row.pk}/contracts/new/", {**given, "notice_days": "99999999999", "documents": ""})
    assert answer.status_code == 422
    assert "Ensure this value is less than or equal to 32767." in text(answer)
    answer = client.post(f"/contacts/{row.pk}/contracts/new/", {**given, "ends_on": "2025-01-01", "documents": ""})
    assert "It ends before it begins." in text(answer)
    assert Contract.objects.count() == 1


def test_what_ends_soon_is_listed(house):
    row, other, client = party(house), party(house, name="Calm Lifts"), signed_in(house, "clerk")
    soon = timezone.localdate() + timedelta(days=20)
    given = {"kind": "insurance", "title": "Liability", "expires_on": soon.isoformat()}
    assert client.post(f"/contacts/{row.pk}/certificates/new/", given).status_code == 302
    assert Certificate.objects.get().expires_on == soon
    page = text(client.get("/contacts/", {"state": "ending"}))
    assert ("Lift &amp; Co" in page, other.name in page) == (True, False)
    assert "ends soon" in text(client.get(f"/contacts/{row.pk}/"))


def test_a_period_is_evaluated_once(house):
    row, client = party(house), signed_in(house, "supervisor")
    given = {"from_on": "2026-01-01", "to_on": "2026-03-31", "quality": "4", "punctuality": "2", "cooperation": "5"}
    assert client.post(f"/contacts/{row.pk}/evaluate/", given).status_code == 302
    again = client.post(f"/contacts/{row.pk}/evaluate/", {**given, "quality": "1"})
    assert again.status_code == 422
    assert "This period has been evaluated already." in text(again)
    assert [str(each.overall) for each in Evaluation.objects.all()] == ["3.7"]
    assert signed_in(house, "clerk").post(f"/contacts/{row.pk}/evaluate/", given).status_code == 404


def test_a_list_asks_as_often_for_thirty_as_for_one(house, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = signed_in(house, "clerk"), []
    for wanted in (1, 30):
        for number in range(OutsideParty.objects.count(), wanted):
            party(house, name=f"Party {number:02d}")
        client.get("/contacts/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/contacts/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
