"""Articles and enquiries for programs: what the pages show, to whom they show it."""

import pytest

from disclosures.models import Enquiry
from tests.disclosures.enquiry_making import answered, asked
from tests.disclosures.library_making import drafted, published
from tests.factories.api import program

pytestmark = pytest.mark.django_db


def test_an_article_with_its_clauses_in_their_order(house, settings):
    settings.API = {**settings.API, "PAGE_ROWS": 3}
    row, reader = published(house), program(house, "owner")
    assert [one["id"] for one in reader.read("articles/").json()["results"]] == [str(row.pk)]
    said = reader.read(f"articles/{row.pk}/").json()
    assert (said["version"], said["valid_from"], said["estates"]) == (1, "2026-01-01", [str(house.estate.pk)])
    first = reader.read(f"articles/{row.pk}/clauses/").json()
    rest = reader.get(first["next"]).json()
    keys = [one["key"] for one in first["results"] + rest["results"]]
    assert keys == ["part-1", "art-1", "art-2", "part-2", "art-3"]
    assert rest["next"] is None


def test_a_search_says_where_it_stands_and_how_it_is_cited(house):
    row = published(house)
    (hit,) = program(house, "occupant").read("articles/search/?q=dog").json()["results"]
    assert (hit["article"], hit["key"], hit["cited"]) == (str(row.pk), "art-2", "House rules Article 2")
    assert "dog" in hit["snippet"]
    assert program(house, "occupant").read("articles/search/").status_code == 400


def test_a_draft_is_not_there_for_readers(house):
    row = drafted(house)
    assert program(house, "owner").read(f"articles/{row.pk}/").status_code == 404
    assert program(house, "manager").read(f"articles/{row.pk}/").json()["version"] is None
    assert program(house, "builder").read("articles/").status_code == 404


def test_a_question_is_asked_and_its_answer_read_by_who_asked_alone(house):
    owner = program(house, "owner")
    said = owner.send("enquiries/", {"topic": "rule", "question": "Two dogs?"})
    assert said.status_code == 201
    answered(house, Enquiry.objects.get())
    (turn,) = owner.read(f"enquiries/{said.json()['id']}/").json()["turns"]
    assert (turn["question"], turn["answer"]) == ("Two dogs?", "Two are allowed.")
    assert program(house, "neighbour").read(f"enquiries/{said.json()['id']}/").status_code == 404
    assert program(house, "neighbour").read("enquiries/").json()["results"] == []
    assert len(program(house, "clerk").read("enquiries/").json()["results"]) == 1
    assert program(house, "engineer").read("enquiries/").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"topic": "rule", "question": ""}, 400), ({"topic": "x", "question": "Y"}, 400),
     ({"topic": "rule", "question": "Y", "estate": "0199c5a2-0000-7000-8000-000000000001"}, 404)],
)  # fmt: skip
def test_what_is_no_question_is_refused(house, body, status):
    assert program(house, "owner").send("enquiries/", body).status_code == status
    assert not Enquiry.objects.exists()


def test_staff_do_not_ask_by_program(house):
    assert program(house, "clerk").send("enquiries/", {"topic": "rule", "question": "Y"}).status_code == 404
    assert asked(house).number.startswith("Q-")
