"""`make demo`: everything up, one line when it is ready, and nothing left behind after Ctrl-C."""

import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from embedded import environment
from embedded.files import ROOT, VAR, read_state, take, write_state
from embedded.postgres import Postgres
from embedded.processes import LOOPBACK, CannotStart, die_with_parent, free_port, is_port_free
from embedded.supervisor import Child, Part, ServerPart, Supervisor
from embedded.valkey import Valkey

PASSWORD = "demo-propcomm-2026"  # printed for everyone: the demo's people are invented
ORGANISATIONS = {"lakeside": "English", "jinghu": "Chinese"}
PEOPLE = (
    "owner", "coowner", "occupant", "committee", "clerk", "engineer", "supervisor", "manager", "admin", "auditor",
    "builder",
)  # fmt: skip
READY_SECONDS = 120
BIN = Path(sys.executable).parent


class Stop(BaseException):
    """SIGINT or SIGTERM."""


def say(line: str) -> None:
    print(line, flush=True)


class Demo:
    def __init__(self, port: int) -> None:
        self.port = port
        self.supervisor = Supervisor(say)
        self.stopping = False

    # -- from nothing to ready -------------------------------------------------------------------------------------

    def run(self, *, fresh: bool) -> None:
        VAR.mkdir(mode=0o755, exist_ok=True)
        if take(VAR / environment.DEMO_LOCK) is None:
            running = read_state(VAR / "demo.json")
            raise CannotStart(
                f"A demo of this folder is already running (process {running.get('pid', '?')}) at "
                f"{running.get('address', 'an address it has printed')}: open that, or stop it with Ctrl-C first."
            )
        for host in (LOOPBACK, "0.0.0.0"):
            if not is_port_free(self.port, host):
                raise CannotStart(
                    f"Port {self.port} is taken by another program: stop that, or choose another port, "
                    f"as in `make demo PORT={self.port + 1}`."
                )
        (VAR / "demo.json").unlink(missing_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        die_with_parent()
        try:
            if fresh:
                self.forget()
            self.bring_up()
            self.announce()
            while True:
                self.supervisor.look()
                if make_was_interrupted():
                    raise Stop
                time.sleep(0.2)
        except Stop:
            say("\nStopping ...")
        finally:
            self.stopping = True
            self.supervisor.stop()
            (VAR / "demo.json").unlink(missing_ok=True)
        say("PropComm has stopped. Its data is kept in var/.")

    def bring_up(self) -> None:
        say("Starting PostgreSQL, Valkey and the mailbox ...")
        identity = self.start_servers()
        mail_port = free_port(2525)
        extra = {
            "PROPCOMM_DEMO": "1",
            "PROPCOMM_BASE_DOMAIN": "localhost",
            "PROPCOMM_PUBLIC_PORT": str(self.port),
            "EMAIL_URL": f"smtp://{LOOPBACK}:{mail_port}",
        }
        os.environ.update(extra)
        self.start("mailbox", sys.executable, "-m", "embedded.mailbox", str(mail_port), str(VAR / "outbox"))
        say("Preparing the database and the static files ...")
        self.prepare(identity)
        say("Starting the web server, the worker and the clock ...")
        write_state(VAR / "demo.json", {"pid": os.getpid(), "address": self.address(), "environment": extra})
        self.start_programs()

    def start_servers(self) -> str:
        """PostgreSQL and Valkey, unless their addresses are given; what names this database among its successors."""
        identity = ""
        if not environment.is_configured():
            server = Postgres(VAR)
            self.supervisor.start(ServerPart("postgres", server))
            identity = server.identity()
        if not os.environ.get("REDIS_URL"):
            self.supervisor.start(ServerPart("valkey", Valkey(VAR)))
        environment.ensure(join_demo=False)
        return identity

    def start(self, name: str, *command: str) -> Child:
        child = Child(name, command, os.environ, VAR / "log" / f"{name}.log")
        self.supervisor.start(child)
        return child

    def prepare(self, identity: str) -> None:
        log = VAR / "log" / "prepare.log"
        log.unlink(missing_ok=True)
        task = self.start("prepare", sys.executable, "-m", "embedded.prepare", str(VAR / "demo-loaded"), identity)
        while not task.has_ended():
            time.sleep(0.05)
        self.supervisor.parts.remove(task)
        if task.process and task.process.returncode:
            raise CannotStart(f"The database could not be prepared; the end of var/log/prepare.log:\n{task.tail(15)}")

    def start_programs(self) -> None:
        binds = [f"--bind={LOOPBACK}:{self.port}", *([f"--bind=[::1]:{self.port}"] if has_ipv6(self.port) else [])]
        web = self.start("web", str(BIN / "gunicorn"), *binds, "--workers=2", "--threads=4", "--no-control-socket")
        self.wait_until_it_answers(web)  # alone, as it is what people wait for
        celery = (str(BIN / "celery"), "--app=propcomm", "--quiet")
        worker = ("worker", "--concurrency=2", "--loglevel=INFO", "--without-gossip", "--without-mingle")
        self.start("worker", *celery, *worker)
        beat = ("beat", "--loglevel=WARNING", f"--schedule={VAR / 'beat-schedule'}", "--pidfile=")
        self.start("beat", *celery, *beat)

    def wait_until_it_answers(self, web: Part) -> None:
        deadline = time.monotonic() + READY_SECONDS
        errors = 0
        while time.monotonic() < deadline and errors < 20 and not web.has_ended():
            try:
                urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}/livez", timeout=5)
                return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return
                errors += 1
            except OSError:
                pass
            time.sleep(0.1)
        raise CannotStart(f"The web server did not start; the end of var/log/web.log:\n{web.tail(15)}")

    # -- telling ---------------------------------------------------------------------------------------------------

    def address(self, slug: str = "") -> str:
        return f"http://{slug and slug + '.'}localhost:{self.port}"

    def announce(self) -> None:
        say("")
        for slug, language in ORGANISATIONS.items():
            say(f"  {self.address(slug)}   ({language})")
            say(f"      sign in as NAME@{slug}.example, password {PASSWORD}")
        say(f"      NAME is one of: {', '.join(PEOPLE)}")
        say(f"  Every e-mail sent: {self.address('lakeside')}/demo/outbox/")
        say(f"  Logs: {(VAR / 'log').relative_to(ROOT)}/   Ctrl-C stops everything; `make demo-reset` starts over.")
        say("")
        say(f"PropComm is ready: {self.address()}")

    # -- ending ----------------------------------------------------------------------------------------------------

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            self.supervisor.hurry = True
            return
        self.stopping = True
        raise Stop

    def forget(self) -> None:
        """Delete the demo's data, and only what is known to be its."""
        say("Deleting the demo's data ...")
        if not environment.is_configured():
            Postgres(VAR).forget()
        Valkey(VAR).forget()
        for name in ("outbox", "private", "demo-loaded", "beat-schedule"):
            path = VAR / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def has_ipv6(port: int) -> bool:
    try:
        return is_port_free(port, "::1")
    except OSError:
        return False


def make_was_interrupted() -> bool:
    """Whether our parent is a `make` that got SIGINT alone and now waits for us without passing it on.

    GNU make resets the signal's handler first, which Linux shows. A terminal's Ctrl-C reaches us by itself.
    """
    try:
        status = Path(f"/proc/{os.getppid()}/status").read_text()
    except OSError:
        return False
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    minded = int(fields.get("SigCgt", "2"), 16) | int(fields.get("SigIgn", "2"), 16)
    return fields.get("Name", "") in {"make", "gmake"} and not minded & 2


def main() -> None:
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        sys.exit(f"PORT={given} is not a port: use a number from 1 to 65535.")
    try:
        Demo(int(given)).run(fresh="--fresh" in sys.argv)
    except CannotStart as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
