"""The mailbox in which owners write: each mail goes to its organisation and is marked once it is stored there."""

import imaplib
import logging
import re
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.conf import settings

from complaints import mail_queries
from complaints.models import InboundMail
from complaints.rules.inbound import limits, read_mail
from complaints.services import inbound
from notices import replying, returned_mail
from notices.returned_mail import Mailbox
from tenancy.context import scope

log = logging.getLogger(__name__)
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
TAKEN = "(\\Seen)"
NOBODYS = "(\\Seen \\Flagged)"


def poll(mailbox: Mailbox, *, now: datetime) -> tuple[int, int]:
    """Take in what is unseen. Returns (read, taken).

    A mail is marked only after it is stored: one that a broken line or a killed worker left unseen is found again, and
    its Message-ID says that it is the same. One that belongs to no organisation stays in the mailbox, flagged; one that
    could not be stored stays unseen, and does not hold up the others.
    """
    box = mailbox.open()
    read = taken = 0
    try:
        _status, found = box.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[: limits()["read_at_once"]]:
            raw, is_head = _fetch(box, uid.decode())
            if not raw:
                continue
            read += 1
            try:
                is_taken = take(raw, now=now, is_head=is_head)
            except Exception:
                log.exception("a mail could not be stored; it stays unseen")
                continue
            taken += is_taken
            box.uid("STORE", uid.decode(), "+FLAGS", TAKEN if is_taken else NOBODYS)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()
    return read, taken


def _fetch(box: imaplib.IMAP4, uid: str) -> tuple[bytes, bool]:
    """The mail, or its head alone when it is too big."""
    _status, said = box.uid("FETCH", uid, "(RFC822.SIZE)")
    size = SIZE.search(b" ".join(part for part in said if isinstance(part, bytes)))
    is_head = size is not None and int(size[1]) > limits()["most_bytes"]
    _status, parts = box.uid("FETCH", uid, "(BODY.PEEK[HEADER])" if is_head else "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), b""), is_head


def take(raw: bytes, *, now: datetime, is_head: bool = False) -> bool:
    """Store one mail where it belongs, and understand it. False when it is no organisation's."""
    if returned_mail.apply(raw, now=now):
        return True
    recipients = read_mail(raw, domain=settings.BASE_DOMAIN).recipients
    told = replying.answered(mail_queries.token_in(recipients))
    organisation_id = told.organisation_id if told else mail_queries.organisation_of(recipients)
    if organisation_id is None:
        return False
    # Two transactions: what is stored stays stored when the worker is killed while it reads.
    with scope(organisation_id):
        mail = inbound.store(raw=raw, now=now, is_head=is_head)
    understand(organisation_id, mail.pk, now=now)
    return True


def understand(organisation_id: int, mail_id: UUID, *, now: datetime) -> None:
    """Never raises: a mail that cannot be dealt with now is found by the sweep, and after an hour is left to a clerk."""
    try:
        with scope(organisation_id):
            inbound.process(mail_id=mail_id, now=now)
    except Exception:
        log.exception("a mail could not be dealt with; the sweep tries again")
        with scope(organisation_id):
            inbound.give_up(mail_id=mail_id, now=now)


def finish(*, now: datetime) -> int:
    """Whatever was stored and not dealt with, in every organisation. Returns how many: asked as the system's role."""
    rows = InboundMail.across.using("system").filter(state=InboundMail.State.RECEIVED).order_by("received_at", "id")
    waiting = list(rows.values_list("organisation_id", "pk")[:1000])
    for organisation_id, mail_id in waiting:
        understand(organisation_id, mail_id, now=now)
    return len(waiting)
