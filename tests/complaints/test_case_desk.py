"""The staff's page of one complaint: who sees it, every act by role and state, what is refused, what is said inside."""

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
from complaints.acts import ACTS, offered
from complaints.conditions import Case
from complaints.models import Complaint, Escalation, Message, Move, ReturnVisit
from complaints.queries import worked_complaints
from complaints.services import closing, escalation, handling, intake, pausing, talking
from notices.models import Delivery
from owners.models import Person
from tenancy.errors import IllegalMove
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish, resolved
from tests.complaints.test_triage import QUEUE, browser
from tests.contacts.making import waiting
from tests.factories.house import House

State = Complaint.State
STAFF = ("clerk", "engineer", "supervisor", "manager", "quality", "admin", "auditor")


@pytest.fixture
def house(house: House) -> House:
    built = furnish(house)
    Person.objects.filter(pk=built.people["owner"].pk).update(phone="+447700900123")
    return built


@pytest.fixture
def now():
    return timezone.now()


def in_state(house: House, state: str, now) -> Complaint:
    """A complaint walked to the state by its verbs."""
    deal = {"actor": house.engineer, "now": now}
    if state == State.RECEIVED:
        return filed(house, at=now)
    if state in (State.ACCEPTED, State.REJECTED_INVALID, State.REFERRED_OUT):
        complaint = accepted(house, at=now)
        end = {"complaint_id": complaint.pk, "actor": house.supervisor, "reason": "Not ours.", "now": now}
        if state == State.REJECTED_INVALID:
            return intake.reject_complaint(**end)
        return intake.refer_complaint(referred_to="Water board", **end) if state == State.REFERRED_OUT else complaint
    if state in (State.ASSIGNED, State.INVESTIGATING, State.PROPOSED, *Complaint.WAITING):
        complaint = assigned(house, at=now)
        if state == State.INVESTIGATING:
            return handling.start_investigation(complaint_id=complaint.pk, **deal)
        if state == State.WAITING_FOR_COMPLAINANT:
            return pausing.wait_for_complainant(complaint_id=complaint.pk, question="Which?", **deal)
        if state == State.WAITING_FOR_ACCESS:
            return pausing.wait_for_access(complaint_id=complaint.pk, words="The shaft.", **deal)
        if state == State.WAITING_FOR_PARTY:
            matter = waiting(house, promised_on=now.date() + timedelta(days=3))
            return pausing.wait_for_party(complaint_id=complaint.pk, matter_id=matter.pk, **deal)
        if state == State.PROPOSED:
            return handling.propose_solution(complaint_id=complaint.pk, remedy="A new door contact.", **deal)
        return complaint
    if state in (State.ANSWERED, State.IMPLEMENTING, State.STAGE_2, State.REOPENED):
        complaint = answered(house, at=now)
        if state == State.IMPLEMENTING:
            return handling.start_work(complaint_id=complaint.pk, **deal)
        if state == State.STAGE_2:
            return closing.ask_second_look(complaint_id=complaint.pk, actor=house.owner, now=now)
        if state == State.REOPENED:
            return closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="No.", now=now)
        return complaint
    complaint = resolved(house, at=now)
    if state == State.RETURN_VISIT:
        return closing.start_return_visit(complaint_id=complaint.pk, actor=house.clerk, now=now)
    if state == State.CLOSED:
        return closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=5, now=now)
    return complaint


def show(house: House, role: str, complaint: Complaint, **headers: str):
    return browser(house, role).get(f"{QUEUE}{complaint.number}/", headers=headers)


def do(house: House, role: str, complaint: Complaint, act: str, **fields: object):
    return browser(house, role).post(f"{QUEUE}{complaint.number}/{act}/", {"seen": complaint.state, **fields})


def acts_on(html: str, complaint: Complaint) -> set[str]:
    """What is offered: as a button or a form that sends, or as a link that opens the form."""
    address = f"{QUEUE}{complaint.number}/"
    sent = re.findall(rf'action="{address}([a-z-]+)/"', html)
    opened = re.findall(rf'href="{address}\?act=([a-z-]+)#act"', html)
    return {*sent, *opened}


