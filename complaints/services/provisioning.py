"""What a new organisation starts with: categories, target times, the ladder, the rules of handling."""

from django.db import transaction

from complaints.models import Category, HandlingRules, LadderStep, ServiceLevel
from complaints.shipped import shipped_defaults


@transaction.atomic
def give_defaults() -> None:
    """Write the shipped categories, targets and ladder steps that the organisation in force does not have yet."""
    shipped = shipped_defaults()
    for position, row in enumerate(shipped["categories"]):
        Category.objects.get_or_create(code=row["code"], defaults={**row, "position": position})
    for row in shipped["service_levels"]:
        keys = {"estate": None, "kind": row["kind"], "priority": row["priority"]}
        ServiceLevel.objects.get_or_create(**keys, defaults=row)
    for position, row in enumerate(shipped["ladder"]):
        keys = {
            "level": row["level"],
            "content_class": row.get("content_class", ""),
            "priority": row.get("priority", ""),
        }
        LadderStep.objects.get_or_create(**keys, defaults={**row, "position": position})
    HandlingRules.objects.get_or_create(defaults=shipped["handling"])
