"""The ladder of people: by class and priority, named people, deputies, and what nobody takes up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints import queries
from complaints.models import Absence, Category, Complaint, Escalation, HandlingRules, LadderStep
from complaints.services import closing, escalation, handling, waking
from notices.models import Delivery
from owners.models import EstateAssignment
from tenancy.errors import IllegalMove, NotAllowed
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish, resolved
from tests.factories.house import NOON, House

State = Complaint.State


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def passed_to(level: str) -> set[str]:
    return set(Escalation.objects.filter(level=level).values_list("to__name", flat=True))


def test_danger_skips_the_supervisor(house):
    filed(house, category="safety")
    escalation.sweep_clocks(now=NOON + timedelta(minutes=12))
    assert passed_to("manager") == {house.manager.name}
    assert passed_to("supervisor") == set()


def test_a_class_has_a_ladder_of_its_own_with_a_named_person(house):
    noise = Category.objects.get(code="noise")
    LadderStep.objects.create(level="manager", content_class=noise.content_class, member=house.quality, percent=50)
    complaint = filed(house, category="noise")
    escalation.sweep_clocks(now=NOON + timedelta(hours=1))
    assert passed_to("manager") == {house.quality.name}
    assert set(Escalation.objects.filter(complaint=complaint).values_list("level", flat=True)) == {"manager"}
    filed(house, category="lift")
    escalation.sweep_clocks(now=NOON + timedelta(hours=1))
    assert passed_to("handler") == {house.clerk.name}


def test_a_deputy_stands_in_and_without_one_it_goes_a_level_up(house):
    away = {"from_on": date(2026, 3, 1), "to_on": date(2026, 3, 2)}
    Absence.objects.create(membership=house.supervisor, deputy=house.clerk, **away)
    filed(house)
    escalation.sweep_clocks(now=NOON + timedelta(minutes=90))
    assert passed_to("supervisor") == {house.clerk.name}
    Absence.objects.update(deputy=None)
    filed(house)
    escalation.sweep_clocks(now=NOON + timedelta(minutes=91))
    assert passed_to("supervisor") == {house.clerk.name, house.manager.name}


def test_nobody_is_told_of_a_complaint_about_them_by_name_or_as_deputy(house):
    LadderStep.objects.filter(level="supervisor", priority="").update(member=house.supervisor)
    filed(house, subject_staff=house.supervisor)
    escalation.sweep_clocks(now=NOON + timedelta(minutes=90))
    assert house.supervisor.name not in passed_to("supervisor")


def test_what_nobody_takes_up_goes_on_once_and_what_somebody_took_up_stays(house):
    for taken in (False, True):
        complaint = filed(house)
        escalation.sweep_clocks(now=NOON + timedelta(minutes=90))
        row = Escalation.objects.get(complaint=complaint, level="supervisor")
        assert row.passes_at == NOON + timedelta(minutes=150)
        if taken:
            escalation.acknowledge_escalation(escalation_id=row.pk, actor=house.supervisor, now=NOON)
        escalation.pass_on_batch(now=NOON + timedelta(minutes=151))
        escalation.pass_on_batch(now=NOON + timedelta(minutes=152))
        up = Escalation.objects.filter(complaint=complaint, level="manager")
        assert up.count() == (0 if taken else 1)
    mails = Delivery.objects.filter(event="complaint.escalation", membership=house.manager, channel="email")
    assert ["Nobody of the level before" in mail.text for mail in mails] == [True]


def test_what_nobody_takes_up_of_danger_skips_the_supervisor_too(house):
    filed(house, category="safety")
    escalation.sweep_clocks(now=NOON + timedelta(minutes=8))
    assert set(Escalation.objects.values_list("level", flat=True)) == {"handler"}
    escalation.pass_on_batch(now=NOON + timedelta(days=2))
    assert set(Escalation.objects.values_list("level", flat=True)) == {"handler", "manager"}


def test_above_the_last_rung_of_a_ladder_of_its_own_somebody_still_hears(house):
    noise = Category.objects.get(code="noise")
    LadderStep.objects.create(level="manager", content_class=noise.content_class, percent=50)
    filed(house, category="noise")
    escalation.sweep_clocks(now=NOON + timedelta(hours=1))
    escalation.pass_on_batch(now=NOON + timedelta(days=2))
    assert passed_to("quality") == {house.quality.name}


def test_the_last_level_keeps_what_it_has(house):
    assigned(house)
    escalation.sweep_clocks(now=NOON + timedelta(days=9))
    assert {row.passes_at for row in Escalation.objects.filter(level="quality")} == {None}


def test_only_danger_is_sent_in_quiet_hours(house):
    filed(house, category="safety")
    filed(house, category="lift")
    escalation.sweep_clocks(now=NOON + timedelta(hours=9))
    urgencies = dict(
        Delivery.objects.filter(event="complaint.escalation", channel="email").values_list("about_id", "urgency")
    )
    danger = Complaint.objects.get(priority="p1").pk
    assert {key: value == Delivery.Urgency.NOW for key, value in urgencies.items()} == {
        key: key == danger for key in urgencies
    }


def test_the_committee_sees_what_was_escalated_without_names_and_words(house):
    EstateAssignment.objects.create(membership=house.committee, estate=house.estate)
    committee = signed_in(house, "committee")
    assert "No complaint is escalated" in text(committee.get("/complaints/escalated/"))
    quiet, loud, again = filed(house), filed(house), answered(house)
    closing.ask_second_look(complaint_id=again.pk, actor=house.owner, now=NOON)
    Escalation.objects.create(complaint=loud, clock=loud.clocks.first(), level="quality", to=house.quality, at=NOON)
    page = text(committee.get("/complaints/escalated/"))
    assert [number in page for number in (quiet.number, loud.number, again.number)] == [False, True, True]
    assert house.people["owner"].name not in page
    assert "stops between floors" not in page
    assert "Nothing found" in text(committee.get("/complaints/escalated/?q=zzz"))
    assert signed_in(house, "owner").get("/complaints/escalated/").status_code == 403


# -- the second look -------------------------------------------------------------------------------------------------


def test_a_second_look_has_clocks_of_its_own_and_never_goes_to_the_first(house):
    complaint = answered(house)
    closing.ask_second_look(complaint_id=complaint.pk, actor=house.owner, now=NOON)
    clocks = {row.kind: row.due_at for row in complaint.clocks.filter(stopped_at=None)}
    assert clocks == {
        "accept": datetime(2026, 3, 9, 17, 0, tzinfo=UTC),
        "answer": datetime(2026, 3, 30, 16, 0, tzinfo=UTC),
    }
    give = {"complaint_id": complaint.pk, "actor": house.supervisor, "now": NOON}
    with pytest.raises(NotAllowed):
        handling.assign_complaint(handler_id=house.engineer.pk, **give)
    handling.assign_complaint(handler_id=house.engineer2.pk, **give)
    assert complaint.clocks.filter(kind="accept").order_by("-round").first().state == "met"
    with pytest.raises(NotAllowed):  # nor by handing over afterwards
        handling.assign_complaint(handler_id=house.engineer.pk, **give)
    waking.wake_batch(now=NOON + timedelta(days=1))
    with pytest.raises(NotAllowed):  # nor out of the pool
        handling.assign_complaint(handler_id=house.engineer.pk, **give)


def _looked_at_again(house, complaint):
    at = {"complaint_id": complaint.pk, "now": NOON + timedelta(days=1)}
    closing.ask_second_look(actor=house.owner, **at)
    handling.assign_complaint(handler_id=house.engineer2.pk, actor=house.supervisor, **at)
    return handling.answer_complaint(actor=house.engineer2, decision="It stands.", **at)


def test_there_is_one_second_look_and_beyond_it_the_outside_bodies(house):
    complaint = _looked_at_again(house, answered(house))
    owner = signed_in(house, "owner")
    page = text(owner.get(f"/complaints/{complaint.number}/"))
    assert "Ask for a second look" not in page
    assert owner.post(f"/complaints/{complaint.number}/second-look/").status_code == 409
    letter = text(owner.get(f"/complaints/{complaint.number}/letter/"))
    assert "You can ask for a second look" not in letter
    assert HandlingRules.objects.get().outside_bodies_en[0] in letter
    mails = Delivery.objects.filter(event="complaint.answered", channel="email").order_by("created_at", "id")
    assert sorted("second look" in mail.text for mail in mails) == [False, True]
    closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="It stops again.", now=NOON)
    handling.assign_complaint(
        complaint_id=complaint.pk, handler_id=house.engineer2.pk, actor=house.supervisor, now=NOON
    )
    handling.answer_complaint(complaint_id=complaint.pk, actor=house.engineer2, decision="Replaced.", now=NOON)
    with pytest.raises(IllegalMove):
        closing.ask_second_look(complaint_id=complaint.pk, actor=house.owner, now=NOON)


def test_who_signed_the_first_answer_neither_takes_nor_signs_the_second(house):
    complaint = assigned(house)
    Complaint.objects.filter(pk=complaint.pk).update(severity=Complaint.Severity.MAJOR)
    say = {"complaint_id": complaint.pk, "decision": "A worn door contact was replaced.", "now": NOON}
    handling.answer_complaint(actor=house.manager, **say)
    closing.ask_second_look(complaint_id=complaint.pk, actor=house.owner, now=NOON)
    give = {"complaint_id": complaint.pk, "actor": house.supervisor, "now": NOON}
    row = Complaint.objects.select_related("estate__calendar").get(pk=complaint.pk)
    assert not {house.engineer.pk, house.manager.pk} & set(queries.handlers_for(row).values_list("pk", flat=True))
    for barred in (house.engineer, house.manager):
        with pytest.raises(NotAllowed):
            handling.assign_complaint(handler_id=barred.pk, **give)
    handling.assign_complaint(handler_id=house.engineer2.pk, **give)
    with pytest.raises(NotAllowed):
        handling.answer_complaint(actor=house.manager, **say)
    assert handling.answer_complaint(actor=house.quality, **say).state == State.ANSWERED


def test_a_supervisor_who_decided_the_first_time_does_not_decide_the_second(house):
    complaint = accepted(house)
    give = {"complaint_id": complaint.pk, "actor": house.manager, "now": NOON}
    handling.assign_complaint(handler_id=house.supervisor.pk, **give)
    say = {"complaint_id": complaint.pk, "actor": house.supervisor, "decision": "No.", "now": NOON}
    handling.answer_complaint(**say)
    closing.ask_second_look(complaint_id=complaint.pk, actor=house.owner, now=NOON)
    handling.assign_complaint(handler_id=house.engineer2.pk, **give)
    with pytest.raises(NotAllowed):
        handling.answer_complaint(**say)


def test_reopening_starts_new_clocks_and_fires_nothing_at_once(house):
    complaint = resolved(house)
    late = NOON + timedelta(days=20)
    closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="It stops.", now=late)
    escalation.sweep_clocks(now=late)
    row = Complaint.objects.get(pk=complaint.pk)
    assert (row.is_late, row.times_reopened) == (False, 1)
    assert not Delivery.objects.filter(event="complaint.late").exists()


def test_a_low_rating_is_answered_within_two_working_days(house):
    complaint = resolved(house, category="noise")
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=2, now=NOON)
    answer = complaint.clocks.get(kind="answer", stopped_at=None)
    assert answer.due_at == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


# -- silence ---------------------------------------------------------------------------------------------------------


def test_silence_is_reminded_on_day_three_closes_on_day_seven_and_is_counted_apart(house):
    complaint = resolved(house)
    assert waking.wake_batch(now=NOON + timedelta(days=2)) == 0
    waking.wake_batch(now=NOON + timedelta(days=3))
    waking.wake_batch(now=NOON + timedelta(days=3))
    assert Delivery.objects.filter(event="complaint.solved_reminder", channel="email").count() == 1
    waking.wake_batch(now=NOON + timedelta(days=6))
    assert Complaint.objects.get(pk=complaint.pk).state == State.RESOLVED
    waking.wake_batch(now=NOON + timedelta(days=7))
    row = Complaint.objects.get(pk=complaint.pk)
    assert (row.state, row.closed_how, row.is_solved, row.rating) == (State.CLOSED, "silence", None, None)
    closing.say_not_solved(complaint_id=complaint.pk, actor=house.owner, why="No.", now=NOON + timedelta(days=8))
    assert Complaint.objects.get(pk=complaint.pk).closed_how == ""


def test_a_word_before_day_seven_keeps_silence_away(house):
    complaint = resolved(house)
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=5, now=NOON + timedelta(days=1))
    waking.wake_batch(now=NOON + timedelta(days=7))
    assert Complaint.objects.get(pk=complaint.pk).closed_how == "said"


def test_rules_of_nought_switch_off_what_passes_on_by_itself(house):
    HandlingRules.objects.update(unacknowledged_minutes=0, untouched_minutes=0)
    assert assigned(house).wake_at is None
    escalation.sweep_clocks(now=NOON + timedelta(days=1))
    assert set(Escalation.objects.values_list("passes_at", flat=True)) == {None}
