"""Service standards as tests need them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from disclosures.models import ServiceStandard, StandardRecord
from disclosures.services import standards
from disclosures.services.standards import Done, Promise
from tests.factories.house import NOON, House

JANUARY = date(2026, 1, 1)
TODAY = date(2026, 6, 10)
SWEEPING = Promise(
    from_on=JANUARY, unit="week", source="records", item_en="Sweeping of the stairs", item_zh="楼道清扫",
    level_en="Every floor is swept.", level_zh="每层楼道清扫。", measure_en="By the cleaner's sheet.", times=2,
    per_building=True, least_percent=Decimal(90),
)  # fmt: skip
LIFTS = Promise(
    from_on=JANUARY, unit="day", every=15, source="duties", source_key="lift_service", item_en="Lift service",
    level_en="At least every 15 days.",
)  # fmt: skip
ANSWERS = Promise(
    from_on=JANUARY, unit="case", source="answered", source_key="any", item_en="Answers to complaints",
    level_en="A first answer in the promised time.", least_percent=Decimal(95),
)  # fmt: skip


def promised(house: House, promise: Promise = SWEEPING, **said: Any) -> ServiceStandard:
    return standards.promise_service(
        estate=said.get("estate", house.estate), promise=promise, actor=said.get("actor", house.manager), now=NOON
    )


def noted(
    house: House, row: ServiceStandard, on: date, times: int = 1, *, actor: Any = None, today: date | None = None,
    at: datetime = NOON, files: Any = (), **said: Any,
) -> StandardRecord:  # fmt: skip
    """Noted on the day itself, at the latest on the tests' own."""
    done = Done(on, said.get("building", house.building), times, said.get("note", ""))
    return standards.note_done(
        standard_id=row.pk, done=done, files=files, actor=actor or house.clerk, now=at, today=today or min(on, TODAY)
    )
