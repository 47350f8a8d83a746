"""What a start of the demo does to its database and files, in one process: `python -m embedded.prepare`."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import django
from django.core.management import call_command, get_commands


def prepare(loaded: Path, identity: str) -> None:
    """Migrate, load the demo's life once into each database, collect the static files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "propcomm.settings")
    django.setup()
    call_command("migrate", verbosity=1, interactive=False)
    if identity and loaded.exists() and loaded.read_text() == identity:
        print("The demo data is already there.")
    elif "load_demo" in get_commands():
        load_side_by_side()
        loaded.write_text(identity)
    else:
        print("There is no demo data yet.")
    collect_static(loaded.with_name("static-collected"))


def load_side_by_side() -> None:
    """Each organisation's life in a process of its own: they share nothing, and there are two cores."""
    from propcomm.demo.story.loading import HISTORY

    command = [sys.executable, "manage.py", "load_demo", "--organisation"]
    loaders = [subprocess.Popen([*command, slug]) for slug in HISTORY]
    codes = [loader.wait() for loader in loaders]
    if any(codes):
        sys.exit("The demo data could not be loaded.")


def collect_static(stamp: Path) -> None:
    """Collect the static files unless none has changed since the stamp: hashing and compressing takes seconds."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    seen = sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(["CVS", ".*", "*~"]), key=lambda found: str(found[0])):
            facts = os.stat(storage.path(name))
            seen.update(f"{storage.path(name)} {facts.st_mtime_ns} {facts.st_size}\n".encode())
    if stamp.exists() and stamp.read_text() == seen.hexdigest() and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(seen.hexdigest())


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), sys.argv[2])
