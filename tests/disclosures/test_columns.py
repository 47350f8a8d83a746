"""A file whose headings are not understood: somebody says which column is which, once."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from attachments.models import Attachment
from disclosures.columns_queries import remembered
from disclosures.exchange import columns, workbook
from disclosures.models import AccountStatement, RememberedColumns
from owners.registry.workbook import open_sheets
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import spreadsheet
from tests.factories.house import in_scope_of

pytestmark = pytest.mark.django_db
FIELDS = {
    "about_sheet": "0", "about_from_on": "0.0.1", "about_to_on": "0.0.2", "about_currency": "0.0.3",
    "balances_sheet": "1", "balances_head": "1.1", "balances_account": "1.1.0", "balances_opening": "1.1.1",
    "balances_closing": "1.1.3", "balances_bank_balance": "",
    "lines_sheet": "2", "lines_head": "2.0", "lines_account": "2.0.0", "lines_direction": "2.0.1",
    "lines_category": "2.0.2", "lines_amount": "2.0.3", "lines_text_en": "2.0.4",
}  # fmt: skip


def odd(*, closing: Any = 309.85, amount: Any = 300) -> bytes:
    """What another bookkeeping program writes: other names, and a title above the headings."""
    made = Workbook()
    first: Any = made.active
    first.title = "Cover"
    for row in [("Lakeside", None), ("Starts", date(2026, 1, 1)), ("Stops", date(2026, 3, 31)), ("Money", "CNY")]:
        first.append(row)
    second = made.create_sheet("Totals")
    second.append(("Totals of the quarter",))
    second.append(("Book", "Brought forward", "Turnover", "Carried forward"))
    second.append(("public_revenue", 100, 390.15, closing))
    third = made.create_sheet("Journal")
    third.append(("Book", "Side", "Class", "Value", "Words"))
    for row in [
        ("public_revenue", "income", "IN-1", amount, "Lift advertisements"),
        ("public_revenue", "expense", "EX-1", 60.1, "Bank charges"),
        ("public_revenue", "expense", "EX-2", "30.05", "New bulbs"),
    ]:
        third.append(row)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def send(client, house, content, **said):
    file = SimpleUploadedFile("odd.xlsx", content)
    return client.post("/disclosures/bring-in/", {"estate": str(house.estate.pk), "file": file, **said})


def begun(house, content=None, who="supervisor"):
    """The page on which columns are chosen, and what carries the file there."""
    client = signed_in(house, who)
    answer = send(client, house, odd() if content is None else content)
    assert answer.status_code == 302, text(answer)
    page = client.get(answer.url)
    form = page.context["form"]
    return client, page, {"held": form["held"].value(), "estate": form["estate"].value()}


def choose(client, kept, **said):
    return client.post("/disclosures/bring-in/columns/", {**FIELDS, **kept, **said})


def test_the_page_shows_the_headings_of_each_sheet_and_nothing_is_stored(house):
    _client, page, _kept = begun(house)
    shown = text(page)
    for words in ("Cover", "Totals", "Journal", "Starts (2026-01-01)", "D · Value (300)", "C · Class (IN-1)"):
        assert words in shown
    assert not AccountStatement.objects.exists()
    assert Attachment.objects.get().is_held


def test_what_is_chosen_brings_the_accounts_in_and_is_remembered(house):
    client, _page, kept = begun(house)
    answer = choose(client, kept)
    row = AccountStatement.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/disclosures/{row.pk}/")
    assert (row.opening, row.closing) == (Decimal("100.00"), Decimal("309.85"))
    assert [line.amount for line in row.lines.all()] == [Decimal("300.00"), Decimal("60.10"), Decimal("30.05")]
    assert (row.from_on, row.currency) == (date(2026, 1, 1), "CNY")
    assert Attachment.objects.get().discarded_at
    assert set(RememberedColumns.objects.values_list("part", flat=True)) == {"about", "balances", "lines"}
    again = send(client, house, odd(closing=319.85, amount=310))
    assert (again.status_code, again.url) == (302, f"/disclosures/{row.pk}/")
    row.refresh_from_db()
    assert row.closing == Decimal("319.85")


def test_what_one_organisation_remembers_no_other_knows(house, stranger):
    client, _page, kept = begun(house)
    choose(client, kept)
    assert len(remembered()) == 3
    assert in_scope_of(stranger.organisation.pk, remembered) == {}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"lines_amount": ""}, "Choose where this stands under “The lines”."),
        ({"lines_category": "2.0.3"}, "This column is chosen twice."),
        ({"about_sheet": ""}, "Choose the sheet."),
        ({"lines_amount": "2.0.0", "lines_account": "2.0.3"}, "not among the balances"),
        ({"about_from_on": "0.0.3", "about_currency": "0.0.1"}, "a day of the period is no date"),
    ],
)
def test_what_is_chosen_wrongly_is_said_and_nothing_is_stored(house, said, words):
    client, _page, kept = begun(house)
    answer = choose(client, kept, **said)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not AccountStatement.objects.exists()
    assert Attachment.objects.get().discarded_at is None  # it can be tried again at once
    assert choose(client, kept).status_code == 302


def test_a_sheet_is_chosen_once(house):
    client, _page, kept = begun(house)
    said = {name: value.replace("2.", "1.", 1) for name, value in FIELDS.items() if name.startswith("lines_")}
    answer = choose(client, kept, **{**said, "lines_sheet": "1", "lines_head": "1.1",
                                     **dict.fromkeys(("lines_account",), "1.1.0"),
                                     "lines_direction": "1.1.1", "lines_category": "1.1.2", "lines_amount": "1.1.3",
                                     "lines_text_en": ""})  # fmt: skip
    assert answer.status_code == 422
    assert "This sheet is chosen twice." in text(answer)


def test_another_sheet_shows_its_own_columns_and_keeps_what_was_chosen_elsewhere(house):
    client, _page, kept = begun(house)
    answer = choose(client, kept, lines_sheet="1")
    assert answer.status_code == 200
    form = answer.context["form"]
    assert ("1.1.1", "B · Brought forward (100)") in form.fields["lines_amount"].choices or (
        "1.0.1", "B (Brought forward)"
    ) in form.fields["lines_amount"].choices  # fmt: skip
    assert form["balances_opening"].value() == "1.1.1"
    assert not AccountStatement.objects.exists()
    assert choose(client, kept, show="1").status_code == 200


def test_a_difference_is_shown_and_goes_in_only_when_somebody_says_so(house):
    client, _page, kept = begun(house, odd(closing=309.80))
    answer = choose(client, kept)
    assert answer.status_code == 422
    shown = text(answer)
    assert "309.85" in shown
    assert "−0.05 CNY" in shown
    assert not AccountStatement.objects.exists()
    assert choose(client, kept, anyway="on").status_code == 302
    row = AccountStatement.objects.get()
    assert row.state == "draft"
    assert "off by -0.05 CNY" in text(client.get(f"/disclosures/{row.pk}/"))


def test_a_file_that_is_understood_can_be_chosen_by_hand_all_the_same(house):
    client = signed_in(house, "supervisor")
    answer = send(client, house, spreadsheet(), by_hand="on")
    assert answer.url.startswith("/disclosures/bring-in/columns/?")
    form = client.get(answer.url).context["form"]
    assert form["lines_amount"].value() == "2.0.6"
    assert not AccountStatement.objects.exists()


def test_the_file_is_only_for_who_sent_it(house):
    _client, _page, kept = begun(house)
    answer = choose(signed_in(house, "manager"), kept)
    assert (answer.status_code, answer.url) == (302, "/disclosures/bring-in/")
    assert not AccountStatement.objects.exists()


def test_what_is_chosen_comes_before_the_words_everybody_uses():
    """A file whose “amount” is before tax: somebody chose another column once."""
    content = spreadsheet(heads=("account", "line_no", "date", "direction", "category_code", "amount", "net"),
                          lines=[("public_revenue", 1, None, "income", "IN-1", 1, 300)])  # fmt: skip
    sheets = open_sheets(content, "x.xlsx")
    signature, _words = columns.to_remember("lines", sheets, columns.Choice(2, 0, {}))
    places = {"account": 0, "direction": 3, "category": 4, "amount": 6}
    book = workbook.book_of(sheets, remembered={("lines", signature): places})
    assert book.accounts["public_revenue"].lines[0]["amount"] == Decimal("300.00")


def test_headings_below_a_title_are_found():
    made = Workbook()
    first: Any = made.active
    first.append(("Lines of the quarter", None))
    first.append(("account", "direction"))
    stream = BytesIO()
    made.save(stream)
    found = columns.guessed("lines", open_sheets(stream.getvalue(), "x.xlsx"), 0, {})
    assert (found.head, found.places) == (1, {"account": 0, "direction": 1})
