"""10,000 steps through the states of complaints, and fifty people who press the same button at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint, Move, ReturnVisit
from complaints.services import closing, handling, intake
from tenancy.context import scope
from tenancy.errors import DomainError
from tests.complaints.seeds import accepted, filed, furnish, resolved
from tests.complaints.test_machine import walk
from tests.factories.house import NOON, House, build_house

State = Complaint.State


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(random=st.randoms(use_true_random=False), kind=st.sampled_from(Complaint.Kind.values))
def test_ten_thousand_steps_break_nothing(house, random, kind):
    walk(house, random, steps=100, kind=kind)


def together(house: House, act: Callable[[int], Any], times: int = 50) -> list[str]:
    """The same act fifty times at once, each on a connection of its own: what each was told."""
    told: list[str] = []
    barrier = threading.Barrier(times)

    def press(number: int) -> None:
        try:
            with scope(house.organisation.pk):
                barrier.wait(timeout=60)
                act(number)
            told.append("done")
        except DomainError as refusal:
            told.append(type(refusal).__name__)
        except Exception as fault:
            told.append(repr(fault))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_do_each_act_once():
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        furnish(house)
        first, second, third, fourth = filed(house), accepted(house), resolved(house), resolved(house)
        fifth = closing.say_solved(complaint_id=resolved(house).pk, actor=house.owner, rating=5, now=NOON)
    staff = {"actor": house.supervisor, "now": NOON}
    acts: list[tuple[Complaint, str, Callable[[int], Any]]] = [
        (first, State.ACCEPTED, lambda _n: intake.accept_complaint(complaint_id=first.pk, actor=house.clerk, now=NOON)),
        (second, State.ASSIGNED, lambda n: handling.assign_complaint(
            complaint_id=second.pk, handler_id=(house.engineer, house.engineer2)[n % 2].pk, **staff)),
        (third, State.CLOSED, lambda n: closing.say_solved(
            complaint_id=third.pk, actor=house.owner, rating=3 + n % 3, now=NOON)),
        (fourth, State.REOPENED, lambda _n: closing.say_not_solved(
            complaint_id=fourth.pk, actor=house.owner, why="No.", now=NOON)),
        (fifth, State.REOPENED, lambda _n: closing.reopen_complaint(complaint_id=fifth.pk, reason="Again.", **staff)),
    ]  # fmt: skip
    for complaint, state, act in acts:
        told = together(house, act)
        assert set(told) <= {"done", "IllegalMove", "NotAllowed", "NotFound"}, (state, set(told))
        with scope(house.organisation.pk):
            assert Move.objects.filter(complaint=complaint, to_state=state).count() == 1, state
    with scope(house.organisation.pk):
        assert ReturnVisit.objects.filter(complaint=third).count() == 1
