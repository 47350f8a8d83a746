"""Whoever was not reached by one channel is told by the next; who was reached is left in peace."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from notices.models import Delivery, HandDelivery
from notices.rules.chain import Standing, is_overdue, is_reached
from notices.services.chain import hurry, take_due_steps
from tenancy.context import scope
from tests.factories.house import NOON, build_house
from tests.factories.notices import STATUTORY, received_by, sent_notice

FOUR_HOURS, A_DAY, THREE_DAYS = timedelta(hours=4), timedelta(days=1), timedelta(days=3)


def sent_by(row):
    return list(row.deliveries.order_by("created_at", "id").values_list("channel", "state", "because"))


@pytest.mark.parametrize(
    ("standing", "reached"),
    [
        (Standing(), False),
        (Standing(is_read=True), True),
        (Standing(delivered=frozenset({"email"})), False),
        (Standing(delivered=frozenset({"push", "portal"})), False),
        (Standing(delivered=frozenset({"sms"})), True),
        (Standing(delivered=frozenset({"letter"})), True),
        (Standing(by_hand=frozenset({"posted"})), False),
        (Standing(by_hand=frozenset({"handed"})), True),
        (Standing(by_hand=frozenset({"phone"})), True),
        (Standing(by_hand=frozenset({"door"})), True),
        (Standing(must_acknowledge=True, is_read=True, by_hand=frozenset({"handed"})), False),
        (Standing(must_acknowledge=True, is_acknowledged=True), True),
        (Standing(is_acknowledged=True), True),
    ],
)
def test_who_counts_as_reached(standing, reached):
    assert is_reached(standing) is reached


def test_overdue_is_who_has_not_answered_by_the_deadline():
    assert is_overdue(acknowledge_by=NOON, acknowledged_at=None, now=NOON)
    assert not is_overdue(acknowledge_by=NOON, acknowledged_at=None, now=NOON - timedelta(seconds=1))
    assert not is_overdue(acknowledge_by=NOON, acknowledged_at=NOON + A_DAY, now=NOON + A_DAY)
    assert not is_overdue(acknowledge_by=None, acknowledged_at=None, now=NOON)


def test_who_has_not_read_it_gets_an_sms_after_four_hours_and_not_before(house):
    row = received_by(sent_notice(house), house.unit)
    assert take_due_steps(now=NOON + FOUR_HOURS - timedelta(seconds=1)) == 0
    assert take_due_steps(now=NOON + FOUR_HOURS) == 1
    sms = row.deliveries.get(channel="sms")
    assert (sms.state, sms.address, sms.next_attempt_at) == ("queued", "+442079460000", NOON + FOUR_HOURS)
    row.refresh_from_db()
    assert (row.chain_step, row.next_step_at) == (3, NOON + A_DAY)


def test_the_same_step_is_not_taken_twice(house):
    row = received_by(sent_notice(house), house.unit)
    take_due_steps(now=NOON + FOUR_HOURS)
    assert take_due_steps(now=NOON + FOUR_HOURS) == 0
    # A worker that was lost after writing the message and before noting it, whatever the database allowed.
    row.__class__.objects.filter(pk=row.pk).update(chain_step=2, next_step_at=NOON + FOUR_HOURS)
    assert take_due_steps(now=NOON + FOUR_HOURS) == 1
    assert row.deliveries.filter(channel="sms").count() == 1


def test_who_read_it_gets_nothing_more(house):
    row = received_by(sent_notice(house), house.unit, read_at=NOON)
    take_due_steps(now=NOON + FOUR_HOURS)
    row.refresh_from_db()
    assert (row.chain_step, row.next_step_at, row.reached_at) == (2, None, NOON + FOUR_HOURS)
    assert sent_by(row) == [("email", "handed", "")]


def test_who_read_what_must_be_acknowledged_goes_on(house):
    row = received_by(sent_notice(house, must_acknowledge=True), house.unit, read_at=NOON)
    take_due_steps(now=NOON + FOUR_HOURS)
    assert row.deliveries.filter(channel="sms", state="queued").exists()


def test_without_an_address_the_next_way_is_taken_at_once_and_the_record_says_why(house):
    row = received_by(sent_notice(house), house.unit, phone="")
    take_due_steps(now=NOON + FOUR_HOURS)
    assert sent_by(row) == [("email", "handed", ""), ("sms", "suppressed", "no_address"), ("letter", "queued", "")]
    row.refresh_from_db()
    assert (row.chain_step, row.next_step_at) == (4, NOON + THREE_DAYS)


def test_a_door_notice_waits_for_people_and_no_worker_looks_for_it(house):
    row = received_by(sent_notice(house), house.unit, steps=4)
    take_due_steps(now=NOON + THREE_DAYS)
    door = row.deliveries.get(channel="door")
    assert (door.state, door.next_attempt_at) == ("queued", None)
    row.refresh_from_db()
    assert (row.chain_step, row.next_step_at) == (5, None)


def test_what_bounced_is_followed_by_the_next_way_in_the_next_sweep(house):
    row = received_by(sent_notice(house), house.unit)
    assert hurry([row.pk], now=NOON + timedelta(minutes=1)) == 1
    assert hurry([row.pk], now=NOON + timedelta(minutes=1)) == 0
    assert take_due_steps(now=NOON + timedelta(minutes=1)) == 1
    row.refresh_from_db()
    assert row.deliveries.filter(channel="sms").exists()
    assert row.next_step_at == NOON + A_DAY  # the one after keeps its time


def test_nobody_is_hurried_who_was_reached_or_has_no_step_left(house):
    notice = sent_notice(house)
    reached = received_by(notice, house.unit, reached_at=NOON, next_step_at=None)
    done = received_by(notice, house.unit, steps=5)
    assert hurry([reached.pk, done.pk], now=NOON) == 0


@pytest.mark.parametrize("fields", [{"state": "withdrawn"}, {"expires_at": NOON + timedelta(hours=1)}])
def test_of_a_notice_that_is_over_nothing_goes_out(house, fields):
    row = received_by(sent_notice(house, **fields), house.unit)
    take_due_steps(now=NOON + FOUR_HOURS)
    row.refresh_from_db()
    assert row.next_step_at is None
    assert not row.deliveries.filter(channel="sms").exists()


def test_delivered_by_hand_ends_the_chain_and_posted_does_not(house):
    notice = sent_notice(house)
    rows = {method: received_by(notice, house.unit) for method in ("handed", "posted")}
    for method, row in rows.items():
        HandDelivery.objects.create(
            recipient=row, method=method, at=NOON, by=house.clerk, recorded_at=NOON, form_key=method
        )
    take_due_steps(now=NOON + FOUR_HOURS)
    assert not rows["handed"].deliveries.filter(channel="sms").exists()
    assert rows["posted"].deliveries.filter(channel="sms").exists()


def test_many_steps_cost_no_more_statements_than_one(house, django_assert_max_num_queries):
    notice = sent_notice(house)
    rows = [received_by(notice, house.unit) for _ in range(30)]
    with django_assert_max_num_queries(9):
        assert take_due_steps(now=NOON + FOUR_HOURS) == 30
    assert Delivery.objects.filter(recipient__in=rows, channel="sms").count() == 30


def test_another_organisations_chain_stands_still(house, stranger):
    from notices.models import NoticeRecipient
    from tests.factories.house import in_scope_of

    there = in_scope_of(stranger.organisation.pk, lambda: received_by(sent_notice(stranger), stranger.unit).pk)
    assert take_due_steps(now=NOON + FOUR_HOURS) == 0
    step = in_scope_of(stranger.organisation.pk, lambda: NoticeRecipient.objects.get(pk=there).chain_step)
    assert step == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_each_step_once():
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        notice = sent_notice(house, chain=STATUTORY[:3])
        rows = [received_by(notice, house.unit).pk for _ in range(20)]
    taken, gate = [], threading.Barrier(2)

    def work():
        gate.wait()
        with scope(house.organisation.pk):
            taken.append(take_due_steps(now=NOON + FOUR_HOURS, limit=10))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(house.organisation.pk):
        assert sum(taken) == 20
        assert Delivery.objects.filter(recipient__in=rows, channel="sms").count() == 20
