"""How fast outages were relayed: the same figures on the page, on paper and in the spreadsheet."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from django.utils import timezone
from openpyxl import load_workbook

from reports.rules.relays import Relay, figures
from tests.complaints.pages import signed_in, text
from tests.contacts.making import hill, party
from tests.contacts.outages import DAY, HOUR, relayed, taken
from tests.factories.api import program

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def row(due, took=None):
    left = None if took is None else NOON + took * MINUTE
    return Relay("O-1", "", "City Water", "Water", ("Court",), NOON, NOON + due * MINUTE, left)


def test_what_is_counted():
    rows = [row(120, 10), row(120, 121), row(0, 0), row(0, 5), row(120), row(120, 15)]
    early, late = figures(rows, NOON + HOUR), figures(rows, NOON + 3 * HOUR)
    assert (early.received, early.relayed, early.judged, early.in_time) == (6, 5, 5, 3)
    assert (late.judged, late.in_time) == (6, 3)  # the one that is still not relayed is late now
    assert (late.median_minutes, late.longest_minutes) == (10, 121)
    assert figures(rows[:2], NOON).median_minutes == 66  # 65.5
    assert figures([], NOON).median_minutes is None


def test_page_and_spreadsheet_say_the_same(house):
    now = timezone.now()
    water = party(house, name="=City Water", kind="utility", branch="water")
    relayed(house, at=now - DAY, left=now - DAY + 30 * MINUTE, party_id=water.pk)
    relayed(house, at=now - DAY, left=now - DAY + 3 * HOUR, party_id=water.pk)
    estate, _building = hill(house)
    taken(house, "quality", areas=[(estate.pk, None)], at=now)
    client = signed_in(house, "manager")
    page = text(client.get("/reports/relays/"))
    assert "1 of 2 outages were relayed in time." in page
    assert "Hill Gardens" not in page
    book = load_workbook(BytesIO(client.get("/reports/relays/xlsx/").content))
    cells = [[cell.value for cell in line] for line in book.worksheets[1].iter_rows()]
    assert cells[1] == ["=City Water", 2, 2, 1, 2, 0.5, 105, 180]
    for number in ("105", "180", "50.0%"):
        assert number in page
    assert "Hill Gardens" in text(signed_in(house, "admin").get("/reports/relays/"))
    assert signed_in(house, "clerk").get("/reports/relays/").status_code == 403
    told = program(house, "manager").read("relay-times/").json()
    assert (told["total"]["in_time"], told["total"]["median_minutes"]) == (1, 105)
    assert [row["name"] for row in told["utilities"]] == ["=City Water"]
    assert program(house, "clerk").read("relay-times/").status_code == 403
    bad = client.get("/reports/relays/", {"first": "2026-02-30", "last": "9999-12-31", "estate": "x"})
    assert bad.status_code == 422
    assert client.get("/reports/relays/", {"first": "0001-01-01", "last": "0001-01-02"}).status_code == 422


def test_the_pdf_is_made_from_the_same_report(house, monkeypatch):
    from notices.paper import pdf

    now, made = timezone.now(), []
    relayed(house, at=now - DAY, left=now - DAY + 30 * MINUTE)
    monkeypatch.setattr(pdf, "write", lambda html: made.append(html) or b"%PDF-1.7")
    answer = signed_in(house, "manager").get("/reports/relays/pdf/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert "1 of 1 outages were relayed in time." in made[0]
