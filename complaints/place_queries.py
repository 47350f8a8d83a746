"""Places with a label: who keeps which, and what a scanned code means."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from complaints.models import Place
from owners.queries import within
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.reach import reach_of


def places_visible_to(actor: Membership | None) -> QuerySet[Place]:
    """What stands in the actor's estates and buildings."""
    if actor is None or not can(actor, "place.read"):
        return Place.objects.none()
    return Place.objects.filter(within(reach_of(actor)))


def scanned(code: str) -> Place | None:
    """The place behind a label. None for an unknown code, one that was renewed, and a place that is switched off."""
    found = Place.objects.filter(code=code.lower(), is_active=True, estate__is_active=True)
    return found.select_related("estate__calendar", "building", "category").first()


def places_to_print(actor: Membership | None, ids: Iterable[UUID]) -> list[Place]:
    """Of these, the ones whose label leads somewhere, in the order in which one walks past them."""
    found = places_visible_to(actor).filter(pk__in=list(ids), is_active=True).select_related("estate", "building")
    return list(found.order_by("estate__name", "building__code", "name_en", "id"))
