"""The numbers this product ships for complaints: what an organisation starts with and then edits."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DEFAULTS = Path(__file__).resolve().parent / "data" / "defaults.yaml"


@cache
def shipped_defaults() -> dict[str, Any]:
    """The whole of data/defaults.yaml. Read only: copy what you change."""
    loaded: dict[str, Any] = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    return loaded
