"""The embedded PostgreSQL: started once, joined by all, ours or nobody's, back after a kill."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from embedded import postgres
from embedded.files import ROOT
from embedded.postgres import Postgres, find_binaries
from embedded.processes import CannotStart, free_port, is_alive


@contextlib.contextmanager
def folder_of_its_own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("var")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    yield folder
    Postgres(folder).forget()


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """One data folder for the module: making it costs a second."""
    with folder_of_its_own(tmp_path_factory) as folder:
        yield folder


@pytest.fixture
def server(var):
    server = Postgres(var)
    server.start()
    return server


def pid_of(server):
    return int((server.data / "postmaster.pid").read_text().split()[0])


def work_of(call):
    """Seconds of the processor, which a busy machine does not stretch as it does those of the clock."""
    started = time.process_time()
    call()
    return time.process_time() - started


def ask(server, role, statement):
    with contextlib.closing(psycopg2.connect(server.url(role))) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_a_second_start_joins_the_running_server_for_little_work_of_its_own(server, var):
    before = pid_of(server)
    assert min(work_of(lambda: Postgres(var).start()) for _ in range(10)) < 0.05
    assert Postgres(var).start() is False
    assert pid_of(server) == before


def test_starts_at_the_same_time_make_one_server(server, var):
    server.stop()
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: Postgres(var).start(), range(4))) == [False, False, False, True]
    assert server.is_running()


def test_the_roles_are_as_weak_as_they_must_be(server):
    rows = ask(
        server,
        "propcomm_app",
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname LIKE 'propcomm%' ORDER BY 1",
    )
    assert rows == [
        ("propcomm_app", False, False, False, False),
        ("propcomm_owner", False, False, True, False),
        ("propcomm_system", False, True, False, False),
    ]


def test_the_owner_owns_the_database_and_can_step_down_to_the_application(server):
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert ask(server, "propcomm_owner", owner) == [("propcomm_owner",)]
    assert ask(server, "propcomm_owner", "SET ROLE propcomm_app; SELECT current_user") == [("propcomm_app",)]


def test_the_application_cannot_step_up(server):
    for role in ("propcomm_owner", "propcomm_system", "postgres"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(server, "propcomm_app", f"SET ROLE {role}; SELECT 1")


def test_trigrams_see_chinese(server):
    ask(server, "propcomm_owner", "CREATE EXTENSION IF NOT EXISTS pg_trgm; SELECT 1")
    with contextlib.closing(server.connect("propcomm")) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT cardinality(show_trgm('电梯故障')) > 2")
        assert cursor.fetchone() == (True,)


def test_a_killed_server_comes_back_at_the_same_address_with_its_data(server, var):
    address = server.url("propcomm_owner")
    with contextlib.closing(psycopg2.connect(address)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number")
    os.kill(pid_of(server), signal.SIGKILL)
    again = Postgres(var)
    assert again.start() is True
    assert again.url("propcomm_owner") == address
    assert ask(again, "propcomm_owner", "SELECT number FROM kept") == [(7,)]


@pytest.mark.parametrize("content", ["", "999999999\n"], ids=["empty", "of a process that is gone"])
def test_a_stale_pid_file_is_no_obstacle(server, content):
    server.stop()
    (server.data / "postmaster.pid").write_text(content)
    assert server.start() is True


def test_a_stale_pid_file_never_ends_the_unrelated_process_it_names(server):
    server.stop()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (server.data / "postmaster.pid").write_text(f"{bystander.pid}\n{server.data}\n")
        assert server.stop() is False
        assert server.start() is True
        assert is_alive(bystander.pid)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_another_server_at_our_port_is_not_ours(server, var, tmp_path):
    """A copy of the folder, with the same passwords and port, is another server."""
    copy = tmp_path / "var"
    copy.mkdir()
    shutil.copy(server.state_path, copy / "postgres.json")
    twin = Postgres(copy)
    try:
        if twin.home != copy:
            shutil.copy(server.state_path, twin.state_path)
        assert server.is_running()
        assert not twin.is_running()
    finally:
        if twin.home != copy:
            shutil.rmtree(twin.home)


def test_a_server_tied_to_its_starter_ends_with_it(server, var):
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells children of a parent's death")
    server.stop()
    code = (
        "import os, signal, sys; from pathlib import Path; from embedded.postgres import Postgres;"
        f"print(Postgres(Path({str(var)!r})).start(tied=True), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.stdout == "True\n"
    deadline = time.monotonic() + 10
    while (server.data / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.is_running()


def test_data_of_a_version_that_is_gone_is_said_not_destroyed(server, monkeypatch):
    server.stop()
    version = (server.data / "PG_VERSION").read_text().strip()
    monkeypatch.setattr(postgres, "_version_of", lambda folder: 18 if version != "18" else 17)
    with pytest.raises(CannotStart, match=f"PostgreSQL {version}"):
        server.start()
    assert (server.data / "PG_VERSION").exists()


def test_the_preferred_port_is_kept_only_while_it_is_free():
    port = free_port()
    assert free_port(port) == port


def test_the_passwords_are_for_the_owner_of_the_folder_only(server):
    assert server.state_path.stat().st_mode & 0o077 == 0


def test_the_script_of_the_compose_file_makes_the_same_roles(tmp_path_factory, monkeypatch):
    monkeypatch.setattr(Postgres, "_create_roles", lambda self: None)
    with folder_of_its_own(tmp_path_factory) as folder:
        server = Postgres(folder)
        server.start()
        state = server.state()
        names = {"owner": "OWNER", "app": "APP", "system": "SYSTEM"}
        passwords = {f"PROPCOMM_{name}_PASSWORD": state["roles"][f"propcomm_{role}"] for role, name in names.items()}
        address = {"PGHOST": "127.0.0.1", "PGPORT": str(state["port"]), "PGPASSWORD": state["password"]}
        path = f"{server._reachable(find_binaries()).folder}:{os.environ['PATH']}"
        subprocess.run(
            ["sh", ROOT / "docker" / "roles.sh"],
            env={"PATH": path, "POSTGRES_USER": "postgres", **passwords, **address},
            check=True,
        )
        roles = "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname ~ '^prop' ORDER BY 1"
        for role in ("propcomm_owner", "propcomm_app", "propcomm_system"):
            assert ask(server, role, roles) == [
                ("propcomm_app", False, False, False),
                ("propcomm_owner", False, False, False),
                ("propcomm_system", False, True, False),
            ]
