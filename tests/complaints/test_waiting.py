"""Pauses, more time, the next word: what stops or moves a clock, what never does, and who is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.models import Clock, Complaint, Extension, HandlingRules, Pause
from complaints.services import escalation, extending, handling, intake, pausing, talking, waking
from complaints.views.owner_case import waiting_words
from notices.models import Delivery
from owners.models import Estate
from tenancy.errors import DomainError, IllegalMove, NotAllowed
from tests.complaints.seeds import accepted, assigned, filed, furnish
from tests.contacts.making import dealing, waiting
from tests.factories.house import NOON, House

State = Complaint.State


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def clock(complaint: Complaint, kind: str) -> Clock:
    return Clock.objects.filter(complaint=complaint, kind=kind).order_by("-round").first()


def told(event: str) -> list[str]:
    return list(Delivery.objects.filter(event=f"complaint.{event}", channel="email").values_list("text", flat=True))


def stored(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_related("estate__calendar").get(pk=complaint.pk)


# -- waiting ---------------------------------------------------------------------------------------------------------


def test_a_wait_for_a_party_names_it_and_its_day_and_ends_with_that_day(house):
    complaint, matter = assigned(house), waiting(house, promised_on=date(2026, 3, 4))
    pausing.wait_for_party(complaint_id=complaint.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    pause = Pause.objects.get()
    assert (pause.party, pause.promised_on, pause.until) == (
        "City Water", date(2026, 3, 4), datetime(2026, 3, 5, 0, 0, tzinfo=UTC),
    )  # fmt: skip
    (mail,) = told("waiting_party")
    assert all(words in mail for words in ("City Water", "the new pump", "March"))
    assert "City Water" in waiting_words(stored(complaint), now=NOON)
    assert clock(complaint, "answer").state == Clock.State.PAUSED
    escalation.sweep_clocks(now=pause.until)
    pause.refresh_from_db()
    assert (stored(complaint).state, pause.ending) == (State.ASSIGNED, "cap")
    assert told("goes_on")


def test_a_party_that_promised_nothing_is_waited_for_up_to_the_cap(house):
    matter = waiting(house, promised_on=None)
    complaint = assigned(house)
    pausing.wait_for_party(complaint_id=complaint.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    assert Pause.objects.get().until == datetime(2026, 3, 30, 23, 0, tzinfo=UTC)  # twenty working days


@pytest.mark.parametrize("case", ["over", "open", "elsewhere"])
def test_no_clock_stops_for_a_day_that_is_over_or_a_dealing_that_waits_for_nobody(house, case):
    complaint = assigned(house)
    matter = dealing(house) if case == "open" else waiting(house, promised_on=date(2026, 3, 2))
    at = NOON + timedelta(days=2)
    if case == "elsewhere":
        matter.estate = Estate.objects.create(code="TWO", name="Second", calendar=house.calendar)
        matter.save()
        at = NOON
    with pytest.raises(DomainError) as refused:
        pausing.wait_for_party(complaint_id=complaint.pk, actor=house.supervisor, matter_id=matter.pk, now=at)
    assert refused.value.code == "matter_id"
    assert not Pause.objects.exists()
    assert clock(complaint, "answer").state == Clock.State.RUNNING


def test_words_of_the_complainant_do_not_end_a_wait_for_somebody_else(house):
    complaint, matter = assigned(house), waiting(house)
    pausing.wait_for_party(complaint_id=complaint.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    talking.add_words(complaint_id=complaint.pk, actor=house.owner, body="And now?", now=NOON)
    assert stored(complaint).state == State.WAITING_FOR_PARTY


def test_access_is_asked_for_and_a_reply_ends_the_wait(house):
    complaint = assigned(house)
    pausing.wait_for_access(complaint_id=complaint.pk, actor=house.engineer, words="The shaft, Monday?", now=NOON)
    assert "The shaft, Monday?" in told("waiting_access")[0]
    talking.add_words(complaint_id=complaint.pk, actor=house.owner, body="At nine.", now=NOON + timedelta(hours=2))
    pause = Pause.objects.get()
    assert (stored(complaint).state, pause.ending, pause.minutes) == (State.ASSIGNED, "answered", 120)


@pytest.mark.parametrize("words", ["", "  \n "])
def test_an_empty_question_or_an_empty_reply_never_pauses(house, words):
    complaint = assigned(house)
    for verb, name in ((pausing.wait_for_complainant, "question"), (pausing.wait_for_access, "words")):
        with pytest.raises(DomainError):
            verb(complaint_id=complaint.pk, actor=house.engineer, now=NOON, **{name: words})
    with pytest.raises(DomainError):
        talking.reply(complaint_id=complaint.pk, actor=house.engineer, body=words, now=NOON)
    assert clock(complaint, "answer").state == Clock.State.RUNNING
    assert not Pause.objects.exists()


def test_a_wait_ends_by_itself_also_when_every_clock_was_late(house):
    complaint = assigned(house)
    late = NOON + timedelta(days=9)
    escalation.sweep_clocks(now=late)
    pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question="Which?", now=late)
    over = Pause.objects.get().until
    escalation.sweep_clocks(now=over)
    waking.wake_batch(now=over)
    assert stored(complaint).state == State.ASSIGNED
    assert waking.wake_batch(now=over) == 0


def test_the_cap_is_the_organisations_to_set(house):
    HandlingRules.objects.update(pause_complainant_days=1)
    pausing.wait_for_complainant(complaint_id=assigned(house).pk, actor=house.engineer, question="Which?", now=NOON)
    assert Pause.objects.get().until == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)


def test_only_one_pause_is_open_and_time_is_counted_from_history(house):
    complaint = assigned(house)
    pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question="Which?", now=NOON)
    with pytest.raises(IllegalMove):
        pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question="Which?", now=NOON)
    back = NOON + timedelta(hours=3)
    pausing.resume_complaint(complaint_id=complaint.pk, actor=house.engineer, now=back)
    from complaints.words import time_used

    said = time_used(clock(complaint, "answer"), Pause.objects.all(), now=back + timedelta(hours=1))
    assert said == "1 h used"


# -- more time -------------------------------------------------------------------------------------------------------


def extend(house: House, complaint: Complaint, **changes: object) -> Complaint:
    given = {"days": 2, "reason": "The part comes later.", "actor": house.supervisor, "now": NOON, **changes}
    return extending.extend_complaint(complaint_id=complaint.pk, **given)


def test_more_time_moves_answer_and_resolution_and_is_told_before_the_old_day(house):
    complaint = assigned(house)
    before = {kind: clock(complaint, kind).due_at for kind in ("answer", "resolve", "statutory")}
    extend(house, complaint)
    row = Extension.objects.get()
    assert row.due_before == before["answer"] > NOON
    assert clock(complaint, "answer").due_at == row.due_after == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    assert clock(complaint, "resolve").due_at == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)
    assert clock(complaint, "statutory").due_at == before["statutory"]
    assert "The part comes later." in told("extended")[0]
    assert stored(complaint).next_due_at == row.due_after


def test_more_time_is_given_once_before_it_is_due_with_a_reason_and_not_for_ever(house):
    complaint = assigned(house)
    for changes, code in (({"days": 11}, "days"), ({"days": 0}, "days"), ({"reason": " "}, "reason")):
        with pytest.raises(DomainError) as refused:
            extend(house, complaint, **changes)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        extend(house, complaint, actor=house.engineer)
    with pytest.raises(IllegalMove):
        extend(house, complaint, now=clock(complaint, "answer").due_at)
    extend(house, complaint)
    with pytest.raises(IllegalMove):
        extend(house, complaint)
    assert Extension.objects.count() == 1


def test_no_promise_of_an_answer_goes_beyond_the_statutory_limit(house):
    complaint = assigned(house)
    before = clock(complaint, "answer").due_at
    with pytest.raises(DomainError) as refused:
        extend(house, complaint, days=10)
    assert refused.value.code == "days"
    assert clock(complaint, "answer").due_at == before
    assert not Extension.objects.exists()


def test_a_change_of_priority_keeps_the_time_that_was_given(house):
    complaint = assigned(house)
    extend(house, complaint)
    intake.set_priority(complaint_id=complaint.pk, actor=house.clerk, priority="p3", now=NOON)
    assert clock(complaint, "answer").due_at == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)  # one working day and two


# -- the next word ---------------------------------------------------------------------------------------------------


def promise(house: House, complaint: Complaint, on: date, now: datetime = NOON) -> Complaint:
    return extending.promise_update(complaint_id=complaint.pk, actor=house.engineer, on=on, now=now)


def test_a_promised_word_never_moves_a_longer_answer_and_a_reply_keeps_it(house):
    complaint = assigned(house, category="noise")
    before = clock(complaint, "answer").due_at, clock(complaint, "resolve").due_at
    promise(house, complaint, date(2026, 3, 2))
    assert clock(complaint, "update").due_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    assert stored(complaint).next_due_kind == "update"
    talking.reply(complaint_id=complaint.pk, actor=house.engineer, body="Still on it.", now=NOON + timedelta(hours=1))
    assert clock(complaint, "update").state == Clock.State.MET
    assert (clock(complaint, "answer").due_at, clock(complaint, "resolve").due_at) == before
    assert stored(complaint).next_due_kind == "answer"


def test_a_promised_word_that_does_not_come_is_late_and_passed_on(house):
    complaint = assigned(house, category="noise")
    promise(house, complaint, date(2026, 3, 2))
    escalation.sweep_clocks(now=datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    assert clock(complaint, "update").state == Clock.State.BROKEN
    assert any("promised you word" in mail for mail in told("late"))
    assert clock(complaint, "answer").state == Clock.State.RUNNING
    promise(house, complaint, date(2026, 3, 3), now=datetime(2026, 3, 2, 18, 0, tzinfo=UTC))
    kept = list(
        Clock.objects.filter(complaint=complaint, kind="update").order_by("round").values_list("state", flat=True)
    )
    assert kept == ["broken", "running"]


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 3, 7), date(2026, 4, 30), date.max, date.min])
def test_a_word_is_promised_for_a_working_day_soon(house, on):
    with pytest.raises(DomainError) as refused:
        promise(house, assigned(house), on)
    assert refused.value.code == "on"


# -- take, give back, left lying -------------------------------------------------------------------------------------


def test_of_two_who_take_it_the_second_finds_it_taken(house):
    complaint = accepted(house)
    handling.take_complaint(complaint_id=complaint.pk, actor=house.clerk, now=NOON)
    with pytest.raises(IllegalMove):
        handling.take_complaint(complaint_id=complaint.pk, actor=house.supervisor, now=NOON)
    assert stored(complaint).handler == house.clerk


def test_what_nobody_touches_returns_to_the_pool_and_what_was_touched_does_not(house):
    complaint = assigned(house)
    due = stored(complaint).wake_at
    assert due == NOON + timedelta(minutes=240)
    assert waking.wake_batch(now=due - timedelta(seconds=1)) == 0
    assert waking.wake_batch(now=due) == 1
    row = stored(complaint)
    assert (row.state, row.handler, row.wake_at) == (State.ACCEPTED, None, None)
    assert clock(complaint, "answer").state == Clock.State.RUNNING
    touched = assigned(house)
    talking.write_note(complaint_id=touched.pk, actor=house.engineer, body="Called the maker.", now=NOON)
    waking.wake_batch(now=due)
    assert stored(touched).state == State.ASSIGNED


def test_given_back_with_a_reason_it_waits_for_another(house):
    complaint = assigned(house)
    with pytest.raises(DomainError):
        handling.give_back(complaint_id=complaint.pk, actor=house.engineer, reason=" ", now=NOON)
    handling.give_back(complaint_id=complaint.pk, actor=house.engineer, reason="Not my trade.", now=NOON)
    assert (stored(complaint).state, stored(complaint).handler) == (State.ACCEPTED, None)


def test_an_organisation_without_rules_of_its_own_has_the_shipped_ones(house):
    HandlingRules.objects.all().delete()
    pausing.wait_for_complainant(complaint_id=assigned(house).pk, actor=house.engineer, question="Which?", now=NOON)
    assert Pause.objects.get().until == datetime(2026, 3, 10, 0, 0, tzinfo=UTC)
    assert filed(house).is_open
