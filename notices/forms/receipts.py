"""What providers send us, read strictly: a list of events as JSON."""

import json
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from notices.services.receipts import Said

MOST = 1000
LENGTH = 120


class Unreadable(ValueError):
    """Not a list of events of this form."""


def read_receipts(body: bytes) -> list[Said]:
    """``{"events": [{"id", "reference", "status", "detail"?, "at"?, "permanent"?}, ...]}``. Raises Unreadable."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    events = said.get("events") if isinstance(said, dict) else None
    if not isinstance(events, list) or len(events) > MOST:
        raise Unreadable(f"events: a list of at most {MOST}")
    return [_read(event) for event in events]


def _read(event: Any) -> Said:
    if not isinstance(event, dict):
        raise Unreadable("an event is an object")
    return Said(
        event_id=_text(event, "id"),
        reference=_text(event, "reference"),
        status=_text(event, "status"),
        detail=str(event.get("detail") or "")[:300].replace("\x00", ""),
        at=_instant(event.get("at")),
        is_for_good=event.get("permanent") is True,
    )


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LENGTH or not value.isprintable():
        raise Unreadable(f"{name}: 1 to {LENGTH} printable characters")
    return value


def _instant(said: Any) -> datetime | None:
    if said is None:
        return None
    try:
        at = parse_datetime(said) if isinstance(said, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Unreadable("at: a time with its zone, as in ISO 8601")
    return at
