"""The registry's pages as each role meets them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from owners.models import Estate, EstateAssignment, Occupancy, Ownership, Person, RegistryImport, Unit
from owners.services import imports
from tests.factories.house import in_scope_of
from tests.owners.making import imported, lakeside, put, workbook

STAFF_PAGES = ["/registry/", "/registry/people/", "/registry/units/"]


def signed_in(house, role):
    client = Client(headers={"host": house.host})
    client.force_login(house.members[role].user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at_now(house, content, **wish):
    """An import as of today, so that pages that read the clock agree with it."""
    return imported(house, content, now=timezone.now(), **wish)


@pytest.mark.parametrize("path", STAFF_PAGES)
@pytest.mark.parametrize("role", ["clerk", "supervisor", "manager", "quality", "admin", "auditor"])
def test_staff_open_the_registry(house, role, path):
    assert signed_in(house, role).get(path).status_code == 200


@pytest.mark.parametrize("path", [*STAFF_PAGES, "/registry/import/", "/registry/claims/", "/registry/invitations/"])
@pytest.mark.parametrize("role", ["owner", "occupant", "committee", "builder", "engineer"])
def test_others_find_no_such_page(house, role, path):
    client = signed_in(house, role)
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.content == client.get(path + "nowhere/").content or b"We cannot find this page" in answer.content


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_without_sign_in_one_is_asked_to_sign_in(house, path):
    answer = Client(headers={"host": house.host}).get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def upload(client, content, name="registry.xlsx", **fields):
    fields = {
        "estate": "new",
        "estate_name": "Test Court",
        "estate_code": "TST",
        "calendar": "shipped:london-2026",
        **fields,
    }
    return client.post("/registry/import/", {"file": SimpleUploadedFile(name, content), **fields})


def work(row_id):
    imports.work_on_import(import_id=row_id, now=timezone.now())


def test_an_administrator_imports_corrects_and_undoes_in_the_browser(house):
    client = signed_in(house, "admin")
    answer = upload(client, workbook(put(lakeside(), "Owners", "E2", "1/3")))
    assert answer.status_code == 302
    row = RegistryImport.objects.get()
    assert b"being checked" in client.get(answer.url).content
    assert "HX-Refresh" not in client.get(f"{answer.url}progress/").headers
    work(row.pk)
    page = client.get(answer.url).content.decode()
    assert "Owners, row 2, column E (share)" in page
    assert client.get(f"{answer.url}progress/").headers["HX-Refresh"] == "true"
    listed = client.get(f"{answer.url}errors.csv").content.decode("utf-8-sig")
    assert "A-0101" in listed
    again = client.post(f"{answer.url}retry/", {"file": SimpleUploadedFile("better.xlsx", workbook(lakeside()))})
    second = RegistryImport.objects.get(file_name="better.xlsx")
    assert second.options["estate_code"] == "TST"
    work(second.pk)
    page = client.get(again.url).content.decode()
    assert "new estate Test Court (TST)" in page
    assert client.post(f"{again.url}start/").status_code == 302
    work(second.pk)
    assert b"Undo the import" in client.get(again.url).content
    assert Estate.objects.get(code="TST").calendar.code == "london-2026"
    assert client.post(f"{again.url}undo/").status_code == 302
    assert not Estate.objects.filter(code="TST").exists()
    assert client.post(f"{again.url}undo/").status_code == 409
    assert client.post(f"{again.url}start/").status_code == 409


def test_what_is_left_out_is_said_on_the_page(house):
    sheets = put(lakeside(), "Units", "B2", 99)
    sheets["Buildings"].append(["Total", None, 18, 3, None, None])
    sheets["Diary"] = [["Monday", "rain"]]
    for row in sheets["Owners"]:
        row.append("mood")
    content = workbook(sheets, lambda book: book["Units"].row_dimensions.__getitem__(3).__setattr__("hidden", True))
    client = signed_in(house, "admin")
    address = upload(client, content).url
    work(RegistryImport.objects.get().pk)
    page = client.get(address).content.decode()
    for words in (
        "The sheet “Diary” is not part of a registry and is left out.",
        "In “Owners” these columns are left out: mood.",
        "“Units” has 1 hidden rows",
        "In “Buildings” rows with totals or remarks are left out: 3.",
        "Units, row 2: floor 99 is above the 18 floors of building A.",
    ):
        assert words in page


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"PK\x03\x04rubbish"])
def test_a_file_of_another_kind_is_said_at_the_field_and_the_rest_is_kept(house, content):
    answer = upload(signed_in(house, "admin"), content)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a problem" in page
    assert 'value="Test Court"' in page
    assert not RegistryImport.objects.exists()


def test_a_manager_imports_into_their_estate_and_into_no_other(house):
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)
    client = signed_in(house, "manager")
    page = client.get("/registry/import/").content.decode()
    assert str(house.estate.pk) in page
    assert str(other.pk) not in page
    assert "new estate" not in page.lower()
    assert upload(client, workbook(lakeside()), estate=str(other.pk)).status_code == 422
    assert upload(client, workbook(lakeside()), estate="new").status_code == 422
    assert upload(client, workbook(lakeside()), estate=str(house.estate.pk)).status_code == 302


@pytest.mark.parametrize("role", ["clerk", "supervisor", "quality", "auditor"])
def test_others_do_not_import(house, role):
    client = signed_in(house, role)
    assert client.get("/registry/import/").status_code == 404
    assert upload(client, workbook(lakeside())).status_code == 404
    assert not RegistryImport.objects.exists()


def test_nothing_of_a_stranger_is_found(house, stranger):
    org = stranger.organisation.pk
    theirs = in_scope_of(org, lambda: (Person.objects.first().pk, Unit.objects.first().pk))
    row = in_scope_of(org, lambda: imported(stranger, workbook(lakeside()))).pk
    client = signed_in(house, "admin")
    unknown = client.get("/registry/people/01890000-0000-7000-8000-000000000000/").content
    paths = [f"/registry/people/{theirs[0]}/", f"/registry/units/{theirs[1]}/", f"/registry/import/{row}/"]
    token = re.compile(rb'value="[A-Za-z0-9]{64}"')
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 404
        assert token.sub(b"", answer.content).replace(path.encode(), b"") == token.sub(b"", unknown).replace(
            b"/registry/people/01890000-0000-7000-8000-000000000000/", b""
        )
    assert client.post(f"/registry/import/{row}/undo/").status_code == 404
    assert in_scope_of(org, lambda: RegistryImport.objects.get().state) == "done"


def test_staff_of_one_estate_do_not_see_the_people_of_another(house):
    row = at_now(house, workbook(lakeside()))
    client = signed_in(house, "clerk")
    leah = Person.objects.get(name="Leah Watson")
    assert b"Leah Watson" not in client.get("/registry/people/").content
    assert client.get(f"/registry/people/{leah.pk}/").status_code == 404
    EstateAssignment.objects.create(membership=house.clerk, estate=row.estate)
    assert b"Leah Watson" in client.get("/registry/people/?q=watson").content
    assert client.get(f"/registry/people/{leah.pk}/").status_code == 200


def test_an_auditor_reads_masked_contacts_and_every_reading_is_logged(house):
    row = at_now(house, workbook(lakeside()))
    EstateAssignment.objects.create(membership=house.auditor, estate=row.estate)
    client = signed_in(house, "auditor")
    leah = Person.objects.get(name="Leah Watson")
    for path in (
        "/registry/people/",
        f"/registry/people/{leah.pk}/",
        f"/registry/units/{Unit.objects.get(code='A-0101', estate=row.estate).pk}/",
    ):
        page = client.get(path).content.decode()
        assert "leah@example.net" not in page
        assert "7700" not in page
    reads = AuditEntry.objects.filter(actor=house.auditor).values_list("action", flat=True)
    assert sorted(reads) == ["people.read", "person.read", "unit.read"]


@pytest.mark.parametrize("path", ["/registry/people/", "/registry/units/", "/registry/"])
def test_lists_ask_as_often_for_thirty_rows_as_for_one(house, django_assert_num_queries, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(house, "admin")
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    for number in range(30):
        unit = Unit.objects.create(
            estate=house.estate,
            building=house.building,
            code=f"Z-{number:03}",
            number=str(number),
            kind="flat",
            exclusive_area=50,
            status="let",
        )
        person = Person.objects.create(name=f"Person {number:03}", phone=f"+4420794601{number:02}")
        Ownership.objects.create(unit=unit, person=person)
        Occupancy.objects.create(unit=unit, person=Person.objects.create(name=f"Lessee {number:03}"), kind="lessee")
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)
    assert len(few) <= 14


def test_long_lists_go_on_where_they_stopped(house):
    Person.objects.bulk_create([Person(name=f"Same Name {number // 2:03}") for number in range(120)])
    client = signed_in(house, "admin")
    seen, path = [], "/registry/people/?q=same"
    while path:
        page = client.get(path).content.decode()
        seen += re.findall(r"<bdi>(Same Name \d+)</bdi>", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = f"/registry/people/{found[1].replace('&amp;', '&')}" if found else None
    assert len(seen) == 120
    assert seen == sorted(seen)
