"""Enquiries by program: answered with clauses, checked for names and opened, made a complaint; as the pages allow."""

import pytest

from complaints.models import Complaint
from disclosures.models import Citation, Enquiry
from tests.complaints.seeds import furnish
from tests.disclosures.enquiry_making import answered, asked
from tests.disclosures.library_making import published
from tests.factories.api import program

pytestmark = pytest.mark.django_db


def test_an_answer_names_its_clauses_and_a_repeated_request_answers_once(house):
    row, version = asked(house), published(house).versions.get()
    clause = version.clauses.get(key="art-2")
    clerk = program(house, "clerk")
    body = {"words": "Two are allowed.", "clauses": [str(clause.pk)], "articles": [str(version.article_id)]}
    tag = clerk.read(f"enquiries/{row.pk}/")["ETag"]
    path = f"enquiries/{row.pk}/answer/"
    said = clerk.send(path, body, If_Match=tag, Idempotency_Key="a-1")
    assert (said.status_code, said.json()["state"]) == (200, "answered")
    assert said["ETag"] == clerk.read(f"enquiries/{row.pk}/")["ETag"] != tag
    again = clerk.send(path, body, If_Match=tag, Idempotency_Key="a-1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert clerk.send(path, body, If_Match=tag).status_code == 412
    assert clerk.send(path, body).status_code == 409
    assert [one.clause for one in Citation.objects.order_by("id")] == [clause, None]


def test_an_answer_without_words_or_with_a_clause_that_is_not_there_is_refused(house):
    row, clerk = asked(house), program(house, "clerk")
    path = f"enquiries/{row.pk}/answer/"
    assert clerk.send(path, {}).status_code == 400
    for name in ("clauses", "articles"):
        assert clerk.send(path, {"words": "So.", name: [str(row.pk)]}).status_code == 409
    row.refresh_from_db()
    assert (row.state, Citation.objects.count()) == ("asked", 0)


def test_a_name_is_found_before_anything_is_opened(house):
    row, supervisor = answered(house, asked(house)), program(house, "supervisor")
    path, name = f"enquiries/{row.pk}/open/", house.owner.name
    assert supervisor.send(path, {"question": f"{name} asks", "answer": "Two."}).status_code == 409
    checked = supervisor.send(path, {"question": "Dogs?", "answer": "Two.", "only_check": True}).json()
    assert (checked["is_checked"], checked["published_at"]) == (True, None)
    assert Enquiry.objects.get().published_at is None
    opened = supervisor.send(path, {"question": "Dogs?", "answer": "Two."}).json()
    assert (opened["public_question"], opened["published_at"] is not None) == ("Dogs?", True)
    assert supervisor.send(f"enquiries/{row.pk}/take-back/").status_code == 200
    assert Enquiry.objects.get().published_at is None


@pytest.mark.parametrize("kind", ["complaint", "request"])
def test_an_enquiry_becomes_a_complaint_or_a_request_once(house, kind):
    furnish(house)
    row, clerk = asked(house), program(house, "clerk")
    path, body = f"enquiries/{row.pk}/convert/", {"category": "lift", "kind": kind, "unit": str(house.unit.pk)}
    said = clerk.send(path, body).json()
    case = Complaint.objects.get()
    assert (said["state"], said["complaint_number"]) == ("converted", case.number)
    assert (case.kind, case.description, case.unit) == (kind, "May I keep two dogs?", house.unit)
    assert clerk.send(path, body).json()["complaint_number"] == case.number
    assert Complaint.objects.count() == 1


def test_a_category_or_a_unit_that_is_not_theirs_makes_nothing(house):
    furnish(house)
    row, clerk = asked(house), program(house, "clerk")
    for body in ({"category": "no-such"}, {"category": "lift", "unit": str(row.pk)}):
        assert clerk.send(f"enquiries/{row.pk}/convert/", body).status_code == 409
    assert not Complaint.objects.exists()


def test_who_may_not_on_the_page_may_not_by_program(house, stranger):
    row = answered(house, asked(house))
    for role, code, status in (
        ("owner", "answer", 404), ("engineer", "answer", 404), ("auditor", "answer", 403), ("clerk", "open", 403),
        ("auditor", "convert", 403), ("owner", "convert", 404),
    ):  # fmt: skip
        body = {"words": "So.", "question": "Q", "answer": "A", "category": "lift"}
        assert program(house, role).send(f"enquiries/{row.pk}/{code}/", body).status_code == status, role
    row.refresh_from_db()
    assert (row.state, row.published_at) == ("answered", None)


def test_a_question_names_the_clause_it_is_asked_of(house):
    clause = published(house).versions.get().clauses.get(key="art-2")
    owner = program(house, "owner")
    body = {"topic": "rule", "question": "Big dogs too?", "clause": str(clause.pk)}
    assert owner.send("enquiries/", body).status_code == 201
    row = Enquiry.objects.get()
    assert (row.of_version, row.of_clause) == (clause.version, clause)
    assert owner.send("enquiries/", {**body, "clause": str(row.pk)}).status_code == 404
    assert owner.send("enquiries/", {**body, "article": str(row.pk), "clause": str(row.pk)}).status_code == 404
