"""The same figures on the page, on paper and in the spreadsheet, read back from each."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.utils.translation import override
from openpyxl import load_workbook
from pypdf import PdfReader

from disclosures.plain_words import sentences_of
from disclosures.rules import figures, summary
from disclosures.services import statements
from disclosures.showing import figures_of
from disclosures.templatetags.amounts import amount
from owners.models import EstateAssignment
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import LINES, book, brought_to, line
from tests.factories.house import NOON, member
from tests.reports.reading import page_tables

pytestmark = pytest.mark.django_db
NEXT = (
    line(1, "income", "IN-1", "400.00", category_en="Lift advertisements", category_zh="电梯广告"),
    line(2, "expense", "EX-1", "60.10", category_en="Bank charges", category_zh="手续费", budget=Decimal("50.00")),
    line(3, "expense", "EX-2", "130.05", category_en="Repairs", category_zh="维修"),
    line(4, "expense", "EX-3", "9.95", category_en="<Bulbs>", category_zh="灯泡"),
)


@pytest.fixture
def second(house):
    """The second of two quarters, published; one category has a budget."""
    brought_to(house, "published")
    row = brought_to(house, "published", opening="309.85", closing="509.75", lines=NEXT,
                     from_on=date(2026, 4, 1), to_on=date(2026, 6, 30))  # fmt: skip
    return row


def paper(house, row, who="owner"):
    answer = signed_in(house, who).get(f"/disclosures/{row.pk}/pdf/")
    return PdfReader(BytesIO(b"".join(answer.streaming_content)))


def words_of(reader):
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def sheets(house, row, who="owner"):
    answer = signed_in(house, who).get(f"/disclosures/{row.pk}/xlsx/")
    return load_workbook(BytesIO(answer.content))


def test_page_paper_and_spreadsheet_show_the_same_figures(house, second):
    shown = figures_of(second, house.owner)
    page = text(signed_in(house, "owner").get(f"/disclosures/{second.pk}/"))
    table = page_tables(page)["By category"]
    book_read = sheets(house, second)
    rows = [list(row) for row in book_read["Categories"].iter_rows(values_only=True)][1:]
    printed = words_of(paper(house, second))
    assert len(shown["categories"]) == len(table) - 1 == len(rows) == 4
    for one, cells, row in zip(shown["categories"], table[1:], rows, strict=True):
        numbers = [amount(one["amount"]), amount(one["prior"]), amount(one["budget"])]
        assert [cells[3], cells[4], cells[6]] == numbers
        assert [row[3], row[4], row[6]] == [
            value if value is None else float(value) for value in (one["amount"], one["prior"], one["budget"])
        ]
        for number in filter(None, numbers):
            assert number in printed
        assert one["name"] in cells[0]
        assert row[1] == one["name"]
        assert one["name"] in printed
    for sentence in shown["sentences"]:
        assert sentence in unescape(page)
        assert sentence in printed
        assert sentence in [row[0] for row in book_read["Summary"].iter_rows(values_only=True)]
    parts = [(one["name"], int(one["part"])) for one in shown["hundred"]]
    assert [tuple(row) for row in book_read["Of 100"].iter_rows(values_only=True, min_row=2)] == parts
    assert sum(part for _name, part in parts) == 100


def test_pictures_have_a_title_a_description_and_every_amount_in_words(house, second):
    page = text(signed_in(house, "owner").get(f"/disclosures/{second.pk}/"))
    drawn = re.findall(r'<svg class="chart chart-account".*?</svg>', page, re.S)
    assert len(drawn) == 2
    for one, title in zip(drawn, ("Income by category", "Expense by category"), strict=True):
        assert f">{title}</title>" in one
        assert 'role="img"' in one
    assert "200.10 CNY in all; the largest is Repairs with 130.05." in drawn[1]
    assert "before 30.05" in drawn[1]
    assert "budget 50.00" in drawn[1]
    assert "&lt;Bulbs&gt;" in drawn[1]
    assert "<Bulbs>" not in page
    assert "style=" not in "".join(drawn)


def test_the_paper_is_tagged_and_says_its_language(house, second):
    read = paper(house, second)
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in read.trailer["/Root"]
    assert read.trailer["/Root"]["/Lang"] == "en"
    assert b"pdfuaid" in read.xmp_metadata.stream.get_data()
    assert "Expense by category" in words_of(read)


def test_the_spreadsheet_draws_its_own_charts_from_its_cells(house, second):
    drawn = sheets(house, second)["Categories"]._charts
    assert len(drawn) == 2
    assert [str(series.val.numRef.f) for series in drawn[1].series] == [
        f"'Categories'!${column}$3:${column}$5" for column in "DEG"
    ]


def test_what_owners_pay_is_told_of_each_hundred_they_paid(house):
    rows = (line(1, "income", "IN", "1000", category_en="Service charge", category_zh="物业费"),
            line(2, "expense", "A", "612.5", category_en="Security", category_zh="秩序维护"),
            line(3, "expense", "B", "300", category_en="Cleaning", category_zh="保洁"))  # fmt: skip
    made = book(lines=rows, opening="0", closing="87.5")
    account = made.accounts.pop("public_revenue")
    account.kind = "lump_sum"
    made.accounts["lump_sum"] = account
    (row,) = statements.bring_in(book=made, estate=house.estate, actor=house.supervisor, now=NOON)
    assert "Of each 100 CNY you paid, 61 went to Security, 30 went to Cleaning, 9 are left." in figures_of(
        row, house.supervisor
    )["sentences"]  # fmt: skip
    with override("zh-hans"):
        assert "您每缴纳100 CNY：61用于秩序维护，30用于保洁，9结余。" in figures_of(row, house.supervisor)["sentences"]


def category(way, code, value):
    booked = figures.Booked(direction=way, category=code, names={}, amount=Decimal(value), count=1)
    return figures.Category(booked, None, None, None, None, False)


@pytest.mark.parametrize(
    ("spent", "parts"),
    [
        (("50", "50"), [50, 50]),
        (("33.33", "33.33", "33.33"), [34, 33, 33, 0]),
        (("60", "41"), []),  # more than came in
        (("60", "-10"), []),  # a refund was not paid from this
        ((), [100]),
    ],
)
def test_of_each_hundred_paid_the_parts_and_what_is_left_sum_to_a_hundred(spent, parts):
    rows = [category("income", "IN", "100"), *(category("expense", f"E{at}", value) for at, value in enumerate(spent))]
    found = [int(part) for _one, part in summary.of_each_hundred_paid(rows)]
    assert found == parts
    assert sum(found) in (0, 100)


def test_many_categories_are_summed_up_in_the_picture_and_none_is_lost(house):
    rows = tuple(line(place, "expense", f"E-{place}", f"{place}.00") for place in range(1, 16))
    row = brought_to(house, "draft", opening="120.00", closing="0.00", lines=rows)
    (bars,) = figures_of(row, house.supervisor)["bars"]
    assert len(bars.rows) == 12
    assert bars.rows[-1].name == "4 others"
    assert sum(one.amount for one in bars.rows) == Decimal("120.00")


def test_what_is_kept_ready_is_made_anew_once_the_account_moves(house):
    """The lines of a draft are replaced; those of an account that went on are kept ready by when it moved."""
    row = brought_to(house, "prepared")
    client = signed_in(house, "supervisor")
    assert "Lift advertisements" in text(client.get(f"/disclosures/{row.pk}/"))
    statements.act(statement_id=row.pk, name="send_back", actor=house.manager, now=NOON, reason="Line 1")
    statements.bring_in(book=book(lines=(line(1, "income", "IN-9", "209.85", category_en="Parking"), *LINES[3:])),
                        estate=house.estate, actor=house.supervisor, now=NOON)  # fmt: skip
    statements.act(statement_id=row.pk, name="prepare", actor=house.supervisor, now=NOON.replace(hour=23))
    page = text(client.get(f"/disclosures/{row.pk}/"))
    assert "Parking" in page
    assert "Lift advertisements" not in page


def test_what_is_kept_ready_knows_no_reader(house, second):
    """An owner sees no sign of what staff and committee see beside the lines."""
    member = signed_in(house, "committee")
    address = f"/disclosures/lines/{second.lines.first().pk}/"
    member.post(f"{address}seen/", {"seen": "yes"})
    assert "gone through" in text(member.get(f"/disclosures/{second.pk}/"))
    page = text(signed_in(house, "owner").get(f"/disclosures/{second.pk}/"))
    assert [page[m.start() - 80 : m.end() + 80] for m in re.finditer("gone through", page)] == []


def test_sentences_say_when_nothing_is_left_to_say(house):
    row = brought_to(house, "draft", opening="5", closing="5", lines=())
    shown = figures_of(row, house.supervisor)
    assert shown["sentences"] == ["0.00 CNY came in and 0.00 went out; the balance at the end is 5.00."]
    assert shown["bars"] == []
    assert sentences_of(row, shown["totals"], [], None) == shown["sentences"]


def test_silence_of_the_committee_is_shown_as_silence_on_paper_and_in_the_spreadsheet(house):
    """Two are asked, none decides in time: owners read on every copy that nobody did."""
    EstateAssignment.objects.create(membership=member("committee", "second"), estate=house.estate)
    row = brought_to(house, "committee_review")
    row = statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=NOON + timedelta(days=8))
    said = "Of 2 asked, 0 signed it off, 0 returned it, 2 did not decide."
    assert said in text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/"))
    assert said in words_of(paper(house, row))
    summary_rows = {cells[0]: cells[1] for cells in sheets(house, row)["Summary"].iter_rows(values_only=True)}
    assert [summary_rows[name] for name in ("Members of the committee asked", "Signed off", "Returned it")] == [2, 0, 0]
    assert summary_rows["Has not decided"] == 2
