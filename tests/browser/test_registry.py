"""The administrator brings the registry in from a spreadsheet, sees what is wrong, mends it, undoes it."""

from pathlib import Path

import pytest

from owners.models import Person, Unit
from tests.owners.making import jinghu, lakeside, put, workbook

PHOTOS = Path(__file__).resolve().parents[1] / "attachments" / "files"
FILES = {"en": (lakeside, ("Owners", "E2", "two thirds")), "zh": (jinghu, ("业主名册", "G2", "约九十"))}


@pytest.fixture
def files(window, tmp_path):
    """The registry of the window's language, with one cell wrong and as it should be."""
    make, (sheet, cell, wrong) = FILES[window[0]]
    paths = {
        "bad": tmp_path / "registry-1.xlsx",
        "good": tmp_path / "registry-2.xlsx",
        "none": tmp_path / "holiday.xlsx",
    }
    paths["bad"].write_bytes(workbook(put(make(), sheet, cell, wrong)))
    paths["good"].write_bytes(workbook(make()))
    paths["none"].write_bytes((PHOTOS / "lift_panel.png").read_bytes())
    return {**paths, "sheet": sheet, "cell": cell, "wrong": wrong}


def test_registry_is_imported(visit, files, work, post):
    admin = visit().be("admin")
    place = admin.house
    with place.scope():
        before = (Unit.objects.count(), Person.objects.count())
    admin.open("/registry/")
    admin.see("01-registry", dark=True)
    admin.follow("Import a registry")
    admin.press("Upload and check")
    admin.see("02-problems")
    admin.attach("file", files["none"])
    admin.pick("estate", "new")
    admin.write("estate_name", "Test Court" if place.language == "en" else "试验苑")
    admin.write("estate_code", "TST")
    admin.press("Upload and check")
    admin.see("03-no-spreadsheet")
    assert admin.page.locator("[name=estate_code]").input_value() == "TST"
    admin.attach("file", files["bad"])
    admin.press("Upload and check")
    admin.see("04-waiting")
    work()
    admin.page.locator("table").wait_for()
    admin.see("05-errors", dark=True)
    said = admin.text()
    assert files["sheet"] in said
    column, row = files["cell"]
    admin.reads(f"row {row}, column {column}" if place.language == "en" else f"第{row}行、{column}列")
    assert files["wrong"] in said
    with place.scope():
        assert (Unit.objects.count(), Person.objects.count()) == before

    admin.attach("file", files["good"])
    admin.press("Upload and check")
    work()
    admin.page.get_by_role("button", name=admin.say("Import now")).wait_for()
    admin.see("06-preview", dark=True)
    admin.press("Import now")
    work()
    admin.page.get_by_role("button", name=admin.say("Undo the import")).wait_for()
    admin.see("07-done")
    with place.scope():
        assert Unit.objects.count() > before[0]
    admin.open("/registry/units/")
    admin.see("08-units")
    admin.page.locator("main tbody a").first.click()
    admin.see("09-unit")
    admin.open("/registry/people/")
    admin.see("10-people")
    admin.page.go_back()
    admin.open("/registry/")
    admin.page.locator("main a.row-title", has_text="registry-2.xlsx").click()
    admin.press("Undo the import")
    admin.see("11-undone")
    with place.scope():
        assert (Unit.objects.count(), Person.objects.count()) == before
    admin.open("/registry/invitations/")
    admin.see("12-invite")
    admin.page.locator("select[name=estate]").select_option(index=1)
    admin.press("Count them first")
    admin.see("13-counted")
    admin.press("Send the invitations")
    admin.see("14-invited")
    work()
    assert post.to("newcomer@")
