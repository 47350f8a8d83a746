"""Every mistake is named by sheet, row, column and what to write instead; nothing is stored."""

from datetime import datetime

import pytest

from owners.models import Building, Estate, Occupancy, Ownership, Person, Unit
from owners.registry.problems import line, place, words
from tests.owners.making import as_csv, jinghu, lakeside, places, put, uploaded, workbook

TABLES = (Estate, Building, Unit, Person, Ownership, Occupancy)
CELLS = [
    ("Owners", "E2", "1/3", "share_sum"),
    ("Owners", "E2", "half", "share"),
    ("Owners", "E4", "101%", "share_range"),
    ("Owners", "E4", "0", "share_range"),
    ("Owners", "E4", 0, "share_range"),
    ("Owners", "E4", "-1/2", "share"),
    ("Owners", "E4", "1/0", "share"),
    ("Owners", "E4", 50, "share_range"),
    ("Owners", "E4", None, "missing"),
    ("Owners", "E4", datetime(2026, 2, 1), "share_date"),
    ("Owners", "E4", "0.33333333", "share_fine"),
    ("Owners", "F4", "no", "no_voter"),
    ("Owners", "F2", "yes", "two_voters"),
    ("Owners", "F4", "perhaps", "yes_no"),
    ("Owners", "A4", "Z-9999", "unknown_unit"),
    ("Owners", "A4", None, "missing"),
    ("Owners", "B4", None, "missing"),
    ("Owners", "C4", None, "missing"),
    ("Owners", "C4", "Someone Else", "party_differs"),
    ("Owners", "C4", "x" * 201, "too_long"),
    ("Owners", "D4", "alien", "party_kind"),
    ("Owners", "D5", "person", "unsold_owner"),
    ("Owners", "G4", "03/05/2024", "date_order"),
    ("Owners", "G4", "2024-02-30", "date"),
    ("Owners", "G4", "soon", "date"),
    ("Owners", "G4", "1066-10-14", "date_range"),
    ("Owners", "H4", "12345", "phone"),
    ("Owners", "H4", "ask the porter", "phone"),
    ("Owners", "I5", "sales.example.com", "email"),
    ("Owners", "J4", "klingon", "language"),
    ("Units", "A2", "Q", "unknown_building"),
    ("Units", "A2", None, "missing"),
    ("Units", "B2", "upstairs", "floor"),
    ("Units", "D3", "A-0101", "unit_twice"),
    ("Units", "E2", "castle", "unit_kind"),
    ("Units", "F2", -61.13, "area_positive"),
    ("Units", "F2", 0, "area_positive"),
    ("Units", "F2", "large", "area"),
    ("Units", "F2", 61.137, "area_decimals"),
    ("Units", "F2", 6_113_000, "area_large"),
    ("Units", "F2", None, "missing"),
    ("Units", "F2", "#REF!", "formula_error"),
    ("Units", "G2", "haunted", "unit_status"),
    ("Units", "H2", "yesterday", "date"),
    ("Buildings", "A2", None, "missing"),
    ("Buildings", "C2", "many", "whole_number"),
    ("Buildings", "E2", "May 2021", "date"),
    ("Occupants", "A2", "Z-1", "unknown_unit"),
    ("Occupants", "B2", None, "missing"),
    ("Occupants", "C2", "ghost", "occupant_kind"),
    ("Occupants", "E2", datetime(2020, 1, 1), "from_after_to"),
    ("Occupants", "F2", "0", "phone"),
    ("Occupants", "G2", "harriet@", "email"),
]


def counts():
    return [model.objects.count() for model in TABLES]


@pytest.mark.parametrize(("sheet", "cell", "value", "code"), CELLS)
def test_a_mistake_in_a_cell_is_named_and_nothing_is_stored(house, sheet, cell, value, code):
    before = counts()
    row = uploaded(house, workbook(put(lakeside(), sheet, cell, value)))
    assert row.state == "faulty"
    assert (sheet, cell, code) in places(row)
    assert counts() == before
    error = next(error for error in row.errors if error["code"] == code)
    what, instead = words(error)
    assert instead
    assert "%(" not in what + instead
    assert (
        place(error)
        == f"{sheet}, row {cell[1:]}, column {cell[0]} ({lakeside()[sheet][0]['ABCDEFGHIJ'.index(cell[0])]})"
    )


CHINESE_CELLS = [
    ("G2", 88, "unit_differs", "G3"),
    ("L2", "1/4", "share_sum", "L2"),
    ("M3", "是", "two_voters", "M3"),
    ("F4", "城堡", "unit_kind", "F4"),
    ("N4", "1380000011", "phone", "N4"),
    ("B4", "9幢", "unknown_building", "B4"),
    ("E4", None, "missing", "E4"),
    ("T5", "二〇二五年", "date", "T5"),
    ("R5", "鬼", "occupant_kind", "R5"),
    ("H4", "未售", "unsold_owner", "K4"),
]


@pytest.mark.parametrize(("cell", "value", "code", "named"), CHINESE_CELLS)
def test_a_mistake_in_the_chinese_registry_is_named(house, cell, value, code, named):
    sheets = put(jinghu(), "业主名册", cell, value)
    if cell == "H4":
        put(sheets, "业主名册", "H5", value)
    row = uploaded(house, workbook(sheets))
    assert row.state == "faulty"
    assert ("业主名册", named, code) in places(row)


