"""What a figure is, and how the ones of pages are taken: product and floor in turn, slice by slice."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.clients import Crowd, Request, Tally

CLIENTS = 8
SLICES = 4


class NotThereYet(Exception):
    """The code that a figure measures does not exist yet; the message says what is missing."""


@dataclass
class Figure:
    """A value beside its floor. ``extra`` holds what is worth knowing besides, by name."""

    value: float
    floor: float
    unit: str
    rows: int
    clients: int = 1
    p95_ms: float | None = None
    floor_p95_ms: float | None = None
    queries: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "value": _rounded(self.value),
            "floor": _rounded(self.floor),
            "unit": self.unit,
            "ratio": round(self.value / self.floor, 3) if self.floor else None,
            "rows": self.rows,
            "clients": self.clients,
            "p95_ms": _rounded(self.p95_ms),
            "floor_p95_ms": _rounded(self.floor_p95_ms),
            "queries": self.queries,
            **self.extra,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1 if value >= 10 else 3)


@dataclass
class Pace:
    """How long is measured: before, and for the figure of each side."""

    warm_seconds: float
    seconds: float


@dataclass
class Side:
    """Where a page answers, and what is asked of it."""

    port: int
    request: Request
    status: int = 200


def race(product: Side, floor: Side, pace: Pace, clients: int = CLIENTS) -> tuple[Tally, Tally]:
    """Load both in turn, slice by slice, so that a noisy neighbour of the machine meets both alike."""
    crowds = [Crowd(side.port, side.request, clients=clients, status=side.status) for side in (product, floor)]
    tallies = Tally(), Tally()
    try:
        for crowd in crowds:
            crowd.run(pace.warm_seconds)
        for _ in range(SLICES):
            for crowd, tally in zip(crowds, tallies, strict=True):
                tally.add(crowd.run(pace.seconds / SLICES))
    finally:
        for crowd in crowds:
            crowd.close()
    return tallies


def page_figure(product: Side, floor: Side, pace: Pace, *, rows: int, queries: int | None) -> Figure:
    """Requests a second at eight clients; what one client gets stands beside it."""
    ours, bare = race(product, floor, pace)
    lone, bare_lone = race(product, floor, Pace(pace.warm_seconds / 4, pace.seconds / 3), clients=1)
    return Figure(
        value=ours.rate,
        floor=bare.rate,
        unit="req/s",
        rows=rows,
        clients=CLIENTS,
        p95_ms=ours.p95_ms,
        floor_p95_ms=bare.p95_ms,
        queries=queries,
        extra={
            "value_1client": _rounded(lone.rate),
            "floor_1client": _rounded(bare_lone.rate),
            "median_ms_1client": _rounded(statistics.median(lone.answers) * 1000) if lone.answers else None,
        },
    )


Measure = Callable[[], Figure]
