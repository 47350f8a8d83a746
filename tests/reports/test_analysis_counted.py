"""What the checks of the analysis count can be opened case by case; one place is one place; hand-overs are no first contact."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.utils.html import escape
from openpyxl import load_workbook
from pypdf import PdfReader

from complaints.services import closing, handling, pausing
from owners.models import EstateAssignment
from reports.analysis_queries import analysed_in
from reports.rules import analysis, wording
from reports.rules.analysis import Analysed, Case, Paused, Returned
from reports.rules.analysis_counted import counted
from reports.views import counted as pages
from tests.complaints.pages import signed_in, text
from tests.complaints.places import lift
from tests.complaints.seeds import assigned, filed, furnish, resolved
from tests.factories.house import NOON

ANN = UUID(int=101)
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
MARCH = {"first": "2026-03-01", "last": "2026-03-31"}
db = pytest.mark.django_db


@pytest.fixture
def house(house):
    furnish(house)
    return house


def read(house, who="manager"):
    return analysed_in(getattr(house, who), [house.estate.pk], FIRST, LAST)


def links_to_cases(page):
    return [address.replace("&amp;", "&") for address in re.findall(r'href="(/reports/analysis/cases/[^"]+)"', page)]


def numbers(page):
    return re.findall(r'<a href="/admin/triage/([^/"]+)/">', page)


# -- the rules ---------------------------------------------------------------------------------------------------------


def row(number, **more):
    return Case(number, f"/{number}/", "Lakeside", "Lift 2", (1,), "Lift", BEGINS, "closed", **more)


def listed(found, check, of):
    what = counted(found, check, of)
    return what and ([line[0].text for line in what.table.rows], what.withheld)


def test_what_is_withheld_counts_and_stands_in_no_list():
    found = Analysed(
        BEGINS,
        resolved=[row("1"), row("2", is_withheld=True), row("3", was_late=True), row("4", is_anonymous=True)],
        returned=[
            Returned(ANN, "Ann", "1", timedelta(hours=72), "/1/"), Returned(ANN, "Ann", "", timedelta(hours=1)),
            Returned(ANN, "Ann", "5", timedelta(hours=73), "/5/"), Returned(None, "", "6", timedelta(0), "/6/"),
        ],
        paused=[
            Paused(ANN, "Ann", UUID(int=1), BEGINS, number="1", link="/1/"),
            Paused(ANN, "Ann", UUID(int=1), BEGINS + timedelta(1), number="1", link="/1/"),
            Paused(ANN, "Ann", UUID(int=2), BEGINS),
        ],
    )  # fmt: skip
    assert listed(found, "soon", str(ANN)) == (["1"], 1)
    assert listed(found, "soon", "none") == (["6"], 0)
    assert listed(found, "pausing", str(ANN)) == (["1"], 1)
    assert listed(found, "asked", "in_time") == (["1"], 1)
    assert listed(found, "asked", "late") == (["3"], 0)
    for check, of in (("soon", "x"), ("pausing", "none"), ("asked", "x"), ("", ""), ("chronic", "1")):
        assert counted(found, check, of) is None


# -- one place ---------------------------------------------------------------------------------------------------------


@db
def test_a_label_and_the_words_people_type_of_it_are_one_place_in_either_script(house):
    lift()
    for words in ("Lift 2 · 2号电梯", "lift 2", "２号电梯", "1幢2号电梯，五楼"):
        filed(house, unit=None, building=house.building, place=words)
    for words in ("Lift 21", "12号电梯", "Hall"):
        filed(house, unit=None, building=house.building, place=words)
    assert [len(rows) for rows in analysis.chronic(read(house), cases=3)] == [4]
    assert [len(run) for run in analysis.repeats(read(house), days=30)] == [4]


@db
def test_the_same_words_in_the_grounds_are_another_place(house):
    lift()
    for building in (house.building, house.building, None):
        filed(house, unit=None, building=building, place="Lift 2")
    assert [len(rows) for rows in analysis.chronic(read(house), cases=2)] == [2]


# -- first contact -----------------------------------------------------------------------------------------------------


@db
def test_what_was_handed_to_another_handler_is_no_first_contact(house):
    EstateAssignment.objects.get_or_create(membership=house.engineer2, estate=house.estate)
    resolved(house)
    case = assigned(house)
    handling.assign_complaint(complaint_id=case.pk, handler_id=house.engineer2.pk, actor=house.supervisor, now=NOON)
    handling.answer_complaint(complaint_id=case.pk, actor=house.engineer2, decision="A door contact.", now=NOON)
    handling.resolve_complaint(complaint_id=case.pk, actor=house.engineer2, resolution="It runs.", now=NOON)
    assert analysis.at_first_contact(read(house)) == (1, 2)


# -- the pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def month(house):
    """Something behind each check: one back soon, one paused, one in time."""
    back = resolved(house)
    later = NOON + timedelta(hours=30)
    closing.say_not_solved(complaint_id=back.pk, actor=house.owner, why="Again.", now=later)
    waiting = assigned(house)
    handling.start_investigation(complaint_id=waiting.pk, actor=house.engineer, now=NOON)
    pausing.wait_for_complainant(complaint_id=waiting.pk, actor=house.engineer, question="Which?", now=NOON)
    return {"back": back, "waiting": waiting, "good": resolved(house)}


@db
def test_every_check_leads_to_the_cases_it_counts(house, month):
    client = signed_in(house, "manager")
    found = links_to_cases(text(client.get("/reports/analysis/", MARCH)))
    said = {re.search(r"check=(\w+)&of=([\w-]+)", link).groups(): link for link in found}
    wanted = {
        ("soon", str(house.engineer.pk)): [month["back"].number],
        ("pausing", str(house.engineer.pk)): [month["waiting"].number],
        ("asked", "in_time"): [month["good"].number],
        ("asked", "back"): [month["back"].number],
    }
    assert set(said) == set(wanted)
    for key, cases in wanted.items():
        page = text(client.get(said[key]))
        assert numbers(page) == cases, key
        assert "1 case" in page
        assert (
            escape(f"/reports/analysis/?first=2026-03-01&last=2026-03-31&estate={house.estate.pk}#s-{key[0]}") in page
        )


@db
def test_the_paper_and_the_sheet_hold_the_figures_of_the_page(house, month):
    client = signed_in(house, "manager")
    page = text(client.get("/reports/analysis/", MARCH))
    assert wording.percent(1, 2) in page  # of two resolved one came back
    book = load_workbook(BytesIO(client.get("/reports/analysis/xlsx/", MARCH).content))
    rows = [[cell.value for cell in line] for sheet in book.worksheets for line in sheet.iter_rows()]
    assert [house.engineer.name, 2, 1, 2, 0.5, month["back"].number] in rows
    document = b"".join(client.get("/reports/analysis/pdf/", MARCH).streaming_content)
    words = " ".join(each.extract_text() for each in PdfReader(BytesIO(document)).pages)
    assert wording.percent(1, 2) in words
    assert month["back"].number in words


@db
def test_long_lists_are_paged(house, month, monkeypatch):
    monkeypatch.setattr(pages, "A_PAGE", 1)
    resolved(house)
    client, asked = signed_in(house, "manager"), {**MARCH, "check": "asked", "of": "in_time"}
    first = text(client.get("/reports/analysis/cases/", asked))
    second = text(client.get("/reports/analysis/cases/", {**asked, "page": 2}))
    assert (len(numbers(first)), len(numbers(second))) == (1, 1)
    assert numbers(first) != numbers(second)
    assert "2 cases" in first
    assert "page=2" in first


@db
def test_without_such_a_row_it_leads_back_and_others_are_not_let_in(house, month):
    for asked in ({}, {"check": "asked", "of": "x"}, {"check": "soon", "of": "none"}):
        answer = signed_in(house, "manager").get("/reports/analysis/cases/", asked)
        assert answer.headers["Location"].startswith("/reports/analysis/")
    good = {**MARCH, "check": "asked", "of": "in_time"}
    assert signed_in(house, "owner").get("/reports/analysis/cases/", good).status_code == 403
