"""Where the bench runs: its own database, broker and static files, with settings like those of production."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2.errors
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
DATABASE = "propcomm_bench"
DROP_ATTEMPTS = 6
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "propcomm.settings",
    "DEBUG": "0",
    "PROPCOMM_DEMO": "0",
    "PROPCOMM_HTTPS": "0",  # plain HTTP on the loopback; a proxy ends TLS in real life
    "PROPCOMM_BASE_DOMAIN": "localhost",
    "PROPCOMM_SINGLE_ORGANISATION": "",
    "ALLOWED_HOSTS": ".localhost,127.0.0.1",
    "STATIC_ROOT": str(VAR / "static"),
    "STORAGE_ROOT": str(VAR / "private"),
    "PROPCOMM_LIMITS_FILE": str(ROOT / "bench" / "limits.yaml"),
    "LOG_LEVEL": "WARNING",
}
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SYSTEM_URL")


def settle(database: str = DATABASE) -> bool:
    """Fill the environment: the embedded server unless DATABASE_URL names another; always the bench's own database.

    Whatever database DATABASE_URL names on its server, only ``database`` is written to. Whether the server is the
    embedded one. Raises CannotStart.
    """
    from embedded.environment import ensure

    is_embedded = ensure(join_demo=False)
    for name in URLS:
        url = os.environ.get(name) or os.environ["DATABASE_URL"]
        os.environ[name] = urlsplit(url)._replace(path=f"/{database}").geturl()
    os.environ.update(PRODUCTION)
    return is_embedded


@contextlib.contextmanager
def broker(name: str) -> Iterator[None]:
    """A Valkey of this bench's own: filing nudges workers, and nobody shall take those nudges for work."""
    from embedded.valkey import Valkey

    home = VAR / name
    home.mkdir(parents=True, exist_ok=True)
    server = Valkey(home)
    server.start(tied=True)
    os.environ["REDIS_URL"] = server.url()
    try:
        yield
    finally:
        server.forget()
        shutil.rmtree(home, ignore_errors=True)


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, ROOT / "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def connect(url_name: str = "DATABASE_OWNER_URL", database: str = "") -> "psycopg2.extensions.connection":
    url = urlsplit(os.environ[url_name])
    return psycopg2.connect(url._replace(path=f"/{database}").geturl() if database else url.geturl())


def database_exists(name: str) -> bool:
    with contextlib.closing(connect(database="postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def drop(name: str) -> None:
    """Drop the database once its last session has gone: the owner may not end sessions of the other roles."""
    for attempt in range(1, DROP_ATTEMPTS + 1):  # PostgreSQL itself waits five seconds each time
        try:
            return _outside("DROP DATABASE IF EXISTS {}", name)
        except psycopg2.errors.ObjectInUse:
            if attempt == DROP_ATTEMPTS:
                raise


def create(name: str) -> None:
    _outside("CREATE DATABASE {}", name)


def copy(name: str, to: str) -> None:
    """``to`` anew as a copy of ``name``, file by file: each run begins with the same tables and the same bloat, none."""
    drop(to)
    _outside("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", to, name)


def _outside(statement: str, *names: str) -> None:
    with contextlib.closing(connect(database="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
