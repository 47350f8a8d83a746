"""Returned mail as servers write it: RFC 3464 reports and ARF complaints (RFC 5965). Bytes in, plain values out."""

import re
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from uuid import UUID

MOST_BYTES = 1024 * 1024
_OURS = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@([^>\s]+)>", re.IGNORECASE)


@dataclass(frozen=True)
class Report:
    """What a report says of one of our messages. ``kind`` is ``failed``, ``delayed``, ``delivered`` or ``complained``."""

    delivery_id: UUID
    kind: str
    status: str
    said: str
    recipient: str

    @property
    def evidence(self) -> str:
        return f"{self.status} {self.said}".strip()[:300]


def read_report(raw: bytes, *, domain: str) -> Report | None:
    """The report in a mail, or None when it is none or is about no message of ours.

    Which message it is about says the Message-ID of the mail it returns, which is ``<id of the message@our domain>``.
    """
    if len(raw) > MOST_BYTES:
        return None
    try:
        mail = BytesParser(policy=policy.compat32).parsebytes(raw)
        if mail.get_content_type() != "multipart/report":
            return None
        kind = str(mail.get_param("report-type") or "").lower()
        about = _about(mail, domain)
        if about is None:
            return None
        return _complaint(mail, about) if kind == "feedback-report" else _status(mail, about)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # whatever a damaged mail makes of it
        return None


def _parts(mail: Message, kind: str) -> list[Message]:
    return [part for part in mail.walk() if part.get_content_type() == kind]


def _about(mail: Message, domain: str) -> UUID | None:
    """Only the returned mail's own headers count, not what somebody wrote into the report's words."""
    returned = [inner for part in _parts(mail, "message/rfc822") for inner in _payload(part)]
    texts = [str(inner.get("Message-ID", "")) for inner in returned]
    for part in _parts(mail, "text/rfc822-headers"):
        headers = BytesParser(policy=policy.compat32).parsebytes(part.get_payload(decode=True) or b"", headersonly=True)  # type: ignore[arg-type]
        texts.append(str(headers.get("Message-ID", "")))
    for text in texts:
        found = _OURS.search(text)
        if found is not None and found[2].lower() == domain.lower():
            return UUID(found[1])
    return None


def _payload(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _status(mail: Message, about: UUID) -> Report | None:
    for part in _parts(mail, "message/delivery-status"):
        for block in _payload(part):
            action = str(block.get("Action", "")).strip().lower()
            if action not in ("failed", "delayed", "delivered"):
                continue
            said = _after_type(str(block.get("Diagnostic-Code", "")))
            recipient = _after_type(str(block.get("Final-Recipient", block.get("Original-Recipient", ""))))
            return Report(about, action, str(block.get("Status", "")).strip()[:20], said[:250], recipient.lower())
    return None


def _complaint(mail: Message, about: UUID) -> Report | None:
    for part in _parts(mail, "message/feedback-report"):
        inner = _payload(part)
        fields: Message = inner[0] if inner else _fields(part)
        if str(fields.get("Feedback-Type", "")).strip().lower() in ("abuse", "fraud", "opt-out"):
            recipient = str(fields.get("Original-Rcpt-To", "")).strip().strip("<>").lower()
            return Report(about, "complained", "", str(fields.get("Feedback-Type", "")).strip()[:40], recipient)
    return None


def _fields(part: Message) -> Message:
    raw = part.get_payload(decode=True)
    return BytesParser(policy=policy.compat32).parsebytes(raw if isinstance(raw, bytes) else b"", headersonly=True)


def _after_type(field: str) -> str:
    """``rfc822; somebody@example.org`` without its type."""
    kind, mark, rest = field.partition(";")
    return " ".join((rest if mark else kind).split())
