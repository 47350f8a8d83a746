"""The staff's page of one complaint: a case walked to a state, its page, what is offered on it, and an act sent."""

import re
from datetime import timedelta

from django.utils import timezone

from complaints.models import Complaint, Message, Move, ReturnVisit
from complaints.services import closing, handling, intake, pausing
from notices.models import Delivery
from tests.complaints.seeds import accepted, answered, assigned, filed, resolved
from tests.complaints.test_triage import QUEUE, browser
from tests.contacts.making import waiting
from tests.factories.house import House

State = Complaint.State
STAFF = ("clerk", "engineer", "supervisor", "manager", "quality", "admin", "auditor")


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


def working_day(house: House) -> str:
    """The day after tomorrow's opening, as a form writes it."""
    from complaints.services.clocks import rules_calendar
    from deadlines.rules.periods import working_days

    return working_days(rules_calendar(house.estate.calendar), timezone.now(), 2).last_day.isoformat()
