"""The calendars that come with the product. An organisation edits its own copy."""

from pathlib import Path
from typing import Any

import yaml

CALENDARS = Path(__file__).parent / "data" / "calendars.yaml"


def shipped_calendars() -> dict[str, dict[str, Any]]:
    """Plain calendars by code, ready for ``extending.resolved`` and ``Calendar.parse``."""
    calendars: dict[str, dict[str, Any]] = yaml.safe_load(CALENDARS.read_text(encoding="utf-8"))["calendars"]
    return calendars
