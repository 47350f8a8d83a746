"""Small registries as files, for tests that plant one mistake at a time."""

import copy
import csv
import io
from datetime import date

import openpyxl

from owners.services import imports
from tests.factories.house import NOON

LAKESIDE = {
    "About": [["Estate", "Test Court"]],
    "Buildings": [
        ["building_code", "building_name", "floors_above_ground", "lifts", "completed_on", "address"],
        ["A", "North Tower", 18, 3, date(2021, 5, 20), "1 Lakeside Walk"],
    ],
    "Units": [
        ["building_code", "floor", "unit_no", "unit_code", "kind", "exclusive_area", "status", "delivered_on"],
        ["A", 1, "0101", "A-0101", "flat", 61.13, "owner_occupied", date(2022, 7, 16)],
        ["A", 1, "0102", "A-0102", "flat", 72.8, "let", date(2022, 1, 22)],
        ["A", -1, "P001", "A-P001", "parking", 12.8, "unsold", None],
    ],
    "Owners": [
        ["unit_code", "party_ref", "name", "party_type", "share", "voter", "owned_from", "phone", "email", "language",
         "postal_address"],
        ["A-0101", "P1", "Leah Watson", "person", "1/2", "no", date(2022, 7, 16), "+44 7700 900211", "leah@example.net", "en", None],
        ["A-0101", "P2", "Oscar Johnson", "person", "1/2", "yes", date(2022, 7, 16), "+44 7700 900212", None, "en", None],
        ["A-0102", "P2", "Oscar Johnson", "person", "1/1", "yes", date(2022, 1, 22), "+44 7700 900212", None, "en", None],
        ["A-P001", "P3", "Lakeside Development Ltd", "construction_unit", "1/1", "yes", None, "+44 20 7946 0900",
         "sales@dev.example.com", "en", "1 Lakeside Walk"],
    ],
    "Occupants": [
        ["unit_code", "name", "kind", "from", "to", "phone", "email", "language"],
        ["A-0102", "Harriet Martin", "lessee", date(2024, 7, 13), date(2027, 7, 12), "+44 7700 900380", "harriet@example.net", "en"],
    ],
}  # fmt: skip
JINGHU = {
    "业主名册": [
        ["序号", "楼幢", "单元", "楼层", "房号", "物业类型", "专有部分面积(㎡)", "房屋状态", "交付日期", "业主姓名/名称", "业主类型", "份额",
         "表决代表", "联系电话", "电子邮箱", "通知语言", "使用人姓名", "使用人类型", "使用人电话", "租期起", "租期止", "备注"],
        [1, "1幢", "1单元", 1, "101", "住宅", 89.52, "自住", date(2022, 7, 24), "孙丽明", "自然人", "1/2", "是", "13800000460", None,
         "中文", None, None, None, None, None, None],
        [2, "1幢", "1单元", 1, "101", "住宅", 89.52, "自住", date(2022, 7, 24), "吴宇宇", "自然人", "1/2", "否", "15000000461", None,
         "中文", None, None, None, None, None, None],
        [3, "1幢", "1单元", 1, "102", "住宅", 90, "出租", date(2021, 10, 20), "高涛芳", "自然人", "1/1", "是", "13800000119", None,
         "中文", "陶轩", "承租人", "13900000708", date(2025, 4, 19), None, None],
        [4, "1幢", "1单元", 1, "102", "住宅", 90, "出租", date(2021, 10, 20), None, None, None, None, None, None, None,
         "陈琳婷", "承租人", "15000000712", date(2025, 4, 19), None, "同住使用人"],
    ],
    "楼幢": [["楼幢", "地上层数", "单元数", "电梯台数", "竣工日期", "地址"], ["1幢", 33, 1, 2, date(2021, 4, 28), "镜湖路18号"]],
}  # fmt: skip


def lakeside():
    return copy.deepcopy(LAKESIDE)


def jinghu():
    return copy.deepcopy(JINGHU)


def workbook(sheets, change=None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_csv(rows, *, encoding="utf-8", delimiter=","):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return stream.getvalue().encode(encoding)


def put(sheets, name, cell, value):
    """Write into a cell by the name the spreadsheet shows: put(sheets, "Owners", "E2", "1/3")."""
    column, row = openpyxl.utils.cell.coordinate_from_string(cell)
    sheets[name][row - 1][openpyxl.utils.column_index_from_string(column) - 1] = value
    return sheets


def uploaded(house, content, name="registry.xlsx", **wish):
    wish = wish or {"estate_name": "Test Court", "estate_code": "TST"}
    row = imports.upload_registry(
        actor=house.admin, now=NOON, file_name=name, content=content, wish=imports.Wish(**wish)
    )
    imports.work_on_import(import_id=row.pk, now=NOON)
    row.refresh_from_db()
    return row


def imported(house, content, name="registry.xlsx", now=NOON, **wish):
    row = uploaded(house, content, name, **wish)
    assert row.state == "ready", row.errors or row.preview
    imports.start_import(import_id=row.pk, actor=house.admin, now=now)
    imports.work_on_import(import_id=row.pk, now=now)
    row.refresh_from_db()
    assert row.state == "done", row.errors or row.preview
    return row


def places(row):
    """{(sheet, cell, code)} of an import's errors."""
    return {(error["sheet"], f"{error['column']}{error['row'] or ''}", error["code"]) for error in row.errors}
