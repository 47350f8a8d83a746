"""Doing an act of the table: whether it can be done now, and to what is joined it spreads."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from complaints import joining_queries
from complaints.acts import ACTS, Act
from complaints.conditions import Case
from tenancy.errors import DomainError, IllegalMove, NotAllowed


def check(chosen: Act, case: Case, seen: str = "") -> None:
    """Raises NotAllowed for a role that never does this, IllegalMove when the complaint has moved meanwhile.

    ``seen`` is the state in which the actor saw it, when that is known.
    """
    if not chosen.is_allowed(case):
        raise NotAllowed(gettext("Your role does not do this."))
    has_moved = bool(seen) and seen != case.state
    if (chosen.checks_state and has_moved) or not chosen.is_possible(case):
        raise IllegalMove(
            gettext("Complaint %(number)s is now in the state “%(state)s”, so “%(act)s” is not possible.")
            % {
                "number": case.complaint.number,
                "state": case.complaint.get_state_display(),
                "act": chosen.label,
            }
        )


@transaction.atomic
def perform(code: str, case: Case, values: Mapping[str, Any]) -> int:
    """Do an act, and to those joined to the complaint what spreads to them. Returns to how many of them.

    One that stands so that it cannot be done there is passed over: each keeps what is its own. Raises as the verb does.
    """
    chosen = ACTS[code]
    under = joining_queries.open_under(case.complaint) if chosen.spreads else []
    chosen.verb(complaint_id=case.complaint.pk, actor=case.actor, now=case.now, **values)
    return sum(_spread(chosen, Case(other, case.actor, case.now), values) for other in under)


def _spread(chosen: Act, case: Case, values: Mapping[str, Any]) -> bool:
    if not (chosen.is_allowed(case) and chosen.is_possible(case)):
        return False
    given = {name: value for name, value in values.items() if name != "attachments"}  # files belong to one complaint
    try:
        with transaction.atomic():
            chosen.verb(complaint_id=case.complaint.pk, actor=case.actor, now=case.now, **given)
    except DomainError:
        return False
    return True
