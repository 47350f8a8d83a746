"""A wait for an outside party follows its dealing: taken up again, ended, or promised for another day."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from complaints.models import Clock, Complaint, HandlingRules, Move, Pause
from complaints.services import escalation, pausing
from complaints.views.owner_case import waiting_words
from contacts.models import Matter
from contacts.services import matters
from notices.models import Delivery
from tenancy.context import scope
from tenancy.errors import DomainError
from tests.complaints.seeds import assigned, furnish
from tests.contacts.making import waiting
from tests.factories.house import NOON, House, build_house

State = Complaint.State
HOUR = timedelta(hours=1)


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


@pytest.fixture
def matter(house: House) -> Matter:
    """The pump is promised for the fourth."""
    return waiting(house, promised_on=date(2026, 3, 4))


@pytest.fixture
def complaint(house: House, matter: Matter) -> Complaint:
    """It waits for the pump since noon."""
    row = assigned(house)
    pausing.wait_for_party(complaint_id=row.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    return row


def stored(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_related("estate__calendar").get(pk=complaint.pk)


def answer(complaint: Complaint) -> Clock:
    return Clock.objects.get(complaint=complaint, kind="answer")


def told(event: str, to: str = "owner") -> list[str]:
    rows = Delivery.objects.filter(event=f"complaint.{event}", channel="email", address=f"{to}@lakeside.example")
    return list(rows.order_by("created_at").values_list("text", flat=True))


def end(house: House, matter: Matter, at: datetime) -> None:
    matters.end(matter_id=matter.pk, to="done", outcome="The pump runs.", actor=house.clerk, now=at)


def take_up(house: House, matter: Matter, at: datetime) -> None:
    matters.resume(matter_id=matter.pk, actor=house.clerk, now=at)


def say(house: House, matter: Matter, day: date | None, at: datetime, what: str = "the new pump") -> None:
    matters.wait(matter_id=matter.pk, what=what, since=NOON.date(), promised_on=day, actor=house.clerk, now=at)


@pytest.mark.parametrize("verb", [end, take_up])
def test_with_the_dealing_the_wait_ends_once_and_the_clocks_count_on(house, matter, complaint, verb):
    for _click in range(2):
        verb(house, matter, NOON + 2 * HOUR)
    row, pause = stored(complaint), Pause.objects.get()
    assert (row.state, row.wake_at, row.returns_to) == (State.ASSIGNED, None, "")
    assert (pause.ended_at, pause.ending, pause.minutes) == (NOON + 2 * HOUR, "resumed", 120)
    assert answer(complaint).state == Clock.State.RUNNING
    assert answer(complaint).due_at == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)  # four hours were left
    assert waiting_words(row, now=NOON + 2 * HOUR) == ""
    (mail,) = told("goes_on")
    assert "no longer wait for City Water" in mail
    (note,) = told("wait_over", "engineer")
    assert "City Water" in note
    assert Move.objects.filter(complaint=complaint, from_state=State.WAITING_FOR_PARTY).count() == 1
    escalation.sweep_clocks(now=datetime(2026, 3, 5, 0, 0, tzinfo=UTC))
    assert len(told("goes_on")) == 1


def test_whoever_went_on_by_hand_is_not_disturbed_by_the_end_of_the_dealing(house, matter, complaint):
    pausing.resume_complaint(complaint_id=complaint.pk, actor=house.engineer, now=NOON + HOUR)
    before = answer(complaint).due_at
    end(house, matter, NOON + 2 * HOUR)
    assert (stored(complaint).state, answer(complaint).due_at) == (State.ASSIGNED, before)
    assert not told("goes_on")


def test_a_complaint_that_waits_for_somebody_else_by_now_waits_on(house, matter, complaint):
    pausing.resume_complaint(complaint_id=complaint.pk, actor=house.engineer, now=NOON + HOUR)
    pausing.wait_for_complainant(complaint_id=complaint.pk, actor=house.engineer, question="Which?", now=NOON + HOUR)
    end(house, matter, NOON + 2 * HOUR)
    assert stored(complaint).state == State.WAITING_FOR_COMPLAINANT
    assert answer(complaint).state == Clock.State.PAUSED


def test_the_handler_who_ends_the_dealing_is_not_told_of_it(house, matter, complaint):
    Complaint.objects.filter(pk=complaint.pk).update(handler=house.clerk)
    end(house, matter, NOON + HOUR)
    assert stored(complaint).state == State.ASSIGNED
    assert not told("wait_over", "clerk")


def test_a_new_promised_day_moves_the_end_of_the_wait_once_and_is_told(house, matter, complaint):
    for _click in range(2):
        say(house, matter, date(2026, 3, 6), NOON + HOUR)
    over = datetime(2026, 3, 7, 0, 0, tzinfo=UTC)
    pause = Pause.objects.get()
    assert (pause.promised_on, pause.until, pause.ended_at) == (date(2026, 3, 6), over, None)
    assert (answer(complaint).next_at, stored(complaint).wake_at) == (over, over)
    assert len(told("waiting_party")) == 2
    assert "6" in told("waiting_party")[1]
    escalation.sweep_clocks(now=datetime(2026, 3, 5, 0, 0, tzinfo=UTC))
    assert stored(complaint).state == State.WAITING_FOR_PARTY
    escalation.sweep_clocks(now=over)
    assert stored(complaint).state == State.ASSIGNED


@pytest.mark.parametrize("day", [date(2026, 5, 1), None])
def test_no_new_day_leads_past_the_cap_which_counts_from_the_beginning(house, matter, complaint, day):
    HandlingRules.objects.update(pause_party_days=3)
    say(house, matter, day, NOON + timedelta(days=1))
    assert Pause.objects.get().until == answer(complaint).next_at == datetime(2026, 3, 6, 0, 0, tzinfo=UTC)


def test_a_new_day_that_is_over_ends_the_wait(house, matter, complaint):
    say(house, matter, date(2026, 3, 2), NOON + timedelta(days=1))
    assert (stored(complaint).state, Pause.objects.get().ending) == (State.ASSIGNED, "cap")
    assert told("goes_on")


def test_other_words_for_what_is_waited_for_are_told_and_move_no_clock(house, matter, complaint):
    before = answer(complaint).next_at
    say(house, matter, date(2026, 3, 4), NOON + HOUR, what="the second pump")
    assert (Pause.objects.get().words, answer(complaint).next_at) == ("City Water: the second pump", before)
    assert "the second pump" in told("waiting_party")[1]


def test_several_complaints_follow_the_same_dealing_and_another_dealing_moves_none(house, matter, complaint):
    second, other = assigned(house), waiting(house, title="A valve", party=matter.party)
    pausing.wait_for_party(complaint_id=second.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    end(house, other, NOON + HOUR)
    assert {stored(row).state for row in (complaint, second)} == {State.WAITING_FOR_PARTY}
    end(house, matter, NOON + HOUR)
    assert {stored(row).state for row in (complaint, second)} == {State.ASSIGNED}


def test_nobody_waits_with_a_dealing_that_has_ended(house, matter):
    row = assigned(house)
    end(house, matter, NOON)
    with pytest.raises(DomainError):
        pausing.wait_for_party(complaint_id=row.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    assert stored(row).state == State.ASSIGNED


@pytest.mark.django_db(transaction=True)
def test_whoever_begins_to_wait_while_the_dealing_ends_waits_for_nobody():
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        furnish(house)
        matter, rows = waiting(house), [assigned(house) for _each in range(4)]
    begin = threading.Barrier(len(rows) + 1)

    def in_a_thread(verb, *given):
        try:
            with scope(house.organisation.pk):
                begin.wait()
                verb(*given)
        except DomainError:
            pass  # it has ended by then
        finally:
            connection.close()

    def wait(row: Complaint) -> None:
        pausing.wait_for_party(complaint_id=row.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)

    threads = [threading.Thread(target=in_a_thread, args=(wait, row)) for row in rows]
    threads.append(threading.Thread(target=in_a_thread, args=(end, house, matter, NOON + HOUR)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(house.organisation.pk):
        assert {stored(row).state for row in rows} == {State.ASSIGNED}
        assert not Pause.objects.filter(ended_at__isnull=True).exists()
        assert Matter.objects.get().state == Matter.State.DONE
