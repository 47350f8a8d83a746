"""What the analysis calls a repeat, a chronic place and a sign of gaming, from data."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).resolve().parent.parent / "data" / "analysis.yaml"


@cache
def defaults() -> dict[str, int]:
    said: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return said
