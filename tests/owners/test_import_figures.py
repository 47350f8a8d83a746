"""The two sample registries end with exactly the figures that come with them."""

import json
from pathlib import Path

import pytest

from owners.figure_queries import registry_figures
from owners.models import Building, Estate, Person, RegistryImport
from owners.services import imports
from tests.factories.house import NOON

FILES = Path(__file__).parent / "files"
EXPECTED = json.loads((FILES / "registry_expected.json").read_text(encoding="utf-8"))


def imported(house, name, **wish):
    row = imports.upload_registry(
        actor=house.admin, now=NOON, file_name=name, content=(FILES / name).read_bytes(), wish=imports.Wish(**wish)
    )
    assert imports.work_on_import(import_id=row.pk, now=NOON) == "ready"
    imports.start_import(import_id=row.pk, actor=house.admin, now=NOON)
    assert imports.work_on_import(import_id=row.pk, now=NOON) == "done"
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("name", ["registry_lakeside.xlsx", "registry_jinghu.xlsx"])
def test_an_import_ends_with_the_expected_figures(house, name):
    row = imported(house, name, estate_name="New Estate", estate_code="NEW")
    assert registry_figures(row.estate) == EXPECTED[name]
    assert row.state == RegistryImport.State.DONE
    assert row.rows_done == row.rows_total > 800


def test_the_estate_takes_its_name_from_the_file_and_its_calendar_from_the_organisation(house):
    row = imported(house, "registry_lakeside.xlsx", estate_code="LKS")
    assert (row.estate.name, row.estate.code, row.estate.calendar) == ("Lakeside Court", "LKS", house.calendar)
    tower = Building.objects.get(estate=row.estate, code="A")
    assert (tower.name, tower.floors_above_ground, tower.lifts) == ("North Tower", 18, 3)
    assert str(tower.completed_on) == "2021-05-20"


def test_homonyms_stay_apart_and_rare_names_stay_whole(house):
    imported(house, "registry_jinghu.xlsx", estate_name="镜湖花园", estate_code="JHU")
    assert Person.objects.filter(name="张伟").count() == 3
    assert Person.objects.filter(name="杨　洋").exists()
    imported(house, "registry_lakeside.xlsx", estate_code="LKS")
    assert Person.objects.filter(name="Li Bo", ownerships__isnull=False).distinct().count() > 1
    assert Person.objects.filter(name__contains="Null").exists()


def test_importing_the_same_file_again_changes_nothing(house):
    first = imported(house, "registry_jinghu.xlsx", estate_name="镜湖花园", estate_code="JHU")
    again = imported(house, "registry_jinghu.xlsx", estate_id=first.estate_id)
    for counts in again.preview["counts"].values():
        assert counts["new"] == counts["changed"] == counts["ended"] == 0
    assert registry_figures(first.estate) == EXPECTED["registry_jinghu.xlsx"]
    assert Estate.objects.count() == 2
