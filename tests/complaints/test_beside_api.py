"""Beside complaints by program: cases alike before one is filed, “me too”, escalations taken up, the answer as PDF."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from complaints.models import Complaint, Escalation, Joining
from complaints.services import escalation
from tests.complaints.seeds import answered, assigned, filed, furnish
from tests.contacts.outages import HOUR, verified
from tests.factories.api import program
from tests.factories.house import House, in_scope_of


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


@pytest.fixture
def leading(house):
    return assigned(
        house, unit=None, building=house.building, place="Lift 2", complainant=house.people["neighbour"],
        description="My dog is afraid of it.",
    )  # fmt: skip


def asked(house, **changes):
    return {"building": str(house.building.pk), "category": "lift", **changes}


def common(house, **changes):
    return {**asked(house), "place": "Lift 2", "description": "It stops.", **changes}


# -- me too ------------------------------------------------------------------------------------------------------------


def test_what_is_alike_says_where_and_how_many_but_neither_who_nor_what(house, leading):
    said = program(house, "owner").read("complaints/alike/", asked(house))
    (row,) = said.json()["results"]
    assert (row["id"], row["households"], row["own_number"], "Lift 2" in row["place"]) == (
        str(leading.pk), 1, "", True,
    )  # fmt: skip
    for words in (leading.number, "My dog", house.people["neighbour"].name):
        assert words not in said.content.decode()


def test_ones_own_is_named_by_its_number(house, leading):
    (row,) = program(house, "neighbour").read("complaints/alike/", asked(house)).json()["results"]
    assert row["own_number"] == leading.number


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"category": "none"}, "category"), ({"building": "x"}, "building"), ({"building": ""}, "building")],
)
def test_an_unknown_place_or_class_is_refused_at_its_field(house, changes, field):
    said = program(house, "owner").read("complaints/alike/", asked(house, **changes))
    assert (said.status_code, list(said.json()["errors"])) == (400, [field])


def test_of_others_homes_and_other_estates_nothing_is_said(house, stranger, leading):
    owner = program(house, "owner")
    home = {"unit": str(house.other_unit.pk), "category": "lift"}
    assert owner.read("complaints/alike/", home).json()["errors"].keys() == {"unit"}
    there = in_scope_of(
        stranger.organisation.pk, lambda: program(stranger, "owner").read("complaints/alike/", asked(house))
    )
    assert there.status_code == 400
    assert program(house, "auditor").read("complaints/alike/", asked(house)).status_code == 403
    assert program(house, "builder").read("complaints/alike/", asked(house)).json()["errors"].keys() == {"building"}
    assert program(house, "clerk").read("complaints/alike/", asked(house)).json()["results"][0]["id"] == str(leading.pk)


def test_filed_with_it_both_are_dealt_with_together_and_sent_again_once(house, leading):
    owner, body = program(house, "owner"), common(house, leading=str(leading.pk))
    first, again = (owner.send("complaints/", body, Idempotency_Key="m-1") for _time in (1, 2))
    assert (first.status_code, first.json()["is_joined"]) == (201, True)
    assert first.json() == again.json()
    assert (Joining.objects.count(), Complaint.objects.count()) == (1, 2)
    assert owner.send("complaints/", {**body, "leading": "x"}).json()["errors"].keys() == {"leading"}


def test_what_is_not_offered_joins_nothing_and_is_filed_all_the_same(house, leading):
    said = program(house, "owner").send("complaints/", common(house, category="noise", leading=str(leading.pk)))
    assert (said.status_code, said.json()["is_joined"], Joining.objects.count()) == (201, False, 0)


def test_a_clerk_enters_it_with_the_one_that_is_known(house, leading):
    said = program(house, "clerk").send(
        "complaints/enter/", common(house, channel="phone", caller_name="Eve", leading=str(leading.pk))
    )
    assert (said.status_code, said.json()["is_joined"]) == (201, True)


def test_what_is_off_there_is_named_before_and_after_filing(house):
    now = timezone.now()
    row = verified(house, at=now - HOUR, starts_at=now - HOUR, ends_at=now + HOUR)
    owner, where = program(house, "owner"), {"unit": str(house.unit.pk), "category": "heating-water"}
    (shown,) = owner.read("complaints/alike/", where).json()["outages"]
    assert shown["number"] == row.number
    said = owner.send("complaints/", {**where, "description": "It is cold."}).json()
    assert [one["id"] for one in said["outages"]] == [str(row.pk)]
    assert owner.send("complaints/", {**where, "category": "noise", "description": "Loud."}).json()["outages"] == []


# -- escalations -------------------------------------------------------------------------------------------------------


@pytest.fixture
def late(house):
    now = timezone.now()
    complaint = filed(house, at=now - timedelta(days=20))
    escalation.sweep_clocks(now=now)
    return complaint


def test_staff_read_each_escalation_and_the_owner_how_far_up_it_stands(house, late):
    desk = program(house, "supervisor").read(f"complaints/{late.number}/").json()
    row = next(one for one in desk["desk"]["escalations"] if one["is_mine"])
    assert (row["to"], row["acknowledged_at"]) == (house.supervisor.name, None)
    owner = program(house, "owner").read(f"complaints/{late.number}/").json()
    assert (owner["level"], owner["desk"]) == (desk["level"], None)
    assert owner["level"] in set(Escalation.objects.values_list("level", flat=True))


def test_whom_it_was_passed_to_takes_it_up_once(house, stranger, late):
    row = Escalation.objects.filter(to=house.supervisor).first()
    path = f"complaints/escalations/{row.pk}/acknowledge/"
    assert program(house, "owner").send(path).status_code == 403
    assert program(house, "clerk").send(path).status_code == 404
    there = in_scope_of(stranger.organisation.pk, lambda: program(stranger, "supervisor").send(path))
    assert there.status_code == 404
    for _time in (1, 2):
        said = program(house, "supervisor").send(path).json()
        assert (bool(said["acknowledged_at"]), said["acknowledged_by"]) == (True, house.supervisor.name)
    assert AuditEntry.objects.filter(action="complaint.acknowledged").count() == 1


# -- the letter --------------------------------------------------------------------------------------------------------


def test_the_answer_is_a_pdf_for_its_complainant_and_for_staff_alone(house):
    complaint = answered(house)
    path = f"complaints/{complaint.number}/letter/"
    for who in ("owner", "supervisor"):
        said = program(house, who).read(path)
        assert (said.status_code, said["Content-Type"]) == (200, "application/pdf")
        assert b"".join(said.streaming_content).startswith(b"%PDF")
    assert program(house, "neighbour").read(path).status_code == 404
    assert program(house, "owner").read(f"complaints/{filed(house).number}/letter/").status_code == 404
