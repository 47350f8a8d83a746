"""The embedded Valkey: a password, its own folder, and memory that outlives a kill."""

import os
import shutil
import signal
import time

import pytest
import redis

from embedded.processes import LOOPBACK
from embedded.valkey import Valkey


@pytest.fixture
def server(tmp_path):
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


def test_a_second_start_joins_the_running_one(server, tmp_path):
    assert Valkey(tmp_path).start() is False


def test_nobody_gets_in_without_the_password(server):
    stranger = redis.Redis(host=LOOPBACK, port=server.state()["port"])
    with pytest.raises(redis.AuthenticationError):
        stranger.get("anything")
    stranger.close()


def test_what_was_written_is_there_after_a_kill_at_the_same_address(server, tmp_path):
    address = server.url()
    with server.client() as client:
        client.set("kept", "yes")
        pid = client.info("server")["process_id"]
    time.sleep(1.1)  # the append-only file is flushed every second
    os.kill(pid, signal.SIGKILL)
    server.process.wait()
    again = Valkey(tmp_path)
    assert again.start() is True
    assert again.url() == address
    with again.client() as client:
        assert client.get("kept") == "yes"
    again.stop()


def test_another_server_with_our_password_is_not_ours(server, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(server.state_path, copy / "valkey.json")
    assert not Valkey(copy).is_running()


def test_the_address_is_known_without_a_server(tmp_path):
    address = Valkey(tmp_path / "new").url()
    assert Valkey(tmp_path / "new").url() == address
