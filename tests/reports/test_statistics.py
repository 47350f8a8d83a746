"""Complaints in figures, for owners and their committee."""

import pytest
from django.utils import timezone

from owners.models import Estate, EstateAssignment
from tests.complaints.seeds import filed, furnish
from tests.reports.months import APRIL_SECOND, at, march
from tests.reports.reading import page_tables

PAGE = "/reports/statistics/"


@pytest.fixture
def clock(house, monkeypatch):
    """Early in April; the committee is that of Lakeside Court."""
    EstateAssignment.objects.create(membership=house.members["committee"], estate=house.estate)
    monkeypatch.setattr(timezone, "now", lambda: APRIL_SECOND)


def shown(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", ["owner", "committee", "manager", "auditor"])
def test_few_complaints_are_covered(house, browse, clock, who):
    march(house)  # five of two categories
    page = shown(browse(who).get(PAGE))
    counts = [cell for row in page_tables(page)["By category"][1:-1] for cell in row[1:4]]
    assert set(counts) <= {"*", "0"}


def test_enough_of_them_are_counted(house, browse, clock):
    furnish(house)
    for day in range(2, 9):
        filed(house, at=at(day), category="lift")
    filed(house, at=at(9), category="noise")
    page = shown(browse("committee").get(PAGE, {"month": "2026-03-01"}))
    assert [row[:2] for row in page_tables(page)["By category"][1:]] == [["Lift", "*"], ["Noise", "*"], ["All", "8"]]
    assert ["March 2026", "8"] in page_tables(page)["Complaints received, month by month"]


def test_the_running_month_and_months_of_no_calendar_are_not_offered(house, browse, clock):
    furnish(house)
    for month in ("2026-04-01", "2031-01-01", "x", ""):
        page = shown(browse("owner").get(PAGE, {"month": month}))
        assert "March 2026</p>" in page
        assert "April 2026" not in page


@pytest.mark.parametrize("who", ["occupant", "clerk", "engineer"])
def test_others_are_refused(house, browse, clock, who):
    assert browse(who).get(PAGE).status_code == 403


def test_another_estate_looks_like_none(house, stranger, browse, clock):
    beside = Estate.objects.create(name="Hillside", code="HS", calendar=house.calendar)
    unknown = browse("owner").get(PAGE, {"estate": "0198c0de-0000-7000-8000-00000000beef"})
    for key in (beside.pk, stranger.estate.pk, "x"):
        answer = browse("owner").get(PAGE, {"estate": str(key)})
        assert (answer.status_code, unknown.status_code) == (404, 404)


def test_nothing_of_anybody_stands_there(house, browse, clock):
    made = march(house)
    page = shown(browse("committee").get(PAGE))
    for complaint in made.values():
        assert complaint.number not in page
    assert "Engineer of" not in page
    assert "A-0101" not in page


def test_it_takes_as_many_statements_with_one_complaint_as_with_many(
    house, browse, clock, django_assert_max_num_queries
):
    furnish(house)
    filed(house, at=at(2), category="lift")
    client = browse("owner")
    client.get(PAGE)
    with django_assert_max_num_queries(25) as few:
        client.get(PAGE)
    for day in range(2, 30):
        filed(house, at=at(day), category="lift")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(PAGE)
