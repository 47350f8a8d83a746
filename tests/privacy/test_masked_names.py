"""The auditor reads masked personal data: nowhere the name of somebody private, and nobody found by trying names."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from complaints.services import talking
from owners.models import EstateAssignment, Person
from tenancy.models import Membership
from tenancy.names import member_name_for, name_for
from tests.complaints.pages import signed_in
from tests.complaints.seeds import assigned, furnish
from tests.factories.api import program

NAME = "Zaphira Quill"


@pytest.fixture
def case(house, unlimited):
    """Filed by an owner of that name, who was written to, and whose acts stand in the log."""
    furnish(house)
    Person.objects.filter(pk=house.people["owner"].pk).update(name=NAME)
    Membership.objects.filter(pk=house.owner.pk).update(name=NAME)
    for name in ("owner", "auditor"):
        house.members[name].refresh_from_db()
    house.people["owner"].refresh_from_db()
    complaint = assigned(house, at=timezone.now())
    talking.reply(complaint_id=complaint.pk, actor=house.supervisor, body="We look.", now=timezone.now())
    assert AuditEntry.objects.filter(actor=house.owner).exists()
    assert EstateAssignment.objects.filter(membership=house.auditor, estate=house.estate).exists()
    return complaint


def pages(house, case):
    entry = AuditEntry.objects.filter(actor=house.owner).first()
    return (
        "/", "/admin/triage/", f"/admin/triage/{case.number}/", "/registry/people/", "/registry/units/",
        f"/registry/people/{house.people['owner'].pk}/", f"/registry/units/{house.unit.pk}/",
        f"/admin/owners/unit/{house.unit.pk}/change/", "/admin/audit/auditentry/",
        f"/admin/audit/auditentry/?who={house.owner.pk}", f"/admin/audit/auditentry/{entry.pk}/change/",
        "/admin/audit/auditentry/export/", "/reports/past-due/",
    )  # fmt: skip


API = ("complaints/", "complaints/{number}/", "registry/units/", "registry/units/{unit}/", "registry/people/",
       "registry/people/{person}/", "audit/")  # fmt: skip


def test_no_page_and_no_export_names_them(house, case):
    auditor, admin = signed_in(house, "auditor"), signed_in(house, "admin")
    named = 0
    for path in pages(house, case):
        answer = auditor.get(path)
        assert answer.status_code == 200, path
        assert NAME not in answer.content.decode(), path
        named += NAME in admin.get(path).content.decode()
    assert named >= 9, "the same pages name them to whoever may see it"
    assert "Z••" in auditor.get(f"/admin/triage/{case.number}/").content.decode()


def test_nobody_is_found_by_trying_names_and_numbers(house, case):
    auditor, clerk = signed_in(house, "auditor"), signed_in(house, "clerk")
    for address in ("/admin/triage/?q={}", "/registry/people/?q={}"):
        for words in ("Zaphira", "+447700900123"):
            assert "Z••" not in auditor.get(address.format(words)).content.decode(), (address, words)
        assert NAME in clerk.get(address.format("Zaphira")).content.decode(), address
    assert "Z••" in auditor.get("/registry/people/?q=A-0101").content.decode()


def test_the_api_masks_as_the_pages_do(house, case):
    auditor, admin = program(house, "auditor"), program(house, "admin")
    given = {"number": case.number, "unit": house.unit.pk, "person": house.people["owner"].pk}
    for path in API:
        address = "/api/v1/" + path.format(**given)
        answer = auditor.get(address)
        assert answer.status_code == 200, address
        assert NAME not in answer.content.decode(), address
        assert NAME in admin.get(address).content.decode(), address
    assert auditor.get("/api/v1/complaints/?q=Zaphira").json()["results"] == []


def test_every_reading_leaves_an_entry(house, case):
    auditor = signed_in(house, "auditor")
    for path in pages(house, case):
        before = AuditEntry.objects.filter(actor=house.auditor).count()
        auditor.get(path)
        assert AuditEntry.objects.filter(actor=house.auditor).count() == before + 1, path


def test_staff_keep_their_names_for_what_they_do(house):
    assert member_name_for(house.auditor, house.clerk) == house.clerk.name
    assert member_name_for(house.auditor, house.owner) == "O••"
    assert member_name_for(house.clerk, house.owner) == house.owner.name
    assert name_for(house.auditor, "王小明") == "王••"
    assert name_for(house.auditor, "") == ""