def test_a_unit_without_owner_is_named(house):
    sheets = lakeside()
    del sheets["Owners"][4]
    assert places(uploaded(house, workbook(sheets))) == {("Units", "D4", "no_owner")}


def test_an_owner_twice_in_a_unit_is_named(house):
    sheets = lakeside()
    sheets["Owners"].append(list(sheets["Owners"][3]))
    assert ("Owners", "C6", "owner_twice") in places(uploaded(house, workbook(sheets)))


def test_an_occupant_twice_in_a_unit_is_named(house):
    sheets = lakeside()
    sheets["Occupants"].append(list(sheets["Occupants"][1]))
    assert places(uploaded(house, workbook(sheets))) == {("Occupants", "B3", "occupant_twice")}


def test_a_building_twice_is_named(house):
    sheets = lakeside()
    sheets["Buildings"].append(list(sheets["Buildings"][1]))
    assert places(uploaded(house, workbook(sheets))) == {("Buildings", "A3", "building_twice")}


@pytest.mark.parametrize("name", ["Buildings", "Units", "Owners", "Occupants"])
def test_a_missing_sheet_is_named(house, name):
    sheets = lakeside()
    del sheets[name]
    row = uploaded(house, workbook(sheets))
    assert [line(error) for error in row.errors] == [
        f"The sheet “{name}” is missing. Add it, with its headings in the first row, even when it is empty."
    ]


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [("Units", "exclusive_area"), ("Units", "kind"), ("Units", "unit_code"), ("Owners", "share"), ("Owners", "voter"),
     ("Owners", "name"), ("Owners", "unit_code"), ("Owners", "party_type"), ("Occupants", "name"), ("Occupants", "kind")],
)  # fmt: skip
def test_a_missing_column_is_named(house, sheet, heading):
    sheets = lakeside()
    index = sheets[sheet][0].index(heading)
    for row in sheets[sheet]:
        del row[index]
    if heading == "unit_code" and sheet == "Units":
        for row in sheets[sheet]:
            del row[2]  # the number would do instead
    found = uploaded(house, workbook(sheets))
    texts = [line(error) for error in found.errors]
    assert f"{sheet}, row 1: The column “{heading}” is missing. Add a column with this heading." in texts


def test_a_missing_chinese_column_is_named_in_chinese(house):
    sheets = jinghu()
    for row in sheets["业主名册"]:
        del row[11]
    assert "The column “份额” is missing." in line(uploaded(house, workbook(sheets)).errors[0])


def test_a_heading_that_stands_twice_is_named(house):
    sheets = lakeside()
    for row in sheets["Owners"]:
        row.append(row[4])
    sheets["Owners"][0][-1] = "Share"
    assert ("Owners", "L1", "column_twice") in places(uploaded(house, workbook(sheets)))


def test_all_mistakes_are_named_at_once(house):
    sheets = put(put(put(lakeside(), "Units", "F2", -1), "Owners", "I2", "x"), "Occupants", "C2", "ghost")
    assert places(uploaded(house, workbook(sheets))) >= {
        ("Units", "F2", "area_positive"), ("Owners", "I2", "email"), ("Occupants", "C2", "occupant_kind"),
    }  # fmt: skip


def test_a_formula_without_a_result_is_named(house):
    row = uploaded(house, workbook(put(lakeside(), "Units", "F2", "=60+1.13")))
    assert ("Units", "F2", "formula") in places(row)


def test_a_share_error_says_the_sum_and_the_rows(house):
    row = uploaded(house, workbook(put(lakeside(), "Owners", "E2", "1/3")))
    assert line(row.errors[0]) == (
        "Owners, row 2, column E (share): The shares of the unit A-0101 make 5/6, not 1 (rows 2, 3). "
        "Correct the shares so that together they make exactly 1."
    )


def test_an_unknown_unit_comes_with_what_it_may_be(house):
    row = uploaded(house, workbook(put(lakeside(), "Owners", "A4", "B-0102")))
    assert "Is it “A-0102”?" in line(row.errors[0])


def test_a_sheet_without_a_registry_is_told_apart(house):
    row = uploaded(house, workbook({"Sheet1": [["colour", "taste"], ["red", "sour"]]}))
    assert [error["code"] for error in row.errors] == ["no_tables"]
    assert uploaded(house, b"colour,taste\nred,sour\n", "list.csv").state == "faulty"


def test_a_csv_names_the_file_as_its_sheet(house):
    rows = put(jinghu(), "业主名册", "L2", "1/4")["业主名册"]
    assert ("名册.csv", "L2", "share_sum") in places(uploaded(house, as_csv(rows), "名册.csv"))


def test_errors_beyond_two_thousand_are_counted(house):
    sheets = lakeside()
    sheets["Owners"] += [[f"Z-{number}", "P9", "X", "person", "1/1", "yes", *[None] * 5] for number in range(2100)]
    row = uploaded(house, workbook(sheets))
    assert len(row.errors) == 2000
    assert row.preview["error_count"] == 2100
