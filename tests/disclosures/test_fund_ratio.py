"""Revenue of common parts tops the maintenance fund up first while that is low: said in one sentence, by the estate's rules."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from disclosures.exchange import workbook
from disclosures.services import statements
from disclosures.showing import figures_of
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import brought_to, drafted, spreadsheet
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def sentence(house, ratio, row=None):
    """What is said of the fund: 300.00 came in, 90.15 went out."""
    row = row or drafted(house)
    row.fund_ratio = None if ratio is None else Decimal(ratio)
    row.save()
    return [words for words in figures_of(row, house.manager)["sentences"] if "fund" in words or "维修资金" in words]


@pytest.mark.parametrize("ratio", ["0", "0.25", "0.2999"])
def test_while_the_fund_is_low_half_of_what_is_left_tops_it_up_rounded_up(house, ratio):
    (said,) = sentence(house, ratio)
    assert "less than 30 %: 104.93 CNY at least, 50 % of the 209.85 left" in said
    assert "Beijing 2024, art. 74; check locally" in said
    with override("zh-hans"):
        assert "104.93" in sentence(house, ratio)[0]


def test_from_thirty_per_cent_on_nothing_must_and_without_its_part_nothing_is_said(house):
    assert "holds 30 % of its first amount: none" in sentence(house, "0.3")[0]
    assert sentence(house, None) == []
    other = drafted(house)
    other.kind = "utility"
    assert sentence(house, "0.25", other) == []


def test_owners_read_it_on_the_page_and_a_correction_keeps_it(house):
    row = brought_to(house, "published")
    sentence(house, "0.25", row)
    assert "104.93 CNY at least" in text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/"))
    new = statements.correct(statement_id=row.pk, explanation="A late bill", actor=house.supervisor, now=NOON)
    assert new.fund_ratio == Decimal("0.25")


def with_part(heading, cell):
    book, stream = load_workbook(BytesIO(spreadsheet())), BytesIO()
    book["Balances"]["E1"], book["Balances"]["E2"] = heading, cell
    book.save(stream)
    return workbook.read(stream.getvalue(), "accounts.xlsx")


@pytest.mark.parametrize("heading", ["fund_ratio", "Fund ratio", "维修资金余额比例"])
@pytest.mark.parametrize("cell", [0.25, "0.25", "25%", "25 ％"])
def test_the_part_comes_with_the_spreadsheet(house, heading, cell):
    row = statements.bring_in(book=with_part(heading, cell), estate=house.estate, actor=house.supervisor, now=NOON)[0]
    assert row.fund_ratio == Decimal("0.25")


@pytest.mark.parametrize("cell", ["25", 25, "-1%", "much", True])
def test_what_is_no_part_is_named_with_its_row_and_nothing_comes_in(house, cell):
    with pytest.raises(workbook.Problems) as refusal:
        with_part("fund_ratio", cell)
    assert "Balances, row 2" in refusal.value.sentences[0]
    assert "25%." in refusal.value.sentences[0]


def test_an_empty_cell_says_nothing(house):
    assert with_part("fund_ratio", "").accounts["public_revenue"].fund_ratio is None
