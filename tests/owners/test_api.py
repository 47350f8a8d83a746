"""Estates, units and people by the API: who reads the registry, masked for whom, and written down when."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from owners.models import Ownership, Person, Unit
from tests.factories.api import API, program

READERS = ("clerk", "supervisor", "manager", "quality", "admin", "auditor")
OTHERS = ("engineer", "owner", "occupant", "committee", "builder")


def names(answer) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.parametrize("path", ["registry/people/", "registry/units/"])
def test_the_registry_is_there_for_its_readers_only(house, path):
    assert {program(house, role).read(path).status_code for role in READERS} == {200}
    refused = [program(house, role).read(path) for role in OTHERS]
    assert {answer.status_code for answer in refused} == {404}
    assert {answer.content for answer in refused} == {program(house, "clerk").read("registry/people/x/").content}


def test_people_with_their_units(house):
    rows = program(house, "clerk").read("registry/people/", {"q": "Coowner"}).json()["results"]
    assert [(row["name"], row["email"], row["signs_in"]) for row in rows] == [
        ("Coowner of Lakeside", "coowner@lakeside.example", True)
    ]
    assert [(held["unit"]["code"], held["share"], held["kind"]) for held in rows[0]["units"]] == [
        ("A-0101", "1/2", "owner")
    ]


def test_the_auditor_reads_masked_data_and_every_reading_is_written_down(house):
    person = house.people["owner"]
    person.phone, person.postal_address = "+447700900123", "Elsewhere 1"
    person.save()
    seen = program(house, "auditor").read(f"registry/people/{person.pk}/").json()
    assert (seen["phone"], seen["email"], seen["postal_address"]) == ("••••••••••123", "o•••@lakeside.example", "")
    assert list(AuditEntry.objects.filter(action="person.read").values_list("actor", "subject_id")) == [
        (house.auditor.pk, person.pk)
    ]
    whole = program(house, "clerk").read(f"registry/people/{person.pk}/").json()
    assert (whole["phone"], whole["postal_address"]) == ("+447700900123", "Elsewhere 1")
    assert AuditEntry.objects.filter(action="person.read").count() == 1


def test_foreign_and_unknown_ids_are_one_answer(house, stranger):
    client = program(house, "clerk")
    for kind, foreign in (("people", stranger.people["owner"]), ("units", stranger.unit)):
        answers = [client.read(f"registry/{kind}/{key}/") for key in (foreign.pk, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    foreign_estate = client.read("registry/units/", {"estate_id": str(stranger.estate.pk)})
    assert foreign_estate.status_code == 404


def test_a_unit_with_its_people(house):
    seen = program(house, "manager").read(f"registry/units/{house.other_unit.pk}/").json()
    assert (seen["code"], seen["exclusive_area"], seen["building"]["name"]) == ("A-0102", "61.13", "North Tower")
    assert {(each["person"]["name"], each["kind"]) for each in seen["holders"]} == {
        ("Neighbour of Lakeside", "owner"),
        ("Occupant of Lakeside", "lessee"),
    }


def test_each_sees_their_own_units_and_estates(house):
    def units(role: str):
        return [(row["code"], row["relation"]) for row in program(house, role).read("units/").json()["results"]]

    assert units("owner") == [("A-0101", "owner")]
    assert units("occupant") == [("A-0102", "occupant")]
    assert units("clerk") == units("committee") == []
    estates = program(house, "owner").read("estates/").json()["results"]
    assert [(row["code"], [each["name"] for each in row["buildings"]]) for row in estates] == [("LAK", ["North Tower"])]
    assert program(house, "committee").read("estates/").json()["results"] == []


@pytest.mark.parametrize("path", ["registry/people/", "registry/units/"])
def test_a_list_asks_as_much_for_thirty_rows_as_for_one(house, path):
    client, counts = program(house, "clerk"), []
    for more in (0, 29):
        for number in range(more):
            unit = Unit.objects.create(
                estate=house.estate, building=house.building, code=f"B-{number:04}", number=str(number), kind="flat",
                exclusive_area="50", status="vacant",
            )  # fmt: skip
            Ownership.objects.create(unit=unit, person=Person.objects.create(name=f"Owner {number:04}"))
        client.read(path)
        with CaptureQueriesContext(connection) as asked:
            client.read(path)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_people_of_one_name_are_each_on_one_page(house, settings):
    settings.API = {**settings.API, "PAGE_ROWS": 2}
    for _ in range(5):
        person = Person.objects.create(name="Wei Chen")
        Ownership.objects.create(unit=house.unit, person=person)
    client, address, seen = program(house, "clerk"), f"{API}registry/people/?q=Wei", []
    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 5
