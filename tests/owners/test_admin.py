"""The registry and the members in the administration."""

import pytest

from audit.models import AuditEntry
from owners.models import Estate, EstateAssignment, Ownership, Person, RegistryImport, Unit
from tenancy.models import Membership, User
from tests.owners.making import imported, lakeside, workbook
from tests.owners.test_pages import signed_in

MODELS = ("estate", "building", "unit", "person", "registryimport")


@pytest.mark.parametrize("model", MODELS)
def test_the_administrator_opens_every_list_and_form(house, model):
    imported(house, workbook(lakeside()))
    client = signed_in(house, "admin")
    answer = client.get(f"/admin/owners/{model}/?q=a")
    assert answer.status_code == 200
    rows = {"estate": Estate, "unit": Unit, "person": Person, "registryimport": RegistryImport}.get(model)
    if rows is not None:
        assert client.get(f"/admin/owners/{model}/{rows.objects.first().pk}/change/").status_code == 200
    add = client.get(f"/admin/owners/{model}/add/")
    assert add.status_code == (403 if model == "registryimport" else 200)


@pytest.mark.parametrize(("role", "model", "allowed"), [
    ("clerk", "person", True), ("clerk", "estate", True), ("auditor", "person", False), ("engineer", "unit", False),
    ("manager", "unit", True), ("supervisor", "registryimport", False),
])  # fmt: skip
def test_lists_by_role(house, role, model, allowed):
    assert (signed_in(house, role).get(f"/admin/owners/{model}/").status_code == 200) is allowed


@pytest.mark.parametrize("role", ["owner", "occupant", "committee"])
def test_owners_do_not_enter(house, role):
    assert signed_in(house, role).get("/admin/owners/unit/").status_code in (302, 403, 404)


def test_a_manager_corrects_units_of_their_estates_only(house):
    row = imported(house, workbook(lakeside()))
    client = signed_in(house, "manager")
    assert b"A-P001" not in client.get("/admin/owners/unit/").content
    foreign = Unit.objects.get(code="A-P001", estate=row.estate)
    assert client.get(f"/admin/owners/unit/{foreign.pk}/change/").status_code in (302, 404)
    page = client.get(f"/admin/owners/unit/{house.unit.pk}/change/").content.decode()
    assert "Test Court" not in page


def test_nothing_of_a_stranger_is_listed(house, stranger):
    client = signed_in(house, "admin")
    for model in MODELS:
        assert b"Jinghu" not in client.get(f"/admin/owners/{model}/").content
    assert client.get(f"/admin/owners/unit/{stranger.unit.pk}/change/").status_code in (302, 404)


def formsets(*prefixes):
    return {
        f"{prefix}-{key}": value for prefix in prefixes for key, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
    }


def test_an_estate_is_corrected_and_the_correction_is_recorded(house):
    said = {"name": "Lakeside Park", "code": "LAK", "address": "", "calendar": house.calendar.pk, "is_active": "on"}
    path = f"/admin/owners/estate/{house.estate.pk}/change/"
    assignments = EstateAssignment.objects.count()
    assert signed_in(house, "clerk").post(path, {**said, **formsets("assignments")}).status_code == 403
    assert signed_in(house, "admin").post(path, {**said, **formsets("assignments")}).status_code == 302
    house.estate.refresh_from_db()
    assert house.estate.name == "Lakeside Park"
    assert EstateAssignment.objects.count() == assignments
    assert AuditEntry.objects.filter(action="estate.changed", actor=house.admin, subject_id=house.estate.pk).exists()


def test_what_others_lean_on_is_not_deleted(house):
    client = signed_in(house, "admin")
    for path in (f"estate/{house.estate.pk}", f"building/{house.building.pk}", f"person/{house.people['owner'].pk}"):
        answer = client.post(f"/admin/owners/{path}/delete/", {"post": "yes"})
        assert answer.status_code in (200, 403)
    assert Estate.objects.filter(pk=house.estate.pk).exists()
    assert Ownership.objects.filter(person=house.people["owner"]).exists()


def test_a_member_is_added_by_address(house):
    said = {"email": "Nora@example.org", "name": "Nora", "role": "engineer", "post": "Lift engineer", "is_active": "on"}
    client = signed_in(house, "admin")
    said |= formsets("estate_assignments")
    said |= {"estate_assignments-TOTAL_FORMS": 1, "estate_assignments-0-estate": house.estate.pk}
    answer = client.post("/admin/tenancy/membership/add/", said)
    assert answer.status_code == 302, answer.context["errors"]
    member = Membership.objects.get(user__email="nora@example.org")
    assert (member.role, member.post, member.name) == ("engineer", "Lift engineer", "Nora")
    assert EstateAssignment.objects.get(membership=member).estate == house.estate
    assert client.get(f"/admin/tenancy/membership/{member.pk}/change/").status_code == 200
    assert b"member already" in client.post("/admin/tenancy/membership/add/", said).content
    assert User.objects.filter(email="nora@example.org").count() == 1


def test_nobody_but_the_administrator_adds_members(house):
    for role in ("manager", "clerk", "quality", "auditor"):
        assert signed_in(house, role).get("/admin/tenancy/membership/add/").status_code == 403


def test_the_last_administrator_stays(house):
    path = f"/admin/tenancy/membership/{house.admin.pk}/change/"
    said = {"name": "Admin", "role": "clerk", "post": "", "is_active": "on", **formsets("estate_assignments")}
    client = signed_in(house, "admin")
    assert b"Nobody else administers" in client.post(path, said).content
    house.admin.refresh_from_db()
    assert house.admin.role == "admin"
    Membership.objects.filter(pk=house.manager.pk).update(role="admin")
    assert client.post(path, said).status_code == 302


@pytest.mark.parametrize("model", ["unit", "person", "building"])
def test_lists_ask_as_often_for_thirty_rows_as_for_one(house, model):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(house, "admin")
    client.get(f"/admin/owners/{model}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/admin/owners/{model}/")
    for number in range(30):
        Unit.objects.create(
            estate=house.estate, building=house.building, code=f"Z-{number}", number=str(number), kind="flat",
            exclusive_area=50, status="let",
        )  # fmt: skip
        Person.objects.create(name=f"Person {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/admin/owners/{model}/")
    assert len(many) == len(few) <= 14
