"""Neither one organisation's crowd nor a provider that hangs keeps another's message waiting, with real workers."""

import contextlib
import os
import signal
import socket
import sys
import threading
import time

import pytest

from embedded.files import VAR
from embedded.postgres import DATABASE
from tests.chaos.killed.place import Place

CROWD = int(os.environ.get("NOTICES_CROWD", "100000"))
WATCHED_SECONDS = 30
BEHIND_A_CROWD_SECONDS = 10
BESIDE_A_SLOW_CHANNEL_SECONDS = 5
QUEUE = """
INSERT INTO notices_delivery (organisation_id, id, channel, urgency, event, dedupe_key, recipient_name, address, language,
    subject, text, html, sealed, link, about_type, state, because, attempts, last_error, created_at, next_attempt_at,
    provider_reference)
SELECT o.id, gen_random_uuid(), %(channel)s, 9, 'crowd', 'crowd:' || %(word)s || i, 'Reader', %(address)s, 'en',
    'Trial', 'Trial', '', '', '', '', 'queued', '', 0, '', now(), now(), ''
FROM generate_series(1, %(count)s) i, tenancy_organisation o WHERE o.slug = 'many'
"""
WAITED = """
SELECT channel, count(*), max(extract(epoch FROM COALESCE(handed_at, now()) - created_at))
FROM notices_delivery WHERE event = 'probe' AND created_at >= to_timestamp(%s) GROUP BY channel
"""

# All but the few that a worker has in hand.
FORGET = """
UPDATE notices_delivery SET state = 'suppressed', because = 'withdrawn', next_attempt_at = NULL
WHERE id IN (SELECT id FROM notices_delivery WHERE event = 'crowd' AND state IN ('queued', 'claimed')
             FOR UPDATE SKIP LOCKED)
"""


@pytest.fixture(scope="module")
def gateway():
    """Takes connections and requests, and never answers."""
    held = []

    def hold():
        while True:
            try:
                held.append(server.accept()[0])
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=hold, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/messages"
    for connection in held:
        connection.close()


@pytest.fixture(scope="module")
def place(gateway):
    # Patience and pace are the shipped ones.
    shipped = {"PROPCOMM_SENDING_FILE": "", "PROPCOMM_MAIL_SECONDS": "15", "PROPCOMM_GATEWAYS_MAY_BE_PRIVATE": "1"}
    built = Place(VAR / "fair", 0, settings=shipped)
    try:
        built.start_servers()
        built.run("-m", "tests.chaos.killed.crowd", "provide", gateway)
        built.start_workers()
        built.start_part(built.child("probe", sys.executable, "-m", "tests.chaos.killed.crowd", "probe"))
        until_something_left(built)
        yield built
    finally:
        built.stop()


@pytest.fixture(autouse=True)
def nothing_left_over(place):
    yield
    write(place, FORGET)


def until_something_left(place):
    deadline = time.monotonic() + 60
    while not place.ask("SELECT 1 FROM notices_delivery WHERE event = 'probe' AND state = 'handed'"):
        assert time.monotonic() < deadline, place.tails()
        time.sleep(0.2)


def write(place, statement, values=None):
    with contextlib.closing(place.postgres.connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)


def queue(place, channel, count, address):
    values = {"channel": channel, "count": count, "address": address, "word": f"{channel}:{time.time()}:"}
    write(place, QUEUE, values)


def longest_waits(place):
    """The longest a message of the small organisation waited by each channel, of those written from now on."""
    began = time.time()
    time.sleep(WATCHED_SECONDS)
    rows = place.ask(WAITED, began)
    assert all(count > WATCHED_SECONDS / 2 for _channel, count, _waited in rows)
    waits = {channel: float(waited) for channel, _count, waited in rows}
    print(f"longest waits: {waits}")
    return waits


def left_of(place, channel):
    ((count,),) = place.ask(
        "SELECT count(*) FROM notices_delivery WHERE event = 'crowd' AND channel = %s AND state IN ('queued', 'claimed')",
        channel,
    )
    return count


def test_a_crowd_of_one_organisation_does_not_delay_the_message_of_another(place):
    queue(place, "email", CROWD, "reader@sink.example")
    waits = longest_waits(place)
    assert 0 < left_of(place, "email") < CROWD
    assert waits["email"] < BEHIND_A_CROWD_SECONDS
    assert waits["sms"] < BESIDE_A_SLOW_CHANNEL_SECONDS


def test_a_gateway_that_hangs_delays_nobody_elses_messages(place):
    queue(place, "sms", 200, "+442079460001")
    waits = longest_waits(place)
    assert left_of(place, "sms")
    assert waits["email"] < BESIDE_A_SLOW_CHANNEL_SECONDS
    assert waits["sms"] < BEHIND_A_CROWD_SECONDS


def test_a_mail_server_that_hangs_does_not_delay_the_other_channels(place):
    os.kill(place.sink.process.pid, signal.SIGSTOP)
    try:
        queue(place, "email", 200, "reader@sink.example")
        waits = longest_waits(place)
    finally:
        os.kill(place.sink.process.pid, signal.SIGCONT)
    assert waits["email"] > BESIDE_A_SLOW_CHANNEL_SECONDS
    assert waits["sms"] < BESIDE_A_SLOW_CHANNEL_SECONDS
