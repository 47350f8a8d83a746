"""What is masked, hidden or elsewhere is not to be had by trying: searches, filters and typed ids tell nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from complaints.models import Complaint
from owners.models import Occupancy, Ownership, Unit
from tenancy.context import scope
from tests.probe.asking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_free_of_limits")]


@contextmanager
def for_now(world) -> Iterator[None]:
    """Rows written inside are undone."""
    with transaction.atomic():
        with scope(world.house.organisation.pk):
            yield
        transaction.set_rollback(True)


def digits_of(world) -> str:
    return str(world.plots["own"].objects["person"].phone)[-6:]


@pytest.mark.parametrize("path", ["/registry/people/", "/api/v1/registry/people/"])
def test_an_auditor_finds_nobody_by_a_name_phone_or_address_that_is_masked_to_them(world, path):
    person = world.plots["own"].objects["person"]
    for words in (person.name, digits_of(world), person.email):
        assert str(person.pk) in ask(world.visitors["clerk"], "GET", path, {"q": words}).text
        assert str(person.pk) not in ask(world.visitors["auditor"], "GET", path, {"q": words}).text


@pytest.mark.parametrize("path", ["/admin/triage/", "/api/v1/complaints/"])
def test_a_case_is_found_by_phone_where_the_phone_is_read_whole(world, path):
    case = world.plots["own"].objects["complaint"]

    def finds(name: str) -> bool:
        return case.number in ask(world.visitors[name], "GET", path, {"q": digits_of(world)}).text

    assert [finds(name) for name in ("clerk", "engineer", "auditor")] == [True, True, False]


@pytest.mark.parametrize("path", ["/admin/triage/?tab=closed&", "/api/v1/complaints/?"])
def test_an_engineer_has_the_phone_no_longer_when_the_case_is_closed(world, path):
    case = world.plots["own"].objects["complaint"]
    with for_now(world):
        Complaint.objects.filter(pk=case.pk).update(is_open=False, state="closed")
        listed = {
            name: case.number in ask(world.visitors[name], "GET", f"{path}q={digits_of(world)}").text
            for name in ("clerk", "engineer")
        }
    assert listed == {"clerk": True, "engineer": False}


@pytest.mark.parametrize("query", [
    "complaints/complaint/?caller_phone__startswith=%2B4477", "complaints/complaint/?subject_staff__isnull=0",
    "complaints/complaint/?complainant__phone__startswith=%2B44", "owners/registryimport/?errors__icontains=xqp",
    "owners/registryimport/?created_by__user__password__startswith=a", "complaints/category/?id__gt=0",
])  # fmt: skip
def test_the_administration_filters_by_what_its_lists_offer_alone(world, query):
    """Django lets anybody ask for every column of a row: so a masked number is read digit by digit."""
    for name in ("auditor", "admin"):
        assert ask(world.visitors[name], "GET", f"/admin/{query}").status == 400


def test_the_filters_that_lists_offer_are_answered(world):
    for query in ("complaints/complaint/?state__exact=assigned", "owners/unit/?kind__exact=flat",
                  f"owners/building/?estate__id__exact={world.house.estate.pk}", "audit/auditentry/?who=system"):  # fmt: skip
        assert ask(world.visitors["admin"], "GET", f"/admin/{query}").status == 200


@pytest.mark.parametrize(("model", "field"), [("owner", Ownership), ("occupant", Occupancy)])
def test_a_page_shows_the_units_of_a_person_where_the_reader_works(world, model, field):
    """A person is known by one unit here; what else they have, at another estate, is that estate's."""
    person, there = world.plots["own"].objects["person"], world.plots["elsewhere"].objects["unit"]
    pages = (f"/registry/people/{person.pk}/", "/registry/people/?q=Ada", f"/api/v1/registry/people/{person.pk}/",
             "/api/v1/registry/people/?q=Ada", "/complaints/enter/people/?q=Ada")  # fmt: skip
    with for_now(world):
        field.objects.create(person=person, unit=there)
        for page in pages:
            answers = {name: ask(world.visitors[name], "GET", page) for name in ("clerk", "admin")}
            assert {name: answer.status for name, answer in answers.items()} == {"clerk": 200, "admin": 200}, page
            assert there.code not in answers["clerk"].text, page
        assert there.code in answers["admin"].text
        by_unit = ask(world.visitors["clerk"], "GET", f"/admin/owners/person/?q={there.code}")
        assert person.name not in by_unit.text


def test_a_form_takes_no_row_beyond_the_managers_reach(world):
    """An id of another estate in a field of the administration is like one that never was."""
    own, there = world.plots["own"].objects, world.plots["elsewhere"].objects
    unit = Unit(code="NEW-1")
    typed = {
        "estate": own["estate"].pk, "code": unit.code, "number": "1", "kind": "flat", "exclusive_area": "50",
        "status": "let", "ownerships-TOTAL_FORMS": 0, "ownerships-INITIAL_FORMS": 0, "occupancies-TOTAL_FORMS": 0,
        "occupancies-INITIAL_FORMS": 0,
    }  # fmt: skip
    manager, add = world.visitors["manager"], "/admin/owners/unit/add/"
    assert ask(manager, "POST", add, {**typed, "building": own["building"].pk}).status == 302
    shared = {"share_numerator": 1, "share_denominator": 1}
    row = {f"ownerships-0-{name}": value for name, value in shared.items()} | {"ownerships-TOTAL_FORMS": 1}
    own_row = {**typed, **row, "building": own["building"].pk, "ownerships-0-person": own["person"].pk}
    assert ask(manager, "POST", add, own_row).status == 302
    for wrong in (
        {**typed, "building": there["building"].pk},
        {**typed, "building": own["building"].pk, "estate": there["estate"].pk},
        {**own_row, "ownerships-0-person": there["person"].pk},
    ):
        answer = ask(manager, "POST", add, wrong)
        assert (answer.status, answer.wrote) == (200, [])
        assert "xqe" not in answer.text


def test_staff_choose_among_those_who_work_where_they_do(world):
    stranger = world.plots["elsewhere"].objects["handler"]
    assert stranger.name not in ask(world.visitors["clerk"], "GET", "/admin/triage/?filter=1").text
    assert stranger.name in ask(world.visitors["admin"], "GET", "/admin/triage/?filter=1").text


def test_a_program_of_one_buildings_clerk_sees_no_other_building(world):
    listed = ask(world.visitors["clerk of a building"], "GET", "/api/v1/estates/").text
    assert ("North Tower" in listed, "South Tower" in listed) == (True, False)
    assert "South Tower" in ask(world.visitors["owner"], "GET", "/api/v1/estates/").text
