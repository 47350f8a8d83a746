"""What a safe installation needs beside a database: each a line, with the mend. Asked by ``manage.py doctor``."""

import imaplib
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import redis
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.core.checks import WARNING, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.utils import timezone

from notices.returned_mail import Mailbox
from propcomm.accounts import CLOSED, SECOND_FACTORS
from propcomm.tasks import HEARTBEAT_KEY
from tenancy.addresses import trusted_proxies
from tenancy.limits.table import limits_table
from tenancy.sealing import box

CLOCK_SECONDS = 5  # codes, sessions and promised times bear no more
HEARTBEAT_MINUTES = 5
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", None})


class Finding(NamedTuple):
    is_good: bool
    what: str
    mend: str = ""


def browsers() -> Iterator[Finding]:
    https = settings.SECURE_TRANSPORT
    redirects = https and settings.SECURE_SSL_REDIRECT and settings.SECURE_HSTS_SECONDS >= 31536000
    yield Finding(
        redirects, "Plain HTTP is redirected, and browsers stay with HTTPS for a year", "Set PROPCOMM_HTTPS=1."
    )
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
    bound = all(name.startswith("__Host-") for name in names) and settings.SESSION_COOKIE_SECURE
    yield Finding(bound, "Cookies are bound to their host and to HTTPS", "Set PROPCOMM_HTTPS=1.")
    yield Finding(
        settings.PUBLIC_SCHEME == "https" or settings.DEMO,
        "Links in mail begin with https",
        "Unset PROPCOMM_PUBLIC_SCHEME.",
    )
    mend = "Name the hosts in ALLOWED_HOSTS: with * a page may be asked for under any name."
    yield Finding("*" not in settings.ALLOWED_HOSTS, "Only named hosts are answered", mend)
    contact = settings.SECURITY_CONTACT
    mend = "Set PROPCOMM_SECURITY_CONTACT: until then security.txt names an address of your domain that may not exist."
    yield Finding(bool(contact), "Who finds a flaw knows whom to tell (security.txt)", mend)


def proxies() -> Iterator[Finding]:
    mend = "Set PROPCOMM_TRUSTED_PROXIES to the number of proxies in front or to their networks."
    try:
        known = trusted_proxies(settings.TRUSTED_PROXIES)
    except ImproperlyConfigured as error:
        yield Finding(False, str(error), mend)
        return
    if settings.BEHIND_PROXY:
        yield Finding(bool(known), "Behind the proxy each client is told from the others", mend)
    else:
        mend = "Set PROPCOMM_BEHIND_PROXY=1, or unset PROPCOMM_TRUSTED_PROXIES: without a proxy it believes the client."
        yield Finding(not known, "No proxy is believed that is not there", mend)


def secrets_kept() -> Iterator[Finding]:
    key = settings.SECRET_KEY
    mend = "Make one: openssl rand -hex 32"
    yield Finding(len(set(key)) >= 10 and "insecure" not in key, "The secret key is random", mend)
    parts = urlsplit(settings.REDIS_URL)
    guarded = bool(parts.password) or parts.hostname in LOOPBACK
    yield Finding(
        guarded, "The broker asks for a password", "Set requirepass, and REDIS_URL=redis://:PASSWORD@HOST:6379/0."
    )


def sealed_secrets() -> Iterator[Finding]:
    """Whether the present keys open the second factors that are stored: after a careless change they do not."""
    try:
        stored = [text for data in Authenticator.objects.values_list("data", flat=True) for text in data.values()]
    except DatabaseError:
        return  # said by another line
    lost = sum(not _opens(text) for text in stored if isinstance(text, str) and text.startswith(CLOSED))
    mend = f"{lost} do not open: put the former SECRET_KEY into SECRET_KEY_FALLBACKS."
    yield Finding(not lost, "Stored second factors open with the present keys", mend)


