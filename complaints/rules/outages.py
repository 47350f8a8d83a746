"""Which outages a complaint may be about, from `data/defaults.yaml`."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).resolve().parent.parent / "data" / "defaults.yaml"


@cache
def _said() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["outage_branches"]
    return said


def branches_of(category_code: str) -> list[str] | None:
    """What may be off when somebody complains in this category; None when it may be anything."""
    return _said().get(category_code)
