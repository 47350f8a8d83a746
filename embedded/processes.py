"""Small facts about ports and processes."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

LOOPBACK = "127.0.0.1"


class CannotStart(Exception):
    """A part did not start. The message says, in one sentence, why and what to do."""


def is_port_free(port: int, host: str = LOOPBACK) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """`preferred` when nothing listens there, so that addresses handed out before a restart stay right."""
    if preferred and is_port_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def working_directory(pid: int) -> Path | None:
    """Where a process works, or None when this system does not say."""
    with contextlib.suppress(OSError):
        return Path(os.readlink(f"/proc/{pid}/cwd"))
    listing = (
        subprocess.run(["lsof", "-a", "-d", "cwd", "-p", str(pid), "-Fn"], capture_output=True, text=True, check=False)
        if sys.platform == "darwin"
        else None
    )
    for line in listing.stdout.splitlines() if listing else []:
        if line.startswith("n"):
            return Path(line[1:])
    return None


def dies_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """A preexec_fn by which Linux sends `how` to the child when this process dies, even by SIGKILL."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork, which may only make the call
    parent = os.getpid()

    def tie() -> None:
        prctl(1, int(how), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), how)

    return tie


def die_with_parent() -> None:
    """On Linux, get SIGTERM when the `make` that runs us is killed. Another parent, a shell, may go before us."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{os.getppid()}/comm").read_text().strip() in {"make", "gmake"}:
                ctypes.CDLL(None).prctl(1, int(signal.SIGTERM), 0, 0, 0)
