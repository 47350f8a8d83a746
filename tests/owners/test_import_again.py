"""Importing again changes, ends and adds; undoing restores what was; what leans on an import holds it."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import storages

from audit.models import AuditEntry
from deadlines.models import ServiceCalendar
from owners.models import Building, Estate, Invitation, Occupancy, Ownership, Person, RegistryImport, Unit
from owners.services import imports
from owners.services.undoing import undo_import
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.factories.house import NOON, in_scope_of
from tests.owners.making import imported, jinghu, lakeside, put, uploaded, workbook

TABLES = (Estate, Building, Unit, Person, Ownership, Occupancy, ServiceCalendar)
HOURS = timedelta(hours=1)


def snapshot():
    """Every row of the registry, field by field."""
    return {model.__name__: sorted(map(str, model.objects.values())) for model in TABLES}


def changed_lakeside():
    sheets = put(put(lakeside(), "Units", "F2", 62), "Owners", "H2", "+44 7700 900299")
    put(sheets, "Owners", "C4", "Oscar Johnson")
    sheets["Owners"][3] = [
        "A-0102",
        "P9",
        "New Buyer",
        "person",
        "1/1",
        "yes",
        None,
        None,
        "buyer@example.net",
        "en",
        None,
    ]
    sheets["Occupants"] = sheets["Occupants"][:1]
    sheets["Units"].append(["A", 2, "0201", "A-0201", "flat", 50, "vacant", None])
    sheets["Owners"].append(
        ["A-0201", "P1", "Leah Watson", "person", "1/1", "yes", None, "+44 7700 900299", "leah@example.net", "en", None]
    )
    return workbook(sheets)


def test_a_second_import_says_and_does_what_is_new_changed_and_ended(house):
    first = imported(house, workbook(lakeside()))
    row = uploaded(house, changed_lakeside(), estate_id=first.estate_id)
    counts = row.preview["counts"]
    assert counts["units"] == {"new": 1, "changed": 1, "ended": 0, "same": 2}
    assert counts["people"] == {"new": 1, "changed": 1, "ended": 0, "same": 2}
    assert counts["ownerships"] == {"new": 2, "changed": 0, "ended": 1, "same": 3}
    assert counts["occupancies"] == {"new": 0, "changed": 0, "ended": 1, "same": 0}
    assert row.preview["samples"]["ownerships.ended"] == ["A-0102 · Oscar Johnson"]
    assert row.preview["samples"]["units.changed"] == ["A-0101: 61.13 → 62.00"]
    second = imported(house, changed_lakeside(), estate_id=first.estate_id)
    ended = Ownership.objects.get(unit__code="A-0102", unit__estate=first.estate, person__name="Oscar Johnson")
    assert ended.to_on == NOON.date()
    buyer = Ownership.objects.get(person__name="New Buyer")
    assert (buyer.from_on, buyer.created_by_import) == (NOON.date(), second.pk)
    assert Occupancy.objects.get(person__name="Harriet Martin").to_on == NOON.date() - timedelta(days=1)
    assert str(Person.objects.get(name="Leah Watson").phone) == "+447700900299"


def test_units_that_are_not_in_the_file_stay_as_they_are(house):
    first = imported(house, workbook(lakeside()))
    sheets = lakeside()
    del sheets["Units"][2:]
    del sheets["Owners"][3:]
    sheets["Occupants"] = sheets["Occupants"][:1]
    second = imported(house, workbook(sheets), estate_id=first.estate_id)
    assert second.preview["untouched_units"] == 2
    assert not Ownership.objects.filter(unit__estate=first.estate, to_on__isnull=False).exists()


def test_an_empty_cell_erases_no_contact(house):
    first = imported(house, workbook(lakeside()))
    imported(house, workbook(put(lakeside(), "Owners", "I2", None)), estate_id=first.estate_id)
    assert Person.objects.get(name="Leah Watson").email == "leah@example.net"


def test_a_person_without_reference_is_known_again_by_unit_and_name_when_the_phone_is_new(house):
    first = imported(house, workbook(jinghu()))
    imported(house, workbook(put(jinghu(), "业主名册", "N2", "13800000999")), estate_id=first.estate_id)
    assert str(Person.objects.get(name="孙丽明").phone) == "+8613800000999"


def test_the_same_owner_in_a_second_estate_is_the_same_person(house):
    imported(house, workbook(jinghu()))
    imported(house, workbook(jinghu()), estate_name="Another", estate_code="ANO")
    assert Person.objects.filter(name="孙丽明").count() == 1
    assert Ownership.objects.filter(person__name="孙丽明").count() == 2


def test_undoing_a_first_import_leaves_nothing_behind(house):
    before = snapshot()
    row = imported(
        house, workbook(lakeside()), estate_name="Test Court", estate_code="TST", calendar="shipped:london-2026"
    )
    assert snapshot() != before
    undo_import(import_id=row.pk, actor=house.admin, now=NOON + 23 * HOURS)
    assert snapshot() == before
    assert RegistryImport.objects.get().state == "undone"
    assert AuditEntry.objects.filter(action="registryimport.undone", actor=house.admin).count() == 1


def test_undoing_a_second_import_restores_the_first(house):
    first = imported(house, workbook(lakeside()))
    before = snapshot()
    second = imported(house, changed_lakeside(), estate_id=first.estate_id)
    undo_import(import_id=second.pk, actor=house.admin, now=NOON)
    assert snapshot() == before


def refused(house, row, now=NOON):
    before = snapshot()
    with pytest.raises(DomainError) as caught:
        undo_import(import_id=row.pk, actor=house.admin, now=now)
    assert snapshot() == before
    assert RegistryImport.objects.get(pk=row.pk).state == "done"
    return str(caught.value.message)


def test_after_a_day_an_import_stays(house):
    row = imported(house, workbook(lakeside()))
    assert "24 hours" in refused(house, row, NOON + 24 * HOURS + timedelta(seconds=1))


def test_the_newer_import_is_undone_first(house):
    first = imported(house, workbook(lakeside()))
    second = imported(house, changed_lakeside(), estate_id=first.estate_id, now=NOON + HOURS)
    assert "imported again" in refused(house, first, NOON + 2 * HOURS)
    undo_import(import_id=second.pk, actor=house.admin, now=NOON + 2 * HOURS)
    undo_import(import_id=first.pk, actor=house.admin, now=NOON + 2 * HOURS)


def test_what_leans_on_an_import_is_named(house):
    from complaints.models import Category, Complaint

    row = imported(house, workbook(lakeside()))
    leah = Person.objects.get(name="Leah Watson")
    Invitation.objects.create(person=leah, email=leah.email, token_hash="x" * 64, created_at=NOON, expires_at=NOON)
    assert "1 invitation depend" in refused(house, row)
    Complaint.objects.create(
        number="C-1", estate=row.estate, unit=Unit.objects.get(code="A-0101", estate=row.estate), priority="P3",
        category=Category.objects.create(code="x", name_en="X", name_zh="X", content_class="services"),
        channel="portal", description="x", moved_at=NOON, received_at=NOON,
    )  # fmt: skip
    assert "1 complaint, 1 invitation depend" in refused(house, row)


def test_a_later_correction_holds_an_import(house):
    first = imported(house, workbook(lakeside()))
    second = imported(house, changed_lakeside(), estate_id=first.estate_id)
    Unit.objects.filter(code="A-0101", estate=first.estate).update(exclusive_area="63.00")
    assert "1 later correction" in refused(house, second)


def test_a_later_owner_of_a_new_unit_holds_an_import(house):
    row = imported(house, workbook(lakeside()))
    Ownership.objects.create(unit=Unit.objects.get(code="A-0101", estate=row.estate), person=house.people["owner"])
    assert "1 ownership" in refused(house, row)


def test_only_who_may_import_may_undo(house, stranger):
    row = imported(house, workbook(lakeside()))
    for role in ("clerk", "owner", "supervisor", "auditor"):
        with pytest.raises(NotFound):
            undo_import(import_id=row.pk, actor=house.members[role], now=NOON)
    with pytest.raises(NotFound):
        in_scope_of(stranger.organisation.pk, lambda: undo_import(import_id=row.pk, actor=stranger.admin, now=NOON))
    assert RegistryImport.objects.get().state == "done"


def test_who_may_not_import_stores_nothing(house):
    for role in ("clerk", "owner", "engineer", "auditor"):
        with pytest.raises(NotAllowed):
            imports.upload_registry(
                actor=house.members[role],
                now=NOON,
                file_name="x.xlsx",
                content=workbook(lakeside()),
                wish=imports.Wish(),
            )
    assert not RegistryImport.objects.exists()


def test_a_faulty_import_cannot_be_started(house):
    row = uploaded(house, workbook(put(lakeside(), "Units", "F2", -1)))
    with pytest.raises(IllegalMove):
        imports.start_import(import_id=row.pk, actor=house.admin, now=NOON)


def test_what_became_wrong_between_check_and_import_stores_nothing(house):
    row = uploaded(house, workbook(lakeside()))
    Estate.objects.create(code="TST", name="Somebody was faster", calendar=house.calendar)
    imports.start_import(import_id=row.pk, actor=house.admin, now=NOON)
    assert imports.work_on_import(import_id=row.pk, now=NOON) == "faulty"
    assert not Unit.objects.filter(estate__code="TST").exists()


def test_the_sweep_takes_up_what_a_lost_message_meant_and_gives_up_after_three(house):
    row = imports.upload_registry(
        actor=house.admin,
        now=NOON,
        file_name="x.xlsx",
        content=workbook(lakeside()),
        wish=imports.Wish(estate_code="TST"),
    )
    assert imports.run_waiting_imports(now=NOON) == 1
    assert imports.run_waiting_imports(now=NOON) == 0
    imports.start_import(import_id=row.pk, actor=house.admin, now=NOON)
    for attempt in range(3):
        assert imports.claim_import(import_id=row.pk, now=NOON + attempt * 11 * 60 * timedelta(seconds=1))
        assert not imports.claim_import(import_id=row.pk, now=NOON + attempt * 11 * 60 * timedelta(seconds=1))
    assert not imports.claim_import(import_id=row.pk, now=NOON + HOURS)
    row.refresh_from_db()
    assert row.state == "failed"


def test_the_file_is_kept_under_the_organisation(house):
    row = imported(house, workbook(lakeside()))
    assert row.stored_name == f"{house.organisation.pk}/registry/{row.pk}.xlsx"
    assert storages["private"].exists(row.stored_name)


def test_shares_and_dates_reach_the_database(house):
    row = imported(house, workbook(lakeside()))
    leah = Ownership.objects.get(person__name="Leah Watson", unit__estate=row.estate)
    assert (str(leah.share), leah.is_voter, leah.from_on) == ("1/2", False, date(2022, 7, 16))
