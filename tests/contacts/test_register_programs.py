"""The register for programs: what a page's form says, a program can say, and is refused at the same places."""

from typing import Any

import pytest

from contacts.models import CommunicationRecord
from contacts.services import register
from tests.complaints.pages import signed_in
from tests.contacts.making import contact
from tests.factories.api import program
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
LETTER = {
    "channel": "letter", "direction": "out", "is_letter": True, "dated_on": "2026-03-01",
    "addressee": "City Water\nDock 1", "letter_text": "Dear all,\n\nthe pump is loud.",
}  # fmt: skip


def given(house: Any, **changes: Any) -> dict[str, Any]:
    said = {
        "estate": str(house.estate.pk), "party_type": "owner", "channel": "phone", "content": "enquiry",
        "subject": "Pump", "summary": "We write of the pump.", "occurred_at": NOON.isoformat(),
    }  # fmt: skip
    return {**said, **changes}


def test_a_program_writes_a_letter_and_it_is_printed_as_one_from_the_page(house):
    clerk = program(house, "clerk")
    told = clerk.send("register/", given(house, **LETTER))
    assert told.status_code == 201
    row = CommunicationRecord.objects.get()
    assert (row.addressee, row.letter_text, str(row.dated_on)) == (
        LETTER["addressee"], LETTER["letter_text"], LETTER["dated_on"],
    )  # fmt: skip
    read = clerk.read(f"register/{row.pk}/").json()
    assert {name: read[name] for name in ("addressee", "letter_text", "dated_on")} == {
        name: LETTER[name] for name in ("addressee", "letter_text", "dated_on")
    }
    printed = signed_in(house, "clerk").get(f"/register/{row.pk}/letter.pdf")
    assert b"".join(printed.streaming_content).startswith(b"%PDF")


def test_a_program_amends_a_letter_with_a_reason_and_leaves_the_rest(house):
    row = contact(house, channel="letter", direction="out", addressee="City Water", letter_text="Dear all,")
    told = program(house, "clerk").send(f"register/{row.pk}/", {"letter_text": "Dear Ana,", "reason": "Her name"})
    assert (told.json()["letter_text"], told.json()["addressee"]) == ("Dear Ana,", "City Water")
    assert row.amendments.get().before == {"letter_text": "Dear all,"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"letter_text": "x" * 10001}, "letter_text"),
        ({"addressee": "x" * 501}, "addressee"),
        ({"dated_on": "0202-03-01"}, "dated_on"),
        ({"answer_due_on": "0202-03-01"}, "answer_due_on"),
        ({"channel": "phone"}, "is_letter"),
        ({"direction": "internal"}, "direction"),
        ({"case_number": "C-0000"}, "case_number"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
    ],
)
def test_a_refusal_stands_at_the_field_where_the_page_has_it(house, changes, field):
    told = program(house, "clerk").send("register/", given(house, **LETTER) | changes)
    assert (told.status_code, list(told.json()["errors"])) == (400, [field])
    assert not CommunicationRecord.objects.exists()


def test_the_verb_itself_refuses_a_letter_of_an_impossible_year(house):
    with pytest.raises(register.DomainError) as refused:
        contact(house, channel="letter", dated_on=NOON.date().replace(year=202))
    assert refused.value.code == "dated_on"
