"""The mailbox in which returned mail arrives: each report is applied in the organisation it is about, then filed away."""

import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

from notices.models import Delivery
from notices.rules.reports import read_report
from notices.services import bounces
from tenancy.context import scope

SECONDS = 30
READ_AT_ONCE = 200


@dataclass(frozen=True)
class Mailbox:
    """Where it is: ``imaps://USER:PASSWORD@HOST:PORT/FOLDER``, or ``imap://`` on the same machine."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_encrypted: bool

    @classmethod
    def of(cls, address: str) -> Self:
        """Raises ValueError for an address of another kind."""
        parts = urlsplit(address)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname:
            raise ValueError("a mailbox is imaps://USER:PASSWORD@HOST/FOLDER")
        is_encrypted = parts.scheme == "imaps"
        return cls(
            parts.hostname, parts.port or (993 if is_encrypted else 143), unquote(parts.username or ""),
            unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX", is_encrypted,
        )  # fmt: skip

    def open(self) -> imaplib.IMAP4:
        """Raises OSError or imaplib's errors."""
        if self.is_encrypted:
            context = ssl.create_default_context()
            box: imaplib.IMAP4 = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=SECONDS)
        else:
            box = imaplib.IMAP4(self.host, self.port, timeout=SECONDS)
        box.login(self.user, self.password)
        box.select(f'"{self.folder}"')
        return box


def read_mailbox(mailbox: Mailbox, *, now: datetime) -> tuple[int, int]:
    """Apply what is unseen in the mailbox, and mark it seen once it is applied. Returns (read, applied).

    A report that is applied twice changes nothing the second time, so one that a broken line left unseen is no harm.
    """
    box = mailbox.open()
    read = applied = 0
    try:
        _status, found = box.search(None, "UNSEEN")
        for key in (found[0] or b"").split()[:READ_AT_ONCE]:
            _status, parts = box.fetch(key.decode(), "(BODY.PEEK[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            applied += apply(raw, now=now)
            read += 1
            box.store(key.decode(), "+FLAGS", "\\Seen")
    finally:
        box.logout()
    return read, applied


def read_files(paths: list[Path], *, now: datetime) -> tuple[int, int]:
    """The same for mails in files, such as those of a maildir. Returns (read, applied)."""
    raws = list(_raws(paths))
    return len(raws), sum(apply(raw, now=now) for raw in raws)


def _raws(paths: list[Path]) -> Iterator[bytes]:
    for path in paths:
        files = sorted(row for row in path.rglob("*") if row.is_file()) if path.is_dir() else [path]
        yield from (row.read_bytes() for row in files)


def apply(raw: bytes, *, now: datetime) -> bool:
    """Apply one returned mail where the message it is about lies. Whether anything changed.

    Which organisation it is says the row of that id: asked as the system's role, by the key alone.
    """
    report = read_report(raw, domain=settings.BASE_DOMAIN)
    if report is None:
        return False
    rows = Delivery.across.using("system").filter(pk=report.delivery_id)
    organisation_id = rows.values_list("organisation_id", flat=True).first()
    if organisation_id is None:
        return False
    with scope(organisation_id):
        return bounces.take_report(raw=raw, now=now)
