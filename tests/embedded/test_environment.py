"""What a process without a DATABASE_URL is given."""

import os
import subprocess
import sys
import time

import pytest

from embedded import environment
from embedded.files import ROOT, is_free, take


@pytest.fixture
def dotenv(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    return tmp_path / ".env"


@pytest.mark.parametrize(
    ("text", "configured"),
    [
        ("DATABASE_URL=postgres://a:b@c/d\n", True),
        ("export DATABASE_URL=postgres://a:b@c/d\n", True),
        ("DATABASE_URL_FILE=/run/secrets/database-url\n", True),
        ("DATABASE_URL=\n# DATABASE_URL=postgres://a:b@c/d\n", False),
        ("SECRET_KEY=x\n", False),
    ],
)
def test_a_database_named_in_dotenv_counts(dotenv, text, configured):
    dotenv.write_text(text)
    assert environment.is_configured() is configured


def test_a_named_database_leaves_the_environment_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://a:b@c/d")
    before = dict(os.environ)
    assert environment.ensure() is False
    assert dict(os.environ) == before


def test_what_is_given_is_not_overwritten(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://given")
    environment.fill({"EMAIL_URL": "smtp://other"})
    assert os.environ["EMAIL_URL"] == "smtp://given"


def test_the_secret_key_is_made_once_and_kept_private(tmp_path):
    path = tmp_path / "secret-key"
    first = environment.secret_key(path)
    assert len(first) >= 50
    assert environment.secret_key(path) == first
    assert path.stat().st_mode & 0o077 == 0


def test_ensuring_again_costs_little():
    code = (
        "import os, time; [os.environ.pop(n, None) for n in list(os.environ) if n.startswith('DATABASE')];"
        "from embedded import environment; import psycopg2, redis; environment.ensure(join_demo=False);"
        "\nfor _ in range(10):"
        "\n    del os.environ['DATABASE_URL']; t = time.process_time(); environment.ensure(join_demo=False)"
        "\n    print(time.process_time() - t)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert min(float(line) for line in said.stdout.split()) < 0.05


def test_a_lock_is_held_until_its_process_ends(tmp_path):
    path = tmp_path / "lock"
    code = f"from pathlib import Path; from embedded.files import take; take(Path({str(path)!r})); input()"
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    while (not path.exists() or is_free(path)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert take(path, patience_seconds=0) is None
    holder.communicate("\n")
    assert is_free(path)
