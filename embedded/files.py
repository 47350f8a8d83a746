"""Where the embedded parts keep their things, and how they lock and write them."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one step; only its owner can read it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def read_state(path: Path) -> dict[str, Any]:
    """The JSON object at `path`; empty when there is none or it is broken."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(path: Path, state: dict[str, Any]) -> None:
    write_private(path, json.dumps(state, indent=1))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for, then hold, the lock at `path`."""
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def take(path: Path, *, shared: bool = False, patience_seconds: float = 0.5) -> int | None:
    """Hold the lock at `path` until the process ends; its descriptor, or None when someone else holds it.

    The patience is for those who only look, by holding it for an instant.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                return None
            time.sleep(0.02)
        else:
            return descriptor


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock at `path`."""
    descriptor = take(path, patience_seconds=0)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True
