"""Publications by program: published, noted where they hang, withdrawn by two people."""

from datetime import timedelta

import pytest

from disclosures.models import Publication, PublicationPlace
from tests.complaints.pages import photo
from tests.disclosures.publishing_making import drafted, shown
from tests.factories.api import API, program
from tests.factories.house import NOON, in_scope_of

pytestmark = pytest.mark.django_db
SPOT = {"kind": "board", "where": "Hall", "from_on": str(NOON.date() + timedelta(days=1))}


def test_a_program_publishes_a_draft_once(house):
    row, manager = drafted(house), program(house, "manager")
    assert "publish" in manager.read(f"publications/{row.pk}/").json()["acts"]
    tag = manager.read(f"publications/{row.pk}/")["ETag"]
    first = manager.send(f"publications/{row.pk}/publish/", If_Match=tag, Idempotency_Key="p-1")
    assert (first.status_code, first.json()["state"], bool(first.json()["number"])) == (200, "live", True)
    assert manager.send(f"publications/{row.pk}/publish/", If_Match=tag).status_code == 412
    again = manager.send(f"publications/{row.pk}/publish/")
    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])


@pytest.mark.parametrize("act", ["publish", "withdraw", "confirm", "keep", "places"])
def test_who_only_reads_it_is_refused_and_for_others_nothing_is_there(house, stranger, act):
    row = shown(house)
    path = f"publications/{row.pk}/{act}/"
    for who in ("owner", "clerk"):
        assert program(house, who).send(path).status_code == 403
    abroad = in_scope_of(stranger.organisation.pk, lambda: program(stranger, "manager").send(path))
    assert abroad.status_code == 404
    assert program(house, "owner").send(f"publications/{drafted(house).pk}/{act}/").status_code == 404
    assert Publication.objects.get(pk=row.pk).is_asked_back is False


def test_a_board_is_noted_with_photos_once_a_key_and_taken_down(house):
    row, by = shown(house), program(house, "supervisor")
    path, key = f"publications/{row.pk}/places/", str(row.pk)
    for body, field in (
        ({}, "from_on"), ({**SPOT, "where": ""}, "where"), ({**SPOT, "from_on": "2020-01-01"}, "from_on"),
        ({**SPOT, "to_on": "2020-01-01"}, "to_on"), ({**SPOT, "kind": "portal"}, "kind"),
    ):  # fmt: skip
        said = by.send(path, body)
        assert (said.status_code, list(said.json()["errors"])) == (400, [field])
    file = by.post(f"{API}files/", {"file": photo()}).json()["id"]
    said = by.send(path, {**SPOT, "entry_key": key, "files": [file]})
    assert said.status_code == 201
    board = next(one for one in said.json()["places"] if one["kind"] == "board")
    assert board["has_photos"]
    assert by.send(path, {**SPOT, "entry_key": key}).status_code == 201
    assert PublicationPlace.objects.filter(kind="board").count() == 1
    place = f"publications/places/{board['id']}/"
    assert by.send(place, {"to_on": "2020-01-01"}).json()["errors"].keys() == {"to_on"}
    down = by.send(place, {"to_on": SPOT["from_on"]}).json()
    assert next(one for one in down["places"] if one["kind"] == "board")["to_on"] == SPOT["from_on"]
    portal = PublicationPlace.objects.get(kind="portal")
    assert by.send(f"publications/places/{portal.pk}/", {"to_on": None}).status_code == 404
    assert program(house, "owner").send(place, {"to_on": None}).status_code == 403


def test_a_withdrawal_is_asked_for_by_one_and_confirmed_by_another(house):
    row = shown(house)
    by, manager, owner = (program(house, who) for who in ("supervisor", "manager", "owner"))
    path = f"publications/{row.pk}/withdraw/"
    assert by.send(path).json()["errors"].keys() == {"reason"}
    asked = by.send(path, {"reason": "A wrong figure"})
    assert (asked.status_code, asked.json()["withdrawal_reason"], asked.json()["state"]) == (
        200, "A wrong figure", "live",
    )  # fmt: skip
    assert by.send(path, {"reason": "Again"}).status_code == 409
    seen = owner.read(f"publications/{row.pk}/").json()
    assert (seen["withdrawal_reason"], seen["withdrawal_asked_at"], seen["acts"]) == ("", None, [])
    assert "confirm" not in by.read(f"publications/{row.pk}/").json()["acts"]
    assert by.send(f"publications/{row.pk}/confirm/").status_code == 403
    for _time in (1, 2):
        assert manager.send(f"publications/{row.pk}/confirm/").json()["state"] == "withdrawn"
    assert owner.read(f"publications/{row.pk}/").json()["withdrawal_reason"] == "A wrong figure"


def test_before_its_minimum_time_is_over_an_order_is_missed_at_its_field(house):
    row, by = drafted(house), program(house, "supervisor")
    program(house, "manager").send(f"publications/{row.pk}/publish/")  # now, so that its time has just begun
    path = f"publications/{row.pk}/withdraw/"
    assert by.send(path, {"reason": "Wrong"}).json()["errors"].keys() == {"legal_order"}
    assert by.send(path, {"reason": "Wrong", "legal_order": "Order 9"}).json()["errors"].keys() == {"files"}
    file = by.post(f"{API}files/", {"file": photo()}).json()["id"]
    assert by.send(path, {"reason": "Wrong", "legal_order": "Order 9", "files": [file]}).status_code == 200
    for _time in (1, 2):
        kept = by.send(f"publications/{row.pk}/keep/")
        assert (kept.status_code, kept.json()["withdrawal_asked_at"]) == (200, None)


def test_reading_it_by_program_counts_as_reading_its_page(house):
    row = shown(house)
    for _time in (1, 2):
        program(house, "owner").read(f"publications/{row.pk}/")
    program(house, "manager").read(f"publications/{row.pk}/")
    assert row.reads.count() == 1
