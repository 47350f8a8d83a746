"""manage.py import_registry: prints row errors, exits 1 and stores nothing on any."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from owners.figure_queries import registry_figures
from owners.models import Estate, Person, RegistryImport, Unit
from tenancy.context import scope
from tests.owners.making import as_csv, jinghu, lakeside, put, workbook
from tests.owners.test_import_figures import EXPECTED, FILES


def run(path, *options):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_registry", str(path), "--organisation", "lakeside", *options, stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
        err.write(str(error))
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("name", ["registry_lakeside.xlsx", "registry_jinghu.xlsx"])
def test_the_samples_are_imported(house, name):
    code, out, err = run(FILES / name, "--estate", "NEW", "--estate-name", "New Estate")
    assert (code, err) == (0, "")
    assert registry_figures(Estate.objects.get(code="NEW")) == EXPECTED[name]
    assert out.splitlines()[-1].endswith("rows, 0 errors, done")


def test_the_estate_is_taken_from_the_file(house):
    assert run(FILES / "registry_lakeside.xlsx")[0] == 0
    # The file says Lakeside Court, which is there: no second estate of that name.
    assert list(Estate.objects.values_list("code", flat=True)) == ["LAK"]
    assert Unit.objects.filter(estate__code="LAK").count() == 420


def test_the_first_estate_of_an_organisation_needs_no_name(db):
    from tenancy.services import create_organisation

    organisation = create_organisation(slug="lakeside", name="镜湖物业", admin_email="a@example.org")
    assert run(FILES / "registry_jinghu.xlsx")[0] == 0
    with scope(organisation.pk):
        assert registry_figures(Estate.objects.get()) == EXPECTED["registry_jinghu.xlsx"]


def test_errors_are_printed_and_nothing_is_stored(house, tmp_path):
    path = tmp_path / "bad.xlsx"
    path.write_bytes(workbook(put(put(lakeside(), "Owners", "E2", "1/3"), "Units", "F3", -2)))
    people = Person.objects.count()
    code, _out, err = run(path)
    assert code == 1
    assert "Owners, row 2, column E (share): The shares of the unit A-0101 make 5/6, not 1 (rows 2, 3)." in err
    assert "Units, row 3, column F (exclusive_area): The area is -2." in err
    assert not RegistryImport.objects.exists()
    assert Person.objects.count() == people


def test_a_dry_run_shows_and_stores_nothing(house, tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes(as_csv(jinghu()["业主名册"], encoding="gb18030"))
    code, out, _err = run(path, "--dry-run", "--estate", "NEW", "--estate-name", "New")
    assert code == 0
    assert "units: 2 new" in out
    assert not Estate.objects.filter(code="NEW").exists()
    assert not RegistryImport.objects.exists()


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"PK\x03\x04"])
def test_a_file_of_another_kind_ends_with_one(house, tmp_path, content):
    path = Path(tmp_path / "x.xlsx")
    path.write_bytes(content)
    assert run(path)[0] == 1


def test_a_missing_file_or_organisation_ends_with_one(house):
    assert run("/nowhere/x.xlsx")[0] == 1
    with pytest.raises(CommandError):
        call_command("import_registry", "x", "--organisation", "nobody")
