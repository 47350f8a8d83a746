"""Contacts, letters without an answer, promises: the same figures on the page, on paper and in the spreadsheet."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from contacts.models import CommunicationRecord
from notices.paper import pdf
from reports import exchange_queries
from reports.rules.promises import Promised, tally_of
from tests.complaints.pages import signed_in, text
from tests.contacts.making import contact, hill, promised
from tests.factories.house import NOON, House

MARCH = {"first": "2026-03-01", "last": "2026-03-31"}
FIRST, LAST, TODAY = date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 20)
KINDS = ("contacts", "letters", "promises")


def sheets(house: House, kind: str, role: str = "manager") -> dict[str, list[list[object]]]:
    answer = signed_in(house, role).get(f"/reports/{kind}/xlsx/", MARCH)
    book = load_workbook(BytesIO(answer.content))
    return {sheet.title: [[cell.value for cell in line] for line in sheet.iter_rows()] for sheet in book.worksheets}


def test_contacts_are_counted_by_form_method_content_and_party(house):
    contact(house)
    contact(house, channel="letter", party_type="utility", content="business", subject="Invoice", summary="Pay.")
    contact(house, "quality", estate=hill(house)[0])
    contact(house, occurred_at=datetime.fromisoformat("2026-04-02T10:00+00:00"), now=NOON + timedelta(days=40))
    page = text(signed_in(house, "manager").get("/reports/contacts/", MARCH))
    assert "2 contacts are written down, 0 of them late." in page
    found = sheets(house, "contacts")
    by_form = next(rows for name, rows in found.items() if "form" in name.lower())
    assert by_form[1:3] == [["Oral", 1, 0.5, 1, 2], ["Written", 1, 0.5, 1, 2]] or by_form[1][1] == by_form[2][1] == 1
    by_method = next(rows for name, rows in found.items() if "method" in name.lower())
    assert {row[0]: row[1] for row in by_method[1:] if row[0]}["Listening"] == 1


def test_an_entry_about_somebody_counts_for_nobody_who_may_not_read_it(house):
    contact(house, subject_staff=house.manager, confidentiality="restricted")
    estates = [house.estate.pk]
    for role, number in (("quality", 1), ("manager", 0), ("clerk", 1)):
        found = exchange_queries.contacts_in(getattr(house, role), estates, FIRST, LAST)
        assert (found.all, sum(found.groups["form"].values())) == (number, number), role


def test_a_letter_that_waits_is_listed_until_it_is_answered(house):
    row = contact(house, channel="letter", subject="The roof", summary="When?")
    CommunicationRecord.objects.filter(pk=row.pk).update(answer_due_on=date(2026, 3, 9))
    (letter,) = exchange_queries.letters_waiting(house.manager, [house.estate.pk], today=TODAY)
    assert (letter.days_open, letter.is_overdue) == (18, True)
    page = text(signed_in(house, "manager").get("/reports/letters/"))
    assert "1 letter waits for an answer." in page
    assert "The roof" in page
    CommunicationRecord.objects.filter(pk=row.pk).update(answered_at=NOON)
    assert "No letter waits for an answer." in text(signed_in(house, "manager").get("/reports/letters/"))


def test_the_rate_of_promises_is_that_of_the_register(house):
    promised(house)
    promised(house, actor="manager", text="=A bench")
    (first, second) = exchange_queries.promises_in(house.manager, [house.estate.pk], FIRST, LAST, today=TODAY)
    assert {first.fate, second.fate} == {"broken"}  # both days have passed
    assert tally_of([first, second]).rate == 0
    page = text(signed_in(house, "manager").get("/reports/promises/", MARCH))
    assert "0 of 2 promises were kept in time." in page
    lines = next(rows for name, rows in sheets(house, "promises").items() if "each" in name.lower())
    assert "=A bench" in {row[0] for row in lines}


def test_what_counts_as_kept():
    rows = [
        Promised("", "", "", "", TODAY, None, False, fate) for fate in ("kept", "late", "broken", "open", "withdrawn")
    ]
    found = tally_of(rows)
    assert (found.kept, found.judged) == (1, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_paper_says_what_the_page_says_and_nothing_is_said_of_nothing(house, kind, monkeypatch):
    made: list[str] = []
    monkeypatch.setattr(pdf, "write", lambda html: made.append(html) or b"%PDF-1.7")
    client = signed_in(house, "manager")
    page = client.get(f"/reports/{kind}/", MARCH)
    assert page.status_code == 200
    assert b"".join(client.get(f"/reports/{kind}/pdf/", MARCH).streaming_content) == b"%PDF-1.7"
    assert page.context["report"].headline in made[0]
    assert client.get(f"/reports/{kind}/", {"first": "x", "last": "9999-12-31"}).status_code in (200, 422)
    assert signed_in(house, "clerk").get(f"/reports/{kind}/").status_code == 403
