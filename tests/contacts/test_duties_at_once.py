"""Two connections at once: one form enters one duty, one day is done once, two sweeps remind once."""

from dataclasses import replace
from uuid import UUID

import pytest

from contacts.models import Duty, DutyDone
from contacts.services import duties, reminding
from contacts.services.duties import DoneFacts
from notices.models import Delivery
from notices.services import queueing
from tenancy.context import scope
from tests.contacts.duties import MONDAY, duty
from tests.factories.house import NOON, build_house
from tests.owners.test_import_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
KEY = UUID("0198c0de-0000-7000-8000-000000000001")


@pytest.fixture
def committed(transactional_db, monkeypatch):
    """A house that other connections see; nothing is sent to a broker."""
    monkeypatch.setattr(queueing, "nudge", lambda organisation_id: None)
    return build_house("lakeside")


def inside(house, call):
    def run():
        with scope(house.organisation.pk):
            return call()

    return run


def test_of_two_at_once_one_does_it_and_everything_is_there_once(committed):
    house = committed
    with scope(house.organisation.pk):
        row = duty(house, responsible_id=house.engineer.pk)
        facts = replace(duties.facts_of(row), title="Tanks")
    enter = inside(house, lambda: duties.add_duty(facts=facts, actor=house.manager, now=NOON, form_key=KEY).pk)
    assert len(set(at_once(enter, enter))) == 1
    told = at_once(*[inside(house, lambda: reminding.remind_batch(now=NOON))] * 2)
    assert all(isinstance(count, int) for count in told), told
    words = DoneFacts(MONDAY, "All six")
    note = inside(
        house, lambda: duties.note_done(duty_id=row.pk, due_on=MONDAY, facts=words, actor=house.clerk, now=NOON).pk
    )
    assert sorted(getattr(answer, "code", "done") for answer in at_once(note, note)) == ["done", "meanwhile"]
    with scope(house.organisation.pk):
        assert (Duty.objects.count(), DutyDone.objects.count()) == (2, 1)
        assert Delivery.objects.filter(channel="portal").count() == 2
