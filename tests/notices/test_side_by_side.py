"""Several at once, on real transactions: no message is written twice or sent twice."""

import threading
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from django.utils import timezone

from notices import queries, tasks
from notices.models import Attempt, Delivery
from notices.services import claiming, running
from tenancy.context import scope
from tests.factories.house import build_house
from tests.notices.conftest import say
from tests.notices.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


def at_once(*works):
    """Run each in a thread of its own, all starting together. What they return, in order."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        start.wait()
        try:
            results[place] = work()
        except BaseException as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setattr(tasks.send_waiting_deliveries, "apply_async", lambda **call: None)


@pytest.fixture
def sink(settings):
    server = Sink()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    cache.clear()
    yield server
    server.stop()


def who_waits():
    return {(turn.organisation_id, turn.channel) for turn in queries.turns_anywhere(timezone.now())}


def test_two_at_once_write_and_send_every_message_once(quiet, sink):
    house, other = build_house("lakeside"), build_house("jinghu")
    pk = house.organisation.pk

    def tell():
        with scope(pk):
            return sum(len(say(house.owner, dedupe=f"trial:{number}", now=timezone.now())) for number in range(60))

    # 1. The same 60 events told by two at once: 60 portal rows and 60 e-mails in all.
    first, second = at_once(tell, tell)
    assert first + second == 120
    with scope(other.organisation.pk):
        say(other.owner, now=timezone.now())

    # 2. Claims side by side share nothing.
    def claim():
        with scope(pk):
            batch = claiming.claim_batch(
                channel="email", organisation=house.organisation, token=uuid4(), now=timezone.now(), size=20
            )
            return {claim.delivery.pk for claim in batch.claims}

    one, two = at_once(claim, claim)
    assert len(one) == len(two) == 20
    assert not one & two
    with scope(pk):
        Delivery.objects.filter(state="claimed").update(state="queued", next_attempt_at=timezone.now())

    # 3. Two workers and the beat: each organisation's mail leaves once, found by the system's role.
    assert who_waits() == {(pk, "email"), (other.organisation.pk, "email")}
    said = at_once(
        tasks.send_waiting_deliveries, tasks.send_waiting_deliveries, lambda: tasks.send_waiting_deliveries(pk)
    )
    assert all(str(words).endswith("tried") for words in said), said
    ids = [message["Message-ID"] for message in sink.messages]
    assert len(ids) == len(set(ids)) == 61
    assert who_waits() == set()
    with scope(pk):
        assert Delivery.objects.filter(channel="email", state="handed").count() == 60
        assert Attempt.objects.count() == 60


def test_nothing_is_sent_of_a_transaction_that_was_undone(quiet, sink):
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        say(house.owner, now=timezone.now())
        transaction.set_rollback(True)
    tasks.send_waiting_deliveries()
    assert sink.messages == []


def test_no_transaction_is_open_while_the_server_is_talked_to(quiet, sink, monkeypatch):
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        say(house.owner, now=timezone.now())
    seen, send = [], running.Post.send

    def watched(post, message):
        seen.append(connections["default"].in_atomic_block)
        return send(post, message)

    monkeypatch.setattr(running.Post, "send", watched)
    tasks.send_waiting_deliveries()
    assert seen == [False]
    assert len(sink.messages) == 1
