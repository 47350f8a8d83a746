"""Open complaints of the same place and class: offered while one is filed, and after."""

from typing import Any
from uuid import UUID

from complaints import joining_queries, words
from complaints.forms.portal import FilingForm
from complaints.joining_queries import Spot
from complaints.models import Complaint
from complaints.models.settings import Category
from tenancy.models import Membership

SHOWN = 3


def alike_to(form: FilingForm, member: Membership) -> list[Any]:
    """What is offered for the place and class chosen so far; ``form`` has been cleaned, right or wrong."""
    spot, category = form.where_it_is(), form.what_it_is()
    if form.cleaned_data.get("is_confidential"):
        return []
    kind = form.cleaned_data.get("kind") or Complaint.Kind.COMPLAINT
    return _shown(spot, category, member, kind) if spot and category else []


def alike_to_filed(complaint: Complaint, member: Membership | None) -> list[Any]:
    """What is offered after filing, until somebody takes it up or it is joined."""
    is_new = complaint.state == Complaint.State.RECEIVED and not complaint.is_anonymous
    if (
        member is None
        or not is_new
        or complaint.subject_staff_id
        or complaint.is_confidential
        or joining_queries.about(complaint)
    ):
        return []
    spot = Spot(complaint.estate, complaint.building, complaint.unit)
    return [
        row
        for row in _shown(spot, complaint.category, member, complaint.kind)
        if row.pk != complaint.pk and not row.is_mine
    ]


def chosen_leading(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _shown(spot: Spot, category: Category, member: Membership, kind: str) -> list[Any]:
    """Neither what was said nor who said it: where, since when, how far it is, and how many."""
    rows: list[Any] = list(joining_queries.alike(spot, category, kind).select_related("complainant")[: SHOWN + 1])
    for row in rows:
        row.place_shown = words.place_words(row)
        row.state_shown = words.owner_state(row)
        row.households = row.led_count + 1
        row.is_mine = row.complainant is not None and row.complainant.membership_id == member.pk
    return rows[:SHOWN]
