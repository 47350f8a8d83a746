"""Who may move a complaint where: states, guards, and that a denied act changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from audit.models import AuditEntry
from complaints.models import Complaint, Move, ReturnVisit
from complaints.services import closing, handling, intake, pausing, talking
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish, resolved
from tests.factories.house import NOON, House, in_scope_of

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def again(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def visit(complaint, house, **said):
    given = {"method": "phone", "is_reached": True, "is_solved": True, "rating": 5, **said}
    return closing.record_return_visit(complaint_id=complaint.pk, actor=house.clerk, now=LATER, **given)


def test_a_complaint_walks_from_received_to_closed_and_every_step_is_recorded(house):
    complaint = resolved(house)
    visit(complaint, house)
    states = list(Move.objects.filter(complaint=complaint).order_by("at", "id").values_list("to_state", flat=True))
    walked = "received accepted assigned investigating proposed answered resolved return_visit closed"
    assert states == walked.split()
    moved = AuditEntry.objects.filter(subject_id=complaint.pk, action="complaint.moved")
    assert moved.count() == len(states) - 1


def test_a_second_acceptance_is_refused_and_names_the_state(house):
    complaint = accepted(house)
    with pytest.raises(IllegalMove, match="Accepted"):
        intake.accept_complaint(complaint_id=complaint.pk, actor=house.clerk, now=LATER)
    assert Move.objects.filter(complaint=complaint, to_state="accepted").count() == 1


@pytest.mark.parametrize("role", ["engineer", "auditor"])
def test_who_does_not_accept(house, role):
    complaint = filed(house)
    with pytest.raises((NotAllowed, NotFound)):
        intake.accept_complaint(complaint_id=complaint.pk, actor=house.members[role], now=LATER)
    assert again(complaint).state == "received"


def test_a_clerk_does_not_assign(house):
    complaint = accepted(house)
    with pytest.raises(NotAllowed):
        handling.assign_complaint(complaint_id=complaint.pk, handler_id=house.engineer.pk, actor=house.clerk, now=LATER)
    assert again(complaint).handler is None


def test_a_handler_never_investigates_a_complaint_about_themselves(house):
    complaint = accepted(house, subject_staff=house.engineer)
    with pytest.raises(NotAllowed, match="person complained of") as refusal:
        handling.assign_complaint(
            complaint_id=complaint.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=LATER
        )
    assert refusal.value.code == "handler_is_subject"
    assert again(complaint).handler is None


def test_nobody_reads_a_complaint_about_themselves(house):
    complaint = filed(house, subject_staff=house.supervisor)
    with pytest.raises(NotFound):
        handling.assign_complaint(
            complaint_id=complaint.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=LATER
        )


def test_the_answer_to_a_major_complaint_is_the_managers_to_sign(house):
    complaint = assigned(house, category="safety")
    with pytest.raises(NotAllowed):
        handling.answer_complaint(complaint_id=complaint.pk, actor=house.engineer, decision="Safe.", now=LATER)
    handling.propose_solution(complaint_id=complaint.pk, actor=house.engineer, remedy="Fence it off.", now=LATER)
    handling.answer_complaint(complaint_id=complaint.pk, actor=house.manager, decision="Fenced off.", now=LATER)
    assert again(complaint).state == "answered"


def test_a_rejection_needs_a_reason_and_a_supervisor(house):
    complaint = accepted(house)
    with pytest.raises(DomainError):
        intake.reject_complaint(complaint_id=complaint.pk, actor=house.supervisor, reason="  ", now=LATER)
    with pytest.raises(NotAllowed):
        intake.reject_complaint(complaint_id=complaint.pk, actor=house.clerk, reason="Not ours", now=LATER)
    assert again(complaint).state == "accepted"
    intake.reject_complaint(complaint_id=complaint.pk, actor=house.supervisor, reason="Private matter.", now=LATER)
    assert (again(complaint).state, again(complaint).is_open) == ("rejected_invalid", False)


def test_the_return_visit_is_not_made_by_the_handler(house):
    complaint = resolved(house)
    with pytest.raises(NotAllowed):
        closing.record_return_visit(
            complaint_id=complaint.pk, actor=house.engineer, method="phone", is_reached=True, is_solved=True, now=LATER
        )
    assert ReturnVisit.objects.count() == 0


@pytest.mark.parametrize(("said", "state"), [
    ({"is_solved": True, "rating": 3}, "closed"),
    ({"is_solved": True, "rating": 2}, "reopened"),
    ({"is_solved": False, "rating": None}, "reopened"),
])  # fmt: skip
def test_a_return_visit_closes_what_is_solved_and_reopens_the_rest(house, said, state):
    complaint = resolved(house)
    visit(complaint, house, **said)
    assert again(complaint).state == state


def test_closing_without_contact_needs_three_failed_attempts_on_three_days(house):
    complaint = resolved(house)
    for day in (0, 0, 1):
        closing.record_return_visit(
            complaint_id=complaint.pk,
            actor=house.clerk,
            method="phone",
            is_reached=False,
            now=LATER + timedelta(days=day),
        )
    with pytest.raises(DomainError) as refusal:
        closing.close_complaint(complaint_id=complaint.pk, actor=house.clerk, now=LATER + timedelta(days=2))
    assert refusal.value.code == "return_visit_missing"
    closing.record_return_visit(
        complaint_id=complaint.pk, actor=house.clerk, method="visit", is_reached=False, now=LATER + timedelta(days=2)
    )
    closing.close_complaint(complaint_id=complaint.pk, actor=house.clerk, now=LATER + timedelta(days=2))
    assert again(complaint).state == "closed"


def test_an_anonymous_complaint_stores_no_identity_and_closes_without_a_visit(house):
    complaint = resolved(house, is_anonymous=True, caller_name="Somebody")
    assert (complaint.complainant, complaint.caller_name, complaint.taken_by) == (None, "", None)
    assert not AuditEntry.objects.filter(subject_id=complaint.pk, actor=house.owner).exists()
    assert not Move.objects.filter(complaint=complaint, actor=house.owner).exists()
    closing.close_complaint(complaint_id=complaint.pk, actor=house.clerk, now=LATER)
    assert again(complaint).state == "closed"


def test_the_complainant_closes_by_saying_solved_and_a_second_click_changes_nothing(house):
    complaint = answered(house)
    for rating in (5, 1):
        closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=rating, now=LATER)
    assert (again(complaint).state, again(complaint).rating) == ("closed", 5)
    assert ReturnVisit.objects.filter(complaint=complaint).count() == 1


def test_a_closed_complaint_is_reopened_within_thirty_days_only(house):
    complaint = resolved(house)
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=None, now=LATER)
    with pytest.raises(IllegalMove):
        closing.say_not_solved(
            complaint_id=complaint.pk, actor=house.owner, why="Again", now=LATER + timedelta(days=31)
        )
    closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="Again", now=LATER + timedelta(days=29))
    assert again(complaint).state == "reopened"


def test_a_second_look_is_taken_by_somebody_else(house):
    complaint = answered(house)
    closing.ask_second_look(complaint_id=complaint.pk, actor=house.owner, now=LATER)
    with pytest.raises(NotAllowed):
        handling.assign_complaint(
            complaint_id=complaint.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=LATER
        )
    handling.assign_complaint(
        complaint_id=complaint.pk, handler_id=house.engineer2.pk, actor=house.supervisor, now=LATER
    )
    assert again(complaint).handler == house.engineer2


@pytest.mark.parametrize("who", ["coowner", "neighbour", "occupant", "committee", "builder"])
def test_only_the_complainant_speaks_for_a_complaint(house, who):
    complaint = answered(house)
    with pytest.raises(NotFound):
        closing.say_solved(complaint_id=complaint.pk, actor=house.members[who], rating=5, now=LATER)
    with pytest.raises(NotFound):
        talking.add_words(complaint_id=complaint.pk, actor=house.members[who], body="Me too", now=LATER)
    assert again(complaint).state == "answered"


def test_an_engineer_sees_only_what_they_handle(house):
    complaint = assigned(house)
    with pytest.raises(NotFound):
        talking.write_note(complaint_id=complaint.pk, actor=house.engineer2, body="Mine?", now=LATER)
    assert talking.write_note(complaint_id=complaint.pk, actor=house.engineer, body="Mine.", now=LATER).body == "Mine."


def test_a_stranger_finds_nothing(house, stranger):
    complaint = answered(house)

    def try_it():
        with pytest.raises(NotFound):
            intake.accept_complaint(complaint_id=complaint.pk, actor=stranger.clerk, now=LATER)
        with pytest.raises(NotFound):
            closing.say_solved(complaint_id=complaint.pk, actor=stranger.owner, rating=1, now=LATER)

    in_scope_of(stranger.organisation.pk, try_it)
    assert again(complaint).state == "answered"


def test_an_unknown_complaint_is_not_found(house):
    with pytest.raises(NotFound):
        intake.accept_complaint(complaint_id=uuid4(), actor=house.clerk, now=LATER)


def test_every_state_leads_somewhere_and_every_end_can_be_reopened():
    assert set(Complaint.MOVES) == set(Complaint.State.values)
    assert all("reopened" in Complaint.MOVES[state] for state in Complaint.ENDED)


def test_an_empty_question_never_pauses(house):
    complaint = assigned(house)
    with pytest.raises(DomainError):
        pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question=" ", now=LATER)
    assert again(complaint).state == "assigned"


def test_numbers_are_gapless_per_estate_and_year(house):
    first, second = filed(house), filed(house)
    assert (first.number, second.number) == ("C-LAK-2026-000001", "C-LAK-2026-000002")
