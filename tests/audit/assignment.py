"""A valid POST to every route of assignment and absences."""

from typing import Any

from complaints.models import Absence, AssignmentRule
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.complaints.seeds import furnish
from tests.factories.house import NOON, House

DAYS = {"from_on": "2026-12-01", "to_on": "2026-12-05"}


def said(house: House) -> dict[str, Any]:
    return {
        "name": "Lifts", "place": f"estate:{house.estate.pk}", "category": "", "members": [str(house.engineer.pk)],
        "is_active": "on",
    }  # fmt: skip


@act("triage:rule_new")
def make_rule(house: House) -> Any:
    furnish(house)
    return post(signed_in(house, "manager"), "triage:rule_new", **said(house))


@act("triage:rule")
def change_rule(house: House) -> Any:
    furnish(house)
    rule = AssignmentRule.objects.create(name="Doors", estate=house.estate, created_at=NOON)
    return post(signed_in(house, "manager"), "triage:rule", rule.pk, **said(house))


@act("triage:rule_move")
def move_rule(house: House) -> Any:
    furnish(house)
    given = {"estate": house.estate, "created_at": NOON}
    first, second = (AssignmentRule.objects.create(name=name, **given) for name in ("Doors", "Lifts"))
    return post(signed_in(house, "manager"), "triage:rule_move", second.pk, before=str(first.pk))


@act("triage:absences")
def note_absence(house: House) -> Any:
    given = {"member": str(house.engineer.pk), "deputy": str(house.engineer2.pk), **DAYS}
    return post(signed_in(house, "engineer"), "triage:absences", **given)


@act("triage:absence_end")
def end_absence(house: House) -> Any:
    row = Absence.objects.create(membership=house.engineer, **DAYS)
    return post(signed_in(house, "engineer"), "triage:absence_end", row.pk)
