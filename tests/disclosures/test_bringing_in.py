"""A spreadsheet of accounts: the sample to the cent, and what is wrong with a file said at its place."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosures.exchange import workbook
from disclosures.models import AccountStatement
from disclosures.services import statements
from owners.registry.problems import Unreadable
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import LINES, brought_to, spreadsheet
from tests.factories.house import NOON

SAMPLES = Path(__file__).resolve().parent / "samples"


def read(**said):
    return workbook.read(spreadsheet(**said), "accounts.xlsx")


@pytest.mark.django_db
def test_the_sample_of_three_accounts_reckons_to_the_cent(house):
    content = (SAMPLES / "account_statement_2026q3.xlsx").read_bytes()
    expected = json.loads((SAMPLES / "account_statement_2026q3_expected.json").read_text())["accounts"]
    book = workbook.read(content, "account_statement_2026q3.xlsx")
    rows = statements.bring_in(book=book, estate=house.estate, actor=house.manager, now=NOON)
    kinds = {"service_charge": "lump_sum", "public_revenue": "public_revenue", "maintenance_fund": "maintenance_fund"}
    assert {row.kind for row in rows} == set(kinds.values())
    for code, said in expected.items():
        row = next(row for row in rows if row.kind == kinds[code])
        found = statements.totals_of(row)
        assert (row.opening, row.closing) == (Decimal(said["opening"]), Decimal(said["closing"]))
        assert (found.income, found.expense) == (Decimal(said["income"]), Decimal(said["expense"]))
        assert found.is_right
        assert row.lines.count() == said["lines"]


def test_headings_in_chinese_and_words_for_income_and_expense_are_understood():
    book = read(
        heads=("账户", "序号", "日期", "收支", "类别代码", "摘要", "金额"),
        lines=[("公共收益", 1, "2026/02/01", "收入", "IN-1", "电梯广告", "1,300.50")],
    )
    (found,) = book.accounts["public_revenue"].lines
    assert (found["direction"], found["amount"], found["text_zh"]) == ("income", Decimal("1300.50"), "电梯广告")


def test_an_amount_is_what_the_sheet_shows_never_a_binary_fraction():
    assert read(amount=0.1 + 0.2).accounts["public_revenue"].lines[0]["amount"] == Decimal("0.30")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("public_revenue", 1, None, "income", "IN-1", "x", "abc"), "row 2: the amount is no number"),
        (("public_revenue", 1, None, "income", "IN-1", "x", 1.005), "at most two decimals"),
        (("public_revenue", 1, None, "income", "IN-1", "x", "NaN"), "the amount is no number"),
        (("public_revenue", 1, None, "sideways", "IN-1", "x", 1), "neither income nor expense"),
        (("public_revenue", 1, None, "income", None, "x", 1), "the category is missing"),
        (("public_revenue", 1, None, "income", "IN-1", "x", None), "the amount is missing"),
        (("public_revenue", 1, "yesterday", "income", "IN-1", "x", 1), "the date is none"),
        (("treasure", 1, None, "income", "IN-1", "x", 1), "not among the balances"),
        (("public_revenue", 1, None, "income", "IN-1", "x" * 501, 1), "too long"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_place(row, words):
    with pytest.raises(Unreadable, match=words):
        read(lines=[row])


def test_a_line_number_stands_once():
    row = ("public_revenue", 7, None, "income", "IN-1", "x", 1)
    with pytest.raises(Unreadable, match="7 stands here twice"):
        read(lines=[row, row])


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ([("estate", "L"), ("currency", "CNY")], "period_from"),
        ([("period_from", "2026-04-01"), ("period_to", "2026-01-01"), ("currency", "CNY")], "ends before it begins"),
        ([("period_from", "2026-01-01"), ("period_to", "2026-03-31"), ("currency", "RMB1")], "three letters"),
        ([("period_from", "soon"), ("period_to", "2026-03-31"), ("currency", "CNY")], "no date"),
    ],
)
def test_a_period_that_is_none_is_refused(about, words):
    with pytest.raises(Unreadable, match=words):
        read(about=about)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", b"a,b\n1,2\n"])
def test_what_is_no_workbook_is_refused_in_a_sentence(content):
    with pytest.raises(Unreadable):
        workbook.read(content, "x.xlsx")


@pytest.mark.django_db
def test_the_page_says_what_is_wrong_and_stores_nothing(house):
    bad = [
        ("public_revenue", 1, None, "income", "IN-1", "x", "abc"),
        ("public_revenue", 2, None, "income", "IN-1", "x", 1),
    ]
    file = SimpleUploadedFile("accounts.xlsx", spreadsheet(lines=bad))
    answer = signed_in(house, "supervisor").post(
        "/disclosures/bring-in/", {"estate": str(house.estate.pk), "file": file}
    )
    assert answer.status_code == 422
    assert "row 2: the amount is no number" in answer.content.decode()
    assert not AccountStatement.objects.exists()


def test_what_stands_in_a_line_is_only_ever_text(house):
    typed = '<img src=x onerror=alert(1)> %s %(key)s {0} "&'
    row = brought_to(
        house,
        "published",
        lines=(*LINES[:2], {**LINES[2], "text_en": typed, "counterparty": typed, "voucher": typed[:60]}),
    )
    page = text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/"))
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt; %s %(key)s {0} &quot;&amp;") == 3
