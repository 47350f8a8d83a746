"""A confidential case: who filed it, and from which unit, stands before those who decide on it and nobody else."""

import io
from dataclasses import astuple
from datetime import timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from complaints import case_queries, texts
from complaints.joining_queries import Spot, alike
from complaints.models import CannedReply, Category, Complaint, Joining
from complaints.rules.veiling import veiled
from complaints.services import handling, intake
from complaints.services.handling import Action
from complaints.services.me_too import join_own
from contacts.models import Commitment
from contacts.services.commitments import Promise, make_commitment
from notices.models import Delivery
from notices.queries import outbox_of
from notices.wording import words_of
from tenancy.errors import DomainError
from tests.complaints.pages import signed_in, text, typed
from tests.complaints.seeds import filed, furnish
from tests.factories.api import program
from tests.factories.house import House

WORDS = "Something goes on in the cellar."
PHONE = "+442071838750"


@pytest.fixture
def house(house: House) -> House:
    furnish(house)
    owner = house.people["owner"]
    owner.name, owner.phone = "Wilhelmina Quist", PHONE
    owner.save()
    type(house.unit).objects.filter(pk=house.unit.pk).update(code="ZQ-0907")
    house.unit.refresh_from_db()
    return house


@pytest.fixture
def case(house: House) -> Complaint:
    """In the hands of an engineer, who is not to know whose it is."""
    now = timezone.now()
    found = filed(house, at=now, is_confidential=True, description=WORDS)
    given = {"complaint_id": found.pk, "now": now}
    intake.accept_complaint(**given, actor=house.clerk, by_rule=False)
    return handling.assign_complaint(**given, actor=house.supervisor, handler_id=house.engineer.pk)


def names_nobody(words: str) -> bool:
    return not any(secret in words for secret in ("Quist", "ZQ-0907", PHONE, "Wilhelmina"))


def pages_of(case: Complaint) -> list[str]:
    at = f"/admin/triage/{case.number}/"
    return [
        at,
        f"{at}?act=resolve",
        f"{at}texts/",
        f"{at}here/",
        "/admin/triage/?tab=open",
        "/admin/triage/?tab=mine",
        "/",
    ]


def test_its_handler_works_on_it_without_knowing_whose_it_is(house, case):
    CannedReply.objects.create(title="Greeting", body_en="Dear {name}, about {place}: {number}.")
    client = signed_in(house, "engineer")
    for address in pages_of(case):
        assert names_nobody(text(client.get(address))), address
    assert WORDS in text(client.get(f"/admin/triage/{case.number}/"))
    assert "confidential" in text(client.get("/admin/triage/?tab=mine"))
    client.post(f"/admin/triage/{case.number}/reply/", {"body": "I am looking into it."})
    assert Delivery.objects.filter(event="complaint.reply", person=house.people["owner"]).exists()
    stored = Complaint.objects.get(pk=case.pk)
    assert (stored.complainant, stored.unit) == (house.people["owner"], house.unit)


@pytest.mark.parametrize("role", ["clerk", "supervisor", "manager", "quality", "admin"])
def test_whoever_decides_on_it_sees_who_filed_it(house, case, role):
    page = text(signed_in(house, role).get(f"/admin/triage/{case.number}/"))
    assert all(words in page for words in ("Quist", "ZQ-0907", "confidential"))


@pytest.mark.parametrize("word", ["Quist", "Wilhelmina", "ZQ-0907", PHONE, PHONE[-7:]])
def test_nobody_finds_it_by_what_they_may_not_see(house, case, word):
    row = f'href="/admin/triage/{case.number}/"'
    assert row not in text(signed_in(house, "engineer").get("/admin/triage/", {"tab": "open", "q": word}))
    assert row in text(signed_in(house, "clerk").get("/admin/triage/", {"tab": "open", "q": word}))


def test_no_timeline_and_no_other_case_of_the_unit_names_it(house, case):
    other = filed(house, at=timezone.now(), category="noise")
    given = {"complaint_id": other.pk, "now": timezone.now()}
    intake.accept_complaint(**given, actor=house.clerk, by_rule=False)
    handling.assign_complaint(**given, actor=house.supervisor, handler_id=house.engineer.pk)
    link = f"/admin/triage/{case.number}/"
    assert link not in text(signed_in(house, "engineer").get(f"/admin/triage/{other.number}/"))
    assert link in text(signed_in(house, "clerk").get(f"/admin/triage/{other.number}/"))
    for kind, key in (("unit", house.unit.pk), ("person", house.people["owner"].pk)):
        page = signed_in(house, "engineer").get(f"/register/of/{kind}/{key}/")
        assert case.number not in text(page)
    page = signed_in(house, "auditor").get(f"/register/of/estate/{house.estate.pk}/")
    assert names_nobody(text(page))


def test_the_api_says_no_more_than_the_pages(house, case):
    engineer = program(house, "engineer")
    one, listed = engineer.get(f"/api/v1/complaints/{case.number}/"), engineer.get("/api/v1/complaints/")
    assert names_nobody(one.content.decode() + listed.content.decode())
    assert (one.json()["is_confidential"], one.json()["desk"]["complainant"], one.json()["unit"]) == (True, None, None)
    clerk = program(house, "clerk").get(f"/api/v1/complaints/{case.number}/").json()
    assert clerk["desk"]["complainant"]["name"] == "Wilhelmina Quist"


