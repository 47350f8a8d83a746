"""The product and the bare project, each under gunicorn with the same file of settings."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.place import ROOT, VAR
from embedded.processes import dies_with_parent, free_port

START_SECONDS = 40


@contextlib.contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[int]:
    """The port of ``application`` under gunicorn: two workers of four threads, ended on the way out."""
    port = free_port()
    log = VAR / f"{application.partition(':')[0]}.log"
    # A worker that is replaced half-way would be seen in the figures.
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "--bind", f"127.0.0.1:{port}",
               "--max-requests", "0", "--no-control-socket", application]  # fmt: skip
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment, "WEB_CONCURRENCY": "2", "WEB_THREADS": "4"},
            stdout=output, stderr=output, preexec_fn=dies_with_parent(signal.SIGTERM),
        )  # fmt: skip
    try:
        _wait(process, port, log)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: object) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit(f"gunicorn did not start; see {log}")
