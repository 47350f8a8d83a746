"""The page, the PDF and the spreadsheet carry the same figures; hostile names stay names."""

import time
from datetime import datetime

import pytest

from complaints.models import Category
from notices.paper import pdf as paper
from reports.documents.pdf import month_html
from reports.rules import sections
from tests.complaints.seeds import filed, furnish
from tests.reports.months import at, many, march, run_made
from tests.reports.reading import book, page_tables, pdf, pdf_text, sheets, squeezed

HOSTILE = '=1+1 <script>alert("x")</script>'


def flat(table: list[list]) -> list[list[str]]:
    """The rows of a sheet as the page writes them: part, whole and percentage become one cell again."""
    head, *rows = table
    written = []
    for row in rows:
        cells, place = [], 0
        while place < len(row):
            value = row[place]
            if place + 1 < len(head) and head[place + 1] == "of":
                part, whole, rate = row[place : place + 3]
                cells.append(f"{rate:.1%} {part:,} of {whole:,}" if whole else "–")
                place += 3
                continue
            if isinstance(value, datetime):
                value = f"{value.day} {value:%b %H:%M}"
            elif isinstance(value, float) or (isinstance(value, int) and head[place].startswith("Median")):
                value = f"{value:,.1f}"
            elif isinstance(value, int):
                value = f"{value:,}"
            cells.append("–" if value is None else " ".join(value.split()))
            place += 1
        written.append(cells)
    return written


def test_page_spreadsheet_and_pdf_show_the_same_figures(house, printed, browse):
    client = browse()
    shown = page_tables(client.get(f"/reports/{printed.pk}/").content.decode())
    shown |= page_tables(client.get(f"/reports/{printed.pk}/complaints/").content.decode())
    written, words = sheets(printed), pdf_text(printed)
    assert len(shown) == 16
    for title, (_head, *rows) in shown.items():
        assert flat(written[title]) == rows, title
        for row in rows:
            assert squeezed("".join(row)) in words, (title, row)
    lift = ["Lift", "2", "2", "1", "50.0% 1 of 2", "50.0% 1 of 2", "33.3% 1 of 3"]
    assert lift in shown["By category"]
    assert ["Lift", 2, 2, 1, 1, 2, 0.5, 1, 2, 0.5, 1, 3, 0.333] in written["By category"]
    for sentence in ("4 complaints came in.", "3 were closed.", "3 are open at the end."):
        assert squeezed(sentence) in words
        assert any(row[0] == sentence for row in written["Summary"])
    _tagged_titled_and_in_its_language(pdf(printed))


def test_every_figure_of_the_list_agrees_with_the_totals(made):
    totals = made.figures["totals"]
    assert sum(not row["closed"] for row in made.listing) == totals["open_after"]
    lates = [kind for row in made.listing for kind in row["late"]]
    assert {kind: lates.count(kind) for kind in made.figures["promises"]} == {
        kind: late for kind, (_kept, late) in made.figures["promises"].items()
    }


def _tagged_titled_and_in_its_language(document) -> None:
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert document.metadata.title == "Complaints in March 2026 · Lakeside Property Management"
    assert f"1/{len(document.pages)}" in squeezed(document.pages[0].extract_text())


def html_of(run) -> str:
    return month_html(run.figures, run.listing, accent="teal", language="en")


def test_every_page_but_the_first_names_the_organisation_and_table_heads_are_repeated(house):
    furnish(house)
    many(house, 120)
    run = run_made(house)
    pages = [squeezed(page.extract_text()) for page in pdf(run).pages]
    assert all("LakesidePropertyManagement" in page and "ComplaintsinMarch2026" in page for page in pages[1:])
    of_list = [page for page in pages if "C-LAK-2026-0001" in page and "Openlongest" not in page]
    assert len(of_list) > 1
    assert all("NumberCategoryPlaceReceivedAnsweredClosedLate" in page for page in of_list)


