"""Shared costs divided among units by area: exact in sum, each owner their own."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from disclosures import sharing_queries
from disclosures.exchange.workbook import Account, Book
from disclosures.models import AccountStatement, PublishedShare
from disclosures.rules import sharing
from disclosures.rules.sharing import Place
from disclosures.services import statements
from disclosures.sharing_queries import shares_of
from owners.models import Building, Unit
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import brought_to, line
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def utility(house, lines):
    spent = sum((row["amount"] for row in lines if row["direction"] == "expense"), Decimal(0))
    book = Book(date(2026, 1, 1), date(2026, 3, 31), "CNY",
                {"utility": Account("utility", spent, Decimal(0), None, list(lines))})  # fmt: skip
    (row,) = statements.bring_in(book=book, estate=house.estate, actor=house.supervisor, now=NOON)
    AccountStatement.objects.filter(pk=row.pk).update(state="published", published_at=NOON)
    row.refresh_from_db()
    return row


LINES = (line(1, "expense", "EL", "100.00", category_en="Light of the stairs"), line(2, "expense", "WA", "33.34"))


@given(
    costs=some.lists(some.tuples(some.sampled_from(["", "A", "B", "nowhere"]), some.decimals("-99", "9999", places=3)), min_size=1, max_size=6),
    areas=some.lists(some.tuples(some.sampled_from(["A", "B"]), some.decimals("0", "300", places=2)), min_size=1, max_size=12),
)  # fmt: skip
def test_all_shares_together_are_the_cost(costs, areas):
    places = [Place(str(at), building, area) for at, (building, area) in enumerate(areas)]
    found = sharing.shared(costs, places)
    shared = sum(sharing.whole_of(parts) for parts in found.parts.values())
    whole = sum(amount for _where, amount in costs)
    assert shared + sum(one.cost for one in found.undivided) == whole
    assert "nowhere" not in {part.building for parts in found.parts.values() for part in parts}


def test_a_cost_of_a_building_is_shared_in_it_alone():
    places = [Place("1", "A", Decimal(50)), Place("2", "A", Decimal(100)), Place("3", "B", Decimal(50))]
    parts = sharing.shared([("A", Decimal("10.00")), ("", Decimal("8.00"))], places).parts
    assert {key: sharing.whole_of(found) for key, found in parts.items()} == {
        "1": Decimal("5.33"), "2": Decimal("10.67"), "3": Decimal("2.00"),
    }  # fmt: skip
    assert [part.building for part in parts["3"]] == [""]


def test_costs_of_half_cents_in_two_buildings_are_not_a_cent_off():
    places = [Place("1", "A", Decimal(50)), Place("2", "B", Decimal(50))]
    parts = sharing.shared([("A", Decimal("10.005")), ("B", Decimal("10.005"))], places).parts
    assert [sharing.whole_of(parts[key]) for key in "12"] == [Decimal("10.01"), Decimal("10.00")]
    parts = sharing.shared([("A", Decimal("10.005"))], places).parts
    assert sharing.whole_of(parts["1"]) == Decimal("10.005")


def test_what_is_of_a_building_nobody_knows_or_of_no_area_is_shared_by_nobody():
    places = [Place("1", "3", Decimal(50)), Place("2", "4", Decimal(0))]
    found = sharing.shared([("3号楼", Decimal(9)), ("4", Decimal(7)), ("3", Decimal(5))], places)
    assert [(one.building, one.cost, one.is_known) for one in found.undivided] == [
        ("3号楼", Decimal(9), False), ("4", Decimal(7), True),
    ]  # fmt: skip
    assert [sharing.whole_of(found.parts[key]) for key in "12"] == [Decimal(5), Decimal(0)]


def test_a_code_that_is_not_known_is_named_to_staff_and_makes_nobody_pay(house):
    row = utility(house, (*LINES, line(3, "expense", "LI", "50.00", building="Tower9")))
    page = text(signed_in(house, "manager").get(f"/disclosures/{row.pk}/shares/"))
    assert "All shares together: 133.34 CNY." in page
    assert "Building “Tower9”: 50.00 CNY. No unit that shares costs stands in a building with this code." in page
    owners = text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/shares/"))
    assert "Some costs are not divided yet" in owners
    assert "Tower9" not in owners
    answer = signed_in(house, "manager").get(f"/disclosures/{row.pk}/shares/xlsx/")
    last = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))[-1]
    assert (last[0], last[1], Decimal(str(last[3]))) == ("Divided among nobody", "Tower9", Decimal(50))


def test_units_without_any_area_are_said_on_page_and_sheet(house, monkeypatch):
    row = utility(house, LINES)
    monkeypatch.setattr(sharing_queries, "sharing_units", lambda _row: [house.unit])
    monkeypatch.setattr(house.unit, "exclusive_area", Decimal(0))
    manager = signed_in(house, "manager")
    page = text(manager.get(f"/disclosures/{row.pk}/shares/"))
    assert "The whole estate: 133.34 CNY. Its units have no area in the registry." in page
    assert manager.get(f"/disclosures/{row.pk}/shares/xlsx/").status_code == 200
    assert "Some costs are not divided yet" in text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/shares/"))


def test_an_owner_sees_their_own_share_and_how_it_comes_about(house):
    row = utility(house, LINES)
    whole = sum(unit.exclusive_area for unit in Unit.objects.filter(estate=house.estate).exclude(kind="parking"))
    page = text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/shares/"))
    mine = next(share for share in shares_of(row) if share.unit == house.unit.pk)
    assert f"{mine.amount} CNY" in page
    assert f"133.34 × {house.unit.exclusive_area} m² of {whole} m² = {mine.amount}" in page
    assert house.other_unit.code not in page
    assert signed_in(house, "owner").get(f"/disclosures/{row.pk}/shares/xlsx/").status_code == 404


def test_staff_see_all_of_them_and_their_sum_on_page_and_sheet(house):
    row = utility(house, LINES)
    page = text(signed_in(house, "manager").get(f"/disclosures/{row.pk}/shares/"))
    assert "All shares together: 133.34 CNY." in page
    assert house.unit.code in page
    assert house.other_unit.code in page
    answer = signed_in(house, "manager").get(f"/disclosures/{row.pk}/shares/xlsx/")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert Decimal(str(rows[-1][3])) == Decimal("133.34")
    assert sum(Decimal(str(one[3])) for one in rows[1:-1]) == Decimal("133.34")


def test_parking_spaces_share_nothing_and_another_account_is_not_divided(house):
    Unit.objects.create(estate=house.estate, building=house.building, code="P-1", number="1", kind="parking",
                        exclusive_area=12, status="vacant")  # fmt: skip
    row = utility(house, LINES)
    assert "P-1" not in {share.code for share in shares_of(row)}
    other = brought_to(house, "published")
    assert signed_in(house, "manager").get(f"/disclosures/{other.pk}/shares/").status_code == 404
    assert f"/disclosures/{row.pk}/shares/" in text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/"))


def test_an_estate_without_units_says_what_to_do(house):
    row = utility(house, LINES)
    assert Building.objects.filter(estate=house.estate).exists()
    assert "No unit found" in text(signed_in(house, "manager").get(f"/disclosures/{row.pk}/shares/?q=zzz"))


def test_a_published_account_keeps_the_units_and_areas_of_its_day(house):
    row = utility(house, LINES)
    AccountStatement.objects.filter(pk=row.pk).update(state="approved", published_at=None)
    before = shares_of(row)
    for _click in range(2):
        statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=NOON)
    assert PublishedShare.objects.count() == len(before)
    assert sum(share.amount for share in PublishedShare.objects.all()) == Decimal("133.34")
    Unit.objects.create(estate=house.estate, building=house.building, code="Z-99", number="99", kind="flat",
                        exclusive_area=500, status="vacant")  # fmt: skip
    Unit.objects.filter(pk=house.unit.pk).update(exclusive_area=1)
    row.refresh_from_db()
    assert shares_of(row) == before
    page = text(signed_in(house, "manager").get(f"/disclosures/{row.pk}/shares/"))
    assert "Z-99" not in page
    mine = next(share for share in before if share.unit == house.unit.pk)
    assert f"{mine.amount} CNY" in text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/shares/"))


def test_only_shared_costs_keep_shares(house):
    brought_to(house, "published")
    assert not PublishedShare.objects.exists()
