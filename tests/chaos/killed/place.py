"""The product as processes of its own, as they stand in production, and the hand that kills them."""

import contextlib
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from embedded.files import ROOT
from embedded.postgres import Postgres
from embedded.processes import LOOPBACK, free_port
from embedded.supervisor import Child, Part, ServerPart, Supervisor
from embedded.valkey import Valkey
from tests.chaos.killed import feeder

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
MAIL_SECONDS = 2
FINAL = ("handed", "maybe_twice", "dead")


@dataclass
class Seen:
    """What the outbox, the sink and the folder hold at the end."""

    mails: dict[str, tuple[str, str, bool]]  # id: address, state, whether an attempt was unsure
    copies: Counter
    cut: Counter  # copies of which the sink itself told nobody
    portal: int
    files: dict[str, str]  # id: state
    dropped: Counter  # files by the id of their message


@dataclass
class Place:
    var: Path
    count: int
    kills: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)  # other than those of the kill run

    def __post_init__(self) -> None:
        shutil.rmtree(self.var, ignore_errors=True)
        self.supervisor = Supervisor(lambda line: None)
        self.postgres, self.valkey = Postgres(self.var), Valkey(self.var)
        self.sink_port, self.web_port = free_port(), free_port()
        self.book, self.spool = self.var / "book", self.var / "spool"
        self.parts: dict[str, Part] = {}
        self.progress_at = time.monotonic()
        self.longest_pause = 0.0
        self._left = -1

    # -- up and down -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.start_servers()
        self.run("-m", "tests.chaos.killed.feeder", "provide", str(self.count))
        web = (str(BIN / "gunicorn"), f"--bind={LOOPBACK}:{self.web_port}", "--workers=1", "--no-control-socket")
        self.start_part(self.child("web", *web))
        self.start_workers()
        self.start_part(self.child("feeder", sys.executable, "-m", "tests.chaos.killed.feeder", str(self.count)))
        self.progress_at = time.monotonic()

    def start_servers(self) -> None:
        """The database with its tables, the broker, the mail server."""
        self.start_part(ServerPart("postgres", self.postgres))
        self.start_part(ServerPart("broker", self.valkey))
        self.environment = {**self._environment(), **self.settings}
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.sink = self.child(
            "sink", sys.executable, "-m", "tests.chaos.killed.sink", str(self.sink_port), str(self.book)
        )
        self.sink.start()

    def start_workers(self) -> None:
        """Two workers of one process, two beats."""
        celery = (str(BIN / "celery"), "--app=propcomm", "--quiet")
        quick = ("--loglevel=INFO", "--concurrency=1", "--without-gossip", "--without-mingle")
        for number in (1, 2):
            self.start_part(self.child(f"worker{number}", *celery, "worker", f"--hostname=w{number}@killed", *quick))
            schedule = f"--schedule={self.var / f'beat{number}'}"
            self.start_part(self.child(f"beat{number}", *celery, "beat", "--loglevel=WARNING", schedule, "--pidfile="))

    def stop(self) -> None:
        if getattr(self, "sink", None):
            self.sink.kill()
        self.supervisor.stop()
        self.postgres.forget()
        self.valkey.forget()
        shutil.rmtree(self.var, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        url = self.postgres.url
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PROPCOMM", "COV"))}
        return {
            **kept, "DJANGO_SETTINGS_MODULE": "propcomm.settings", "DATABASE_URL": url("propcomm_app"),
            "DATABASE_OWNER_URL": url("propcomm_owner"), "DATABASE_SYSTEM_URL": url("propcomm_system"),
            "REDIS_URL": self.valkey.url(), "SECRET_KEY": secrets.token_urlsafe(40), "DEBUG": "0", "PROPCOMM_HTTPS": "0",
            "PROPCOMM_BASE_DOMAIN": "localhost", "ALLOWED_HOSTS": ".localhost,127.0.0.1",
            "STORAGE_ROOT": str(self.var / "private"), "STATIC_ROOT": str(self.var / "static"),
            "PROPCOMM_SPOOL_ROOT": str(self.spool), "EMAIL_URL": f"smtp://{LOOPBACK}:{self.sink_port}",
            "PROPCOMM_MAIL_SECONDS": str(MAIL_SECONDS), "PROPCOMM_SENDING_FILE": str(HERE / "pace.yaml"),
        }  # fmt: skip

    def run(self, *command: str) -> None:
        subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environment, check=True)

    def child(self, name: str, *command: str) -> Child:
        return Child(name, command, self.environment, self.var / "log" / f"{name}.log")

    def start_part(self, part: Part) -> None:
        self.parts[part.name] = part
        self.supervisor.start(part)

    # -- killing -----------------------------------------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """SIGKILL: a server's process; of a program all its processes, or of a worker now and then the one that works."""
        part = self.parts[name]
        self.kills.append(name)
        if isinstance(part, ServerPart):
            part.kill()
        elif isinstance(part, Child) and part.process:
            children = _children(part.process.pid)
            if name.startswith("worker") and children and random.random() < 0.5:
                os.kill(random.choice(children), signal.SIGKILL)
            else:
                part.kill()

    # -- looking -----------------------------------------------------------------------------------------------------------

    def look(self) -> int | None:
        """Have what fell over started again. How many messages are not at their end; None while nobody can say."""
        self.supervisor.look()
        left = self.left()
        now = time.monotonic()
        if left != self._left or left == 0:
            self._left, self.progress_at = left, now
        self.longest_pause = max(self.longest_pause, now - self.progress_at)
        return left

    def left(self) -> int | None:
        rows = self.ask(
            "SELECT count(*) FROM notices_delivery WHERE channel = 'email' AND state = ANY(%s)", list(FINAL)
        )
        files = self.ask("SELECT count(*) FROM notices_delivery WHERE channel = 'sms' AND state = ANY(%s)", list(FINAL))
        if rows is None or files is None:
            return None
        return self.count - rows[0][0] + self.file_count - files[0][0]

    @property
    def file_count(self) -> int:
        return sum(len(range(0, feeder.BATCH, feeder.FILES)) for _ in range(0, self.count, feeder.BATCH))

    def answers(self) -> bool:
        """Whether the web server serves."""
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self.web_port}/readyz", timeout=3) as answer:
                return answer.status == 200
        except OSError:
            return False

    def seen(self) -> Seen:
        mails = self.ask(
            "SELECT d.id::text, d.address, d.state, EXISTS (SELECT FROM notices_attempt a WHERE a.delivery_id = d.id "
            "AND a.organisation_id = d.organisation_id AND a.outcome = 'unsure') FROM notices_delivery d WHERE channel = 'email'"
        )
        portal = self.ask("SELECT count(*) FROM notices_delivery WHERE channel = 'portal' AND event = 'trial'")
        files = self.ask("SELECT id::text, state FROM notices_delivery WHERE channel = 'sms'")
        lines = [line.split() for line in self.book.read_text().splitlines()]
        dropped = Counter(json.loads(path.read_text())["id"] for path in self.spool.glob("*/sms/*/*.json"))
        return Seen(
            mails={pk: (address, state, unsure) for pk, address, state, unsure in mails or ()},
            copies=Counter(name for _at, name, _told in lines),
            cut=Counter(name for _at, name, told in lines if told == "cut"),
            portal=portal[0][0] if portal else 0,
            files=dict(files or ()),
            dropped=dropped,
        )

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]] | None:
        try:
            url = self.postgres.url("propcomm_system")
            with (
                contextlib.closing(psycopg2.connect(url, connect_timeout=3)) as connection,
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, values)
                return list(cursor.fetchall())
        except psycopg2.Error:
            return None

    def tails(self) -> str:
        return "\n".join(f"--- {name}\n{part.tail(15)}" for name, part in self.parts.items())


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
