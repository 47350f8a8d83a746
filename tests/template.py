"""One migrated database for all workers and all runs: copying it takes a second, migrating takes the better part of one
minute for each worker."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from django.db.backends.utils import CursorWrapper

from embedded.files import VAR, locked
from propcomm.settings import env

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "propcomm_template_"
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SYSTEM_URL")


def migrated_template() -> str:
    """The name of a database with every migration applied and no rows of its own; made when there is none yet."""
    name = PREFIX + fingerprint()
    with locked(VAR / "template.lock"), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        found = {row[0] for row in cursor}
        if name not in found:
            for old in found:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            build(cursor, name)
    return name


def fingerprint() -> str:
    """Of all that a migration is made of: itself, the rules it takes from `tenancy`, and the libraries' own."""
    sources = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("tenancy/**/*.py"), ROOT / "requirements.txt"]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def environment(database: str) -> dict[str, str]:
    """That of this run, with every role's address pointing at `database`, wherever the address was given."""
    kept = {key: value for key, value in os.environ.items() if key.removesuffix("_FILE") not in URLS}
    given = {key: env.str(key, default="") for key in URLS}
    return kept | {key: urlsplit(url)._replace(path=f"/{database}").geturl() for key, url in given.items() if url}


def build(cursor: CursorWrapper, name: str) -> None:
    """Under another name until it is whole: a run killed on the way leaves nothing that looks finished."""
    draft = f"{PREFIX}draft"
    cursor.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{draft}"')
    told = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"],
        cwd=ROOT,
        env=environment(draft),
        capture_output=True,
        text=True,
    )
    if told.returncode:
        raise RuntimeError(f"The tests' database could not be migrated:\n{told.stdout}{told.stderr}")
    cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
