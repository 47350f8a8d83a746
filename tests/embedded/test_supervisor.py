"""The demo's supervisor: what falls over stands up again, and nothing is left behind."""

import os
import signal
import sys
import time

import pytest

from embedded.files import VAR
from embedded.processes import is_alive
from embedded.supervisor import Child, Supervisor

PARENT = (
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(p.pid, flush=True);"
)


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(said):
    supervisor = Supervisor(said.append)
    yield supervisor
    supervisor.stop(seconds=1)


@pytest.fixture
def child(supervisor, request):
    log = VAR / "log" / f"test-{os.getpid()}.log"

    def start(code):
        child = Child("sample", [sys.executable, "-c", code], os.environ, log)
        supervisor.start(child)
        return child

    yield start
    log.unlink(missing_ok=True)


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_a_part_that_ends_is_told_of_and_started_again(supervisor, child, said):
    part = child("import time; time.sleep(60)")
    first = part.process.pid
    os.kill(first, signal.SIGKILL)
    until(part.has_ended)
    supervisor.look()
    assert "sample ended by itself and starts again in 1 s" in said[0]
    until(lambda: supervisor.look() or not part.has_ended(), 5)
    assert part.process.pid != first


def test_a_part_that_keeps_ending_waits_longer_each_time(supervisor, child):
    part = child("")
    for failures in (1, 2, 3):
        until(part.has_ended)
        part.retry_at = 0.0
        before = time.monotonic()
        supervisor.look()
        assert round(part.retry_at - before) == 2 ** (failures - 1)
        part.retry_at = 0.0
        part.start()


def test_stopping_ends_children_that_do_not_listen_and_their_children(supervisor, child):
    part = child("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + PARENT + "time.sleep(60)")
    until(lambda: part.log.exists() and part.log.read_text().strip())
    grandchild = int(part.log.read_text())
    started = time.monotonic()
    supervisor.stop(seconds=0.5)
    assert time.monotonic() - started < 3
    until(lambda: not is_alive(grandchild))


def test_an_error_in_a_log_is_told_once(supervisor, child, said):
    child("import time\nfor n in range(2): print(f'2026-01-0{n} ERROR no mail server', flush=True)\ntime.sleep(60)")
    until(lambda: supervisor.look() or said)
    supervisor.look()
    assert len(said) == 1
    assert said[0].startswith("sample: 2026-01-00 ERROR no mail server")
