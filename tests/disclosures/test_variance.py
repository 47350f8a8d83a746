"""What differs a lot is told where one goes through the account: at its lines, and beside the line."""

import re
from datetime import date
from decimal import Decimal

import pytest

from disclosures import queries
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import brought_to, line

pytestmark = pytest.mark.django_db
NEXT = (
    line(1, "income", "IN-1", "300.00", category_en="Lift advertisements", text_en="Second quarter"),
    line(2, "expense", "EX-1", "60.10", category_en="Bank charges", text_en="Charges", budget=Decimal("50.00")),
    line(3, "expense", "EX-2", "30.05", category_en="Repairs", text_en="Bulbs again"),
    line(4, "expense", "IN-1", "9.95", category_en="Adverts printed", text_en="Printing"),
)


@pytest.fixture
def second(house):
    """The second of two quarters. Bank charges are over their budget, adverts were never printed before; the income of
    the same code is what it was."""
    brought_to(house, "published")
    return brought_to(house, "published", opening="309.85", closing="509.75", lines=NEXT,
                      from_on=date(2026, 4, 1), to_on=date(2026, 6, 30))  # fmt: skip


def rows_on(page):
    """Each row of the list of lines: what it is called, and whether it is flagged."""
    table = page[page.index('<caption class="visually-hidden">Line by line') :]
    heads = re.findall(r'<th scope="row">.*?<bdi>(.*?)</bdi></a>(.*?)</th>', table, re.S)
    return {name: "differs a lot" in rest for name, rest in heads}


@pytest.mark.parametrize("who", ["owner", "committee", "manager"])
def test_the_lines_of_what_differs_are_flagged_and_shown_alone(house, second, who):
    client = signed_in(house, who)
    for _ in range(2):  # the second time from what is kept ready
        found = rows_on(text(client.get(f"/disclosures/{second.pk}/")))
        assert found == {"Second quarter": False, "Charges": True, "Bulbs again": False, "Printing": True}
    alone = rows_on(text(client.get(f"/disclosures/{second.pk}/?which=flagged")))
    assert alone == {"Charges": True, "Printing": True}


def test_where_nothing_differs_none_is_shown_alone(house):
    row = brought_to(house, "published")
    page = text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/?which=flagged"))
    assert "No line found" in page
    assert not queries.lines_listed(row, house.owner, which="flagged").exists()


def facts(page, heading):
    part = page[page.index(heading) :]
    said = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", part[: part.index("</section>")])
    return {name: words.replace("\xa0", " ") for name, words in said}


def test_a_line_is_beside_its_budget_and_its_category(house, second):
    page = text(signed_in(house, "owner").get(f"/disclosures/lines/{second.lines.get(place=2).pk}/"))
    assert facts(page, "Booking")["Against the budget"] == "+10.10 (+20.2 %)"
    found = facts(page, "The category Bank charges")
    assert found == {"Amount": "60.10", "Period before": "60.10 (+0.0 %)", "Budget": "50.00 (+20.2 %)"}
    assert "differs a lot" in page
    other = text(signed_in(house, "owner").get(f"/disclosures/lines/{second.lines.get(place=3).pk}/"))
    assert "Against the budget" not in other
    assert "differs a lot" not in other


def test_a_reader_is_not_told_what_they_may_not_read_of_the_period_before(house):
    """The quarter before is with the committee still: owners are told nothing of it."""
    brought_to(house, "committee_review")
    row = brought_to(house, "published", opening="309.85", closing="509.75", lines=NEXT,
                     from_on=date(2026, 4, 1), to_on=date(2026, 6, 30))  # fmt: skip
    address = f"/disclosures/lines/{row.lines.get(place=4).pk}/"
    assert "Period before" in text(signed_in(house, "committee").get(address))
    page = text(signed_in(house, "owner").get(address))
    assert "Period before" not in page
    assert "differs a lot" not in page
