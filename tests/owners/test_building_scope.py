"""Staff who work in one building of an estate: everything of theirs, nothing of the one beside it."""

import pytest
from django.test import Client

from complaints import queries as complaints
from complaints import triage_queries
from complaints.models import Complaint
from complaints.services import handling, intake
from complaints.services.escalation import sweep_clocks
from owners import queries
from owners.models import Building, EstateAssignment, Unit
from owners.services.invitations import invite_all
from reports import queries as reports
from tenancy.errors import NotAllowed, NotFound
from tests.complaints.seeds import accepted, filed, furnish
from tests.factories.house import NOON


@pytest.fixture
def south(house):
    """A second tower with a flat, and the clerk bound to the first one."""
    furnish(house)
    tower = Building.objects.create(estate=house.estate, code="B", name="South Tower")
    flat = Unit.objects.create(
        estate=house.estate, building=tower, code="B-0101", number="0101", kind="flat", exclusive_area=50, status="let"
    )
    EstateAssignment.objects.filter(membership=house.clerk).update(building=house.building)
    return flat


def enter(house, role):
    client = Client(headers={"host": house.host})
    client.force_login(house.members[role].user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_clerk_of_a_building_sees_its_cases_and_no_others(house, south):
    here, there = filed(house), filed(house, unit=south)
    grounds = filed(house, unit=None, building=None, place="Gate")
    assert set(complaints.worked_complaints(house.clerk)) == {here}
    assert set(complaints.worked_complaints(house.supervisor)) == {here, there, grounds}
    page = enter(house, "clerk").get("/admin/triage/").content.decode()
    assert here.number in page
    assert there.number not in page
    assert enter(house, "clerk").get(f"/admin/triage/{there.number}/").status_code == 404


def test_counts_say_what_the_list_holds(house, south):
    filed(house), filed(house, unit=south), filed(house, unit=south)
    from zoneinfo import ZoneInfo

    for role, count in (("clerk", 1), ("supervisor", 3)):
        who = triage_queries.asking_now(house.members[role], NOON, ZoneInfo("Europe/London"))
        assert triage_queries.counted(["accept"], who) == {"accept": count}


def test_accepting_next_door_is_not_found_and_changes_nothing(house, south):
    there = filed(house, unit=south)
    with pytest.raises(NotFound):
        intake.accept_complaint(complaint_id=there.pk, actor=house.clerk, now=NOON)
    assert Complaint.objects.get(pk=there.pk).state == "received"


def test_a_complaint_next_door_is_not_entered(house, south):
    filing = intake.Filing(
        estate=house.estate, unit=south, category=filed(house).category, description="Dark.", channel="phone"
    )
    count = Complaint.objects.count()
    with pytest.raises(NotAllowed):
        intake.file_complaint(filing=filing, actor=house.clerk, now=NOON)
    assert Complaint.objects.count() == count


def test_the_counter_offers_the_building_and_not_the_grounds(house, south):
    offered = enter(house, "clerk").get("/complaints/enter/").content.decode()
    assert "North Tower" in offered
    assert "South Tower" not in offered
    assert "Grounds, gate or garage" not in offered
    assert "Grounds, gate or garage" in enter(house, "supervisor").get("/complaints/enter/").content.decode()


def test_nobody_is_given_a_case_of_a_building_they_do_not_work_in(house, south):
    EstateAssignment.objects.filter(membership=house.engineer).update(building=south.building)
    case = accepted(house)
    assert house.engineer not in complaints.handlers_for(case)
    with pytest.raises(NotFound):
        handling.assign_complaint(complaint_id=case.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=NOON)
    assert Complaint.objects.get(pk=case.pk).handler is None


def test_the_ladder_climbs_to_the_people_of_the_building(house, south):
    from datetime import timedelta

    there = filed(house, unit=south)
    sweep_clocks(now=NOON + timedelta(days=3))
    told = set(there.escalations.values_list("to__role", flat=True))
    assert "supervisor" in told
    assert not there.escalations.filter(to=house.clerk).exists()


def test_the_registry_shows_units_and_people_of_the_building(house, south):
    assert {unit.building for unit in queries.units_visible_to(house.clerk)} == {house.building}
    person = house.people["owner"]
    assert person in queries.people_visible_to(house.clerk)
    EstateAssignment.objects.filter(membership=house.clerk).update(building=south.building)
    house.clerk.__dict__.pop("_reach", None)
    assert person not in queries.people_visible_to(house.clerk)
    assert person in queries.people_visible_to(house.supervisor)


def test_invitations_go_to_one_s_building_only(house, south):
    with pytest.raises(NotFound):
        invite_all(estate=house.estate, building=None, actor=house.clerk, now=NOON, on=NOON.date())
    with pytest.raises(NotFound):
        invite_all(estate=house.estate, building=south.building, actor=house.clerk, now=NOON, on=NOON.date())
    assert invite_all(estate=house.estate, building=house.building, actor=house.clerk, now=NOON, on=NOON.date()) == []
    shown = enter(house, "clerk").get("/registry/invitations/", {"estate": house.estate.pk})
    assert shown.status_code == 404


def test_reports_are_of_whole_estates(house, south):
    EstateAssignment.objects.filter(membership=house.manager).update(building=house.building)
    assert list(reports.estates_of(house.manager)) == []
    assert list(reports.estates_of(house.supervisor)) == [house.estate]


def test_an_administrator_binds_somebody_to_a_building_of_that_estate(house, south):
    row = EstateAssignment.objects.get(membership=house.engineer)
    said = {
        "name": "E", "role": "engineer", "post": "", "is_active": "on", "estate_assignments-TOTAL_FORMS": 1,
        "estate_assignments-INITIAL_FORMS": 1, "estate_assignments-0-id": row.pk,
        "estate_assignments-0-membership": house.engineer.pk, "estate_assignments-0-estate": house.estate.pk,
        "estate_assignments-0-building": south.building.pk,
    }  # fmt: skip
    path = f"/admin/tenancy/membership/{house.engineer.pk}/change/"
    assert enter(house, "manager").post(path, said).status_code == 403
    row.refresh_from_db()
    assert row.building is None
    assert enter(house, "admin").post(path, said).status_code == 302
    row.refresh_from_db()
    assert row.building == south.building


def test_a_building_of_another_estate_is_refused(house, south):
    from owners.models import Estate

    hill = Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    row = EstateAssignment.objects.get(membership=house.engineer)
    said = {
        "name": "E", "role": "engineer", "post": "", "is_active": "on", "estate_assignments-TOTAL_FORMS": 1,
        "estate_assignments-INITIAL_FORMS": 1, "estate_assignments-0-id": row.pk,
        "estate_assignments-0-membership": house.engineer.pk, "estate_assignments-0-estate": hill.pk,
        "estate_assignments-0-building": south.building.pk,
    }  # fmt: skip
    page = enter(house, "admin").post(f"/admin/tenancy/membership/{house.engineer.pk}/change/", said)
    assert page.status_code == 200
    assert "This building belongs to another estate." in page.content.decode()
    row.refresh_from_db()
    assert (row.estate, row.building) == (house.estate, None)


def test_with_its_building_an_assignment_goes(house, south):
    EstateAssignment.objects.filter(membership=house.clerk).update(building=south.building)
    south.delete()
    Building.objects.get(code="B").delete()
    assert not EstateAssignment.objects.filter(membership=house.clerk).exists()
