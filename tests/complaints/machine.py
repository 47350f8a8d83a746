"""A walk of one complaint through its states, by the verbs of everybody, and what must hold after every step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints.acts import ACTS, may_close_unvisited, offered
from complaints.conditions import Case
from complaints.models import Clock, Complaint, Extension, Move, Pause
from complaints.performing import perform
from complaints.queries import staff_for
from complaints.services import closing, converting, escalation, talking, waking
from contacts.models import Matter
from deadlines.rules.periods import working_days
from tenancy.errors import DomainError
from tests.factories.house import House

State = Complaint.State
NOWHERE = UUID(int=0)
STAFF = ("clerk", "engineer", "engineer2", "supervisor", "manager", "quality")


def stored(pk: Any) -> Complaint:
    return Complaint.objects.select_related("estate__calendar", "category", "handler", "complainant").get(pk=pk)


def fields(code: str, complaint: Complaint, random: Random, now: datetime) -> dict[str, Any]:
    """What an act asks for; now and then something that it refuses."""
    from complaints.services.clocks import rules_calendar

    words = random.choice(["Seen.", "Seen.", "Seen.", " "])
    handlers = [member.pk for member in staff_for(complaint)]
    matters = list(Matter.objects.values_list("pk", flat=True))
    tasks = list(complaint.tasks.values_list("pk", flat=True))
    soon = working_days(rules_calendar(complaint.estate.calendar), now, random.choice([1, 2, 3, 40])).last_day
    asked: dict[str, dict[str, Any]] = {
        "assign": {"handler_id": random.choice(handlers)}, "give-back": {"reason": words}, "wait": {"question": words},
        "wait-access": {"words": words}, "wait-party": {"matter_id": random.choice(matters)},
        "promise-update": {"on": soon}, "extend": {"days": random.choice([1, 2, 11]), "reason": words},
        "propose": {"remedy": words}, "send-back": {"reason": words}, "answer": {"decision": words},
        "resolve": {"resolution": words}, "reopen": {"reason": words}, "reject": {"reason": words},
        "refer": {"referred_to": "Water board", "reason": words}, "priority": {"priority": random.choice(["p2", "p3", "p4"])},
        "severity": {"severity": random.choice(["major", "minor"])}, "reply": {"body": words}, "note": {"body": words},
        "make-complaint": {"why": words}, "task": {"text": words}, "aside": {"on": soon},
        "tick": {"task_id": random.choice([*tasks, NOWHERE]), "is_done": random.random() < 0.5},
        "checklist": {"checklist_id": NOWHERE},
        "join": {"leading_number": random.choice(["", complaint.number, *other_numbers(complaint)])},
        "visit": {"method": "phone", "is_reached": random.random() < 0.5, "is_solved": random.random() < 0.5,
                  "rating": random.choice([None, 1, 3, 5])},
    }  # fmt: skip
    return asked.get(code, {})


def other_numbers(complaint: Complaint) -> list[str]:
    return list(Complaint.objects.exclude(pk=complaint.pk).values_list("number", flat=True))


def step(house: House, pk: Any, random: Random, now: datetime) -> tuple[str, datetime]:
    """One thing that somebody does, or time that passes; what it was, and the time after it."""
    chance = random.random()
    complaint = stored(pk)
    if chance < 0.25:
        later = now + random.choice([timedelta(minutes=20), timedelta(hours=5), timedelta(days=1), timedelta(days=8)])
        escalation.sweep_clocks(now=later)
        escalation.pass_on_batch(now=later)
        waking.wake_batch(now=later)
        return "time", later
    own: dict[str, Callable[..., Any]] = {
        "words": lambda **who: talking.add_words(body="More.", **who),
        "solved": lambda **who: closing.say_solved(rating=random.choice([None, 1, 2, 3, 5]), **who),
        "not-solved": lambda **who: closing.say_not_solved(why="It stops.", **who),
        "second-look": closing.ask_second_look,
        "complain": lambda **who: converting.complain_of_request(why=random.choice(["Nobody came.", " "]), **who),
    }
    if chance < 0.45:
        name, verb = random.choice(sorted(own.items()))
        _try(lambda: verb(complaint_id=pk, actor=house.owner, now=now))
        return name, now
    actor = getattr(house, random.choice(STAFF))
    case = Case(complaint, actor, now, may_close_unvisited(complaint))
    code = random.choice(offered(case) or sorted(ACTS)) if random.random() < 0.8 else random.choice(sorted(ACTS))
    _try(lambda: perform(code, case, fields(code, complaint, random, now)))
    return code, now


def _try(act: Callable[[], Any]) -> None:
    """A refusal is an answer; it stores nothing."""
    try:
        with transaction.atomic():
            act()
    except DomainError:
        return


def check(pk: Any) -> None:
    """What holds of a complaint after whatever was done."""
    row = stored(pk)
    moves = list(Move.objects.filter(complaint=pk).order_by("at", "id"))
    clocks = list(Clock.objects.filter(complaint=pk))
    running = [clock for clock in clocks if clock.stopped_at is None]
    paused = [clock for clock in running if clock.state == Clock.State.PAUSED]
    for earlier, later in pairwise(moves):
        assert later.from_state == earlier.to_state
        assert later.to_state in (Complaint.REQUEST_MOVES if row.is_request else Complaint.MOVES)[earlier.to_state]
    assert moves[-1].to_state == row.state
    assert row.is_open == (row.state not in Complaint.ENDED)
    assert row.times_reopened == sum(move.to_state == State.REOPENED for move in moves)
    assert row.is_open or not running
    assert bool(row.closed_how) == (row.state == State.CLOSED)
    assert Pause.objects.filter(complaint=pk, ended_at=None).count() == (row.state in Complaint.WAITING)
    assert not paused or row.state in Complaint.WAITING
    assert {clock.kind for clock in paused} <= {"answer", "resolve"}
    ticking = [clock.due_at for clock in running if clock not in paused]
    assert row.next_due_at == min(ticking, default=None)
    assert Extension.objects.filter(complaint=pk).count() <= 1
    assert row.handler_id is None or row.handler_id != row.subject_staff_id
    assert (
        row.stage == 1 or row.handler_id is None or row.state == State.STAGE_2 or row.handler_id != row.first_handler_id
    )
    assert len({(clock.kind, clock.round) for clock in clocks}) == len(clocks)
    for clock in clocks:
        assert clock.state != Clock.State.MET or clock.stopped_at <= clock.due_at
