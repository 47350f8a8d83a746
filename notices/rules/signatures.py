"""Signatures of what gateways and we send each other: HMAC-SHA256 over the time and the body."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

# Longer than clocks differ and lines take, short enough that what was overheard is soon worthless.
WINDOW = timedelta(minutes=5)
VERSION = "v1="


def signature_of(key: str, timestamp: str, body: bytes) -> str:
    """``v1=`` and the hexadecimal HMAC-SHA256 of ``<timestamp>.<body>``."""
    signed = timestamp.encode("ascii", "replace") + b"." + body
    return VERSION + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


def is_signed(*, key: str, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether ``key`` signed this body at ``timestamp`` (seconds since 1970) within five minutes of ``now``.

    Compared in constant time. A provider without a key has signed nothing.
    """
    if not key or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    fits = hmac.compare_digest(signature_of(key, timestamp, body).encode(), signature.encode("utf-8", "replace"))
    return fits and abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= WINDOW