def _opens(text: str) -> bool:
    try:
        box(SECOND_FACTORS).decrypt(text.encode())
    except InvalidToken:
        return False
    return True


def limits() -> Iterator[Finding]:
    try:
        count = len(limits_table(settings.LIMITS_FILE))
        yield Finding(True, f"Limits: {count} actions")
    except ImproperlyConfigured as error:
        yield Finding(False, str(error), "See PROPCOMM_LIMITS_FILE and tenancy/data/limits.yaml.")
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        policy = client.info("memory").get("maxmemory_policy", "noeviction")
    except (redis.RedisError, OSError):
        policy = ""  # that it does not answer is said by another line
    finally:
        client.close()
    mend = "Set maxmemory-policy noeviction: with another policy work and counts of tries may be forgotten."
    yield Finding(policy in ("", "noeviction"), "The broker forgets nothing by itself", mend)


def storage() -> Iterator[Finding]:
    root, static = Path(settings.STORAGE_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    apart = root != static and root not in static.parents and static not in root.parents
    yield Finding(
        apart, "Private files lie apart from what everybody may read", "Move STORAGE_ROOT out of STATIC_ROOT."
    )
    if root.exists():
        mode = root.stat().st_mode
        closed = not mode & (stat.S_IRWXO)
        yield Finding(closed, "Private files are closed to other accounts of the machine", f"chmod o-rwx {root}")
    collected = (static / "staticfiles.json").exists()
    yield Finding(collected, "Static files are collected", "Run `manage.py collectstatic --no-input`.")


def clock() -> Iterator[Finding]:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (there,) = cursor.fetchone()
    except DatabaseError:
        return  # said by another line
    apart = abs((datetime.now(UTC) - there).total_seconds())
    mend = "Run a time service (chrony, systemd-timesyncd) on the machines of the application and of the database."
    yield Finding(apart <= CLOCK_SECONDS, f"The clocks here and at the database are {apart:.0f} s apart", mend)


def background() -> Iterator[Finding]:
    """Whether a worker did what the beat asked for, lately."""
    at: Any = cache.get(HEARTBEAT_KEY)
    alive = at is not None and timezone.now() - datetime.fromisoformat(at) < timedelta(minutes=HEARTBEAT_MINUTES)
    mend = "Start `celery --app=propcomm worker` and exactly one `celery --app=propcomm beat`; see their logs."
    yield Finding(alive, "Worker and beat are at work", mend)


def mailbox() -> Iterator[Finding]:
    """Whether owners' mail can be read, where a mailbox is set."""
    if not settings.INBOUND_URL:
        return
    mend = "Set PROPCOMM_INBOUND_ADDRESS to the address of the mailbox, as in service@mail.example.com."
    yield Finding("@" in settings.INBOUND_ADDRESS, "Replies of owners have an address", mend)
    try:
        Mailbox.of(settings.INBOUND_URL).open().logout()
        said = ""
    except (OSError, ValueError, imaplib.IMAP4.error) as error:
        said = type(error).__name__  # never its words: they may hold the password
    mend = f"{said}: see PROPCOMM_INBOUND_URL, imaps://USER:PASSWORD@HOST/FOLDER."
    yield Finding(not said, "The mailbox for owners opens", mend)


def deploy_checks() -> Iterator[Finding]:
    problems = [problem for problem in run_checks(include_deployment_checks=True) if problem.level >= WARNING]
    mend = " ".join(f"{problem.id}: {problem.msg}" for problem in problems)
    yield Finding(not problems, "Django's checks for an installation find nothing", " ".join(mend.split()))


NOTES = (
    "Backups cannot be seen from here: dump the database as its system role, then copy STORAGE_ROOT; try a restore.",
    "What ends TLS cannot be seen from here: TLS 1.2 and 1.3 only, a certificate that renews itself.",
)
EXAMINED = (browsers, proxies, secrets_kept, sealed_secrets, limits, storage, clock, background, mailbox, deploy_checks)
