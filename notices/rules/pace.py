"""How fast messages leave, and when what failed is tried again: notices/data/sending.yaml, read and checked."""

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "sending.yaml"


@dataclass(frozen=True)
class Pace:
    """The numbers of sending.yaml, which says what each is."""

    retry_minutes: tuple[float, ...]
    spread_percent: float
    unreachable_seconds: float
    rest_seconds: float
    breaks: int
    batch: int
    round: int
    batch_least: int
    turn_seconds: float
    look_seconds: float
    waiting_lease_seconds: float
    handing_lease_seconds: float
    slow_seconds: float
    reconnect_seconds: float
    inline_seconds: float

    @property
    def waiting_lease(self) -> timedelta:
        return timedelta(seconds=self.waiting_lease_seconds)

    @property
    def handing_lease(self) -> timedelta:
        return timedelta(seconds=self.handing_lease_seconds)

    def batch_among(self, organisations: int) -> int:
        """How many messages one of so many organisations claims at a time: a round of turns stays short."""
        return max(self.batch_least, min(self.batch, self.round // max(organisations, 1)))


def pace() -> Pace:
    """The pace in force. Raises ImproperlyConfigured for a file that cannot be read or names what there is not."""
    return _read(str(settings.SENDING_FILE))


@lru_cache(maxsize=8)
def _read(given: str) -> Pace:
    values = {**_load(SHIPPED), **(_load(Path(given)) if given else {})}
    known = {field.name for field in fields(Pace)}
    if unknown := set(values) - known:
        raise ImproperlyConfigured(f"{given}: no such setting of sending: {', '.join(sorted(unknown))}")
    minutes = values.pop("retry_minutes")
    numbers = [*values.values(), *minutes]
    if not all(isinstance(number, int | float) and number >= 0 for number in numbers):
        raise ImproperlyConfigured(f"{given}: numbers from 0 are needed")
    return Pace(retry_minutes=tuple(minutes), **values)


def _load(path: Path) -> dict[str, Any]:
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}") from error