def snapshot(complaint: Complaint) -> tuple[object, ...]:
    row = Complaint.objects.filter(pk=complaint.pk).values_list().get()
    return (row, Move.objects.count(), Message.objects.count(), ReturnVisit.objects.count(), Delivery.objects.count())


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


# -- every move has its button ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(State))
def test_every_move_of_every_state_is_offered_to_somebody(house, now, state):
    complaint = in_state(house, state, now)
    assert complaint.state == state
    reached: set[str] = set()
    for role in STAFF:
        response = show(house, role, complaint)
        if response.status_code == 200:
            for act in acts_on(response.content.decode(), complaint):
                reached |= ACTS[act].leads_to
    own = {State.STAGE_2}  # the complainant's own
    back = {State.ASSIGNED, State.INVESTIGATING, State.IMPLEMENTING} if state in Complaint.WAITING else set()
    assert Complaint.MOVES[state] - own - back <= reached
    if back:
        assert ACTS["resume"].leads_to <= reached


def working_day(house: House) -> str:
    """The day after tomorrow's opening, as a form writes it."""
    from complaints.services.clocks import rules_calendar
    from deadlines.rules.periods import working_days

    return working_days(rules_calendar(house.estate.calendar), timezone.now(), 2).last_day.isoformat()


FIELDS = {
    "assign": lambda house: {"handler_id": house.engineer2.pk},
    "answer": lambda house: {"decision": "A worn contact was replaced."},
    "propose": lambda house: {"remedy": "A new contact."},
    "send-back": lambda house: {"reason": "Ask the maker."},
    "resolve": lambda house: {"resolution": "It runs."},
    "wait": lambda house: {"question": "Which lift?"},
    "wait-access": lambda house: {"words": "The shaft, on Monday."},
    "wait-party": lambda house: {"matter_id": waiting(house, timezone.now().date() + timedelta(days=3)).pk},
    "promise-update": lambda house: {"on": working_day(house)},
    "extend": lambda house: {"days": 1, "reason": "The part comes later."},
    "join": lambda house: {"leading_number": assigned(house).number},
    "give-back": lambda house: {"reason": "Not my trade."},
    "visit": lambda house: {"method": "phone", "is_reached": "yes", "is_solved": "yes", "rating": "4"},
    "reopen": lambda house: {"reason": "Again."},
    "reject": lambda house: {"reason": "Not ours."},
    "refer": lambda house: {"referred_to": "Water board", "reason": "Their main."},
    "priority": lambda house: {"priority": "p4"},
    "severity": lambda house: {"severity": "major"},
    "task": lambda house: {"text": "Order a contact."},
    "aside": lambda house: {"on": (timezone.localdate() + timedelta(days=2)).isoformat()},
    "reply": lambda house: {"body": "We are on it."},
    "note": lambda house: {"body": "Call the maker."},
}


@pytest.mark.parametrize(
    ("state", "role"),
    [(state, "engineer" if index % 2 else "supervisor") for index, state in enumerate(State)]
    + [(State.RECEIVED, "clerk"), (State.ASSIGNED, "clerk"), (State.RESOLVED, "clerk")]
    + [
        (State.RECEIVED, "auditor"),
        (State.PROPOSED, "auditor"),
        (State.RESOLVED, "engineer"),
        (State.CLOSED, "engineer"),
    ],
)
def test_what_is_offered_can_be_done_and_what_is_not_is_refused(house, now, state, role):
    """A shown button works, and a missing one changes nothing when its address is called all the same."""
    from django.db import transaction

    complaint = in_state(house, state, now)
    address = f"{QUEUE}{complaint.number}/"
    client = browser(house, role)
    shown = acts_on(client.get(address).content.decode(), complaint)
    sent = {act: FIELDS[act](house) if act in FIELDS else {} for act in ACTS}
    before = snapshot(complaint)
    for act in (code for code, one in ACTS.items() if not one.is_beside):
        fields = {"seen": complaint.state, **sent[act]}
        point = transaction.savepoint()
        status = client.post(f"{address}{act}/", fields).status_code
        if act in shown:
            transaction.savepoint_rollback(point)
            assert status == 302, (state, role, act)
        else:
            assert status in (403, 404, 409), (state, role, act)
            assert snapshot(complaint) == before, (state, role, act)


