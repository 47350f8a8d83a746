"""The environment of a process that was given no database: that of this checkout's embedded parts."""

import os
import secrets
from pathlib import Path

from embedded import files
from embedded.files import ROOT, VAR, locked, read_state, take, write_private

# Held by each process that uses the embedded server, so that the last one can end it.
USERS_LOCK = "users.lock"
DEMO_LOCK = "demo.lock"


def is_configured() -> bool:
    """Whether somebody named a database: in the environment, or in `.env` as the settings read it."""
    names = ("DATABASE_URL", "DATABASE_URL_FILE")
    if any(os.environ.get(name) for name in names):
        return True
    try:
        lines = (ROOT / ".env").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    said = (line.strip().removeprefix("export ").partition("=") for line in lines)
    return any(name.strip() in names and value.strip() for name, _, value in said)


def ensure(*, join_demo: bool = True, database: str = "") -> bool:
    """Fill in what the environment lacks, starting the embedded PostgreSQL when it is not running.

    Whether the embedded parts are in use. Beside a running demo its mailbox and addresses are taken over too,
    unless `join_demo` is false. Raises CannotStart.
    """
    if is_configured():
        return False
    from embedded.postgres import Postgres
    from embedded.valkey import Valkey

    VAR.mkdir(mode=0o755, exist_ok=True)
    take(VAR / USERS_LOCK, shared=True)
    server = Postgres(VAR)
    server.start()
    name = {"database": database} if database else {}
    fill({
        "DATABASE_URL": server.url("propcomm_app", **name),
        "DATABASE_OWNER_URL": server.url("propcomm_owner", **name),
        "DATABASE_SYSTEM_URL": server.url("propcomm_system", **name),
        "SECRET_KEY": secret_key(),
    })  # fmt: skip
    if not os.environ.get("REDIS_URL") and not os.environ.get("REDIS_URL_FILE"):
        os.environ["REDIS_URL"] = Valkey(VAR).url()
    if join_demo and not files.is_free(VAR / DEMO_LOCK):
        fill(read_state(VAR / "demo.json").get("environment", {}))
    return True


def fill(values: dict[str, str]) -> None:
    for name, value in values.items():
        os.environ.setdefault(name, value)


def secret_key(path: Path = VAR / "secret-key") -> str:
    """The key of this checkout, made once: sessions outlive a restart."""
    if not path.exists():
        with locked(path.with_name("secret-key.lock")):
            if not path.exists():
                write_private(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="utf-8").strip()


def stop_when_unused() -> bool:
    """End the embedded server unless a demo, a test run or a command uses it; whether it was ended."""
    from embedded.postgres import Postgres

    if not VAR.exists() or not files.is_free(VAR / DEMO_LOCK) or not files.is_free(VAR / USERS_LOCK):
        return False
    return Postgres(VAR).stop()
