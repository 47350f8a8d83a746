"""A lost cache makes no error page: each process remembers alone until Redis answers again."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from embedded.valkey import Valkey
from propcomm import steady_cache
from propcomm.steady_cache import SteadyCache
from tests.complaints.pages import signed_in
from tests.complaints.seeds import answered, furnish
from tests.disclosures.making import brought_to

NOBODY_THERE = "redis://127.0.0.1:1/0"


def steady(url: str) -> SteadyCache:
    return SteadyCache(url, {"OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}})


@pytest.fixture(autouse=True)
def rested():
    SteadyCache.rests_until = 0.0
    yield
    SteadyCache.rests_until = 0.0


@pytest.fixture
def lost(settings):
    """The product's own cache, at an address where nobody answers."""
    backend = "propcomm.steady_cache.SteadyCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": NOBODY_THERE}}
    yield caches["default"]
    caches["default"].own.clear()


def test_without_redis_this_process_remembers_alone_and_says_so_once(caplog):
    cache = steady(NOBODY_THERE)
    assert cache.get("unknown", "nothing") == "nothing"
    cache.set("said", [1, 2], 60)
    assert cache.get("said") == [1, 2]
    assert cache.add("code", True)
    assert not cache.add("code", True), "a code of an authenticator app counts once, in an outage too"
    assert "code" in cache
    cache.set("count", 1)
    assert cache.incr("count") == 2
    assert cache.touch("said", 5)
    assert cache.delete("said")
    assert cache.get_many(["said", "code"]) == {"code": True}
    assert len(caplog.records) == 1
    cache.clear()
    assert "code" not in cache


def test_it_is_asked_again_after_a_rest_and_knows_what_it_knew(tmp_path, monkeypatch):
    server = Valkey(tmp_path)
    server.start(tied=True)
    cache = steady(server.url())
    cache.set("before", "kept", 600)
    assert cache.is_answering()
    server.stop()
    assert cache.get("before") is None
    assert not cache.is_answering()
    cache.set("meanwhile", 1, 600)
    server.start(tied=True)
    try:
        assert cache.get("before") is None, "it rests, so that no page waits for it each time"
        SteadyCache.rests_until = 0.0
        assert cache.get("before") == "kept"
        assert cache.get("meanwhile") is None
    finally:
        server.stop()
        cache.own.clear()


@pytest.mark.django_db
def test_readiness_tells_of_the_loss_and_stays_ready(lost):
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "cache": "down"}
    assert not steady_cache.is_answering()


@pytest.mark.django_db
def test_pages_that_keep_something_are_read_all_the_same(house, lost):
    furnish(house)
    case = answered(house, at=timezone.now())
    account = reverse("disclosures:statement", args=[brought_to(house, "published").pk])
    for role, path in (
        ("supervisor", f"/admin/triage/{case.number}/"),
        ("supervisor", account),
        ("owner", account),
        ("owner", reverse("complaints:letter_pdf", args=[case.number])),
    ):
        answer = signed_in(house, role).get(path)
        assert answer.status_code == 200, (role, path)
        assert answer.getvalue()
