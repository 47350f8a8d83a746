"""Drafts for programs: the same drafts as on the page, changed only by whoever read what they say now."""

import uuid

import pytest
from django.urls import reverse

from attachments.models import Attachment
from contacts.models import CommunicationRecord, EntryDraft
from tests.complaints.pages import photo, signed_in, text
from tests.contacts.making import contact, person, said
from tests.contacts.making import party as outside_party
from tests.factories.api import API, program

pytestmark = pytest.mark.django_db


def typed(house, **changes):
    """What can be written down, as a program says it."""
    given = {
        "who": "unlisted", "name_given": "Somebody", "party_type": "owner", "channel": "letter", "direction": "out",
        "content": "enquiry", "summary": "The lift is loud.", "occurred_at": "2026-03-02T11:00:00Z",
        "estate": str(house.estate.pk), "is_letter": True, "addressee": "City Water", "letter_text": "Dear all,",
        "methods": ["writing"],
    }  # fmt: skip
    return {**given, **changes}


def begin(house, role="clerk", **changes):
    """The client, the address of a new draft and its version."""
    client = program(house, role)
    answer = client.send("register/drafts/", {"said": typed(house, **changes)})
    assert answer.status_code == 201
    return client, answer["Location"].removeprefix(API), answer["ETag"]


def drop(client, address, **headers):
    return client.delete(API + address, headers={name.replace("_", "-"): said for name, said in headers.items()})


def test_a_program_begins_reads_changes_and_lists_its_members_own(house):
    client, address, version = begin(house, summary="The li")
    read = client.read(address)
    assert (read["ETag"], read.json()["said"]["summary"], read.json()["said"]["is_letter"]) == (version, "The li", True)
    assert client.read(address, If_None_Match=version).status_code == 304
    told = client.send(address, {"said": {"summary": "The lift hums", "addressee": ""}}, If_Match=version)
    assert told.status_code == 200
    kept = told.json()["said"]
    assert (kept["summary"], kept["letter_text"], "addressee" in kept) == ("The lift hums", "Dear all,", False)
    assert client.read(address)["ETag"] == told["ETag"] != version
    rows = client.read("register/drafts/").json()["results"]
    assert [(row["id"], row["title"]) for row in rows] == [(told.json()["id"], "The lift hums")]


@pytest.mark.parametrize("other", ["supervisor", "manager", "quality", "engineer", "auditor", "owner"])
def test_nobody_else_finds_a_draft(house, other):
    _client, address, version = begin(house)
    theirs = program(house, other)
    listed = theirs.read("register/drafts/")
    assert listed.status_code == 404 or listed.json()["results"] == []
    assert theirs.read(address).status_code == 404
    assert theirs.send(address, {"said": {"summary": "Mine"}}, If_Match=version).status_code == 404
    assert theirs.send(f"{address}finish/", If_Match=version).status_code == 404
    assert drop(theirs, address, If_Match=version).status_code == 404
    assert EntryDraft.objects.get().first("summary") == "The lift is loud."
    assert not CommunicationRecord.objects.exists()


def test_two_devices_do_not_overwrite_each_other(house):
    client, address, version = begin(house)
    phone = program(house, "clerk")
    assert phone.send(address, {"said": {"summary": "From the phone"}}, If_Match=version).status_code == 200
    for refused in (
        client.send(address, {"said": {"summary": "From the desk"}}, If_Match=version),
        client.send(f"{address}finish/", If_Match=version),
        drop(client, address, If_Match=version),
    ):
        assert (refused.status_code, refused.json()["type"]) == (412, "/api/v1/docs/#changed-meanwhile")
    for unread in (
        client.send(address, {"said": {"summary": "Desk"}}),
        client.send(f"{address}finish/"),
        drop(client, address),
    ):
        assert (unread.status_code, unread.json()["type"]) == (428, "/api/v1/docs/#version-missing")
    assert EntryDraft.objects.get().first("summary") == "From the phone"
    assert client.send(address, {"said": {"summary": "From the desk"}}, If_Match="*").status_code == 200


