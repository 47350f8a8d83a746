"""Answers on accounts: opened to all when somebody thinks of it, in their own words, and taken back."""

from datetime import date

import pytest

from audit.models import AuditEntry
from disclosures import queries
from disclosures.services import asking, opening
from disclosures.services.asking import Asking
from disclosures.showing import without_strangers
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.audit.routes import post
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import brought_to
from tests.factories.api import program
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
ALONE = "Dear Ms Owner, the bulbs of your stairs."


def answered(house, **said):
    row = brought_to(house, "published")
    asked = asking.remark(statement_id=row.pk, asking=Asking("Which bulbs, and mine?"), actor=house.owner, now=NOON)
    return asking.answer(remark_id=asked.pk, words=ALONE, actor=house.manager, now=NOON, **said)


def open_it(house, said, who="manager", question="Which bulbs?", answer="Those of the stairs."):
    actor = getattr(house, who)
    return opening.open_answer(remark_id=said.pk, question=question, answer=answer, actor=actor, now=NOON)


def read_by(house, who, said):
    """What somebody reads of it: question and answer."""
    reader, row = getattr(house, who), said.statement
    shown = without_strangers(queries.remarks_visible_to(reader, row), row, reader)
    return [(one.shown_body, one.shown_answer) for one in shown]


def acts():
    rows = AuditEntry.objects.filter(action__startswith="statement.answer_").order_by("pk")
    return [row.action.removeprefix("statement.answer_") for row in rows]


def test_a_private_answer_is_opened_later_in_words_of_its_own_and_taken_back(house):
    said = answered(house)
    assert read_by(house, "neighbour", said) == []
    for _again in range(2):
        open_it(house, said)
    assert read_by(house, "neighbour", said) == [("Which bulbs?", "Those of the stairs.")]
    assert read_by(house, "owner", said) == read_by(house, "clerk", said) == [("Which bulbs, and mine?", ALONE)]
    for _again in range(2):
        opening.take_answer_back(remark_id=said.pk, actor=house.supervisor, now=NOON)
    assert read_by(house, "neighbour", said) == []
    assert read_by(house, "owner", said) == [("Which bulbs, and mine?", ALONE)]
    assert acts() == ["opened", "taken_back"]


def test_whoever_answers_may_write_the_answer_for_all_at_once(house):
    said = answered(house, is_public=True, public_body="Which bulbs?", public_answer="Those of the stairs.")
    assert read_by(house, "neighbour", said) == [("Which bulbs?", "Those of the stairs.")]
    assert read_by(house, "owner", said) == [("Which bulbs, and mine?", ALONE)]


def test_what_was_opened_before_there_were_words_for_all_is_read_as_it_was_written(house):
    said = answered(house, is_public=True, public_body="Which bulbs?")
    said.public_answer = ""
    said.save()
    assert read_by(house, "neighbour", said) == [("Which bulbs?", ALONE)]


@pytest.mark.parametrize("field", ["public_body", "public_answer"])
def test_nothing_by_which_who_asked_is_known_is_opened(house, field):
    said, person = answered(house), house.people["owner"]
    person.phone, person.email, person.name = "+447700900123", "ada@home.example", "Ada Quill"
    person.save()
    for known in (
        house.owner.name,
        house.owner.user.email,
        house.unit.code,
        "Ada Quill",
        "07700 900 123",
        person.email,
    ):
        words = {"question": "Which?", "answer": "Those."}
        words["question" if field == "public_body" else "answer"] = f"As {known} says."
        with pytest.raises(DomainError) as refusal:
            open_it(house, said, **words)
        assert refusal.value.code == field
        also = {"is_public": True, "public_body": "Which?", "public_answer": "Those.", field: f"As {known} says."}
        again = asking.remark(statement_id=said.statement_id, asking=Asking("And?"), actor=house.owner, now=NOON)
        with pytest.raises(DomainError) as refusal:
            asking.answer(remark_id=again.pk, words="Yes.", actor=house.manager, now=NOON, **also)
        assert refusal.value.code == field
    said.refresh_from_db()
    assert not said.is_public
    assert acts() == []


def test_only_who_answers_opens_and_only_what_is_answered_on_published_accounts(house, stranger):
    said = answered(house)
    with pytest.raises(NotAllowed):
        open_it(house, said, "auditor")
    with pytest.raises(NotAllowed):
        open_it(house, said, "owner")
    with pytest.raises(NotFound):
        open_it(house, said, "neighbour")
    with pytest.raises(NotFound):
        opening.take_answer_back(remark_id=said.pk, actor=stranger.manager, now=NOON)
    waiting = asking.remark(statement_id=said.statement_id, asking=Asking("And?"), actor=house.owner, now=NOON)
    with pytest.raises(DomainError, match="Answer it first"):
        open_it(house, waiting)
    review = brought_to(house, "committee_review", from_on=date(2026, 4, 1), to_on=date(2026, 6, 30))
    asked = asking.remark(statement_id=review.pk, asking=Asking("Why?"), actor=house.committee, now=NOON)
    asking.answer(remark_id=asked.pk, words="So.", actor=house.manager, now=NOON)
    with pytest.raises(DomainError, match="committee alone"):
        open_it(house, asked)
    assert acts() == []


def test_it_is_opened_and_taken_back_on_the_page(house):
    said = answered(house)
    manager, neighbour, page = (
        signed_in(house, "manager"),
        signed_in(house, "neighbour"),
        f"/disclosures/{said.statement_id}/",
    )
    way = f"/disclosures/questions/{said.pk}/open/"
    assert way in text(manager.get(page))
    assert ALONE in text(manager.get(way))
    assert way not in text(signed_in(house, "committee").get(page))
    refused = post(manager, "disclosures:question_open", said.pk, public_body="Which?", public_answer=house.owner.name)
    assert refused.status_code == 422
    post(
        manager, "disclosures:question_open", said.pk, public_body="Which bulbs?", public_answer="Those of the stairs."
    )
    seen = text(neighbour.get(page))
    assert "Those of the stairs." in seen
    assert ALONE not in seen
    api = program(house, "neighbour", scopes=["accounts:read"]).read(f"accounts/{said.statement_id}/questions/").json()
    assert [one["answer"] for one in api["results"]] == ["Those of the stairs."]
    post(manager, "disclosures:question_take_back", said.pk)
    assert "Those of the stairs." not in text(neighbour.get(page))
