"""What a new organisation starts with: categories, target times, the ladder."""

from pathlib import Path

import yaml
from django.db import transaction

from complaints.models import Category, LadderStep, ServiceLevel

DEFAULTS = Path(__file__).resolve().parent.parent / "data" / "defaults.yaml"


@transaction.atomic
def give_defaults() -> None:
    """Write the shipped categories, targets and ladder steps that the organisation in force does not have yet."""
    shipped = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    for position, row in enumerate(shipped["categories"]):
        Category.objects.get_or_create(code=row["code"], defaults={**row, "position": position})
    for row in shipped["service_levels"]:
        keys = {"estate": None, "kind": row["kind"], "priority": row["priority"]}
        ServiceLevel.objects.get_or_create(**keys, defaults=row)
    for position, row in enumerate(shipped["ladder"]):
        LadderStep.objects.get_or_create(level=row["level"], defaults={**row, "position": position})
