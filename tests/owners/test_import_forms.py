"""What a registry may look like and still be read; and which files are never opened."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from owners.models import Occupancy, Ownership, Person, Unit
from owners.registry.problems import Unreadable
from owners.registry.workbook import OLE
from tests.owners.making import as_csv, imported, jinghu, lakeside, put, uploaded, workbook


def shares(code="A-0101"):
    return sorted(str(row.share) for row in Ownership.objects.filter(unit__code=code, unit__estate__code="TST"))


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [("50%", "50％", ["1/2", "1/2"]), ("0.5", 0.5, ["1/2", "1/2"]), ("70/100", "３０／１００", ["3/10", "7/10"]), ("½", " 1 / 2 ", ["1/2", "1/2"]),
     ("66.5%", "33.5 %", ["133/200", "67/200"])],
)  # fmt: skip
def test_shares_are_read_in_every_usual_writing(house, one, other, kept):
    imported(house, workbook(put(put(lakeside(), "Owners", "E2", one), "Owners", "E3", other)))
    assert shares() == kept


@pytest.mark.parametrize(
    "written",
    [
        "2024-05-03",
        "2024/5/3",
        "2024.5.3",
        "2024年5月3日",
        "２０２４－０５－０３",
        "20240503",
        45415,
        "45415",
        20240503,
    ],
)
def test_dates_are_read_in_every_usual_writing(house, written):
    imported(house, workbook(put(lakeside(), "Units", "H2", written)))
    assert Unit.objects.get(code="A-0101", estate__code="TST").delivered_on == date(2024, 5, 3)


@pytest.mark.parametrize("written", ["61.13", "６１．１３", " 61.13 m²", "61,13", "61.13㎡", 61.13])
def test_areas_are_read_in_every_usual_writing(house, written):
    imported(house, workbook(put(lakeside(), "Units", "F2", written)))
    assert str(Unit.objects.get(code="A-0101", estate__code="TST").exclusive_area) == "61.13"


def test_numbers_as_text_and_text_as_numbers_find_their_unit(house):
    sheets = lakeside()
    for row in sheets["Units"][1:]:
        row[3] = row[2].lstrip("P")
    for name in ("Owners", "Occupants"):
        for row in sheets[name][1:]:
            row[0] = int("".join(filter(str.isdigit, row[0])))  # 0101 has become 101, P001 has become 1
    imported(house, workbook(sheets))
    assert Ownership.objects.filter(unit__estate__code="TST").count() == 4


def test_headings_may_be_renamed_reordered_and_accompanied(house):
    sheets = lakeside()
    sheets["Owners"] = [[*reversed(row), "whatever"] for row in sheets["Owners"]]
    sheets["Owners"][0] = [
        "Mailing address", "Language", "E-Mail", "Mobile ", "Owned  From", "VOTES", "Ownership share (fraction)", "Owner type", "Owner", "Ref",
        "ＵＮＩＴ　ＣＯＤＥ", "Mood",
    ]  # fmt: skip
    sheets["My people"] = sheets.pop("Owners")
    sheets["Notes"] = [["this is not data"]]
    row = imported(house, workbook(sheets))
    assert row.preview["counts"]["ownerships"]["new"] == 4
    assert {note["code"] for note in row.preview["notes"]} == {"sheet_left_out", "columns_left_out"}


def test_titles_blank_rows_totals_and_blanks_around_words_do_no_harm(house):
    sheets = jinghu()
    rows = sheets["业主名册"]
    rows.insert(0, ["镜湖花园业主名册"])
    rows.insert(1, [])
    rows.insert(5, [None] * 22)
    rows.append(["合计", None, None, None, None, None, 179.52])
    rows[3][9] = "\u3000孙丽明\u00a0"
    rows[3][7] = " 自住 "
    row = imported(house, workbook(sheets))
    assert row.preview["figures"]["units"] == 2
    assert Person.objects.filter(name="孙丽明").count() == 1


def test_merged_cells_count_for_every_row_they_cover(house):
    sheets = jinghu()
    for column in range(1, 9):
        sheets["业主名册"][2][column] = None

    def merge(book):
        for letter in "BCDEFGHI":
            book["业主名册"].merge_cells(f"{letter}2:{letter}3")

    imported(house, workbook(sheets, merge))
    assert Ownership.objects.filter(unit__code="1幢-1单元-101").count() == 2


def test_hidden_rows_are_imported_and_said(house):
    row = imported(
        house,
        workbook(lakeside(), lambda book: book["Owners"].row_dimensions.__getitem__(2).__setattr__("hidden", True)),
    )
    assert row.preview["counts"]["ownerships"]["new"] == 4
    assert [note["params"]["count"] for note in row.preview["notes"] if note["code"] == "hidden_rows"] == [1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_usual_encoding_and_delimiter(house, encoding, delimiter):
    content = as_csv(jinghu()["业主名册"], encoding=encoding, delimiter=delimiter)
    row = imported(house, content, "名册.csv")
    assert row.preview["counts"]["ownerships"]["new"] == 3
    assert Occupancy.objects.filter(unit__code="1幢-1单元-102").count() == 2


def test_an_english_flat_csv_is_read(house):
    headings = "building_code,floor,unit_no,unit_code,kind,exclusive_area,status,delivered_on,party_ref,name,party_type,share,voter,phone,email,occupant_name,occupant_kind,from,to"
    lines = [
        headings,
        "A,1,0101,A-0101,flat,61.13,let,2022-07-16,P1,Zoë D'Souza,person,1/1,yes,+44 7700 900211,,Bo Li,lessee,2024-01-01,",
    ]
    imported(house, "\r\n".join(lines).encode(), "flat.csv")
    assert Person.objects.filter(name="Zoë D'Souza", reference="P1").exists()
    assert Occupancy.objects.get(unit__estate__code="TST").person.name == "Bo Li"


def test_an_accented_csv_of_old_excel_keeps_its_letters(house):
    content = "building_code,unit_no,kind,exclusive_area,status,name,party_type,share,voter\nA,1,flat,60,let,Jürgen Müller,person,1/1,yes\n"
    imported(house, content.encode("cp1252"), "flat.csv")
    assert Person.objects.filter(name="Jürgen Müller").exists()


def refused(house, content, name="registry.xlsx"):
    with pytest.raises(Unreadable) as caught:
        uploaded(house, content, name)
    return str(caught.value.message)


def test_files_of_other_kinds_are_refused_with_what_to_do(house):
    assert "old .xls" in refused(house, OLE + b"\x00" * 600, "old.xls")
    assert "password" in refused(house, OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert "not a spreadsheet" in refused(house, b"%PDF-1.7 ...")
    assert "not a spreadsheet" in refused(house, b"\x89PNG\r\n\x1a\n....")
    assert "empty" in refused(house, b"  \n")
    assert "web page" in refused(house, b"<html><table><tr><td>1</td></tr></table></html>", "x.xls")
    assert "damaged" in refused(house, workbook(lakeside())[:2000])
    assert "larger than" in refused(house, b"a,b\n" * 3_000_000, "big.csv")


def archive(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return stream.getvalue()


def test_a_file_that_unpacks_to_far_too_much_is_never_unpacked(house):
    bomb = archive({"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": b"\x00" * 90_000_000})
    assert len(bomb) < 200_000
    assert "far too large" in refused(house, bomb)


def test_a_workbook_with_entities_is_refused(house):
    source = zipfile.ZipFile(io.BytesIO(workbook(lakeside())))
    parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + parts["xl/worksheets/sheet1.xml"]
    assert "damaged" in refused(house, archive(parts))


def test_other_archives_are_told_apart(house):
    assert "OpenDocument" in refused(house, archive({"mimetype": b"x", "content.xml": b"<x/>"}), "x.ods")
    assert ".xlsb" in refused(house, archive({"xl/workbook.bin": b"x"}), "x.xlsb")
    assert "not a spreadsheet" in refused(house, archive({"word/document.xml": b"<x/>"}), "x.docx")


def test_a_sheet_that_claims_a_million_rows_is_read_for_what_it_holds(house):
    def far(book):
        book["Units"].cell(row=1_048_000, column=20, value=" ")

    imported(house, workbook(lakeside(), far))
    assert Unit.objects.filter(estate__code="TST").count() == 3


def test_the_samples_carry_no_macro_and_no_formula():
    for name in ("registry_lakeside.xlsx", "registry_jinghu.xlsx"):
        path = Path(__file__).parent / "files" / name
        book = openpyxl.load_workbook(path)
        assert not any(
            isinstance(cell, str) and cell.startswith("=")
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        )
