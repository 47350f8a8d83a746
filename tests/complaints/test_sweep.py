"""A pass over many due clocks: as many statements as over one, whole batches, and to each the words they may read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Clock, ClockEvent, Escalation
from complaints.services import escalation
from notices.models import Delivery
from tests.complaints.seeds import assigned, filed, furnish
from tests.factories.house import NOON, House

LATE = NOON + timedelta(hours=3)


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def swept(now=LATE) -> int:
    return escalation.sweep_batch(now=now, swept=escalation.Swept())


def statements(now=LATE) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert swept(now) > 0
    return len(captured.captured_queries)


def test_many_clocks_cost_as_many_statements_as_one(house):
    filed(house)
    one = statements()
    for _number in range(6):
        filed(house)
    assert statements() == one
    assert Escalation.objects.values("clock").distinct().count() == 7


def test_nothing_due_is_one_question(house, django_assert_num_queries):
    with django_assert_num_queries(3):  # the question between the bounds of a savepoint
        assert swept() == 0


def test_who_dies_in_a_batch_leaves_those_before_it_whole_and_itself_untouched(house, monkeypatch):
    for _number in range(4):
        filed(house)
    monkeypatch.setattr(escalation, "BATCH", 2)
    assert swept() == 2
    before = [rows.objects.count() for rows in (ClockEvent, Escalation, Delivery)]

    def die(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as dying:
        dying.setattr(escalation, "queue_many", die)
        with pytest.raises(MemoryError):
            swept()
    assert [rows.objects.count() for rows in (ClockEvent, Escalation, Delivery)] == before
    assert Clock.objects.filter(kind="accept", step=0).count() == 2
    assert [swept(), swept()] == [2, 0]
    steps = set(Clock.objects.filter(kind="accept").values_list("step", "next_at", "state"))
    assert len(steps) == 1


def test_each_is_told_once_however_many_steps_fell_together(house):
    complaint = filed(house)
    swept(NOON + timedelta(days=2))
    told = Delivery.objects.filter(about_id=complaint.pk, channel="email", created_at__gt=NOON)
    people = list(
        told.filter(membership__role__in=("clerk", "supervisor", "manager")).values_list("membership", "event")
    )
    assert len(people) == len(set(people)) > 0


def test_colleagues_share_words_but_not_those_of_a_confidential_case(house):
    house.people["owner"].name = "Wilhelmina Quist"
    house.people["owner"].save()
    case = assigned(house, is_confidential=True)
    swept(NOON + timedelta(days=30))
    told = Delivery.objects.filter(about_id=case.pk, created_at__gt=NOON, channel="portal")
    of_handler = [row.text + row.subject for row in told.filter(membership=house.engineer)]
    of_manager = [row.text for row in told.filter(membership=house.manager)]
    assert of_handler
    assert not any(house.unit.code in words for words in of_handler)
    assert any(house.unit.code in words for words in of_manager)


def test_words_are_in_each_readers_language(house):
    house.clerk.user.language = "zh-hans"
    house.clerk.user.save()
    filed(house)
    swept()
    told = dict(
        Delivery.objects.filter(event="complaint.escalation", channel="portal").values_list("language", "subject")
    )
    assert set(told) == {"en", "zh-hans"}
    assert told["en"] != told["zh-hans"]