def test_a_walk_through_the_page_from_received_to_closed(house, now):
    complaint = filed(house, at=now)
    for role, act, state in (
        ("clerk", "accept", State.ACCEPTED),
        ("supervisor", "assign", State.ASSIGNED),
        ("supervisor", "investigate", State.INVESTIGATING),
        ("supervisor", "propose", State.PROPOSED),
        ("supervisor", "answer", State.ANSWERED),
        ("supervisor", "start-work", State.IMPLEMENTING),
        ("supervisor", "resolve", State.RESOLVED),
        ("clerk", "visit", State.CLOSED),
    ):
        fields = FIELDS.get(act, lambda house: {})(house)
        response = do(house, role, complaint, act, **fields)
        assert (response.status_code, response["Location"]) == (302, f"{QUEUE}{complaint.number}/")
        complaint = Complaint.objects.get()
        assert complaint.state == state
    assert (complaint.handler, complaint.rating, complaint.is_solved) == (house.engineer2, 4, True)


def test_a_major_answer_is_the_managers_and_the_handler_is_told_so(house, now):
    complaint = assigned(house, at=now, category="safety")
    html = show(house, "engineer", complaint).content.decode()
    assert "signed by the estate manager. Propose it instead." in html
    assert "answer" not in acts_on(html, complaint)
    assert do(house, "engineer", complaint, "answer", decision="Done.").status_code == 403
    assert do(house, "manager", complaint, "answer", decision="Done.").status_code == 302


def test_three_failed_attempts_on_three_days_let_it_be_closed(house, now):
    complaint = resolved(house, at=now - timedelta(days=4))
    for days in (3, 2, 1):
        assert "close" not in acts_on(show(house, "clerk", complaint).content.decode(), complaint)
        at = now - timedelta(days=days)
        closing.record_return_visit(
            complaint_id=complaint.pk, actor=house.clerk, method="phone", is_reached=False, now=at
        )
    complaint.refresh_from_db()
    assert "close" in acts_on(show(house, "clerk", complaint).content.decode(), complaint)
    assert do(house, "clerk", complaint, "close").status_code == 302
    assert Complaint.objects.get().state == State.CLOSED


def test_the_handler_is_told_that_somebody_else_makes_the_return_visit(house, now):
    html = show(house, "engineer", resolved(house, at=now)).content.decode()
    assert "The return visit is made by somebody other than the handler." in html


# -- what is refused -------------------------------------------------------------------------------------------------


def test_a_second_click_is_a_409_that_says_how_it_stands_and_links_back(house, now):
    complaint = filed(house, at=now)
    assert do(house, "clerk", complaint, "accept").status_code == 302
    before = snapshot(complaint)
    response = do(house, "clerk", complaint, "accept")
    html = response.content.decode()
    assert response.status_code == 409
    assert "is now in the state “Accepted”" in html
    assert f'href="{QUEUE}{complaint.number}/"' in html
    assert snapshot(complaint) == before


def test_who_acts_on_an_old_page_is_told_even_when_the_act_were_possible(house, now):
    complaint = assigned(house, at=now)
    seen = complaint.state
    handling.start_investigation(complaint_id=complaint.pk, actor=house.engineer, now=now)
    response = do(house, "supervisor", complaint, "answer", decision="Done.", seen=seen)
    assert response.status_code == 409
    assert Complaint.objects.get().decision == ""


def test_a_reply_is_not_lost_because_the_case_moved_on(house, now):
    complaint = assigned(house, at=now)
    handling.start_investigation(complaint_id=complaint.pk, actor=house.engineer, now=now)
    assert do(house, "supervisor", complaint, "reply", body="We are on it.", seen="assigned").status_code == 302
    assert Message.objects.get().body == "We are on it."


def test_an_empty_form_comes_back_with_what_was_typed(house, now):
    complaint = accepted(house, at=now)
    before = snapshot(complaint)
    response = do(house, "supervisor", complaint, "refer", referred_to="<i>Water board</i>", reason=" ")
    html = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in html
    assert 'href="#refer_reason"' in html
    assert 'value="&lt;i&gt;Water board&lt;/i&gt;"' in html
    assert "<title>Error:" in html
    assert snapshot(complaint) == before


