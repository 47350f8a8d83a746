"""What is held of who asked: read by them, forgotten with them, and after its term."""

from datetime import timedelta

import pytest

from disclosures.erasing import erase_subject
from disclosures.exporting import export_of
from disclosures.models import Clause, Enquiry, EnquiryTurn
from disclosures.services import enquiring
from owners.subjects import subject_of_member
from privacy.services import erasing, retention
from tenancy.erasing import Ink, scrub
from tests.disclosures.enquiry_making import answered, asked, entered
from tests.disclosures.library_making import published
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
INK = Ink("Somebody", "[erased]")


def test_an_export_holds_each_question_and_its_answer(house):
    row = answered(house, asked(house))
    asked(house, by=house.neighbour, question="Not mine")
    sheets = {sheet.code: sheet for sheet in export_of(subject_of_member(house.owner))}
    (line,) = sheets["enquiries"].rows
    assert line[0] == row.number
    assert "May I keep two dogs?" in line
    assert "Two are allowed." in line


def test_an_erasure_takes_their_words_and_leaves_the_answer(house):
    row, other = answered(house, asked(house)), asked(house, by=house.neighbour, question="Not hers")
    called = entered(house, caller_contact=house.owner.user.email)
    counts = erase_subject(subject_of_member(house.owner), INK)
    assert (counts["disclosures.Enquiry"], counts["disclosures.EnquiryTurn"]) == (2, 2)
    row.refresh_from_db()
    called.refresh_from_db()
    turn = EnquiryTurn.objects.get(enquiry=row)
    assert (row.question, turn.question, turn.answer) == ("[erased]", "[erased]", "Two are allowed.")
    assert (called.caller_name, called.caller_contact) == ("", "")
    assert Enquiry.objects.get(pk=other.pk).question == "Not hers"
    assert erase_subject(subject_of_member(house.owner), INK)["disclosures.Enquiry"] == 0


def test_what_ended_three_years_ago_is_emptied_and_what_is_open_stays(house):
    old, waiting = answered(house, asked(house)), asked(house)
    enquiring.settle(enquiry_id=old.pk, actor=house.owner, now=NOON)
    retention.sweep(now=NOON + timedelta(days=30 * 34))
    old.refresh_from_db()
    assert old.question == "May I keep two dogs?"
    retention.sweep(now=NOON + timedelta(days=3 * 366 + 5))
    old.refresh_from_db()
    waiting.refresh_from_db()
    assert old.question != "May I keep two dogs?"
    assert waiting.question == "May I keep two dogs?"
    assert retention.sweep(now=NOON + timedelta(days=3 * 366 + 6)).get("cases", 0) == 0


def test_a_name_that_is_a_word_of_a_law_stays_in_it_and_goes_from_other_texts(house):
    text = "Rules\nArticle 1 Rosemary grows in the court.\n"
    laws, rules = (published(house, kind=kind, title=kind, text=text) for kind in ("law", "how_to"))
    scrub(["Rosemary"], INK, spared=erasing._spared())
    words = {row.version.article_id: row.body for row in Clause.objects.select_related("version")}
    assert words == {laws.pk: "Rosemary grows in the court.", rules.pk: "Somebody grows in the court."}
