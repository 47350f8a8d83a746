"""Keeps a set of processes running: starts what fell over again, tells what went wrong, stops everything."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from embedded.files import ROOT
from embedded.processes import dies_with_parent

LONGEST_WAIT_SECONDS = 30
STEADY_SECONDS = 60
QUIET_SECONDS = 300
LOG_BYTES = 5 * 1024 * 1024


class Server(Protocol):
    """PostgreSQL or Valkey: it knows itself how to start and stop."""

    log: Path
    process: "subprocess.Popen[bytes] | None"

    def start(self, *, tied: bool) -> bool: ...
    def stop(self) -> bool: ...
    def is_running(self) -> bool: ...


class Part:
    """One thing that should be running."""

    def __init__(self, name: str, log: Path) -> None:
        self.name, self.log = name, log
        self.failures = 0
        self.started_at = 0.0
        self.retry_at = 0.0
        self.told: dict[str, float] = {}
        self.read_to = log.stat().st_size if log.exists() else 0

    def start(self) -> None:
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        raise NotImplementedError

    def ask_to_stop(self) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError

    def news(self) -> str:
        """The first error line written to the log since the last look that was not told of late."""
        try:
            size = self.log.stat().st_size
            with open(self.log, "rb") as file:
                file.seek(min(self.read_to, size))
                lines = file.read(256 * 1024).decode("utf-8", "replace").splitlines()
        except OSError:
            return ""
        self.read_to = size
        marks = (" ERROR ", " CRITICAL ", " PANIC:", "[ERROR]", "ERROR/", "CRITICAL/")
        now = time.monotonic()
        for line in lines:
            kind = re.sub(r"\d+", "", line)  # the same error at another time is no news for a while
            if any(mark in line for mark in marks) and now - self.told.get(kind, -QUIET_SECONDS) >= QUIET_SECONDS:
                self.told = {**self.told, kind: now} if len(self.told) < 100 else {kind: now}
                return line.strip()[:300]
        return ""

    def tail(self, lines: int = 8) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(f"    {line}" for line in self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


class Child(Part):
    """A program in a process group of its own, so that a Ctrl-C reaches it only through us."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        super().__init__(name, log)
        self.command, self.environment = list(command), dict(environment)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        super().start()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=dies_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if self.process and not self.has_ended():
            self.process.terminate()

    def kill(self) -> None:
        """The whole group: also what a dead leader left behind."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class ServerPart(Part):
    """A server of this package, started here or joined."""

    LOOK_SECONDS = 5

    def __init__(self, name: str, server: Server) -> None:
        super().__init__(name, server.log)
        self.server = server
        self.looked_at = 0.0

    def start(self) -> None:
        super().start()
        self.server.start(tied=True)

    def has_ended(self) -> bool:
        if self.server.process:
            return self.server.process.poll() is not None
        if time.monotonic() - self.looked_at < self.LOOK_SECONDS:
            return False
        self.looked_at = time.monotonic()
        return not self.server.is_running()

    def ask_to_stop(self) -> None:
        self.server.stop()

    def kill(self) -> None:
        if self.server.process and self.server.process.poll() is None:
            self.server.process.kill()


class Supervisor:
    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.parts: list[Part] = []
        self.hurry = False

    def start(self, part: Part) -> None:
        self.parts.append(part)
        part.start()

    def look(self) -> None:
        """Start again what has ended, and pass on new errors. To be called a few times a second."""
        now = time.monotonic()
        for part in self.parts:
            if part.retry_at:
                if now >= part.retry_at:
                    self._start_again(part)
            elif part.has_ended():
                self._plan_restart(part, now)
            if error := part.news():
                self.say(f"{part.name}: {error}  (see {part.log.relative_to(ROOT)})")

    def _plan_restart(self, part: Part, now: float) -> None:
        part.kill()
        part.failures = 1 if now - part.started_at > STEADY_SECONDS else part.failures + 1
        wait = min(2 ** (part.failures - 1), LONGEST_WAIT_SECONDS)
        part.retry_at = now + wait
        self.say(f"{part.name} ended by itself and starts again in {wait} s; the end of {part.log.relative_to(ROOT)}:")
        self.say(part.tail())

    def _start_again(self, part: Part) -> None:
        part.retry_at = 0.0
        try:
            part.start()
        except Exception as error:  # the others go on; the next look tries again
            self.say(f"{part.name} did not start: {error}")

    def stop(self, seconds: float = 6) -> None:
        """End everything, those that use a server before the server. Kills what takes longer than `seconds`."""
        children = [part for part in self.parts if isinstance(part, Child)]
        for part in reversed(children):
            part.ask_to_stop()
        deadline = time.monotonic() + seconds
        while not self.hurry and time.monotonic() < deadline and not all(part.has_ended() for part in children):
            time.sleep(0.05)
        for part in children:
            part.kill()
        for server in reversed([part for part in self.parts if isinstance(part, ServerPart)]):
            server.ask_to_stop()
            server.kill()
        self.parts.clear()