def test_a_chinese_pdf_is_chinese_and_carries_its_fonts(house):
    march(house)
    run = run_made(house, language="zh-hans")
    printed = pdf_text(run)
    assert "电梯" in printed
    assert "2026年3月" in printed
    assert pdf(run).trailer["/Root"]["/Lang"] == "zh-Hans"
    fonts = [font.get_object() for page in pdf(run).pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object()
        assert "Noto-Sans-SC" in inner["/BaseFont"].replace(" ", "-")
        assert "/FontFile3" in inner["/FontDescriptor"].get_object()


def test_hostile_names_are_only_names(house, browse, quick):
    furnish(house)
    category = Category.objects.get(code="lift")
    category.name_en = HOSTILE
    category.save()
    filed(house, at=at(3))
    run = run_made(house)
    html = browse().get(f"/reports/{run.pk}/").content.decode()
    assert "<script>alert" not in html
    assert "=1+1 &lt;script&gt;" in html
    assert "<script" not in html_of(run)
    assert "=1+1 &lt;script&gt;" in html_of(run)
    found = [cell for sheet in book(run) for row in sheet.iter_rows() for cell in row if cell.value == HOSTILE]
    assert len(found) == 3  # by category, the oldest, the list
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)
    assert not [cell for sheet in book(run) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_no_personal_data_of_complainants_is_printed(house, quick):
    furnish(house)
    filed(house, at=at(3), description="My neighbour shouts.", caller_name="Somebody", place="Door 7")
    run = run_made(house)
    words = html_of(run) + str(sheets(run))
    for private in ("Owner of Lakeside", "A-0101", "shouts", "Somebody", "Door 7"):
        assert private not in words


def test_a_long_list_is_cut_on_paper_and_whole_in_the_spreadsheet(house, quick, monkeypatch):
    furnish(house)
    many(house, 60)
    run = run_made(house)
    pending = sum(bool(row["late"]) or not row["closed"] for row in run.listing)
    assert 20 < pending < 60
    for most, sentence in (
        (60, "Everything that was open at some time of the month"),
        (59, f"The late and the open ones: {pending} of 60. The spreadsheet holds them all."),
        (20, f"The first 20 of the {pending} late and open ones. The spreadsheet holds all 60 complaints."),
    ):
        monkeypatch.setattr("reports.documents.pdf.LISTED_AT_MOST", most)
        assert sentence in html_of(run)
    assert len(sheets(run)["The complaints one by one"]) == 61


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "https://example.com/x.css", "static:/../propcomm/settings.py", "static:/js/app.js", "data:text/css,x",
     "static:/%2e%2e/manage.py", "static://evil/css/pdf.css", "//etc/passwd"],
)  # fmt: skip
def test_nothing_but_own_static_files_is_fetched(url):
    assert paper.own_file(url) is None


def test_its_own_files_are_found():
    assert paper.own_file("static:/css/pdf.css").name == "pdf.css"
    assert paper.own_file("static:/fonts/NotoSansSC-GBK-Regular.otf") is not None


@pytest.mark.parametrize("accent", ["teal", "blue", "plum", "green", "brick"])
def test_the_accent_on_paper_is_the_tokens(accent):
    tokens = (paper.STATIC / "css" / "tokens.css").read_text()
    assert f"--brand: {paper.brand_of(accent)};" in tokens
    assert accent == "teal" or paper.brand_of(accent) != paper.brand_of("teal")


def test_an_empty_month_is_a_report_too(house, browse, quick):
    furnish(house)
    run = run_made(house)
    assert browse().get(f"/reports/{run.pk}/").status_code == 200
    assert sections.build(run.figures).headline.startswith("0 complaints came in.")
    assert "Nothing was open at the end." in html_of(run)


def test_a_thousand_complaints_are_set_in_time(house):
    furnish(house)
    many(house, 1000)
    began = time.monotonic()
    run = run_made(house)
    print(f"1,000 complaints: {time.monotonic() - began:.1f} s, {len(pdf(run).pages)} pages")
    assert len(sheets(run)["The complaints one by one"]) == 1001
