"""Complaints analysed: what came again, what came back, and whether the figures are honest."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook

from complaints.services import closing, handling, intake, pausing
from complaints.services.joining import join_complaint
from owners.models import Estate, Unit
from reports.analysis_queries import analysed_in
from reports.rules import analysis
from reports.rules.analysis import Analysed, Case, Paused, Returned
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import accepted, assigned, filed, furnish, resolved
from tests.factories.house import NOON

ANN, BO, CY = (UUID(int=number) for number in (101, 102, 103))
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
MARCH = {"first": "2026-03-01", "last": "2026-03-31"}


def case(number, day, **more):
    given = {
        "number": str(number), "link": "", "estate": "Lakeside", "place": "Lift 2", "place_key": (1,), "category": "Lift",
        "received_at": BEGINS + timedelta(days=day - 1), "state": "received", **more,
    }  # fmt: skip
    return Case(**given)


def numbers(runs):
    return [[one.number for one in run] for run in runs]


# -- the rules -------------------------------------------------------------------------------------------------------------


def test_a_repeat_is_the_same_place_and_class_within_the_days():
    rows = [case(1, 1), case(2, 31), case(3, 62), case(4, 5, category="Noise"), case(5, 5, place_key=(2,))]
    assert numbers(analysis.repeats(Analysed(BEGINS, received=rows), days=30)) == [["1", "2"]]
    assert numbers(analysis.repeats(Analysed(BEGINS, received=rows), days=31)) == [["1", "2", "3"]]


def test_what_came_before_the_span_makes_a_repeat_of_what_came_in_it_and_no_more():
    rows = [case(1, -20), case(2, -10), case(3, 5), case(4, -9, place_key=(2,)), case(5, -8, place_key=(2,))]
    found = Analysed(BEGINS, received=rows)
    assert numbers(analysis.repeats(found, days=30)) == [["1", "2", "3"]]
    assert analysis.came_again(found, days=30) == 1
    assert [one.number for one in found.own] == ["3"]


def test_a_chronic_place_counts_every_class_in_the_span():
    rows = [
        case(1, 1),
        case(2, 2, category="Noise"),
        case(3, 3),
        case(4, 4, place_key=(2,)),
        case(5, -3, place_key=(2,)),
    ]
    assert numbers(analysis.chronic(Analysed(BEGINS, received=rows), cases=3)) == [["1", "2", "3"]]


def test_the_validity_rate_is_exact_and_of_no_units_there_is_none():
    rows = [case(1, 1), case(2, 2, is_valid=False), case(3, 3, estate="Mill")]
    found = analysis.valid_by_estate(Analysed(BEGINS, received=rows, units={"Lakeside": 3}))
    assert [(row.estate, row.received, row.valid, row.rate) for row in found] == [
        ("Lakeside", 2, 1, Fraction(1000, 3)), ("Mill", 1, 1, None),
    ]  # fmt: skip


def test_first_contact_and_visits():
    rows = [
        case(1, 1, is_visited=True), case(2, 1, needed_more=True), case(3, 1, is_anonymous=True),
    ]  # fmt: skip
    found = Analysed(BEGINS, resolved=rows)
    assert (analysis.at_first_contact(found), analysis.visited(found)) == ((2, 3), (1, 2))


def test_back_soon_by_person_the_worst_share_first():
    rows = [
        Returned(ANN, "Ann", "1", timedelta(hours=72)), Returned(ANN, "Ann", "2", timedelta(hours=73)),
        Returned(BO, "Bo", "3", timedelta(hours=1)), Returned(CY, "Cy", "4", None),
    ]  # fmt: skip
    found = analysis.back_soon(Analysed(BEGINS, returned=rows), hours=72)
    assert [(row.who, row.resolved, len(row.back)) for row in found] == [("Bo", 1, 1), ("Ann", 2, 1)]


@pytest.mark.parametrize(
    ("minutes_of", "most"), [([], 0), ([0], 1), ([0, 10, 20], 2), ([0, 5, 10, 40], 3), ([0, 11, 22], 1)]
)
def test_how_many_pauses_at_one_go(minutes_of, most):
    assert analysis.most_together([NOON + timedelta(minutes=at) for at in minutes_of], minutes=10) == most


def paused(key, who, *cases, is_own=True):
    return [Paused(key, who, UUID(int=case), NOON + timedelta(hours=case), is_own) for case in cases]


def flags(rows, in_hand):
    found = Analysed(BEGINS, paused=rows, in_hand=in_hand)
    shown = analysis.pausers(found, minutes=10, together=5, times=2, often=3)
    return [(row.who, row.in_hand, row.paused, row.is_flagged) for row in shown]


def test_who_pauses_far_more_than_others_is_flagged():
    rows = paused(ANN, "Ann", 1, 2, 3, 4, 5) + paused(BO, "Bo", 9) + paused(CY, "Cy", 8)
    assert flags(rows, {ANN: 5, BO: 5, CY: 5}) == [("Ann", 5, 5, True), ("Bo", 5, 1, False), ("Cy", 5, 1, False)]


def test_also_when_nobody_else_pauses_but_not_for_two_or_alone():
    assert flags(paused(ANN, "Ann", 1, 2, 3), {ANN: 3, BO: 4, CY: 9})[0][3]
    assert not flags(paused(ANN, "Ann", 1, 2), {ANN: 3, BO: 4, CY: 9})[0][3]
    assert not flags(paused(ANN, "Ann", 1, 2, 3), {ANN: 3})[0][3]


def test_two_of_one_name_are_two_and_the_cases_of_others_count_for_who_paused_them():
    rows = paused(ANN, "Wang", 1) + paused(BO, "Wang", 2, 3, is_own=False)
    assert sorted(flags(rows, {ANN: 4})) == [("Wang", 2, 2, False), ("Wang", 4, 1, False)]


def test_what_is_about_staff_counts_and_stands_in_no_list():
    rows = [case(number, number, is_withheld=True) for number in (1, 2, 3)]
    found = Analysed(BEGINS, received=rows)
    assert (analysis.repeats(found, days=30), analysis.chronic(found, cases=3)) == ([], [])
    assert analysis.valid_by_estate(found)[0].received == 3


def test_what_nobody_has_judged_is_neither_valid_nor_not():
    rows = [case(1, 1, is_judged=False, is_valid=False), case(2, 2)]
    (found,) = analysis.valid_by_estate(Analysed(BEGINS, received=rows, units={"Lakeside": 10}))
    assert (found.received, found.judged, found.valid) == (2, 1, 1)


def test_asked_by_outcome():
    rows = [
        case(1, 1, is_visited=True, rating=5), case(2, 1, was_late=True), case(3, 1, was_reopened=True, was_late=True, rating=2),
    ]  # fmt: skip
    found = analysis.asked_by_outcome(Analysed(BEGINS, resolved=rows))
    assert [(row.code, row.resolved, row.visited, row.ratings) for row in found] == [
        ("in_time", 1, 1, (5,)), ("late", 1, 0, ()), ("back", 1, 0, (2,)),
    ]  # fmt: skip


# -- what is read ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(house):
    furnish(house)
    return house


def read(house, who="manager"):
    return analysed_in(getattr(house, who), [house.estate.pk], FIRST, LAST)


db = pytest.mark.django_db


@db
def test_two_of_the_same_unit_are_a_repeat_and_joined_ones_count_once(house):
    one, two = filed(house), filed(house, at=NOON + timedelta(days=3))
    assert numbers(analysis.repeats(read(house), days=30)) == [[one.number, two.number]]
    leading = assigned(house)
    join_complaint(complaint_id=two.pk, actor=house.supervisor, leading_number=leading.number, now=NOON)
    assert [row.number for row in read(house).own] == [one.number, leading.number]


@db
def test_a_common_part_is_known_by_its_words_however_they_are_spaced(house):
    for place in ("Lift  2", "lift 2", " LIFT 2"):
        filed(house, unit=None, building=house.building, place=place)
    assert [len(rows) for rows in analysis.chronic(read(house), cases=3)] == [3]


@db
def test_outside_our_duty_is_not_valid(house):
    row = accepted(house)
    intake.reject_complaint(complaint_id=row.pk, actor=house.supervisor, reason="Not ours.", now=NOON)
    (found,) = analysis.valid_by_estate(read(house))
    assert (found.units, found.received, found.valid) == (Unit.objects.filter(estate=house.estate).count(), 1, 0)


@db
def test_resolved_and_back_is_seen_with_who_called_it_resolved(house):
    row = resolved(house)
    later = NOON + timedelta(hours=30)
    closing.say_not_solved(complaint_id=row.pk, actor=house.owner, why="It stops again.", now=later)
    found = read(house)
    assert [(one.number, len(one.days)) for one in found.reopenings] == [(row.number, 1)]
    (soon,) = analysis.back_soon(found, hours=72)
    assert (soon.who, soon.back[0].number) == (house.engineer.name, row.number)
    assert analysis.at_first_contact(found) == (0, 1)


@db
def test_a_pause_belongs_to_who_began_it(house):
    row = assigned(house)
    handling.start_investigation(complaint_id=row.pk, actor=house.engineer, now=NOON)
    pausing.wait_for_complainant(complaint_id=row.pk, actor=house.engineer, question="Which lift?", now=NOON)
    found = read(house)
    assert [(one.who, one.case) for one in found.paused] == [(house.engineer.name, row.pk)]
    assert found.in_hand == {house.engineer.pk: 1}


@db
def test_nobody_reads_a_case_about_themselves_or_of_another_estate(house):
    filed(house, subject_staff=house.manager)
    assert read(house).own == []
    assert len(read(house, "quality").own) == 1
    elsewhere = Estate.objects.create(code="OTH", name="Elsewhere", calendar=house.calendar)
    filed(house, unit=None, estate=elsewhere, place="Gate")
    assert len(read(house, "quality").own) == 1
    assert analysed_in(house.manager, [elsewhere.pk], FIRST, LAST).own == []


@db
def test_it_asks_as_much_for_many_as_for_one(house, django_assert_num_queries):
    for number in range(3):
        filed(house, at=NOON + timedelta(hours=number))
    resolved(house)
    read(house)
    with django_assert_num_queries(8):
        read(house)
    for number in range(5):
        resolved(house, at=NOON + timedelta(hours=number))
    with django_assert_num_queries(8):
        read(house)


# -- the page, the paper, the sheet ----------------------------------------------------------------------------------------


@db
def test_page_and_sheet_show_the_same_and_empty_tables_say_so(house):
    client = signed_in(house, "manager")
    empty = text(client.get("/reports/analysis/", MARCH))
    for words in ("Nothing came twice.", "None was opened again.", "Nothing was paused."):
        assert words in empty
    one, two = filed(house), filed(house, at=NOON + timedelta(days=3))
    page = text(client.get("/reports/analysis/", MARCH))
    assert "2 complaints came; 1 of them again." in page
    assert two.number in page
    assert one.description not in page
    book = load_workbook(BytesIO(client.get("/reports/analysis/xlsx/", MARCH).content))
    said = {sheet.title: [[cell.value for cell in line] for line in sheet.iter_rows()] for sheet in book.worksheets}
    assert any(two.number in row and 2 in row for rows in said.values() for row in rows)
    assert b"%PDF" in b"".join(client.get("/reports/analysis/pdf/", MARCH).streaming_content)


@db
def test_the_chinese_page_is_chinese(house):
    filed(house)
    client = signed_in(house, "manager")
    client.cookies["language"] = "zh-hans"
    page = text(client.get("/reports/analysis/", MARCH))
    assert "投诉分析" in page
    assert "重复投诉" in page
