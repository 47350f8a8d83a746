"""Ready replies: filled with what a complaint says, in its complainant's language; nothing unknown is sent."""

import pytest

from complaints.models import CannedReply, Category
from complaints.rules.texts import filled, unknown_fields
from complaints.texts import texts_for
from complaints.words import place_words
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import accepted, filed, furnish


def test_fields_are_filled_once():
    assert filled("{name}: {number}", {"name": "{number}", "number": "C-1"}) == "{number}: C-1"


@pytest.mark.parametrize(
    ("body", "strange"),
    [("{name} {nam} {x}", ["nam", "x"]), ("{ } {", [" "]), ("no field", []), ("{nam} {nam}", ["nam"])],
)
def test_what_is_no_field_is_named(body, strange):
    assert unknown_fields(body) == strange


db = pytest.mark.django_db


@pytest.fixture
def house(house):
    furnish(house)
    CannedReply.objects.create(
        title="Part", body_en="{name}, a part for {place} comes. {number}", body_zh="{name}，配件在途。"
    )
    CannedReply.objects.create(title="Noise", body_en="Quiet, please.", category=Category.objects.get(code="noise"))
    CannedReply.objects.create(title="Old", body_en="Gone.", is_active=False)
    return house


@db
def test_those_of_the_category_and_of_all_are_offered_in_the_complainants_language(house):
    complaint = accepted(house)
    name = house.people["owner"].name
    (only,) = texts_for(complaint, house.organisation)
    assert only.body == f"{name}, a part for {place_words(complaint)} comes. {complaint.number}"
    complaint.complainant.language = "zh-hans"
    assert texts_for(complaint, house.organisation)[0].body == f"{name}，配件在途。"


@db
def test_the_page_lists_them_and_the_case_takes_one_over(house):
    complaint, client = accepted(house), signed_in(house, "clerk")
    page = text(client.get(f"/admin/triage/{complaint.number}/texts/"))
    assert "a part for" in page
    assert "Quiet" not in page
    key = CannedReply.objects.get(title="Part").pk
    case = text(client.get(f"/admin/triage/{complaint.number}/?text={key}"))
    assert "a part for" in case.partition('id="reply_body"')[2].partition("</textarea>")[0]
    other = text(client.get(f"/admin/triage/{complaint.number}/?text=nonsense"))
    assert other.partition('id="reply_body"')[2].partition(">")[2].partition("</textarea>")[0].strip() == ""


@db
def test_a_case_one_may_not_read_offers_none(house):
    complaint = filed(house, subject_staff=house.clerk)
    assert signed_in(house, "clerk").get(f"/admin/triage/{complaint.number}/texts/").status_code == 404


@db
def test_the_administration_refuses_what_is_no_field_and_an_empty_text(house):
    client = signed_in(house, "admin")
    sent = {"title": "New", "body_en": "Dear {nmae}", "body_zh": "", "category": "", "position": 10, "is_active": "on"}
    page = text(client.post("/admin/complaints/cannedreply/add/", sent))
    assert "nmae is no field" in page
    assert "Write the text in one language" in text(
        client.post("/admin/complaints/cannedreply/add/", {**sent, "body_en": ""})
    )
    assert not CannedReply.objects.filter(title="New").exists()
    assert client.post("/admin/complaints/cannedreply/add/", {**sent, "body_en": "Dear {name}"}).status_code == 302
