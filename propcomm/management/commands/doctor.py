"""What a safe installation needs, one line each, with the mend."""

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from attachments.scanner import answers as scanner_answers
from propcomm.preconditions import EXAMINED, NOTES, Finding
from propcomm.steady_cache import is_answering
from tenancy.checks import database_wall_errors


class Command(BaseCommand):
    help = "Preconditions of a safe installation, one line each with the mend; exit 1 when one is missing."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = [finding for check in CHECKS for finding in check()]
        for finding in findings:
            self.stdout.write(f"{'ok  ' if finding.is_good else 'MEND'}  {finding.what}")
            if not finding.is_good and finding.mend:
                self.stdout.write(f"      {finding.mend}")
        for note in NOTES:
            self.stdout.write(f"note  {note}")
        missing = sum(not finding.is_good for finding in findings)
        self.stdout.write(f"{len(findings) - missing} good, {missing} to mend")
        if missing:
            raise SystemExit(1)


def database() -> Iterator[Finding]:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0]) // 10000
    except DatabaseError:
        yield Finding(False, "The database does not answer.", "See DATABASE_URL, and that the server runs.")
        return
    yield Finding(15 <= version <= 18, f"PostgreSQL {version}", "Use PostgreSQL 15 to 18.")
    errors = database_wall_errors("default")
    yield Finding(
        not errors, "Organisations are walled off by row-level security", " ".join(str(e.msg) for e in errors)
    )
    yield from _system_role()
    yield from _migrations()


def _system_role() -> Iterator[Finding]:
    try:
        with connections["system"].cursor() as cursor:
            cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            superuser, bypasses = cursor.fetchone()
        good = bypasses and not superuser
    except DatabaseError:
        good = False
    mend = "DATABASE_SYSTEM_URL must name a role with BYPASSRLS that is no superuser, such as propcomm_system."
    yield Finding(good, "The sweeps have a role of their own", mend)


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connections["default"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(not waiting, f"Migrations: {len(waiting)} wait", "Run `manage.py migrate`.")


def broker() -> Iterator[Finding]:
    yield Finding(is_answering(), "The broker and cache answer", "See REDIS_URL, and that Redis or Valkey runs.")


def mail() -> Iterator[Finding]:
    try:
        connection = get_connection(timeout=5)
        connection.open()
        connection.close()
        good = True
    except OSError:
        good = False
    yield Finding(
        good, "The mail server takes connections", "See EMAIL_URL. Until it answers, mail waits in the outbox."
    )
    real = not settings.DEFAULT_FROM_EMAIL.endswith("@localhost>")
    yield Finding(real or settings.DEMO, "Mail has a sender of your domain", "Set DEFAULT_FROM_EMAIL.")


def files() -> Iterator[Finding]:
    root = settings.STORAGE_ROOT
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = root / ".doctor"
        probe.write_bytes(b"1")
        probe.unlink()
        good = True
    except OSError:
        good = False
    yield Finding(
        good, "Private files can be written", "See STORAGE_ROOT: web and workers must share it and may write."
    )


def audit_heads() -> Iterator[Finding]:
    own = settings.AUDIT_SIGNING_KEY != settings.SECRET_KEY
    yield Finding(
        own, "The audit log's heads have a key of their own", "Set AUDIT_SIGNING_KEY, and keep a copy elsewhere."
    )
    elsewhere = settings.STORAGE_ROOT not in settings.AUDIT_HEADS_ROOT.parents or bool(settings.AUDIT_HEADS_MAIL)
    mend = "Set AUDIT_HEADS_ROOT to another disk, or AUDIT_HEADS_MAIL: who can change the database must not reach them."
    yield Finding(elsewhere, "The audit log's heads leave this installation", mend)


def scanner() -> Iterator[Finding]:
    if not settings.UPLOAD_SCANNER_URL:
        yield Finding(True, "Uploads are decoded anew or only downloaded; no virus scanner is set (UPLOAD_SCANNER_URL)")
        return
    mend = "See UPLOAD_SCANNER_URL, and that clamd runs. Until it answers, uploads wait unread."
    yield Finding(scanner_answers(), "The virus scanner answers", mend)


def transport() -> Iterator[Finding]:
    yield Finding(not settings.DEBUG, "DEBUG is off", "Unset DEBUG.")
    yield Finding(not settings.DEMO, "This is no demo", "Unset PROPCOMM_DEMO: a demo signs anybody in with one click.")
    yield Finding(settings.SECURE_TRANSPORT, "Only HTTPS, with strict transport security", "Set PROPCOMM_HTTPS=1.")
    yield Finding(
        len(settings.SECRET_KEY) >= 50, "The secret key is long", "Set SECRET_KEY to 50 random characters or more."
    )


def libraries() -> Iterator[Finding]:
    mend = "On Debian: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0"
    try:
        import weasyprint  # noqa: F401

        good = True
    except (ImportError, OSError):
        good = False
    yield Finding(good, "PDFs can be made", mend)
    heif = importlib.util.find_spec("pillow_heif") is not None
    yield Finding(heif, "Photographs of phones (HEIC) can be read", "Install pillow-heif.")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    database, broker, mail, files, scanner, audit_heads, transport, libraries, *EXAMINED,
)  # fmt: skip
