"""What `data/defaults.yaml` says."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).resolve().parent.parent / "data" / "defaults.yaml"


@cache
def defaults() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return said
