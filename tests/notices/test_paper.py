"""What is set on paper: letters for window envelopes with a list in front, and one sheet for each door."""

from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from notices.models import NoticePlace, NoticeRecipient, NoticeSettings
from notices.paper import doors, letters, pdf
from notices.printing_queries import places_to_print
from owners.models import Building
from tests.factories.notices import received_by, sent_notice

HOSTILE = '<script>alert(1)</script><img src="http://evil.example/x.png">'


@pytest.fixture
def notice(house):
    return sent_notice(house, kind="ordinary")


def letter(notice, house, row, link="http://lakeside.localhost/n/1/"):
    version = notice.versions.select_related("notice__approver").order_by("-number").first()
    return letters.letter_for(row, version=version, organisation=house.organisation, link=link)


def html_of(notice, house, *rows, **options):
    written = [letter(notice, house, row) for row in rows]
    with translation.override(written[0].language):
        return letters.letters_html(
            written, notice=notice, organisation=house.organisation, options=NoticeSettings(**options)
        )


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ("1 Lake Road, London", ("1 Lake Road", "London")),
        ("1 Lake Road\nLondon\n\n", ("1 Lake Road", "London")),
        ("a, b, c, d, e, f", ("a", "b", "c", "d", "e, f")),
        ("", ("A-0101, North Tower", "Lakeside Court", "2 Shore Street")),
    ],
)
def test_the_lines_in_the_window(house, notice, given, lines):
    house.estate.address = "2 Shore Street"
    row = received_by(notice, house.unit, steps=0, postal_address=given)
    assert letters.address_of(row) == ("Ada Moor", *lines)


def test_letters_lie_in_the_order_somebody_walks(house, notice):
    south = Building(estate=house.estate, code="S", name="South Tower")

    def row(name, building=house.building, floor=1, units="A-0101", estate=house.estate):
        return NoticeRecipient(name=name, estate=estate, building=building, floor=floor, units=units)

    rows = [
        row("nowhere", None, None, "", None), row("south", south), row("garden", floor=-1), row("second", floor=2),
        row("b", units="A-0102"), row("a", units="A-0102"), row("first"), row("no floor", floor=None),
    ]  # fmt: skip
    order = ["no floor", "garden", "first", "a", "b", "second", "south", "nowhere"]
    assert [each.name for each in letters.in_walking_order(rows)] == order


def test_a_letter_is_in_its_readers_language(house, notice):
    chinese = received_by(notice, house.unit, steps=0, language="zh-hans", name="李雷")
    html = html_of(notice, house, chinese)
    for words in ('lang="zh-Hans"', "周五停水", "九点至十二点。", "<p>李雷</p>"):
        assert words in html
    assert "Water off" not in html
    assert "Water off on Friday" in html_of(notice, house, received_by(notice, house.unit, steps=0, name="Bo"))


def test_names_addresses_and_words_of_others_stay_letters(house, notice):
    row = received_by(notice, house.unit, steps=0, name=HOSTILE, postal_address=HOSTILE, units=HOSTILE)
    notice.versions.update(title_en=HOSTILE, body_en=f"Dear {{name}}, {HOSTILE}")
    html = html_of(notice, house, row, letter_sender=HOSTILE)
    with translation.override("en"):
        html += letters.manifest_html(
            [letter(notice, house, row)], [1], notice=notice, organisation=house.organisation, sheets=1
        )
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;") >= 6


def test_nothing_is_fetched_but_our_own_files():
    assert pdf.own_file("static:/css/pdf.css") is not None
    for address in ("http://evil.example/x.css", "file:///etc/passwd", "static:/../../etc/passwd", "static:/%2e%2e/x.css",
                    "static:/css/../../manage.py"):  # fmt: skip
        assert pdf.own_file(address) is None


def test_the_manifest_says_on_which_page_each_letter_begins_and_letters_count_their_own(house, notice):
    long = received_by(notice, house.unit, steps=0, name="Ada Moor")
    short = received_by(notice, house.other_unit, steps=0, name="Bo Moor", person=house.people["neighbour"])
    notice.versions.update(body_en="\n\n".join(f"Sentence {number} for {{name}}." for number in range(40)))
    written = [letter(notice, house, row) for row in (long, short)]
    steps = list(
        letters.bind(
            written, notice=notice, organisation=house.organisation, options=NoticeSettings(), language="en"
        )
    )  # fmt: skip
    bound = steps[-1][1]
    pages = [page.extract_text() for page in PdfReader(BytesIO(bound.content)).pages]
    assert [done for done, _bound in steps] == [2, 2]
    assert len(pages) == bound.pages == 5  # a manifest and two pages each
    assert ["Ada Moor" in page for page in pages[:2]] == [True, True]
    rows = [line for line in pages[0].splitlines() if "Moor" in line]
    assert [[word for word in row.split() if word.isdigit()][-1] for row in rows] == ["1", "3"]
    for first, name in ((1, "Ada Moor"), (3, "Bo Moor")):
        assert f"Sentence 0 for {name}." in pages[first]
        assert f"Sentence 39 for {name}." in pages[first + 1]
        assert [pages[first + at].strip().splitlines()[-1][-1] for at in (0, 1)] == ["1", "2"]


def sheets(house, notice, **more):
    version = notice.versions.select_related("notice__approver").order_by("-number").first()
    places = places_to_print(house.clerk, notice)
    made = doors.sheets_of(notice, version, places, organisation=house.organisation)
    link = f"http://{house.host}/notices/board/{notice.pk}/"
    return made, doors.door_html(made, notice=notice, version=version, organisation=house.organisation, link=link)


def test_a_sheet_for_each_building_in_every_language_and_its_code_leads_to_the_page(house, notice, monkeypatch):
    coded = []
    monkeypatch.setattr(doors, "qr_svg", lambda link: coded.append(link) or "QR")
    south = Building.objects.create(estate=house.estate, code="S", name="South Tower")
    notice.versions.update(body_en="Dear {name} in {building}, unit {unit}.")
    made, html = sheets(house, notice)
    assert [sheet.building for sheet in made] == [house.building, south]
    assert [words.language for words in made[0].words] == ["en", "zh-hans"]
    assert html.count('<article class="door') == 2
    assert "everybody in South Tower" in html
    assert "周五停水" in html
    assert coded == [f"http://{house.host}/notices/board/{notice.pk}/"]
    assert coded[0] in html
    NoticePlace.objects.filter(notice=notice).update(building=south)
    assert [sheet.building for sheet in sheets(house, notice)[0]] == [south]


def test_a_door_sheet_is_one_page(house, notice):
    _made, html = sheets(house, notice)
    assert len(PdfReader(BytesIO(pdf.write(html))).pages) == 1


def test_a_door_sheet_with_much_to_say_takes_smaller_letters_before_a_second_page(house, notice):
    words = "\n\n".join("What is to be done, at home and on the landing, before nine." for _row in range(12))
    notice.versions.update(body_en=words, body_zh=words)
    made, html = sheets(house, notice)
    assert len(PdfReader(BytesIO(pdf.write(html))).pages) == 2
    version = notice.versions.select_related("notice__approver").get()
    content, pages = doors.door_pdf(made, notice=notice, version=version, organisation=house.organisation, link="x")
    assert pages == len(PdfReader(BytesIO(content)).pages) == 1
