"""The clocks of a complaint: started, kept, late, paused, anew after reopening."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints.models import Clock, ClockEvent, Complaint, Escalation
from complaints.services import closing, escalation, handling, intake, pausing, recomputing, talking
from deadlines.models import ServiceCalendar
from deadlines.versions import keep_version
from notices.models import Delivery
from tenancy.errors import NotAllowed
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish, resolved
from tests.factories.house import NOON, House

FRIDAY_EVENING = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def clock(complaint: Complaint, kind: str, turn: int = 1) -> Clock:
    return Clock.objects.get(complaint=complaint, kind=kind, round=turn)


def test_filing_starts_the_acceptance_clock_and_the_statutory_limit(house):
    complaint = filed(house)
    assert clock(complaint, "accept").due_at == NOON + timedelta(hours=2)
    assert clock(complaint, "statutory").due_at == datetime(2026, 3, 13, 0, 0, tzinfo=UTC)
    assert complaint.next_due_at == NOON + timedelta(hours=2)
    assert complaint.next_due_kind == "accept"


def test_the_return_visit_is_due_on_the_third_day_also_on_a_sunday(house):
    thursday = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    complaint = resolved(house, at=thursday)
    assert clock(complaint, "visit").due_at == datetime(2026, 3, 9, 0, 0, tzinfo=UTC)  # the end of Sunday


def test_the_statutory_limit_moves_off_a_rest_day(house):
    complaint = filed(house, at=datetime(2026, 3, 5, 10, 0, tzinfo=UTC))
    due = clock(complaint, "statutory").due_at
    assert due.weekday() in (1, 2, 3, 4, 5)  # 24:00 of a working day


def test_what_is_told_changes_nothing_of_the_case(house):
    """Known of others: a run that was to notify only changed the priority."""
    complaint = filed(house)
    before = (
        Complaint.objects.filter(pk=complaint.pk).values("priority", "severity", "category", "handler", "state").get()
    )
    for hours in (1, 2, 30, 200):
        escalation.sweep_clocks(now=NOON + timedelta(hours=hours))
        escalation.pass_on_batch(now=NOON + timedelta(hours=hours))
    assert Escalation.objects.exists()
    after = (
        Complaint.objects.filter(pk=complaint.pk).values("priority", "severity", "category", "handler", "state").get()
    )
    assert after == before


def test_not_solved_reaches_whoever_handled_it(house):
    """Known of others: “marked fixed but not fixed” never reached the handler."""
    complaint = resolved(house)
    closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="It drips again.", now=NOON)
    mail = Delivery.objects.get(event="complaint.reopened", channel="email", membership=house.engineer)
    assert "It drips again." in mail.text


def test_a_start_outside_hours_waits_for_the_next_window(house):
    complaint = filed(house, at=FRIDAY_EVENING)
    assert clock(complaint, "accept").due_at == datetime(2026, 3, 9, 11, 0, tzinfo=UTC)


def test_a_safety_case_runs_round_the_clock(house):
    complaint = accepted(house, at=FRIDAY_EVENING, category="safety")
    assert clock(complaint, "answer").due_at == FRIDAY_EVENING + timedelta(minutes=30)
    assert clock(complaint, "resolve").due_at == FRIDAY_EVENING + timedelta(hours=4)


def test_acceptance_in_time_keeps_its_clock_and_starts_two(house):
    complaint = accepted(house)
    assert clock(complaint, "accept").state == Clock.State.MET
    assert clock(complaint, "answer").due_at == NOON + timedelta(hours=4)
    assert clock(complaint, "resolve").due_at == datetime(2026, 3, 3, 17, 0, tzinfo=UTC)


def test_an_answer_after_its_time_stays_late_for_the_record(house):
    complaint = assigned(house)
    late = NOON + timedelta(hours=5)
    handling.answer_complaint(complaint_id=complaint.pk, actor=house.engineer, decision="Done.", now=late)
    assert clock(complaint, "answer").state == Clock.State.BROKEN
    assert clock(complaint, "statutory").state == Clock.State.MET


def test_waiting_for_the_complainant_pauses_and_their_words_resume(house):
    complaint = assigned(house)
    pausing.wait_for_complainant(
        complaint_id=complaint.pk, actor=house.engineer, question="Which lift?", now=NOON + timedelta(hours=1)
    )
    assert clock(complaint, "answer").state == Clock.State.PAUSED
    back = NOON + timedelta(days=1)
    talking.add_words(complaint_id=complaint.pk, actor=house.owner, body="The left one.", now=back)
    # Three of four business hours were left.
    assert clock(complaint, "answer").due_at == back + timedelta(hours=3)
    assert Complaint.objects.get(pk=complaint.pk).state == Complaint.State.ASSIGNED


def test_a_pause_ends_by_itself_after_five_working_days(house):
    complaint = assigned(house)
    pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question="Which?", now=NOON)
    swept = escalation.sweep_clocks(now=datetime(2026, 3, 10, 0, 0, tzinfo=UTC))
    assert swept.resumed == 1
    assert Complaint.objects.get(pk=complaint.pk).state == Complaint.State.ASSIGNED
    assert clock(complaint, "answer").due_at == datetime(2026, 3, 10, 13, 0, tzinfo=UTC)


def test_the_ladder_takes_each_step_once(house):
    complaint = assigned(house)
    seen = []
    for at in (NOON + timedelta(hours=2), NOON + timedelta(hours=3), NOON + timedelta(hours=4)):
        escalation.sweep_clocks(now=at)
        escalation.sweep_clocks(now=at)
        seen.append(
            list(Escalation.objects.filter(clock__kind="answer").order_by("at").values_list("level", flat=True))
        )
    assert seen == [["handler"], ["handler", "supervisor"], ["handler", "supervisor", "manager"]]
    escalation.sweep_clocks(now=datetime(2026, 3, 4, 17, 0, tzinfo=UTC))
    quality = Escalation.objects.get(clock__kind="answer", level="quality")
    assert quality.to == house.quality
    assert Complaint.objects.get(pk=complaint.pk).is_late


def test_warnings_and_breach_are_recorded_once_and_a_reminder_every_working_day(house):
    complaint = assigned(house)
    friday = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
    for hour in range(int((friday - NOON).total_seconds() // 3600) + 1):
        escalation.sweep_clocks(now=NOON + timedelta(hours=hour))
    events = ClockEvent.objects.filter(clock__complaint=complaint, clock__kind="answer").order_by("at", "due_at")
    kinds = [kind for kind in events.values_list("kind", flat=True) if kind != "ladder"]
    assert kinds == ["half", "three_quarters", "breach", "reminder", "reminder", "reminder", "reminder"]
    openings = [event.due_at for event in events if event.kind == "reminder"]
    assert openings == [datetime(2026, 3, day, 9, 0, tzinfo=UTC) for day in (3, 4, 5, 6)]


def test_after_a_long_silence_every_step_is_recorded_and_each_person_gets_one_message_a_clock(house):
    complaint = assigned(house)
    Delivery.objects.all().delete()
    escalation.sweep_clocks(now=datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert Escalation.objects.filter(complaint=complaint, clock__kind="answer").count() == 4
    told = Delivery.objects.filter(membership=house.engineer, channel="email")
    assert told.count() == 2  # one for the answer, one for the resolution


def test_a_broken_promise_is_told_to_the_complainant_before_they_ask(house):
    assigned(house)
    escalation.sweep_clocks(now=NOON + timedelta(hours=4))
    message = Delivery.objects.get(event="complaint.late", channel="email")
    assert message.address == "owner@lakeside.example"
    assert "We promised an answer by Mon 2 March, 16:00 and have not kept it." in " ".join(message.text.split())


def test_reopening_starts_a_new_clock_and_is_never_late_at_once(house):
    complaint = resolved(house)
    later = NOON + timedelta(days=9)
    closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="It stopped again.", now=later)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.times_reopened, complaint.is_late) == ("reopened", 1, False)
    assert clock(complaint, "answer", 2).due_at > later
    assert clock(complaint, "answer", 1).state == Clock.State.MET


def test_a_higher_priority_counts_anew_from_where_the_clock_started(house):
    complaint = accepted(house, category="cleaning")
    intake.set_priority(complaint_id=complaint.pk, actor=house.clerk, priority="p2", now=NOON + timedelta(hours=1))
    assert clock(complaint, "answer").due_at == NOON + timedelta(hours=4)


def test_editing_a_calendar_changes_no_due_time(house):
    complaint = accepted(house)
    before = clock(complaint, "answer").due_at
    house.calendar.weekly = {**house.calendar.weekly, "mon": []}
    house.calendar.version += 1
    house.calendar.save()
    assert clock(complaint, "answer").due_at == before
    assert clock(complaint, "answer").calendar_version == 1


def test_the_person_complained_of_is_never_told_by_the_ladder(house):
    complaint = accepted(house, subject_staff=house.supervisor)
    escalation.sweep_clocks(now=NOON + timedelta(days=3))
    assert not Escalation.objects.filter(complaint=complaint, to=house.supervisor).exists()
    assert not Delivery.objects.filter(membership=house.supervisor).exists()


def test_an_escalation_is_acknowledged_by_whom_it_was_passed_to(house):
    from tenancy.errors import NotFound

    assigned(house)
    escalation.sweep_clocks(now=NOON + timedelta(hours=4))
    row = Escalation.objects.get(level="manager", clock__kind="answer")
    with pytest.raises(NotFound):
        escalation.acknowledge_escalation(escalation_id=row.pk, actor=house.clerk, now=NOON)
    for _click in range(2):
        escalation.acknowledge_escalation(escalation_id=row.pk, actor=house.manager, now=NOON + timedelta(hours=5))
    row.refresh_from_db()
    assert row.acknowledged_at == NOON + timedelta(hours=5)


def test_an_answered_complaint_has_no_answer_clock_left_to_sweep(house):
    complaint = answered(house)
    assert not Clock.objects.filter(
        complaint=complaint, kind__in=["answer", "statutory"], next_at__isnull=False
    ).exists()


# -- an edited calendar ----------------------------------------------------------------------------------------------


def edited(house: House, **changes: object) -> ServiceCalendar:
    """The calendar after an edit in the administration."""
    keep_version(house.calendar.pk, now=NOON)
    calendar = ServiceCalendar.objects.get(pk=house.calendar.pk)
    for name, value in {"holidays": ["2026-03-03"], "version": 2, **changes}.items():
        setattr(calendar, name, value)
    calendar.save()
    return calendar


def test_an_edited_calendar_moves_nothing_until_it_is_asked_to_and_then_says_what(house):
    complaint = accepted(house, category="noise")
    before = {kind: clock(complaint, kind).due_at for kind in ("answer", "resolve", "statutory")}
    calendar = edited(house)
    escalation.sweep_clocks(now=NOON + timedelta(minutes=1))
    assert {kind: clock(complaint, kind).due_at for kind in before} == before
    changes = recomputing.preview(calendar=calendar, actor=house.quality, now=NOON)
    assert {row.clock.kind: row.is_moved for row in changes} == {"answer": True, "resolve": True, "statutory": False}
    assert clock(complaint, "answer").due_at == before["answer"]
    assert recomputing.recompute(calendar_id=calendar.pk, actor=house.quality, now=NOON) == 2
    assert clock(complaint, "answer").due_at == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    assert Delivery.objects.filter(event="complaint.changed", channel="email").count() == 1
    assert recomputing.recompute(calendar_id=calendar.pk, actor=house.quality, now=NOON) == 0
    assert Delivery.objects.filter(event="complaint.changed", channel="email").count() == 1


def test_a_pause_counts_on_by_the_calendar_the_clock_was_started_by(house):
    complaint = assigned(house)
    pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question="Which?", now=NOON)
    edited(house)  # a holiday now, and none when the clock was started
    back = NOON + timedelta(days=1)
    talking.add_words(complaint_id=complaint.pk, actor=house.owner, body="Left.", now=back)
    assert clock(complaint, "answer").due_at == back + timedelta(hours=4)


def test_only_who_changes_calendars_sets_promises_anew(house):
    accepted(house)
    calendar = edited(house)
    for role in ("clerk", "engineer", "supervisor", "auditor"):
        with pytest.raises(NotAllowed):
            recomputing.recompute(calendar_id=calendar.pk, actor=getattr(house, role, house.clerk), now=NOON)
