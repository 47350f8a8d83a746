"""What belongs to an outside party by program: people, contracts, certificates, evaluations; and timelines."""

import pytest

from audit.models import AuditEntry
from contacts.models import Certificate, ContactPerson, Contract, Evaluation
from tests.complaints.pages import photo
from tests.contacts.making import contact, party, person
from tests.factories.api import API, program
from tests.factories.house import in_scope_of

pytestmark = pytest.mark.django_db
AGREED = {"title": "Lift service", "scope": "Once a month.", "starts_on": "2026-01-01"}
LICENCE = {"kind": "licence", "title": "Lifts", "expires_on": "2027-01-01"}
DID = {"from_on": "2026-01-01", "to_on": "2026-03-31", "quality": 4, "punctuality": 2, "cooperation": 5}


def entries(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def abroad(stranger, who, path, body=None):
    """What a program of another organisation is told."""
    return in_scope_of(stranger.organisation.pk, lambda: program(stranger, who).send(path, body))


def test_somebody_to_speak_to_is_entered_changed_and_forgotten(house):
    clerk, of = program(house, "clerk"), party(house)
    path = f"contacts/{of.pk}/people/"
    first, again = (
        clerk.send(path, {"name": "Ana", "mobile": "07700 900123"}, Idempotency_Key="p-1") for _time in (1, 2)
    )
    assert (first.status_code, again["Idempotent-Replayed"], ContactPerson.objects.count()) == (201, "true", 1)
    row = clerk.get(first["Location"])
    assert (row.json()["name"], row.json()["mobile"]) == ("Ana", "+447700900123")
    address = f"contacts/people/{row.json()['id']}/"
    changed = clerk.send(address, {"post": "Dispatch"}, If_Match=row["ETag"])
    assert (changed.json()["name"], changed.json()["post"]) == ("Ana", "Dispatch")
    assert clerk.send(address, {"post": "Other"}, If_Match=row["ETag"]).status_code == 412
    assert clerk.send(address, {"post": "Dispatch"}).status_code == 200
    assert entries("contactperson.changed") == 1
    assert clerk.delete(API + address).status_code == 204
    assert (clerk.delete(API + address).status_code, ContactPerson.objects.count()) == (404, 0)


def test_a_contract_keeps_what_is_left_out_and_has_its_documents(house):
    manager, of = program(house, "manager"), party(house)
    file = manager.post(f"{API}files/", {"file": photo()}).json()["id"]
    said = manager.send(f"contacts/{of.pk}/contracts/", {**AGREED, "fee": "90.00", "currency": "gbp", "files": [file]})
    assert (said.status_code, said.json()["currency"], said.json()["files"]) == (201, "GBP", [file])
    address = f"contacts/contracts/{said.json()['id']}/"
    changed = manager.send(address, {"title": "Other"}).json()
    assert (changed["title"], changed["fee"], changed["files"]) == ("Other", "90.00", [file])
    assert manager.send(address, {"currency": ""}).json()["errors"].keys() == {"currency"}
    assert manager.send(address, {"ends_on": "2025-01-01"}).json()["errors"].keys() == {"ends_on"}
    (listed,) = manager.read(f"contacts/{of.pk}/contracts/").json()["results"]
    assert listed == changed


@pytest.mark.parametrize(
    ("path", "who", "body", "fields"),
    [
        ("people", "clerk", {}, {"name"}),
        ("people", "clerk", {"name": "Ana", "phone": "12"}, {"phone"}),
        ("contracts", "manager", {}, {"title", "scope", "starts_on"}),
        ("contracts", "manager", {**AGREED, "starts_on": "0026-01-01"}, {"starts_on"}),
        ("contracts", "manager", {**AGREED, "fee": "-1", "currency": "GBP"}, {"fee"}),
        ("contracts", "manager", {**AGREED, "fee": "1"}, {"currency"}),
        ("contracts", "manager", {**AGREED, "currency": "pound"}, {"currency"}),
        ("certificates", "clerk", {**LICENCE, "kind": "x"}, {"kind"}),
        ("evaluations", "supervisor", {**DID, "quality": 6}, {"quality"}),
        ("evaluations", "supervisor", {**DID, "to_on": "2025-01-01"}, {"to_on"}),
    ],
)
def test_what_is_wrong_is_refused_at_its_field(house, path, who, body, fields):
    said = program(house, who).send(f"contacts/{party(house).pk}/{path}/", body)
    assert (said.status_code, set(said.json()["errors"])) == (400, fields)
    assert not any(model.objects.exists() for model in (ContactPerson, Contract, Certificate, Evaluation))


def test_a_certificate_is_entered_and_changed_and_a_period_evaluated_once(house):
    clerk, of = program(house, "clerk"), party(house)
    said = clerk.send(f"contacts/{of.pk}/certificates/", LICENCE)
    changed = clerk.send(f"contacts/certificates/{said.json()['id']}/", {"number": "7"}).json()
    assert (changed["number"], changed["title"]) == ("7", "Lifts")
    supervisor = program(house, "supervisor")
    did = supervisor.send(f"contacts/{of.pk}/evaluations/", DID)
    assert (did.status_code, did.json()["overall"], did.json()["by"]) == (201, "3.7", house.supervisor.name)
    assert supervisor.send(f"contacts/{of.pk}/evaluations/", DID).json()["errors"].keys() == {"from_on"}
    (listed,) = clerk.read(f"contacts/{of.pk}/evaluations/").json()["results"]
    assert listed["id"] == did.json()["id"]


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        ("people", {"name": "Ana"}, "engineer"), ("contracts", AGREED, "supervisor"),
        ("certificates", LICENCE, "engineer"), ("evaluations", DID, "clerk"),
    ],
)  # fmt: skip
def test_who_may_not_write_is_refused_and_for_others_nothing_is_there(house, stranger, path, body, refused):
    address = f"contacts/{party(house).pk}/{path}/"
    assert program(house, refused).send(address, body).status_code == 403
    assert program(house, "owner").send(address, body).status_code == 404
    assert abroad(stranger, "manager", address, body).status_code == 404
    assert not any(model.objects.exists() for model in (ContactPerson, Contract, Certificate, Evaluation))