def test_the_form_of_an_act_is_opened_by_its_link_alone(house, now):
    complaint = accepted(house, at=now)
    client, address = browser(house, "supervisor"), f"{QUEUE}{complaint.number}/"
    closed = client.get(address).content.decode()
    assert "refer_reason" not in closed
    assert str(house.engineer2.pk) not in closed
    opened = client.get(f"{address}?act=refer").content.decode()
    assert re.search(r'name="referred_to"[^>]* autofocus', opened)
    assert f'action="{address}refer/"' in opened
    assert str(house.engineer2.pk) in client.get(f"{address}?act=assign").content.decode()


def test_a_script_fetches_the_form_alone(house, now):
    complaint = accepted(house, at=now)
    headers = {"hx-request": "true", "hx-target": "act"}
    client, address = browser(house, "supervisor"), f"{QUEUE}{complaint.number}/"
    fragment = client.get(f"{address}?act=refer", headers=headers).content.decode()
    assert fragment.lstrip().startswith("<form")
    assert complaint.description not in fragment
    assert client.get(f"{address}?act=", headers=headers).content.decode().strip() == ""


@pytest.mark.parametrize(("role", "act"), [("supervisor", "resolve"), ("clerk", "assign"), ("auditor", "refer")])
def test_an_act_that_is_not_offered_is_not_opened(house, now, role, act):
    complaint = accepted(house, at=now)
    html = browser(house, role).get(f"{QUEUE}{complaint.number}/?act={act}").content.decode()
    assert "This cannot be done now." in html
    assert f'action="{QUEUE}{complaint.number}/{act}/"' not in html


def test_a_blank_reply_holds_nothing_of_the_one_written_before(house, now):
    complaint = assigned(house, at=now)
    refused = do(house, "supervisor", complaint, "reply", body=" ", attachments="")
    assert refused.status_code == 422
    assert "Write something, or add a photo." in refused.content.decode()
    assert "Write something, or add a photo." not in show(house, "supervisor", complaint).content.decode()


def test_a_visit_that_reached_somebody_says_whether_it_is_solved(house, now):
    complaint = resolved(house, at=now)
    response = do(house, "clerk", complaint, "visit", method="phone", is_reached="yes")
    assert response.status_code == 422
    assert "Say whether the complainant calls it solved." in response.content.decode()
    assert not ReturnVisit.objects.exists()


@pytest.mark.parametrize("verb", [handling.start_investigation, handling.start_work])
def test_out_of_a_wait_only_the_verb_that_starts_the_clocks_leads(house, now, verb):
    complaint = in_state(house, State.WAITING_FOR_COMPLAINANT, now)
    with pytest.raises(IllegalMove):
        verb(complaint_id=complaint.pk, actor=house.engineer, now=now)
    assert Complaint.objects.get().state == State.WAITING_FOR_COMPLAINANT


def test_an_unknown_act_is_not_there(house, now):
    complaint = filed(house, at=now)
    assert do(house, "admin", complaint, "delete").status_code == 404
    assert browser(house, "clerk").get(f"{QUEUE}{complaint.number}/accept/").status_code == 405


def test_somebody_of_another_estate_is_no_handler(house, now):
    from owners.models import Estate

    complaint = accepted(house, at=now)
    other = Estate.objects.create(code="OTH", name="Other Court", calendar=house.calendar)
    house.engineer2.estate_assignments.update(estate=other)
    page = browser(house, "supervisor").get(f"{QUEUE}{complaint.number}/?act=assign").content.decode()
    assert str(house.manager.pk) in page
    assert str(house.engineer2.pk) not in page
    assert do(house, "supervisor", complaint, "assign", handler_id=house.engineer2.pk).status_code == 404
    assert Complaint.objects.get().handler is None


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


def test_offered_acts_agree_with_the_rules(house, now):
    complaint = assigned(house, at=now)
    assert offered(Case(complaint, house.auditor, now)) == []
