"""A PgBouncer in transaction mode before the tests' database, as a process of our own and never as root."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.db import connections

from embedded.postgres import Postgres
from embedded.processes import LOOPBACK, dies_with_parent, free_port

# A known name, as tests may use no other: threads that open it meanwhile go through the pool.
ALIAS = "system"
SERVER_CONNECTIONS = 2


def program() -> str | None:
    return shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")


@contextlib.contextmanager
def pooled(folder: Path) -> Iterator[str]:
    """A database alias that goes through the pool as the application's role, onto two server connections."""
    port = free_port()
    account = Postgres().account if os.geteuid() == 0 else None
    place = _configuration(folder, port, account)
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    process = subprocess.Popen(
        [str(program()), "-q", str(place)], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, preexec_fn=dies_with_parent(signal.SIGTERM), **who,
    )  # fmt: skip
    kept = connections.databases[ALIAS]
    try:
        _wait_for(port, process)
        connections.databases[ALIAS] = {
            **connections.databases["default"], "HOST": LOOPBACK, "PORT": str(port), "NAME": "pooled",
            "USER": "anybody", "PASSWORD": "", "CONN_MAX_AGE": None, "OPTIONS": {"connect_timeout": 5},
        }  # fmt: skip
        yield ALIAS
    finally:
        connections.databases[ALIAS] = kept
        process.terminate()
        process.wait(10)


def _configuration(folder: Path, port: int, account: Any) -> Path:
    server, secret = connections["default"].settings_dict, environ.Env().db_url("DATABASE_URL")["PASSWORD"]
    place = folder / "pgbouncer.ini"
    place.write_text(
        "[databases]\n"
        f"pooled = host={server['HOST'] or LOOPBACK} port={server['PORT'] or 5432} dbname={server['NAME']} "
        f"user={settings.APPLICATION_ROLE} password={secret}\n"
        "[pgbouncer]\n"
        f"listen_addr = {LOOPBACK}\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\nmax_client_conn = 100\n"
        "ignore_startup_parameters = extra_float_digits\nquery_wait_timeout = 20\n",
        encoding="utf-8",
    )
    if account:
        for path in (folder, *folder.parents):
            if path.owner() == "root" and str(path).startswith("/tmp/"):
                path.chmod(path.stat().st_mode | 0o011)
        os.chown(place, account.pw_uid, account.pw_gid)
    place.chmod(0o600)
    return place


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("PgBouncer did not start")
