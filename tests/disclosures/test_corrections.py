"""A correction is a new version: it shows the vouchers of what it was copied from, and what differs from that."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import override

from disclosures import queries
from disclosures.correction_showing import comparison_of
from disclosures.rules.corrections import compared, sums
from disclosures.rules.defaults import defaults
from disclosures.rules.figures import Booked
from disclosures.services import asking, reviewing, statements
from disclosures.services.asking import Asking
from tenancy.errors import DomainError
from tests.complaints.pages import photo, signed_in, text
from tests.disclosures.making import LINES, brought_to, drafted, line
from tests.disclosures.publishing_making import upload
from tests.disclosures.test_mending import add_voucher
from tests.disclosures.test_papers import paper, sheets, words_of
from tests.factories.house import NOON
from tests.reports.reading import page_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(house):
    """Line 3 has a voucher."""
    row = brought_to(house, "committee_review")
    add_voucher(row, 3, house)
    reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    return statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=NOON)


def correct(row, house):
    return statements.correct(statement_id=row.pk, explanation="A late bill", actor=house.supervisor, now=NOON)


def shown(row):
    """How many vouchers each line shows, by place; the same in the list of lines and on the page of the line."""
    counts = queries.vouchers_of(row, row.lines.values("pk"))
    for one in row.lines.select_related("statement"):
        assert queries.voucher_files(one).count() == counts.get(one.pk, 0)
    return {one.place: counts[one.pk] for one in row.lines.filter(pk__in=counts)}


def test_a_correction_shows_the_vouchers_of_the_version_before(house, published):
    new = correct(published, house)
    assert shown(new) == {3: 1}
    file = queries.voucher_files(new.lines.get(place=3)).get()
    page = text(signed_in(house, "supervisor").get(f"/disclosures/lines/{new.lines.get(place=3).pk}/"))
    assert str(file.pk) in page
    assert "with a scan" in text(signed_in(house, "supervisor").get(f"/disclosures/{new.pk}/"))


def test_a_voucher_of_the_newer_version_is_none_of_the_published_one(house, published):
    new = correct(published, house)
    add_voucher(new, 3, house)
    add_voucher(new, 2, house)
    assert (shown(published), shown(new)) == ({3: 1}, {2: 1, 3: 2})
    added = queries.voucher_files(new.lines.get(place=2)).get()
    # The committee has not been shown the newer version yet.
    readers = (house.supervisor, house.committee, house.owner)
    assert [queries.voucher_readable_by(added.subject_id, added, who) for who in readers] == [True, False, False]
    old = queries.voucher_files(published.lines.get(place=3)).get()
    assert [queries.voucher_readable_by(old.subject_id, old, who) for who in readers] == [True, True, False]


def test_what_is_published_takes_no_voucher_any_more(house, published):
    bulbs = published.lines.get(place=3)
    client = signed_in(house, "supervisor")
    asked = asking.remark(statement_id=published.pk, asking=Asking("Why?"), actor=house.owner, now=NOON)
    for do, state in (
        (lambda: None, "questioned"),
        (lambda: asking.answer(remark_id=asked.pk, words="So.", actor=house.manager, now=NOON), "answered"),
        (lambda: statements.act(statement_id=published.pk, name="close", actor=house.manager, now=NOON), "closed"),
    ):
        do()
        published.refresh_from_db()
        assert published.state == state
        with pytest.raises(DomainError, match="begin a correction"):
            statements.add_vouchers(line_id=bulbs.pk, files=[upload(house)], actor=house.supervisor, now=NOON)
        assert "Add vouchers" not in text(client.get(f"/disclosures/lines/{bulbs.pk}/"))
        address = f"/disclosures/lines/{bulbs.pk}/vouchers/"
        assert client.get(address).status_code == client.post(address, {"documents": [photo()]}).status_code == 409
    assert shown(published) == {3: 1}


def test_a_line_that_a_correction_leaves_out_keeps_its_voucher_where_it_was(house, published):
    new = correct(published, house)
    again = drafted(house, closing="339.90", lines=LINES[:2])
    assert (again.pk, shown(new), shown(published)) == (new.pk, {}, {3: 1})
    new.refresh_from_db()
    assert not new.has_loose_vouchers


def test_what_one_file_left_out_and_the_next_one_has_is_the_line_of_before(house, published):
    new = correct(published, house)
    drafted(house, closing="339.90", lines=LINES[:2])
    drafted(house)
    assert shown(new) == {3: 1}
    assert comparison_of(new, published)["lines"] == []


def test_the_list_asks_as_much_for_a_correction_of_many_lines_as_of_one(house, published, django_assert_num_queries):
    new = correct(published, house)
    first = new.lines.get(place=1).pk
    for number, found in ((1, 0), (3, 1)):
        with django_assert_num_queries(1):
            assert len(queries.vouchers_of(new, queries.lines_from(new, first, number))) == found


# -- before and after ------------------------------------------------------------------------------------------------------


def booking(key, amount="1.00", **more):
    said = {"direction": "expense", "category": "EX", "text_en": "", "text_zh": "", "voucher": "", "counterparty": "",
            "building": "", "booked_on": None, "budget": None, "note": "", "place": key}  # fmt: skip
    return {**said, "key": UUID(int=key), "amount": Decimal(amount), **more}


@pytest.mark.parametrize(
    ("now", "was", "found"),
    [
        (booking(1), booking(1), None),
        (booking(1, place=7), booking(1, "1.000"), None),
        (booking(1), None, ("new", (), Decimal("1.00"))),
        (None, booking(1), ("gone", (), Decimal("-1.00"))),
        (booking(1, "3.50"), booking(1), ("changed", (), Decimal("2.50"))),
        (booking(1, category="EX-2"), booking(1), ("changed", ("category",), Decimal(0))),
        (booking(1, text_zh="灯"), booking(1), ("changed", ("text",), Decimal(0))),
        (booking(1, booked_on=date(2026, 1, 1), note="x"), booking(1), ("changed", ("booked_on", "note"), Decimal(0))),
        (booking(1, direction="income"), booking(1), ("changed", ("direction",), None)),
    ],
)
def test_a_line_is_compared_with_that_of_its_key(now, was, found):
    rows = compared([now] if now else [], [was] if was else [])
    assert [(one.verdict, one.fields, one.difference) for one in rows] == ([found] if found else [])


def test_lines_of_other_keys_are_not_taken_for_each_other_and_what_is_gone_comes_last():
    rows = compared([booking(2), booking(3)], [booking(1), booking(2)])
    assert [(one.key.int, one.verdict) for one in rows] == [(3, "new"), (1, "gone")]


def test_the_largest_difference_of_sums_comes_first():
    def booked(way, code, amount):
        return Booked(direction=way, category=code, names={}, amount=Decimal(amount), count=1)

    found = sums(
        [booked("expense", "A", "5"), booked("income", "I", "9"), booked("expense", "B", "1")],
        [booked("expense", "A", "4"), booked("income", "I", "9"), booked("expense", "C", "7")],
    )
    assert [(one.category, one.before, one.after, one.difference) for one in found] == [
        ("I", 9, 9, 0), ("C", 7, 0, -7), ("A", 4, 5, 1), ("B", 0, 1, 1),
    ]  # fmt: skip


@pytest.fixture
def mended(house, published):
    """A paint bill is new, bank charges are gone, the bulbs cost less and were for the stairs."""
    new = correct(published, house)
    drafted(house, closing="369.95", lines=(
        LINES[0], line(2, "expense", "EX-9", "5.00", category_en="Paint", category_zh="油漆", text_en="Paint of the gate", voucher="P-9"),
        {**LINES[2], "amount": Decimal("25.05"), "text_en": "Bulbs of the stairs"},
    ))  # fmt: skip
    for name, actor in (("prepare", house.supervisor), ("check", house.manager), ("submit", house.manager)):
        statements.act(statement_id=new.pk, name=name, actor=actor, now=NOON)
    reviewing.decide(statement_id=new.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    return statements.act(statement_id=new.pk, name="publish", actor=house.manager, now=NOON)


SUMS = [
    ("Opening balance", "100.00", "100.00", "0.00"), ("Income", "300.00", "300.00", "0.00"),
    ("Expense", "90.15", "30.05", "−60.10"), ("Closing balance", "309.85", "369.95", "+60.10"),
    ("Bank charges Expense", "60.10", "0.00", "−60.10"), ("Repairs Expense", "30.05", "25.05", "−5.00"),
    ("Paint Expense", "0.00", "5.00", "+5.00"),
]  # fmt: skip
DIFFERING = [
    ("2. Paint of the gate Expense", "new", "–", "5.00", "+5.00"),
    ("3. Bulbs of the stairs Expense", "changed Description: New bulbs → Bulbs of the stairs", "30.05", "25.05", "−5.00"),
    ("2. Fees Expense", "gone", "60.10", "–", "−60.10"),
]  # fmt: skip


def number(printed):
    return None if printed == "–" else float(printed.replace("−", "-"))


def test_page_paper_and_spreadsheet_show_the_same_before_and_after(house, mended):
    tables = page_tables(text(signed_in(house, "owner").get(f"/disclosures/{mended.pk}/")))
    assert [tuple(row) for row in tables["Sums before and after"][1:]] == SUMS
    assert [tuple(row) for row in tables["Lines that differ"][1:]] == DIFFERING
    printed = words_of(paper(house, mended))
    for name, before, after, difference in SUMS:
        assert f"{name.replace(' Expense', ', Expense')} {before} {after} {difference}" in printed
    for words in ("Paint of the gate", "New bulbs → Bulbs of the stairs", "1 category comes to what it was."):
        assert words in printed
    rows = [row for row in sheets(house, mended)["What is corrected"].iter_rows(values_only=True) if any(row)]
    assert [row[2:5] for row in rows[1 : len(SUMS) + 1]] == [tuple(map(number, row[1:])) for row in SUMS]
    lines = [row for row in rows[len(SUMS) + 2 :] if row[0]]
    assert [(row[6], *row[2:5]) for row in lines] == [
        (how.split()[0], *map(number, amounts)) for _name, how, *amounts in DIFFERING
    ]
    assert [row[7:10] for row in rows if row[7]][1:] == [("Description", "New bulbs", "Bulbs of the stairs")]


def test_it_is_told_in_the_language_of_its_reader(mended):
    with override("zh-hans"):
        shown = comparison_of(mended, mended.corrects)
    assert [one["name"] for one in shown["categories"]] == ["Bank charges", "Repairs", "油漆"]
    assert [one["verdict_word"] for one in shown["lines"]] == ["新增", "有改动", "已删除"]


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_spreadsheet(house, published, monkeypatch):
    new = correct(published, house)
    more = tuple(line(place, "expense", "EX-9", "1.00", text_en=f"Tin {place}") for place in range(4, 14))
    drafted(house, closing="299.85", lines=(*LINES, *more))
    monkeypatch.setitem(defaults(), "compared_lines", 4)
    page = text(signed_in(house, "supervisor").get(f"/disclosures/{new.pk}/"))
    assert len(page_tables(page)["Lines that differ"]) == 5
    assert "10 lines differ" in page
    assert "And 6 more; the spreadsheet holds all." in page
    rows = list(sheets(house, new, "supervisor")["What is corrected"].iter_rows(values_only=True))
    assert len([row for row in rows if row[6] == "new"]) == 10


def test_amounts_of_two_currencies_have_no_difference(house, published):
    new = correct(published, house)
    new.currency = "GBP"
    new.save()
    page = page_tables(text(signed_in(house, "supervisor").get(f"/disclosures/{new.pk}/")))["Sums before and after"]
    assert page[1] == ["Opening balance", "100.00 CNY", "100.00 GBP"]


def test_a_copy_that_nobody_mended_says_that_every_line_is_as_it_was(house, published):
    page = text(signed_in(house, "supervisor").get(f"/disclosures/{correct(published, house).pk}/"))
    assert "Every line is as it was." in page
    assert "3 categories come to what they were." in page


def test_what_was_typed_is_only_ever_text(house, published):
    new = correct(published, house)
    drafted(house, lines=(*LINES[:2], {**LINES[2], "text_en": "<b>x</b>", "counterparty": "<i>y</i>"}))
    page = text(signed_in(house, "supervisor").get(f"/disclosures/{new.pk}/"))
    assert "<b>x" not in page
    assert "<i>y" not in page
    assert "&lt;i&gt;y&lt;/i&gt;" in page
