"""The staff's page of one complaint: who sees it, what is said inside, what stands beside it; the start page."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from complaints import case_queries
from complaints.acts import ACTS
from complaints.models import Complaint, Escalation
from complaints.queries import worked_complaints
from complaints.services import closing, escalation, handling, talking
from notices.models import Delivery
from owners.models import Person
from tests.complaints.case_page import STAFF, acts_on, do, show, snapshot
from tests.complaints.seeds import assigned, filed, furnish
from tests.complaints.test_triage import QUEUE, browser
from tests.factories.house import House

State = Complaint.State


@pytest.fixture
def house(house: House) -> House:
    built = furnish(house)
    Person.objects.filter(pk=built.people["owner"].pk).update(phone="+447700900123")
    return built


@pytest.fixture
def now():
    return timezone.now()


# -- who sees it -----------------------------------------------------------------------------------------------------


def test_staff_see_it_and_the_auditor_finds_no_button(house, now):
    complaint = assigned(house, at=now)
    for role in STAFF:
        response = show(house, role, complaint)
        assert response.status_code == 200, role
        assert (acts_on(response.content.decode(), complaint) == set()) == (role == "auditor"), role
    assert show(house, "engineer2", complaint).status_code == 404


def test_unknown_foreign_and_forbidden_look_the_same(house, stranger, now):
    about = filed(house, at=now, subject_staff=house.supervisor)
    client = browser(house, "supervisor")
    pages = [
        client.get(f"{QUEUE}{number}/") for number in (about.number, "C-LAK-2026-999999", "C-JIN-2026-000001", "x")
    ]
    assert {response.status_code for response in pages} == {404}
    assert len({response.content for response in pages}) == 1
    acts = [client.post(f"{QUEUE}{number}/accept/", {}) for number in (about.number, "C-LAK-2026-999999")]
    assert {response.status_code for response in acts} == {404}
    assert len({response.content for response in acts}) == 1


@pytest.mark.parametrize("role", ["owner", "occupant", "committee", "builder"])
def test_nobody_else_opens_it_or_acts(house, now, role):
    complaint = filed(house, at=now)
    before = snapshot(complaint)
    assert show(house, role, complaint).status_code == 403
    for act in ACTS:
        assert do(house, role, complaint, act, body="x", reason="x").status_code == 403
    assert snapshot(complaint) == before


def test_without_a_sign_in_nothing_is_shown_or_done(house, now):
    complaint = filed(house, at=now)
    client = Client(headers={"host": house.host})
    assert client.get(f"{QUEUE}{complaint.number}/").status_code == 302
    assert client.post(f"{QUEUE}{complaint.number}/accept/").status_code == 302
    assert Complaint.objects.get().state == State.RECEIVED


# -- outside and inside ----------------------------------------------------------------------------------------------


def test_a_reply_reaches_the_complainant_and_a_note_nobody_outside(house, now):
    complaint = assigned(house, at=now)
    sent = Delivery.objects.count()
    do(house, "engineer", complaint, "note", body="He shouts.")
    assert Delivery.objects.count() == sent
    do(house, "engineer", complaint, "reply", body="A mechanic comes at ten.")
    assert Delivery.objects.filter(membership=house.owner, text__contains="A mechanic comes at ten.").exists()
    assert not Delivery.objects.filter(text__contains="He shouts.").exists()
    html = show(house, "clerk", complaint).content.decode()
    assert html.index("A mechanic comes at ten.") < html.index("He shouts.")  # newest first


def test_a_note_keeps_its_files_inside(house, now):
    complaint = assigned(house, at=now)
    file = SimpleUploadedFile("list.txt", b"door contact, 12 EUR\n", content_type="text/plain")
    assert do(house, "engineer", complaint, "note", body="", attachments=file).status_code == 302
    from complaints.queries import attachments_of

    assert [each.audience for each in attachments_of(complaint)] == ["staff"]
    assert "list.txt" in show(house, "clerk", complaint).content.decode()


def test_hostile_words_are_only_words(house, now):
    evil = "<script>alert(1)</script>"
    complaint = assigned(house, at=now, description=evil, demand=evil, place=evil)
    talking.add_words(complaint_id=complaint.pk, actor=house.owner, body=evil, now=now)
    do(house, "engineer", complaint, "note", body=evil)
    html = show(house, "supervisor", complaint).content.decode()
    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 5


# -- what stands beside it -------------------------------------------------------------------------------------------


def test_phones_are_masked_for_the_auditor_and_the_engineers_only_while_it_is_open(house, now):
    complaint = assigned(house, at=now)
    assert "+447700900123" in show(house, "engineer", complaint).content.decode()
    audited = show(house, "auditor", complaint).content.decode()
    assert "+447700900123" not in audited
    assert "••• 123" in audited
    read = AuditEntry.objects.get(action="complaint.read")
    assert (read.actor, read.subject_id) == (house.auditor, complaint.pk), "and every reading of theirs is written down"
    resolve = {"complaint_id": complaint.pk, "actor": house.engineer, "now": now}
    handling.answer_complaint(decision="Done.", **resolve)
    handling.resolve_complaint(resolution="Done.", **resolve)
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=5, now=now)
    assert "+447700900123" not in show(house, "engineer", complaint).content.decode()
    assert "+447700900123" in show(house, "clerk", complaint).content.decode()


def test_other_and_similar_complaints_stand_beside_it_but_not_those_about_the_reader(house, now):
    complaint, other = filed(house, at=now), filed(house, at=now)
    about = filed(house, at=now, subject_staff=house.supervisor)
    html = show(house, "supervisor", complaint).content.decode()
    assert html.count(f">{other.number}</a>") == 2
    assert about.number not in html


def test_whom_it_was_passed_to_takes_it_up_once(house, now):
    complaint = filed(house, at=now - timedelta(days=20))
    escalation.sweep_clocks(now=now)
    row = Escalation.objects.filter(to=house.supervisor).first()
    address = f"{QUEUE}escalations/{row.pk}/acknowledge/"
    assert address in show(house, "supervisor", complaint).content.decode()
    assert address not in show(house, "clerk", complaint).content.decode()
    assert browser(house, "clerk").post(address).status_code == 404
    row.refresh_from_db()
    assert row.acknowledged_at is None
    for _ in range(2):
        assert browser(house, "supervisor").post(address).status_code == 302
    row.refresh_from_db()
    assert row.acknowledged_by == house.supervisor


def test_the_split_view_gets_the_case_without_its_frame(house, now):
    complaint = filed(house, at=now)
    response = show(house, "clerk", complaint, **{"hx-request": "true", "hx-target": "case"})
    html = response.content.decode()
    assert "<html" not in html
    assert acts_on(html, complaint) >= {"accept", "reply", "note", "priority"}


def test_a_long_story_costs_no_more_statements(house, now):
    """Eight: organisation, its setting, session, user, membership, where they work, the complaint, all beside it. What is
    dealt with together with it, its dealings and promises are read of cases that have any.
    """
    complaint = assigned(house, at=now)
    client = browser(house, "supervisor")
    client.get(f"{QUEUE}{complaint.number}/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{QUEUE}{complaint.number}/")
        bounds = ("SAVEPOINT", "RELEASE", "SET LOCAL app.organisation_id = ''")  # of the test's own transaction
        return sum(1 for query in asked if not query["sql"].startswith(bounds))

    few = statements()
    for number in range(30):
        talking.reply(complaint_id=complaint.pk, actor=house.engineer, body=f"Words {number}", now=now)
        filed(house, at=now)
    assert (few, statements()) == (8, 8)


@pytest.mark.parametrize("role", STAFF)
def test_what_stands_beside_it_is_what_the_reader_may_see(house, now, role):
    """The conditions in SQL are those of ``worked_complaints``."""
    complaint = assigned(house, at=now)
    assigned(house, at=now)
    filed(house, at=now)
    filed(house, at=now, subject_staff=house.supervisor)
    reader = getattr(house, role)
    _parts, beside = case_queries.case_page(complaint, actor=reader, now=now)
    seen = set(worked_complaints(reader).exclude(pk=complaint.pk).values_list("number", flat=True))
    assert {row.number for row in beside.others} == {row.number for row in beside.alike} == seen


# -- the start page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", STAFF)
def test_each_role_starts_with_what_waits_for_it(house, now, role):
    filed(house, at=now)
    assigned(house, at=now)
    response = browser(house, role).get("/")
    html = response.content.decode()
    assert response.status_code == 200
    assert ("/complaints/enter/" in re.sub(r"<nav.*?</nav>", "", html, flags=re.S)) == (
        role not in ("admin_only", "auditor")
    )
    assert ("<form" in re.sub(r"<header.*?</header>", "", html, flags=re.S)) is False


def test_escalations_are_taken_up_from_the_start_page(house, now):
    filed(house, at=now - timedelta(days=20))
    escalation.sweep_clocks(now=now)
    client = browser(house, "manager")
    html = client.get("/").content.decode()
    assert "Passed on to you" in html
    address = re.search(r'action="([^"]+/acknowledge/)"', html)[1]
    assert client.post(address, {"next": "home"})["Location"] == "/"
    assert Escalation.objects.filter(acknowledged_by=house.manager).count() == 1