def test_no_message_to_its_handler_and_no_outbox_names_anybody(house, case):
    to_engineer = Delivery.objects.filter(membership=house.engineer, about_id=case.pk)
    assert to_engineer.exists()
    assert all(names_nobody("".join(astuple(words_of(row, house.organisation))[:4])) for row in to_engineer)
    assert not outbox_of(house.auditor).filter(about_id=case.pk).exists()
    assert outbox_of(house.manager).filter(about_id=case.pk).exists()


def test_what_is_promised_in_it_names_the_case_alone_and_the_complainant_reads_it(house, case):
    now = timezone.now()
    action = Action("Close the cellar.", timezone.localdate(now) + timedelta(days=3))
    handling.answer_complaint(
        complaint_id=case.pk, actor=house.engineer, decision="We look after it.", actions=[action], now=now
    )
    made = Commitment.objects.get()
    assert (made.to_whom, made.person, made.unit) == (case.number, None, None)
    assert "Close the cellar." in text(signed_in(house, "owner").get(f"/complaints/{case.number}/letter/"))
    paper = signed_in(house, "engineer").get(f"/admin/triage/{case.number}/letter.pdf")
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(b"".join(paper))).pages)
    assert "We look after it." in read
    assert names_nobody(read)


def test_the_late_register_and_the_administration_keep_it_too(house, case):
    Complaint.objects.filter(pk=case.pk).update(next_due_at=timezone.now() - timedelta(days=1))
    case.clocks.filter(stopped_at=None).update(due_at=timezone.now() - timedelta(days=1))
    page = text(signed_in(house, "auditor").get("/reports/past-due/"))
    assert case.number in page
    assert names_nobody(page)
    for role in ("engineer", "auditor"):
        answer = signed_in(house, role).get("/admin/complaints/complaint/")
        assert names_nobody(text(answer))
        assert names_nobody(text(signed_in(house, role).get(f"/admin/complaints/complaint/{case.pk}/change/")))


def test_neighbours_are_not_offered_it(house, case):
    spot = Spot(house.estate, house.building, house.unit)
    assert not alike(spot, Category.objects.get(code="lift")).filter(pk=case.pk).exists()


def test_a_veiled_case_is_never_stored(house, case):
    shown = veiled(case, house.engineer)
    assert (shown.pk, shown.complainant, shown.is_veiled, case.complainant) == (
        case.pk, None, True, house.people["owner"],
    )  # fmt: skip
    with pytest.raises(RuntimeError):
        shown.save()
    assert case_queries.case_by_number(house.clerk, case.number).is_veiled is False
    assert texts.texts_for(shown, house.organisation) == []


def test_the_form_keeps_it_confidential_and_an_anonymous_one_needs_it_not(house):
    client = signed_in(house, "owner")
    client.post("/complaints/new/", typed(house, is_confidential="on"))
    first = Complaint.objects.get()
    assert (first.is_confidential, first.complainant) == (True, house.people["owner"])
    assert "only those who decide on it see it" in text(client.get(f"/complaints/{first.number}/"))
    client.post("/complaints/new/", typed(house, is_confidential="on", is_anonymous="on"))
    second = Complaint.objects.exclude(pk=first.pk).get()
    assert (second.is_confidential, second.is_anonymous) == (False, True)


def test_giving_it_back_shows_no_more_than_before(house, case):
    engineer = program(house, "engineer")
    answer = engineer.send(f"complaints/{case.number}/give-back/", {"reason": "Not my trade."})
    assert (answer.status_code, answer.json()["unit"]) == (200, None)
    assert names_nobody(answer.content.decode())
    with pytest.raises(RuntimeError):
        veiled(Complaint.objects.get(pk=case.pk), house.engineer).refresh_from_db()


def test_the_log_names_nobody_of_it_before_an_auditor(house, case):
    owner = house.owner
    page = text(signed_in(house, "auditor").get("/admin/audit/auditentry/"))
    assert "Somebody whose name is confidential" in page
    assert str(owner.pk) not in page.partition('id="changelist')[2]
    entries = program(house, "auditor").read("audit/").json()["results"]
    filed_ = next(one for one in entries if one["action"] == "complaint.filed")
    assert (filed_["actor_id"], filed_["actor"]) == (None, "Somebody whose name is confidential")
    assert program(house, "auditor").read("audit/", {"actor_id": str(owner.pk)}).json()["results"] == []
    assert any(one["actor_id"] == str(owner.pk) for one in program(house, "admin").read("audit/").json()["results"])


def test_a_promise_with_its_number_names_neither_person_nor_unit(house, case):
    today = timezone.localdate()
    given = {
        "estate": house.estate, "text": "A lamp.", "to_whom": "Them", "promised_by": house.clerk, "promised_on": today,
        "due_on": today, "case_number": case.number,
    }  # fmt: skip
    for named in ({"unit": house.unit, "building": house.building}, {"person": house.people["owner"]}):
        with pytest.raises(DomainError) as refused:
            make_commitment(promise=Promise(**given, **named), actor=house.clerk, now=timezone.now())
        assert refused.value.code == "case_number"
    assert make_commitment(promise=Promise(**given), actor=house.clerk, now=timezone.now()).linked_number == case.number


def test_ones_own_unit_is_not_given_away_by_joining(house, case):
    open_one = filed(house, at=timezone.now())
    own = filed(house, at=timezone.now(), is_confidential=True)
    joined = join_own(complaint_id=own.pk, leading_id=open_one.pk, actor=house.owner, now=timezone.now())
    assert not Joining.objects.filter(complaint=joined).exists()


def test_ones_own_is_found_by_oneself(house, case):
    found = program(house, "owner").read("complaints/", {"q": "ZQ-0907"}).json()["results"]
    assert [one["number"] for one in found] == [case.number]
