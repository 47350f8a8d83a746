"""A lift with a label, and what somebody types before it."""

import uuid

from complaints.models import Category, Place
from owners.models import Building


def lift(**changes: object) -> Place:
    building = Building.objects.select_related("estate").order_by("code").first()
    given = {
        "estate": building.estate,
        "building": building,
        "name_en": "Lift 2",
        "name_zh": "2号电梯",
        "category": Category.objects.get(code="lift"),
        **changes,
    }
    return Place.objects.create(**given)


def said(**changes: object) -> dict[str, object]:
    given = {
        "filing_key": str(uuid.uuid4()),
        "description": "It stops between floors.",
        "category": "lift",
        "name": "",
        "phone": "",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}
