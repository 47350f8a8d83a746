"""`make check`: what can be said about the code without running it. Runs all steps, then says which failed."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

MANAGE = (sys.executable, "manage.py")
STEPS: list[tuple[str, tuple[str, ...]]] = [
    ("lint", (str(BIN / "ruff"), "check", ".")),
    ("format", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    ("templates", (str(BIN / "djlint"), "templates", "--lint", "--quiet")),
    ("import contracts", (str(BIN / "lint-imports"), "--no-logo")),
    ("types", (str(BIN / "mypy"), "--no-error-summary")),
    ("API schema", (*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)),
    ("deploy checks", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING")),
    ("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    ("translations", (sys.executable, "scripts/check_translations.py")),
]
AUDIT = (
    str(BIN / "pip-audit"), "--require-hashes", "--disable-pip", "--requirement", "requirements.txt",
    "--progress-spinner=off", "--timeout=10",
)  # fmt: skip


def production_like() -> dict[str, str]:
    """The environment of an installation as the README tells to make one, on the embedded database."""
    from embedded.environment import ensure, is_configured

    for name in ("PROPCOMM_DEMO", "DEBUG", "PROPCOMM_HTTPS", "SECRET_KEY"):
        os.environ.pop(name, None)
    if not is_configured():
        ensure(join_demo=False)
    return {
        **os.environ,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DJANGO_SETTINGS_MODULE": "propcomm.settings",
        "PROPCOMM_BASE_DOMAIN": "propcomm.example",
        "EMAIL_URL": "smtp+tls://mailer:secret@mail.propcomm.example:587",
        "PYTHONWARNINGS": "default",
    }


def step(name: str, command: tuple[str, ...], environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    good = done.returncode == 0
    print(f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
    if not good:
        print(f"       {' '.join(Path(part).name if part.startswith('/') else part for part in command)}")
        print("\n".join(f"       {line}" for line in done.stdout.strip().splitlines()[-60:]), flush=True)
    return good


def audit(environment: dict[str, str]) -> bool:
    """Known vulnerabilities of the locked packages; said, not failed, where the data cannot be reached."""
    done = subprocess.run(
        AUDIT, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        print("ok     known vulnerabilities")
        return True
    if "Found" in done.stderr and "vulnerabilit" in done.stderr:
        print(f"FAILED known vulnerabilities\n{done.stdout}")
        return False
    print("--     known vulnerabilities: not checked, pip-audit could not reach its data")
    return True


def main() -> int:
    environment = production_like()
    failed = [name for name, command in STEPS if not step(name, command, environment)]
    if not audit(environment):
        failed.append("known vulnerabilities")
    print(f"make check: {'failed: ' + ', '.join(failed) if failed else 'all good'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
