"""Open complaints of the same place and class: offered while one is filed, and after."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from complaints import joining_queries, place_queries
from complaints.alike import dressed, offered
from complaints.forms.counter import EnterForm
from complaints.forms.portal import FilingForm
from complaints.joining_queries import Spot
from complaints.models import Complaint, Place
from complaints.models.settings import Category
from owners.queries import estates_visible_to
from tenancy.models import Membership


def alike_to(form: FilingForm | EnterForm, member: Membership) -> list[Any]:
    """What is offered for the place and class chosen so far; ``form`` has been cleaned, right or wrong."""
    spot, category = form.where_it_is(), form.what_it_is()
    if form.cleaned_data.get("is_confidential"):
        return []
    kind = form.cleaned_data.get("kind") or Complaint.Kind.COMPLAINT
    return offered(spot, category, member, kind) if spot and category else []


def alike_to_filed(complaint: Complaint, member: Membership | None) -> list[Any]:
    """What is offered after filing, until somebody takes it up or it is joined."""
    if member is None or complaint.is_anonymous or not _is_free(complaint):
        return []
    spot = Spot(complaint.estate, complaint.building, complaint.unit)
    return [
        row
        for row in offered(spot, complaint.category, member, complaint.kind)
        if row.pk != complaint.pk and not row.is_mine
    ]


def chosen_leading(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def alike_here(place: Place, code: str, categories: Iterable[Category], member: Membership | None) -> dict[str, Any]:
    """What is offered at a labelled place for the class of this code.

    ``member`` is who files with an account. Who has none, or does not live here, reads of other households neither
    their words for the place nor how many they are: what it is about, since when, and how far it is.
    """
    category = next((one for one in categories if one.code == code), None)
    lives_here = estates_visible_to(member).filter(pk=place.estate_id).exists()
    rows = dressed(place_queries.alike_at(place, category), member) if category else []
    return {"alike": rows, "is_plain": not lives_here}


def alike_by_link(complaint: Complaint) -> list[Any]:
    """What is offered after filing to whoever has the link alone: of what they filed at a labelled place."""
    place = place_queries.place_meant(complaint) if _is_free(complaint) else None
    found = place_queries.alike_at(place, complaint.category, complaint.kind) if place else []
    return dressed((row for row in found if row.pk != complaint.pk), None)


def _is_free(complaint: Complaint) -> bool:
    """Whether it could still be dealt with under another."""
    return (
        complaint.state == Complaint.State.RECEIVED
        and complaint.subject_staff_id is None
        and not complaint.is_confidential
        and not joining_queries.about(complaint)
    )
