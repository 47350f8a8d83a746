"""The settings of complaints in the admin: the administrator writes, others read; complaints link to triage."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from complaints.models import Category, LadderStep, ServiceLevel
from tests.complaints.seeds import filed, furnish
from tests.complaints.test_triage import browser
from tests.factories.house import House

SETTINGS = ("category", "servicelevel", "ladderstep")


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


@pytest.mark.parametrize("kind", SETTINGS)
def test_staff_read_the_settings_and_only_the_administrator_writes(house, kind):
    address = f"/admin/complaints/{kind}/"
    for role in ("clerk", "engineer", "supervisor", "manager", "quality", "admin", "auditor"):
        client = browser(house, role)
        assert client.get(address).status_code == 200, role
        assert client.get(f"{address}add/").status_code == (200 if role == "admin" else 403), role
    for role in ("owner", "committee"):
        assert browser(house, role).get(address).status_code in (302, 403)


def test_a_changed_target_is_saved_and_leaves_an_audit_entry(house):
    level = ServiceLevel.objects.get(kind="answer", priority="p3", estate=None)
    fields = {
        "estate": "",
        "kind": "answer",
        "priority": "p3",
        "amount": "2",
        "measure": "working_days",
        "basis": "Contract",
    }
    address = f"/admin/complaints/servicelevel/{level.pk}/change/"
    assert browser(house, "manager").post(address, fields).status_code == 403
    level.refresh_from_db()
    assert level.amount == 1
    assert browser(house, "admin").post(address, fields).status_code == 302
    level.refresh_from_db()
    assert (level.amount, level.basis) == (2, "Contract")
    assert AuditEntry.objects.filter(action="servicelevel.changed", actor=house.admin).exists()


def test_a_ladder_step_can_be_added_for_a_level_that_has_none(house):
    LadderStep.objects.filter(level="quality").delete()
    fields = {"level": "quality", "percent": "100", "working_days_after": "3", "position": "4"}
    assert browser(house, "admin").post("/admin/complaints/ladderstep/add/", fields).status_code == 302
    assert LadderStep.objects.get(level="quality").working_days_after == 3


def test_a_second_target_of_the_same_kind_is_an_error_at_the_form(house):
    fields = {"estate": "", "kind": "answer", "priority": "p3", "amount": "9", "measure": "working_days", "basis": ""}
    response = browser(house, "admin").post("/admin/complaints/servicelevel/add/", fields)
    assert response.status_code == 200
    assert not ServiceLevel.objects.filter(amount=9).exists()


def test_a_category_is_made_inactive_never_deleted(house):
    category = Category.objects.get(code="lift")
    address = f"/admin/complaints/category/{category.pk}/delete/"
    assert browser(house, "admin").post(address, {"post": "yes"}).status_code == 403
    assert Category.objects.filter(code="lift").exists()


def test_complaints_are_listed_by_estate_and_link_to_their_page(house):
    complaint = filed(house, at=timezone.now())
    about = filed(house, at=timezone.now(), subject_staff=house.admin)
    client = browser(house, "admin")
    html = client.get("/admin/complaints/complaint/").content.decode()
    assert f'href="/admin/triage/{complaint.number}/"' in html
    assert about.number not in html
    change = client.get(f"/admin/complaints/complaint/{complaint.pk}/change/")
    assert change["Location"] == f"/admin/triage/{complaint.number}/"
    assert client.get("/admin/complaints/complaint/add/").status_code == 403
