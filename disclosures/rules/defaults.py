"""What `data/defaults.yaml` and `data/columns.yaml` say."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def defaults() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((DATA / "defaults.yaml").read_text(encoding="utf-8"))
    return said


@cache
def columns() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((DATA / "columns.yaml").read_text(encoding="utf-8"))
    return said
