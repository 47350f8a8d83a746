"""Whom a campaign reached: the same figures on the page, on paper and in the spreadsheet, and nobody by name."""

from html import unescape
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from audit.models import AuditEntry
from disclosures.services import campaign_reading, placing
from disclosures.services.placing import Spot
from owners.models import Building
from tenancy.models import User
from tests.complaints.pages import signed_in, text
from tests.disclosures.campaign_making import prepared, running, seated
from tests.disclosures.library_making import published
from tests.disclosures.publishing_making import upload
from tests.factories.house import NOON, in_scope_of
from tests.reports.reading import page_tables

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_are_counted(settings):
    settings.STATISTICS_COVER_BELOW = 1


@pytest.fixture
def row(house):
    """Read by an owner, shown to another, hung on two boards, one of them with a photo."""
    article = published(house)
    made = running(house, article, channels=("message", "board"))
    campaign_reading.note_article_read(article=article, actor=house.owner, now=NOON)
    campaign_reading.note_shown(campaigns=[made], actor=house.coowner, now=NOON)
    sheet = made.sheets.get().publication
    for where, files in (("Hall", [upload(house)]), ("Gate", [])):
        placing.add_place(publication_id=sheet.pk, spot=Spot("board", where, NOON.date()), actor=house.supervisor,
                          now=NOON, files=files)  # fmt: skip
    return made


def get(house, row, what="campaign", who="manager"):
    return signed_in(house, who).get(reverse(f"disclosures:{what}", args=[row.pk]))


def paper(house, row, who="manager"):
    return PdfReader(BytesIO(b"".join(get(house, row, "campaign_pdf", who).streaming_content)))


def words_of(reader):
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def sheets(house, row, who="manager"):
    book = load_workbook(BytesIO(get(house, row, "campaign_xlsx", who).content))
    return {one.title: [list(line) for line in one.iter_rows(values_only=True)] for one in book}


def numbers(rows):
    return [[str(cell) for cell in line if cell is not None] for line in rows]


def test_page_paper_and_spreadsheet_show_the_same_figures(house, row):
    answer = get(house, row)
    page, tables = text(answer), page_tables(text(answer))
    read, printed = sheets(house, row), words_of(paper(house, row))
    reach = answer.context["reach"]
    assert (reach.got, reach.read, reach.boards_posted, reach.boards_proven) == (2, 1, 2, 1)
    assert numbers(read["Buildings"]) == tables["Read by building"]
    assert numbers(read["By channel"]) == tables["By channel"]
    for line in (*tables["Read by building"], *tables["By channel"]):
        assert " ".join(line) in printed
    said = {line[0]: line[1] for line in read["Summary"] if line}
    assert (said["Addressed"], said["Reached"], said["Read"]) == (reach.addressed, 2, 1)
    assert (said["Boards it was noted on"], said["Of those with a photo"]) == (2, 1)
    assert read["By article"][1:] == [["House rules", 1]]
    assert "House rules 1" in printed
    (board,) = reach.boards
    assert read["On notice boards"][1] == [board.estate, board.number, 2, 1]
    assert f"{board.estate} {board.number} 2 1" in printed
    headline = f"1 of {reach.addressed} people have read it."
    for shown in (unescape(page), printed, [line[0] for line in read["Summary"] if line]):
        assert headline in shown
    assert "Filled: who has read it." in printed


def test_nobody_is_named_and_few_stay_covered_in_all_of_them(house, row, settings):
    names = [one.name for one in (house.owner, house.coowner, house.occupant)]
    south = Building.objects.create(estate=house.estate, code="S", name="South Tower")
    row.readers.filter(membership=house.owner).update(building=south)
    settings.STATISTICS_COVER_BELOW = 2
    covered = [place for place in get(house, row).context["reach"].places if place.addressed is None]
    assert "South Tower" in [place.label for place in covered]
    lines = {line[0]: line[1:] for line in sheets(house, row)["Buildings"]}
    printed = words_of(paper(house, row))
    for place in covered:
        assert [cell for cell in lines[place.label] if cell is not None] == ["too few to be shown"]
        assert f"{place.label} too few to be shown" in printed
    settings.STATISTICS_COVER_BELOW = row.readers.count() + 1
    read = sheets(house, row)
    printed = words_of(paper(house, row))
    assert not {"Buildings", "By channel", "By article"} & set(read)
    assert "Reached" not in [line[0] for line in read["Summary"] if line]
    assert "people have read it." not in printed
    for name in names:
        assert name not in printed
        assert name not in str(read)


def test_the_paper_is_tagged_and_both_speak_the_readers_language(house, row):
    read = paper(house, row)
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert read.trailer["/Root"]["/Lang"] == "en"
    assert b"pdfuaid" in read.xmp_metadata.stream.get_data()
    User.objects.filter(pk=house.manager.user_id).update(language="zh-hans")
    house.manager.user.refresh_from_db()
    read = paper(house, row)
    assert read.trailer["/Root"]["/Lang"].startswith("zh")
    assert "人中有1人已读" in words_of(read).replace(" ", "")
    assert "按渠道" in sheets(house, row)


def test_the_spreadsheet_draws_its_chart_from_its_cells(house, row):
    (drawn,) = load_workbook(BytesIO(get(house, row, "campaign_xlsx").content))["Buildings"]._charts
    first = [str(one.val.numRef.f).split(":")[0] for one in drawn.series]
    assert first == ["'Buildings'!$B$2", "'Buildings'!$D$2"]


def test_who_counts_it_may_take_it_away_and_that_is_noted(house, row, stranger):
    seated(house)
    assert words_of(paper(house, row, "committee"))
    assert sheets(house, row, "committee")
    noted = AuditEntry.objects.filter(action="campaign.reach_downloaded").order_by("id")
    assert [(one.actor, one.subject_id, one.changes["kind"]) for one in noted] == [
        (house.committee, row.pk, "pdf"), (house.committee, row.pk, "xlsx"),
    ]  # fmt: skip
    for what in ("campaign_pdf", "campaign_xlsx"):
        for who in ("owner", "occupant", "engineer", "builder"):
            assert get(house, row, what, who).status_code in (403, 404)
        there = in_scope_of(stranger.organisation.pk, lambda: signed_in(stranger, "manager"))
        address = reverse(f"disclosures:{what}", args=[row.pk])
        assert in_scope_of(None, lambda there=there, address=address: there.get(address)).status_code == 404
    assert noted.count() == 2


def test_before_it_begins_there_is_nothing_to_count(house):
    made = prepared(house)
    assert made.started_at is None
    for what in ("campaign_pdf", "campaign_xlsx"):
        assert get(house, made, what).status_code == 404


def test_its_page_leads_to_both(house, row):
    page = text(get(house, row))
    for what in ("campaign_pdf", "campaign_xlsx"):
        assert reverse(f"disclosures:{what}", args=[row.pk]) in page
    assert timezone.localdate(row.started_at).year == NOON.year
