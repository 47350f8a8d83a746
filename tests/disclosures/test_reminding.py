"""Reminders of accounts: each once, in the morning, to whom it concerns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from disclosures.models import AccountStatement
from disclosures.services import asking, reminding, reviewing
from disclosures.services.asking import Asking
from notices.models import Delivery
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import brought_to
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def told(step):
    """Whom the portal told of a step, by name of the sign-in's role."""
    rows = Delivery.objects.filter(event=f"statement.{step}", channel="portal").select_related("membership")
    return sorted(row.membership.role for row in rows)


def test_a_member_who_has_not_decided_is_reminded_once_before_the_review_ends(house):
    row = brought_to(house, "committee_review")
    assert reminding.remind_batch(now=NOON + timedelta(days=4)) == 0  # three days are left: no reminder yet
    assert reminding.remind_batch(now=NOON + timedelta(days=5)) == 1
    assert reminding.remind_batch(now=NOON + timedelta(days=5, hours=1)) == 0
    assert told("ending") == ["committee"]
    assert row.state == AccountStatement.State.COMMITTEE_REVIEW


def test_a_member_who_has_decided_is_left_alone(house):
    row = brought_to(house, "committee_review")
    reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    assert reminding.remind_batch(now=NOON + timedelta(days=8)) == 0


def test_managers_hear_once_that_the_committee_s_time_is_over(house):
    brought_to(house, "committee_review")
    assert reminding.remind_batch(now=NOON + timedelta(days=7, hours=1)) > 0
    assert set(told("over")) == {"manager"}
    assert reminding.remind_batch(now=NOON + timedelta(days=8)) == 0


def test_a_question_is_reminded_of_the_day_before_and_goes_to_the_managers_when_late(house):
    row = brought_to(house, "published")
    said = asking.remark(statement_id=row.pk, asking=Asking("Which bulbs?"), actor=house.committee, now=NOON)
    assert reminding.remind_batch(now=NOON + timedelta(days=5)) == 0
    reminding.remind_batch(now=NOON + timedelta(days=6))
    assert set(told("due")) == {"manager", "supervisor"}
    assert told("late") == []
    reminding.remind_batch(now=NOON + timedelta(days=8))
    assert set(told("late")) == {"manager"}
    asking.answer(remark_id=said.pk, words="Those of the hall.", actor=house.manager, now=NOON + timedelta(days=8))
    assert reminding.remind_batch(now=NOON + timedelta(days=9)) == 0


def test_nobody_is_woken_at_night(house):
    brought_to(house, "committee_review")
    assert reminding.remind_batch(now=NOON.replace(hour=3) + timedelta(days=6)) == 0  # three in the morning


def test_a_question_is_overdue_when_its_day_is_over_where_the_estate_is(house, monkeypatch):
    """Its last day is the 9th. At 16:30 in UTC it is half past midnight of the 10th there."""
    house.organisation.time_zone = "Asia/Shanghai"
    house.organisation.save()
    row = brought_to(house, "published")
    asking.remark(statement_id=row.pk, asking=Asking("Which bulbs?"), actor=house.committee, now=NOON)
    browser, address = signed_in(house, "manager"), f"/disclosures/{row.pk}/"
    for hour, is_late in ((15, False), (16, True)):
        at = NOON.replace(day=9, hour=hour, minute=30)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        assert ("answer overdue" in text(browser.get(address))) is is_late
