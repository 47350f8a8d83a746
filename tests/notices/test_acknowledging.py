"""A notice is acknowledged once: by the button, by the link, or noted by staff."""

from datetime import timedelta

import pytest

from audit.models import AuditEntry
from notices.models import Delivery
from notices.services.acknowledging import acknowledge, note_read, remind_due
from tenancy.errors import IllegalMove
from tests.factories.house import NOON
from tests.factories.notices import delivery_to, received_by, sent_notice

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def asked(house):
    notice = sent_notice(house, must_acknowledge=True, acknowledge_by=NOON + timedelta(days=3))
    return received_by(notice, house.unit, membership=house.owner, person=house.people["owner"])


def test_acknowledging_ends_the_chain_and_what_waits_is_not_sent(asked, house):
    delivery_to(asked, "sms", "queued")
    acknowledge(recipient_id=asked.pk, how="portal", actor=house.owner, now=LATER)
    asked.refresh_from_db()
    assert (asked.acknowledged_at, asked.acknowledged_how, asked.read_at) == (LATER, "portal", LATER)
    assert (asked.reached_at, asked.next_step_at) == (LATER, None)
    states = dict(asked.deliveries.values_list("channel", "state"))
    assert states == {"portal": "acknowledged", "email": "handed", "sms": "suppressed"}
    assert asked.deliveries.get(channel="sms").because == "reached"


def test_a_second_click_is_the_same_answer(asked, house):
    acknowledge(recipient_id=asked.pk, how="portal", actor=house.owner, now=LATER)
    acknowledge(recipient_id=asked.pk, how="link", actor=None, now=LATER + timedelta(hours=1))
    asked.refresh_from_db()
    assert (asked.acknowledged_at, asked.acknowledged_how) == (LATER, "portal")
    assert AuditEntry.objects.filter(action="notice.acknowledged").count() == 1


def test_noted_by_staff_it_was_not_read_in_the_portal(asked, house):
    acknowledge(recipient_id=asked.pk, how="hand", actor=house.clerk, now=LATER)
    asked.refresh_from_db()
    assert (asked.acknowledged_how, asked.read_at) == ("hand", None)


def test_what_was_withdrawn_or_asks_for_nothing_cannot_be_acknowledged(house):
    for fields in ({"must_acknowledge": True, "state": "withdrawn"}, {"must_acknowledge": False}):
        row = received_by(sent_notice(house, **fields), house.unit)
        with pytest.raises(IllegalMove):
            acknowledge(recipient_id=row.pk, how="link", actor=None, now=LATER)
        row.refresh_from_db()
        assert row.acknowledged_at is None


def test_reading_reaches_whoever_need_not_acknowledge(house):
    row = received_by(sent_notice(house), house.unit, membership=house.owner)
    portal = row.deliveries.get(channel="portal")
    note_read(delivery=portal, now=LATER)
    note_read(delivery=portal, now=LATER + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.read_at, row.reached_at, row.next_step_at) == (LATER, LATER, None)
    assert Delivery.objects.get(pk=portal.pk).state == "read"


def test_reading_does_not_reach_who_must_acknowledge(asked):
    note_read(delivery=asked.deliveries.get(channel="portal"), now=LATER)
    asked.refresh_from_db()
    assert (asked.read_at, asked.reached_at) == (LATER, None)
    assert asked.next_step_at == NOON + timedelta(hours=4)


def test_one_reminder_a_day_before_the_deadline(asked):
    due = asked.notice.acknowledge_by
    assert remind_due(now=due - timedelta(hours=24, seconds=1)) == 0
    assert remind_due(now=due - timedelta(hours=24)) == 1
    assert remind_due(now=due - timedelta(hours=23)) == 0
    asked.refresh_from_db()
    assert asked.reminded_at == due - timedelta(hours=24)
    reminders = Delivery.objects.filter(event="notice.reminder")
    assert set(reminders.values_list("channel", "subject")) == {
        ("portal", "Please confirm: Water off on Friday"), ("email", "Please confirm: Water off on Friday"),
    }  # fmt: skip


def test_nobody_is_reminded_who_has_answered_or_when_it_is_too_late(asked, house):
    due = asked.notice.acknowledge_by
    assert remind_due(now=due) == 0
    acknowledge(recipient_id=asked.pk, how="portal", actor=house.owner, now=LATER)
    assert remind_due(now=due - timedelta(hours=1)) == 0
