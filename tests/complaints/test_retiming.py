"""A change of priority: targets reckoned anew from their history, waits, more time and calendars with it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.models import Clock, Complaint, Extension
from complaints.services import clocks, closing, escalation, extending, intake, pausing
from deadlines.models import ServiceCalendar
from deadlines.versions import keep_version
from tests.complaints.seeds import assigned, furnish, resolved
from tests.contacts.making import waiting
from tests.factories.house import NOON, House

HOUR = timedelta(hours=1)


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def clock(complaint: Complaint, kind: str = "answer") -> Clock:
    return Clock.objects.filter(complaint=complaint, kind=kind).order_by("-round").first()


def ask(house: House, complaint: Complaint, at: datetime) -> None:
    pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question="Which?", now=at)


def go_on(house: House, complaint: Complaint, at: datetime) -> None:
    pausing.resume_complaint(complaint_id=complaint.pk, actor=house.engineer, now=at)


def prioritise(house: House, complaint: Complaint, priority: str, at: datetime) -> Complaint:
    return intake.set_priority(complaint_id=complaint.pk, actor=house.clerk, priority=priority, now=at)


def test_what_was_waited_for_is_not_counted_again(house):
    complaint = assigned(house)  # four hours of service time for the answer
    ask(house, complaint, NOON + HOUR)
    back = NOON + timedelta(days=3)
    go_on(house, complaint, back)
    before = {kind: clock(complaint, kind).due_at for kind in ("answer", "resolve")}
    assert before["answer"] == back + 3 * HOUR
    prioritise(house, complaint, "p3", back)
    prioritise(house, complaint, "p2", back)
    assert {kind: clock(complaint, kind).due_at for kind in before} == before
    escalation.sweep_clocks(now=back + timedelta(minutes=1))
    row = clock(complaint)
    assert (row.state, row.step) == (Clock.State.RUNNING, 0)  # a quarter is used: nothing has happened to it
    escalation.sweep_clocks(now=back + HOUR)
    assert clock(complaint).step == 2  # half, and the handler


def test_each_of_two_waits_moves_it(house):
    complaint = assigned(house)
    for day in (0, 1):
        ask(house, complaint, NOON + timedelta(days=day))
        go_on(house, complaint, NOON + timedelta(days=day) + 2 * HOUR)
    prioritise(house, complaint, "p3", NOON + timedelta(days=1, hours=2))
    # The close of business of the next day, and four hours of service time more.
    assert clock(complaint).due_at == datetime(2026, 3, 4, 13, 0, tzinfo=UTC)


def test_what_waits_while_it_becomes_danger_goes_on_by_the_times_of_danger(house):
    complaint = assigned(house, category="cleaning")
    ask(house, complaint, NOON + timedelta(minutes=10))
    until = clock(complaint).next_at
    prioritise(house, complaint, "p1", NOON + HOUR)
    row = clock(complaint)
    assert (row.state, row.paused_at, row.next_at) == (Clock.State.PAUSED, NOON + timedelta(minutes=10), until)
    go_on(house, complaint, NOON + 2 * HOUR)
    assert clock(complaint).due_at == NOON + 2 * HOUR + timedelta(minutes=20)
    assert clock(complaint, "resolve").due_at == NOON + 2 * HOUR + timedelta(minutes=230)


def test_what_was_over_when_the_wait_began_is_late_and_what_was_not_waits(house):
    complaint = assigned(house)
    ask(house, complaint, NOON + HOUR)
    prioritise(house, complaint, "p1", NOON + 2 * HOUR)
    assert clock(complaint).state == Clock.State.RUNNING
    escalation.sweep_clocks(now=NOON + 2 * HOUR)
    assert clock(complaint).state == Clock.State.BROKEN
    assert clock(complaint, "resolve").state == Clock.State.PAUSED
    prioritise(house, complaint, "p2", NOON + 3 * HOUR)
    row = clock(complaint)
    assert (row.state, row.paused_at) == (Clock.State.PAUSED, NOON + HOUR)
    go_on(house, complaint, NOON + 4 * HOUR)
    assert clock(complaint).due_at == datetime(2026, 3, 3, 11, 0, tzinfo=UTC)  # one of three hours today, two tomorrow


def test_the_statutory_limit_runs_on_while_one_waits(house):
    complaint = assigned(house)
    before = clock(complaint, "statutory").due_at
    ask(house, complaint, NOON)
    prioritise(house, complaint, "p3", NOON + HOUR)
    go_on(house, complaint, NOON + 2 * HOUR)
    prioritise(house, complaint, "p4", NOON + 3 * HOUR)
    row = clock(complaint, "statutory")
    assert (row.due_at, row.state) == (before, Clock.State.RUNNING)


def test_more_time_and_waits_count_in_the_order_in_which_they_came(house):
    complaint = assigned(house)
    extending.extend_complaint(
        complaint_id=complaint.pk, days=1, reason="The part comes later.", actor=house.supervisor, now=NOON
    )
    ask(house, complaint, NOON)
    go_on(house, complaint, NOON + 2 * HOUR)
    before = clock(complaint).due_at
    prioritise(house, complaint, "p4", NOON + 3 * HOUR)
    prioritise(house, complaint, "p2", NOON + 3 * HOUR)
    assert clock(complaint).due_at == before == datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def test_more_time_is_not_given_to_a_round_that_began_after_it(house):
    complaint = resolved(house)
    Extension.objects.create(
        complaint=complaint, days=5, reason="Parts.", due_before=NOON, due_after=NOON, actor=house.supervisor, at=NOON
    )
    later = NOON + timedelta(days=1)
    closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="It stopped again.", now=later)
    prioritise(house, complaint, "p3", later)
    prioritise(house, complaint, "p2", later)
    assert clock(complaint).due_at == later + 4 * HOUR


def test_an_edited_calendar_changes_no_due_time_behind_a_change_of_priority(house):
    complaint = assigned(house, category="noise")
    before = clock(complaint).due_at
    keep_version(house.calendar.pk, now=NOON)
    ServiceCalendar.objects.update(holidays=["2026-03-03"], version=2)
    prioritise(house, complaint, "p4", NOON)
    row = clock(complaint)
    assert (row.due_at, row.calendar_version) == (before, 1)


def test_the_days_promised_to_a_low_rating_stay(house):
    complaint = resolved(house, category="cleaning")
    later = NOON + timedelta(days=1)
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=1, now=later)
    before = clock(complaint).due_at
    assert before == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)  # two working days
    prioritise(house, complaint, "p2", later)
    assert clock(complaint).due_at == before
    assert clock(complaint, "resolve").due_at == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


def test_a_wait_for_a_party_keeps_its_day(house):
    complaint, matter = assigned(house), waiting(house, promised_on=date(2026, 3, 4))
    pausing.wait_for_party(complaint_id=complaint.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    prioritise(house, complaint, "p3", NOON + HOUR)
    over = datetime(2026, 3, 5, 0, 0, tzinfo=UTC)
    assert clock(complaint).next_at == over
    escalation.sweep_clocks(now=over)
    row = clock(complaint)
    assert row.state == Clock.State.RUNNING
    assert row.due_at == datetime(2026, 3, 6, 14, 0, tzinfo=UTC)  # thirteen hours were left
    assert clocks.as_steps(row.schedule)[0].at > over
