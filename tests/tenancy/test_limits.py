"""How often: never one more than the table says, whoever tries at the same time, and never an error page for it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from embedded.valkey import Valkey
from tenancy.errors import TooMany, wait_words
from tenancy.limits import taking
from tenancy.limits.stores import MOST_KEYS, REST_SECONDS, Line, MemoryStore, SteadyStore, ValkeyStore
from tenancy.limits.table import limits_table, parse_table

MINUTE = 60_000
FIVE = Line("five", 5, 15 * MINUTE)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory):
    server = Valkey(tmp_path_factory.mktemp("limits"))
    server.start(tied=True)
    yield server
    server.stop()


@pytest.fixture(params=["valkey", "memory"])
def store(request):
    if request.param == "memory":
        return MemoryStore()
    server = request.getfixturevalue("valkey")
    with server.client() as client:
        client.flushall()
    return ValkeyStore(server.url())


# -- the window ----------------------------------------------------------------------------------------------------------


def test_the_sixth_try_waits_until_the_first_is_a_quarter_of_an_hour_old(store):
    waits = [store.take([FIVE], f"try-{minute}", minute * MINUTE) for minute in range(5)]
    assert waits == [0, 0, 0, 0, 0]
    assert store.take([FIVE], "sixth", 5 * MINUTE) == 10 * MINUTE
    assert store.take([FIVE], "sixth", 15 * MINUTE - 1) == 1
    assert store.take([FIVE], "sixth", 15 * MINUTE) == 0
    assert store.take([FIVE], "seventh", 15 * MINUTE) == MINUTE


def test_a_refused_try_does_not_make_the_wait_longer(store):
    for number in range(5):
        store.take([FIVE], str(number), 0)
    waits = [store.take([FIVE], f"late-{minute}", minute * MINUTE) for minute in (1, 2, 14)]
    assert waits == [14 * MINUTE, 13 * MINUTE, MINUTE]


def test_what_one_rule_refuses_no_other_counts(store):
    narrow, wide = Line("narrow", 1, MINUTE), Line("wide", 2, MINUTE)
    assert store.take([narrow, wide], "a", 0) == 0
    assert store.take([narrow, wide], "b", 0) == MINUTE
    assert store.take([wide], "c", 0) == 0


def test_a_try_given_back_is_free_again(store):
    one = Line("one", 1, MINUTE)
    store.take([one], "good", 0)
    store.give_back([one], "good")
    assert store.take([one], "next", 0) == 0


@pytest.mark.parametrize("tries", [200])
def test_of_two_hundred_at_once_exactly_five_get_through(store, tries):
    ready = threading.Barrier(20)

    def each(worker):
        ready.wait()
        return [store.take([FIVE], f"{worker}-{number}") for number in range(tries // 20)]

    with ThreadPoolExecutor(20) as pool:
        waits = [wait for part in pool.map(each, range(20)) for wait in part]
    assert len(waits) == tries
    assert waits.count(0) == 5


def test_valkey_forgets_by_itself(valkey):
    with valkey.client() as client:
        client.flushall()
        ValkeyStore(valkey.url()).take([FIVE], "x")
        (key,) = client.keys()
        assert 14 * MINUTE < client.pttl(key) <= 15 * MINUTE


def test_memory_is_bounded():
    store = MemoryStore()
    for number in range(MOST_KEYS + 10):
        store.take([Line(f"k{number}", 1, MINUTE)], "x", 0)
    assert len(store.counts) == MOST_KEYS


# -- without Valkey --------------------------------------------------------------------------------------------------------


class Away:
    asked = 0

    def take(self, lines, mark, now_ms=None):
        self.asked += 1
        raise redis.ConnectionError("gone")

    def give_back(self, lines, mark):
        raise redis.TimeoutError("gone")


def test_without_valkey_this_process_counts_alone_and_says_so_once(caplog):
    away, now = Away(), [0.0]
    steady = SteadyStore(away, MemoryStore(), clock=lambda: now[0])
    waits = [steady.take([FIVE], str(number)) for number in range(6)]
    assert waits[:5] == [0] * 5
    assert waits[5] > 0
    assert away.asked == 1
    assert len(caplog.records) == 1
    now[0] = REST_SECONDS
    steady.take([FIVE], "later")
    assert away.asked == 2


def test_a_dead_address_is_no_error():
    steady = SteadyStore(ValkeyStore("redis://127.0.0.1:1/0"), MemoryStore())
    assert steady.take([FIVE], "x") == 0


# -- the table -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["login", "code", "second_factor"])
def test_the_shipped_table_says_five_twenty_and_thirty(action):
    told = {rule.name for rule in limits_table()[action]}
    assert told == {"5/900/account+address", "20/3600/account", "30/60/address"}


@pytest.mark.parametrize("rule", [
    {"times": 0, "minutes": 1, "each": ["account"]},
    {"times": 5, "each": ["account"]},
    {"times": 5, "minutes": 1, "hours": 1, "each": ["account"]},
    {"times": 5, "minutes": 1, "each": ["planet"]},
    {"times": 5, "minutes": 1, "each": []},
    "often",
])  # fmt: skip
def test_a_damaged_table_is_refused_whole_naming_the_action(rule):
    with pytest.raises(ImproperlyConfigured, match="login"):
        parse_table({"login": [rule]})


def test_a_file_replaces_whole_actions_and_no_others(tmp_path, settings):
    own = tmp_path / "limits.yaml"
    own.write_text("search: []\nlogin:\n  - {times: 2, seconds: 30, each: [address]}\n")
    settings.LIMITS_FILE = str(own)
    for _number in range(700):
        taking.take("search", {"person": "x"})
    taking.take("login", {"account": "a", "address": "1.1.1.1"})
    taking.take("login", {"account": "b", "address": "1.1.1.1"})
    with pytest.raises(TooMany) as caught:
        taking.take("login", {"account": "c", "address": "1.1.1.1"})
    assert caught.value.retry_after == 30


def test_a_file_with_an_unknown_action_is_refused(tmp_path):
    own = tmp_path / "limits.yaml"
    own.write_text("loggin: []\n")
    with pytest.raises(ImproperlyConfigured, match="loggin"):
        limits_table(str(own))


def test_keys_name_nobody():
    taken = taking.take("login", {"account": "alice@lakeside.example", "address": "203.0.113.9"})
    assert not any("alice" in line.key or "203." in line.key for line in taken.lines)


@pytest.mark.parametrize("typed", ["Admin@x.example", " admin@x.example ", "adm\u0131n@x.example", "ａdmin@x.example"])
def test_every_way_to_type_an_account_is_one_account(typed):
    assert taking.account_key(typed) == taking.account_key("admin@x.example")


@pytest.mark.parametrize(("seconds", "words"), [
    (1, "1 second"), (60, "60 seconds"), (61, "2 minutes"), (900, "15 minutes"), (5401, "2 hours"),
])  # fmt: skip
def test_the_wait_is_said_in_words_and_never_too_short(seconds, words):
    assert wait_words(seconds) == words
