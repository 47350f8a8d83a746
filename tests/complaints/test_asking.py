"""Whether it is solved is asked on every channel: who cannot be asked by a message is not silent."""

from datetime import timedelta

import pytest

from complaints.models import Clock, Complaint
from complaints.queries import follow_token
from complaints.services import closing, handling, waking
from notices.models import Delivery
from owners.models import Person
from tests.complaints.seeds import assigned, furnish, resolved
from tests.factories.house import NOON, House

State, Kind = Complaint.State, Complaint.Kind
CALLER = {"complainant": None, "caller_name": "Mei", "caller_phone": "+447700900123", "channel": "phone"}


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def weeks_pass() -> None:
    for day in range(1, 30):
        waking.wake_batch(now=NOON + timedelta(days=day))


def stored(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def visit_runs(complaint: Complaint) -> bool:
    return Clock.objects.filter(complaint=complaint, kind="visit", stopped_at=None).exists()


def requested(house: House, **changes: object) -> Complaint:
    row = assigned(house, kind=Kind.REQUEST, **changes)
    return handling.resolve_complaint(complaint_id=row.pk, actor=house.engineer, resolution="A new lamp.", now=NOON)


def call(house: House, complaint: Complaint, *, day: int, is_reached: bool) -> Complaint:
    return closing.record_return_visit(
        complaint_id=complaint.pk, actor=house.clerk, method="phone", is_reached=is_reached,
        is_solved=True if is_reached else None, now=NOON + timedelta(days=day),
    )  # fmt: skip


@pytest.mark.parametrize("make", [resolved, requested])
def test_a_caller_whom_no_message_reaches_is_asked_by_the_return_visit_and_never_silent(house, make):
    complaint = make(house, **CALLER)
    assert (complaint.wake_at, visit_runs(complaint)) == (None, True)
    weeks_pass()
    assert (stored(complaint).state, visit_runs(complaint)) == (State.RESOLVED, True)
    call(house, complaint, day=30, is_reached=True)
    assert stored(complaint).closed_how == "visited"


def test_a_caller_who_is_not_reached_on_three_days_is_closed_so(house):
    complaint = resolved(house, **CALLER)
    for day in (1, 2, 3):
        call(house, complaint, day=day, is_reached=False)
    closing.close_complaint(complaint_id=complaint.pk, actor=house.clerk, now=NOON + timedelta(days=3))
    assert stored(complaint).closed_how == "attempts"


def test_somebody_of_the_registry_without_sign_in_and_e_mail_is_not_silent(house):
    person = Person.objects.create(name="Old Wang", phone="+447700900124")
    complaint = resolved(house, complainant=person, channel="phone")
    weeks_pass()
    assert stored(complaint).state == State.RESOLVED
    assert not Delivery.objects.filter(person=person).exists()


@pytest.mark.parametrize("email", ["wang@example.com", ""])
def test_an_e_mail_or_a_sign_in_is_enough_to_be_asked(house, email):
    if email:
        complaint = resolved(house, complainant=Person.objects.create(name="Old Wang", email=email))
    else:
        Person.objects.filter(pk=house.people["owner"].pk).update(email="")
        complaint = resolved(house)
    weeks_pass()
    assert stored(complaint).closed_how == "silence"


def test_who_lost_the_way_to_be_asked_meanwhile_is_visited(house):
    person = Person.objects.create(name="Old Wang", email="wang@example.com")
    complaint = requested(house, complainant=person)
    assert not visit_runs(complaint)
    Person.objects.filter(pk=person.pk).update(email="")
    weeks_pass()
    assert (stored(complaint).state, stored(complaint).wake_at) == (State.RESOLVED, None)
    assert visit_runs(complaint)


@pytest.mark.parametrize("make", [resolved, requested])
def test_an_anonymous_one_is_promised_no_visit_and_ends_after_seven_days_as_anonymous(house, make):
    complaint = make(house, is_anonymous=True)
    assert not visit_runs(complaint)
    waking.wake_batch(now=NOON + timedelta(days=6))
    assert stored(complaint).state == State.RESOLVED
    waking.wake_batch(now=NOON + timedelta(days=7))
    assert (stored(complaint).state, stored(complaint).closed_how) == (State.CLOSED, "anonymous")
    assert not Clock.objects.filter(complaint=complaint, stopped_at=None).exists()


def test_an_anonymous_word_by_the_link_comes_before_the_end(house):
    complaint = resolved(house, is_anonymous=True)
    closing.say_not_solved(
        complaint_id=complaint.pk, actor=None, follow_token=follow_token(complaint), why="No.", now=NOON
    )
    weeks_pass()
    assert stored(complaint).state == State.REOPENED
