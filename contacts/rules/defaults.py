"""What `data/defaults.yaml` and `data/duties.yaml` say."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent / "data"
SOURCE = DATA / "defaults.yaml"


@cache
def defaults() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return said


def is_plausible(year: int) -> bool:
    """Whether somebody can have meant this year."""
    return bool(year >= defaults()["first_year"])


@cache
def duty_defaults() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((DATA / "duties.yaml").read_text(encoding="utf-8"))
    return said