def test_finishing_writes_the_letter_down_once(house):
    client, address, version = begin(house)
    told = client.send(f"{address}finish/", If_Match=version)
    assert told.status_code == 201
    row = CommunicationRecord.objects.get()
    assert (row.letter_text, row.addressee, row.methods, bool(row.letter_number)) == (
        "Dear all,", "City Water", ["writing"], True,
    )  # fmt: skip
    assert told["Location"] == f"{API}register/{row.pk}/"
    assert not EntryDraft.objects.exists()
    assert client.read(address).status_code == 404
    again = client.send(f"{address}finish/", If_Match=version)
    assert (again.status_code, again.json()["id"]) == (201, str(row.pk))
    assert CommunicationRecord.objects.count() == 1


def test_what_is_missing_is_named_at_its_field_and_the_draft_stays(house):
    client, address, version = begin(house, who="", content="", occurred_at="yesterday", case_number="")
    told = client.send(f"{address}finish/", If_Match=version)
    assert (told.status_code, set(told.json()["errors"])) == (400, {"who", "content", "occurred_at"})
    version = client.send(address, {"said": typed(house, channel="phone")}, If_Match=version)["ETag"]
    refused = client.send(f"{address}finish/", If_Match=version)
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"is_letter"})
    assert EntryDraft.objects.exists()
    assert not CommunicationRecord.objects.exists()


def test_the_page_goes_on_with_what_a_program_began_and_the_other_way_round(house):
    owner = house.people["owner"]
    who = f"p:{owner.pk}:{house.unit.pk}"
    _client, address, _version = begin(house, who=who, occurred_at="2026-03-02T11:00:00Z")
    page = signed_in(house, "clerk").get(f"/{address}")
    form = page.context["form"]
    assert (form["summary"].value(), form["is_letter"].value()) == ("The lift is loud.", "on")
    assert f'value="{who}" checked' in text(page)
    assert len(form["occurred_at"].value()) == len("2026-03-02T11:00")
    key = uuid.uuid4()
    signed_in(house, "clerk").post(reverse("register:new"), said(house, who=who, keep="1", entry_key=str(key)))
    client = program(house, "clerk")
    read = client.read(f"register/drafts/{key}/")
    assert read.json()["said"]["who"] == who
    assert client.send(f"register/drafts/{key}/finish/", If_Match=read["ETag"]).status_code == 201
    row = CommunicationRecord.objects.get()
    assert (row.person, row.unit, row.subject) == (owner, house.unit, "The lift is loud.")


def test_somebody_at_an_outside_party_is_kept_and_only_as_far_as_one_may_see_them(house):
    water = outside_party(house, name="City Water", kind="utility", branch="water")
    ana = person(house, water)
    client, address, version = begin(house, who=f"c:{ana.pk}")
    assert client.send(f"{address}finish/", If_Match=version).status_code == 201
    assert CommunicationRecord.objects.get().contact == ana
    client, address, version = begin(house, who=f"p:{house.people['owner'].pk}:{uuid.uuid4()}")
    assert set(client.send(f"{address}finish/", If_Match=version).json()["errors"]) == {"who"}


def test_an_answer_that_is_begun_answers(house):
    letter = contact(house, channel="letter")
    client, address, version = begin(house, answer_to=str(letter.pk))
    assert client.read(address).json()["said"]["answer_to"] == str(letter.pk)
    client.send(f"{address}finish/", If_Match=version)
    letter.refresh_from_db()
    assert letter.state == "closed"


def test_discarding_takes_words_and_files(house):
    client, address, version = begin(house)
    sent = client.post(f"{API}files/", {"file": photo()})
    told = client.send(address, {"files": [sent.json()["id"]]}, If_Match=version)
    assert told.json()["files"] == [sent.json()["id"]]
    assert drop(client, address, If_Match=told["ETag"]).status_code == 204
    assert not EntryDraft.objects.exists()
    assert not Attachment.objects.exists()
    assert drop(client, address, If_Match=told["ETag"]).status_code == 404


def test_nothing_is_no_draft_and_there_is_an_end_to_how_much(house):
    client = program(house, "clerk")
    assert set(client.send("register/drafts/", {"said": {"channel": "phone"}}).json()["errors"]) == {"said"}
    long = client.send("register/drafts/", {"said": {"letter_text": "x" * 40001}})
    assert (long.status_code, set(long.json()["errors"])) == (400, {"summary"})
    assert not EntryDraft.objects.exists()


def test_the_same_request_twice_begins_one(house):
    client = program(house, "clerk")
    for _time in range(2):
        client.send("register/drafts/", {"said": {"summary": "The li"}}, Idempotency_Key="one")
    assert EntryDraft.objects.count() == 1
