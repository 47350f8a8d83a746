"""The calendars that come with the product. An organisation edits its own copy."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CALENDARS = Path(__file__).parent / "data" / "calendars.yaml"


@cache  # the file is part of the product, and reading it costs more than a page
def shipped_calendars() -> Mapping[str, Mapping[str, Any]]:
    """Plain calendars by code, ready for ``extending.resolved`` and ``Calendar.parse``. Shared: copy before you change."""
    calendars: dict[str, dict[str, Any]] = yaml.safe_load(CALENDARS.read_text(encoding="utf-8"))["calendars"]
    return calendars


def shipped_title(plain: dict[str, Any], *, language: str, code: str) -> str:
    """What a shipped calendar is called in that language; its code when it has no title."""
    return str((language.startswith("zh") and plain.get("title_zh")) or plain.get("title") or code)
