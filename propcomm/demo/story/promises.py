"""What is promised to the main estate, and what was written down of it, by the product's own verbs."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import yaml

from disclosures.models import ServiceStandard
from disclosures.rules.standards import Terms, asked_in, first_of, last_of, next_month
from disclosures.services import standards
from disclosures.services.standards import Done, Promise
from owners.models import Building
from propcomm.demo.story.cast import DATA, Cast


def promise_services(cast: Cast, *, now: datetime) -> None:
    """Everything that `standards.yaml` says of the organisation."""
    whole = yaml.safe_load((DATA / "standards.yaml").read_text(encoding="utf-8"))[cast.slug]
    buildings: list[Building | None] = list(Building.objects.filter(estate=cast.main).order_by("code"))
    for said in whole:
        first = next_month(first_of(now.date()), -said["since"])
        row = standards.promise_service(
            estate=cast.main, promise=_promise(cast, said, first), actor=cast.members["manager"],
            now=_at(first, now),
        )  # fmt: skip
        places = buildings if said.get("per_building") else [None]
        for place, building in enumerate(places):
            counts = said["done"][place % len(said["done"])] if "done" in said else []
            for number, times in enumerate(counts):
                if times:
                    month = next_month(first, number)
                    _note(cast, row, month, times + _fifth_week(said, first, month), building, said["note"], now)


def _fifth_week(said: dict[str, Any], first: date, month: date) -> int:
    """What is noted of a weekly promise is told for four weeks; in some months five end."""
    if said["unit"] != "week":
        return 0
    return asked_in(Terms(first, said["times"], said["every"], "week", Fraction(1)), month) - 4 * said["times"]


def _promise(cast: Cast, said: dict[str, Any], first: date) -> Promise:
    here = "en" if cast.organisation.language == "en" else "zh"
    return Promise(
        from_on=first, unit=said["unit"], source=said["source"], source_key=said.get("source_key", ""),
        times=said["times"], every=said["every"], per_building=said.get("per_building", False),
        least_percent=Decimal(said.get("least", 100)),
        **{f"{name}_{here}": said[name] for name in ("item", "level", "measure")},
    )  # fmt: skip


def _note(
    cast: Cast, row: ServiceStandard, month: date, times: int, building: Building | None, words: str, now: datetime
) -> None:
    """One record on the last day of the month speaks of all of it."""
    on = last_of(month)
    standards.note_done(
        standard_id=row.pk, done=Done(on, building, times, words), actor=cast.members["clerk"], now=_at(on, now),
        today=on,
    )  # fmt: skip


def _at(day: date, now: datetime) -> datetime:
    return now - (now.date() - day) + timedelta(minutes=1)
