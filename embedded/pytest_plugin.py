"""Gives a test run its database before the settings are read, and forbids skipping under CI.

Each run at the same time in one checkout gets databases of its own, numbered by the lock it could take.
"""

import os
from typing import Any

import pytest

from embedded.environment import ensure
from embedded.files import VAR, take

RUNS = 16


def _database_of_this_run() -> str:
    """`propcomm`, or `propcomm_1` and so on while earlier runs last; tests prefix it with `test_`."""
    if (given := os.environ.get("PROPCOMM_TEST_RUN")) is None:
        VAR.mkdir(mode=0o755, exist_ok=True)
        free = (number for number in range(RUNS) if take(VAR / f"tests-{number}.lock", patience_seconds=0) is not None)
        given = os.environ["PROPCOMM_TEST_RUN"] = str(next(free, os.getpid()))  # inherited by xdist's workers
    return "propcomm" if given == "0" else f"propcomm_{given}"


for _name in ("PROPCOMM_DEMO", "PROPCOMM_SINGLE_ORGANISATION", "EMAIL_URL"):
    os.environ.pop(_name, None)
os.environ["PROPCOMM_BASE_DOMAIN"] = "localhost"
ensure(join_demo=False, database=_database_of_this_run())


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    """What was skipped although CI forbids it: there, every part must be present."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter and os.environ.get("CI") else []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if skipped := _skipped(config):
        terminalreporter.write_line(f"CI forbids skipping, and {len(skipped)} were skipped.", red=True)
