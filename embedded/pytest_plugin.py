"""Gives a test run its database before the settings are read: `-p embedded.pytest_plugin`.

Each run at the same time in one checkout gets databases of its own, numbered by the lock it could take.
"""

import os

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
