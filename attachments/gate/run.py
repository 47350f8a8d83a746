"""The parent's side: hand one file to a limited child process and read its verdict."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from attachments.gate.verdict import Limits, Verdict, refused

ROOT = Path(__file__).resolve().parent.parent.parent
# -I ignores the environment and the current directory; ours goes last, so it can hide no module of Python.
ENTRY = "import sys; sys.path.append(sys.argv.pop(1)); from attachments.gate.child import main; main()"
# Two children of a gigabyte each at most, per process of the web server; the third waits.
_SEATS = threading.BoundedSemaphore(2)
# What the child leaves beside the source, by the kind of file.
COPIES = {"image": ("clean", "thumb"), "audio": ("clean",)}
_NOTHING: dict[str, str] = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
}


class Inspected:
    """A verdict and, while the block lasts, the files that came with it."""

    def __init__(self, verdict: Verdict, directory: Path) -> None:
        self.verdict = verdict
        self.directory = directory

    @property
    def content(self) -> Path:
        """What may be stored: the new copy of an image or a recording, the document as it came."""
        return self.directory / ("clean" if self.verdict.kind in COPIES else "source")

    @property
    def thumb(self) -> Path | None:
        return self.directory / "thumb" if self.verdict.kind == "image" else None


@contextmanager
def inspected(source: IO[bytes], name: str, limits: Limits) -> Iterator[Inspected]:
    """Inspect and clean one file. A child that dies, hangs or talks nonsense is a refusal, never an error."""
    with tempfile.TemporaryDirectory(prefix="gate-") as directory:
        place = Path(directory)
        with (place / "source").open("wb") as target:
            shutil.copyfileobj(source, target)
        with _SEATS:
            verdict = _ask(place, name, limits)
        yield Inspected(_checked(verdict, place), place)


def _ask(place: Path, name: str, limits: Limits) -> Verdict:
    safe_name = name.encode("utf-8", "replace").replace(b"\0", b"").decode()[-200:]
    command = [
        sys.executable,
        "-I",
        "-c",
        ENTRY,
        str(ROOT),
        str(place),
        safe_name,
        json.dumps(asdict(limits)),
    ]
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=place,
        env={**_NOTHING, "TMPDIR": str(place)},
        start_new_session=True,
    )
    try:
        answer, _ = child.communicate(timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        answer = b""
    finally:
        _end(child)
    if child.returncode != 0:
        return refused("too_heavy")
    try:
        return Verdict(**json.loads(answer))
    except (ValueError, TypeError):
        return refused("broken")


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child leads its own group; whatever it may have started goes with it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def _checked(verdict: Verdict, place: Path) -> Verdict:
    """Do not take the child's word for the files it says it wrote."""
    if verdict.is_clean and verdict.kind in COPIES:
        for name in COPIES[verdict.kind]:
            path = place / name
            if path.is_symlink() or not path.is_file() or path.stat().st_size == 0:
                return refused("broken")
    return verdict
