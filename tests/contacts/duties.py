"""A duty of the house's estate, and what its form sends."""

from datetime import date
from typing import Any
from uuid import uuid4

from contacts.models import Duty
from contacts.services import duties
from contacts.services.duties import DutyFacts
from tests.factories.house import NOON, House

MONDAY = NOON.date()


def duty(house: House, actor: str = "quality", at: Any = NOON, **facts: Any) -> Duty:
    """Lift service every 15 days, due on the day the house was built, unless said otherwise."""
    given = {
        "title": "Visit of the lifts", "kind": "lift_service", "place": (house.estate.pk, None), "every": 15, "unit": "day",
        "due_on": MONDAY, "lead_days": 3, **facts,
    }  # fmt: skip
    return duties.add_duty(facts=DutyFacts(**given), actor=getattr(house, actor), now=at)


def typed(house: House, **changes: Any) -> dict[str, Any]:
    given = {
        "title": "Sprinkler test", "kind": "fire_test", "place": f"{house.estate.pk}:", "every": "1", "unit": "year",
        "counts_from": "done", "due_on": date.today().isoformat(), "lead_days": "30", "basis": "Fire Law 16",
        "form_key": str(uuid4()),
    }  # fmt: skip
    return {**given, **changes}
