"""Acts on the staff's page of one complaint: every one by role and state, and what is refused."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.acts import ACTS, offered
from complaints.conditions import Case
from complaints.models import Complaint, Message, ReturnVisit
from complaints.services import closing, handling
from owners.models import Person
from tenancy.errors import IllegalMove
from tests.complaints.case_page import STAFF, acts_on, do, in_state, show, snapshot, working_day
from tests.complaints.seeds import accepted, assigned, filed, furnish, resolved
from tests.complaints.test_triage import QUEUE, browser
from tests.contacts.making import waiting
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


def test_offered_acts_agree_with_the_rules(house, now):
    complaint = assigned(house, at=now)
    assert offered(Case(complaint, house.auditor, now)) == []
