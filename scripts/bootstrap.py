#!/usr/bin/env python3
"""The commands of the Makefile, from a bare clone. Needs Python 3.11 and its standard library only."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements-dev.txt"
OLDEST = (3, 11)
PDF_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
TEST_PACKAGES = [*PDF_PACKAGES, "chromium", "fonts-noto-cjk", "gettext", "pgbouncer"]
# Neighbours stay on one worker while they can, so that what a module builds for all its tests is built once.
WORKERS = ["-n", "2", "--dist", "worksteal"]
PURPOSE = {
    "chromium": "browser tests",
    "fonts-noto-cjk": "Chinese in screenshots",
    "gettext": "translation checks",
    "pgbouncer": "tests of pooled connections",
}


def main() -> None:
    os.chdir(ROOT)
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    commands = {
        "setup": setup,
        "demo": lambda: demo(fresh=False),
        "demo-reset": lambda: demo(fresh=True),
        "stop": stop,
        "test": test,
        "check": check,
        "bench": bench,
        "chaos": chaos,
        "translations": translations,
    }
    if command not in commands:
        sys.exit(f"usage: scripts/bootstrap.py {'|'.join(commands)}")
    use_a_new_enough_python()
    try:
        commands[command]()
    except KeyboardInterrupt:
        sys.exit(130)


# -- the commands ------------------------------------------------------------------------------------------------------


def demo(*, fresh: bool) -> None:
    setup()
    debian_packages(PDF_PACKAGES)
    become("-m", "embedded.demo", *(["--fresh"] if fresh else []))


def stop() -> None:
    setup()
    become("-m", "embedded.stop")


def test() -> None:
    setup()
    debian_packages(TEST_PACKAGES)
    arguments = os.environ.get("ARGS", "").split()
    result = run("-m", "pytest", *([] if "-n" in arguments else WORKERS), *arguments, may_fail=True)
    run("-m", "embedded.stop", "--quiet", may_fail=True)
    sys.exit(result)


def check() -> None:
    setup()
    debian_packages(["gettext", *PDF_PACKAGES])
    become("scripts/check.py")


def bench() -> None:
    setup()
    debian_packages(PDF_PACKAGES)
    only = os.environ.get("ONLY", "")
    if not (ROOT / "bench" / "run.py").exists():
        sys.exit("There is no bench/run.py yet.")
    become("bench/run.py", *(["--only", only] if only else []))


def chaos() -> None:
    if not (ROOT / "tests" / "chaos").exists():
        print("There are no kill and fault runs yet: they come with the notices.")
        return
    setup()
    debian_packages(TEST_PACKAGES)
    become("-m", "pytest", "tests/chaos", "--run-chaos", *os.environ.get("ARGS", "").split())


def translations() -> None:
    setup()
    debian_packages(["gettext"])
    run("manage.py", "makemessages", "--all", "--no-obsolete", "--no-location",
        "--ignore=.venv", "--ignore=var", "--ignore=tests", "--ignore=bench")  # fmt: skip
    run("manage.py", "compilemessages", "--ignore=.venv")


# -- Python ------------------------------------------------------------------------------------------------------------


def use_a_new_enough_python() -> None:
    if sys.version_info >= OLDEST:
        return
    for minor in range(14, OLDEST[1] - 1, -1):
        if newer := shutil.which(f"python3.{minor}"):
            os.execv(newer, [newer, *sys.argv])
    sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")


def setup() -> None:
    """A .venv that holds exactly what is locked; nothing to do while its stamp says so."""
    wanted = hashlib.sha256(f"{VENV} {sys.version_info[:2]}".encode() + REQUIREMENTS.read_bytes()).hexdigest()
    stamp = VENV / "stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    (ROOT / "var").mkdir(mode=0o755, exist_ok=True)
    with open(ROOT / "var" / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        make_venv()
        say("Installing the Python packages of requirements-dev.txt into .venv ...")
        install: list[str] = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "-qq",
            "--disable-pip-version-check",
            "--no-input",
            "--require-hashes",
        ]
        if subprocess.run([*install, "-r", str(REQUIREMENTS)], check=False).returncode:
            sys.exit("The packages could not be installed; pip says why above. Run the same command again to go on.")
        make_importable()
        stamp.write_text(wanted)


def make_venv() -> None:
    if PYTHON.exists():
        ask = "import sys; print(*sys.version_info[:2], sys.prefix)"
        said = subprocess.run([PYTHON, "-c", ask], check=False, capture_output=True, text=True).stdout
        if said.strip() == f"{sys.version_info[0]} {sys.version_info[1]} {VENV}":
            return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        debian_packages([f"python3.{sys.version_info[1]}-venv"], needed=True)
    say("Making .venv ...")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False).returncode:
        sys.exit("Python could not make .venv; it says why above.")


def make_importable() -> None:
    """Let the programs in .venv/bin find this checkout from any folder."""
    for packages in VENV.glob("lib/python3*/site-packages"):
        (packages / "this-checkout.pth").write_text(f"{ROOT}\n")


# -- Debian ------------------------------------------------------------------------------------------------------------


def debian_packages(names: list[str], *, needed: bool = False) -> None:
    """Install what is missing when this is root on Debian, else name it in one line."""
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    missing = [name for name in names if not is_installed(name)]
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() == 0:
        say(f"Installing from Debian: {' '.join(missing)} ...")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        log = ROOT / "var" / "apt.log"
        log.parent.mkdir(mode=0o755, exist_ok=True)
        with open(log, "w") as output:
            for words in (["apt-get", "update", "-q"], command.split()):
                result = subprocess.run(
                    words, check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
                ).returncode
        if result == 0:
            return
        say(f"apt-get failed; {log} says why.")
    purposes = ", ".join(PURPOSE.get(name, "PDF files") for name in missing)
    line = f"Missing Debian packages ({purposes}); as root run: {command}"
    if needed:
        sys.exit(line)
    say(line)


def is_installed(name: str) -> bool:
    asked = ["dpkg-query", "-W", "-f", "${Status}", name]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stdout == "install ok installed"


# -- running -----------------------------------------------------------------------------------------------------------


def run(*arguments: str, may_fail: bool = False) -> int:
    result = subprocess.run([PYTHON, *arguments], check=False).returncode
    if result and not may_fail:
        sys.exit(result)
    return result


def become(*arguments: str) -> None:
    """Go on as that program: signals reach it, and its exit is ours."""
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *arguments])


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