def test_contracts_are_not_for_the_desk_and_people_are_masked_for_auditors(house):
    of = party(house)
    row = person(house, of, note="Ana prefers calls.")
    Contract.objects.create(party=of, **AGREED)
    assert program(house, "clerk").read(f"contacts/{of.pk}/contracts/").status_code == 403
    assert program(house, "auditor").read(f"contacts/{of.pk}/contracts/").status_code == 200
    for path in (f"contacts/{of.pk}/people/", f"contacts/people/{row.pk}/", f"contacts/{of.pk}/"):
        said = program(house, "auditor").read(path)
        assert said.status_code == 200
        for words in ("Ana", "7700900123"):
            assert words not in said.content.decode()


# -- timelines -----------------------------------------------------------------------------------------------------------


def test_a_timeline_comes_page_by_page_as_its_page_shows_it(house, settings):
    settings.API = {**settings.API, "PAGE_ROWS": 2}
    for number in range(3):
        contact(house, subject=f"Call {number}")
    clerk = program(house, "clerk")
    first = clerk.read(f"timelines/estate/{house.estate.pk}/").json()
    second = clerk.get(first["next"]).json()
    titles = [row["title"] for row in first["results"] + second["results"]]
    assert ([len(first["results"]), len(second["results"])], second["next"]) == ([2, 1], None)
    assert all(f"Call {number}" in " ".join(titles) for number in range(3))
    assert clerk.read(f"timelines/estate/{house.estate.pk}/?cursor=x").status_code == 400
    assert clerk.read(f"timelines/estate/{house.estate.pk}/?direction=x").json()["errors"].keys() == {"direction"}
    assert clerk.read(f"timelines/estate/{house.estate.pk}/", {"direction": "out"}).json()["results"] == []


def test_a_timeline_is_for_who_reads_the_register_there(house, stranger):
    of = party(house)
    for kind, key in (("unit", house.unit.pk), ("person", house.people["owner"].pk), ("party", of.pk)):
        path = f"timelines/{kind}/{key}/"
        assert program(house, "clerk").read(path).status_code == 200
        assert program(house, "owner").read(path).status_code == 404
        there = in_scope_of(stranger.organisation.pk, lambda path=path: program(stranger, "clerk").read(path))
        assert there.status_code == 404
    assert program(house, "clerk").read(f"timelines/house/{house.unit.pk}/").status_code == 404


def test_an_auditors_reading_of_a_timeline_is_written_down(house):
    path = f"timelines/unit/{house.unit.pk}/"
    assert program(house, "auditor").read(path).status_code == 200
    program(house, "clerk").read(path)
    assert entries("unit.timeline.read") == 1
