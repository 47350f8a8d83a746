"""Places with a label: who keeps which, and what a scanned code means."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from complaints import joining_queries
from complaints.joining_queries import Spot
from complaints.models import Category, Complaint, Place
from complaints.rules import places as rules
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


def names_near(spot: Spot) -> list[tuple[UUID, str]]:
    """Every name of the labelled places of this building, or of these grounds."""
    near = Place.objects.filter(estate=spot.estate, building=spot.building)
    return [(key, name) for key, *names in near.values_list("pk", "name_en", "name_zh") for name in names]


def place_meant(complaint: Complaint) -> Place | None:
    """The labelled place that its typed words mean."""
    if complaint.unit_id:
        return None
    spot = Spot(complaint.estate, complaint.building, None)
    key = rules.place_of(complaint.place, names_near(spot))
    return Place.objects.select_related("estate", "building").get(pk=key) if key else None


def alike_at(place: Place, category: Category, kind: str = Complaint.Kind.COMPLAINT) -> list[Complaint]:
    """Open cases of this class whose typed place is this one, under which one more could be dealt with; newest first."""
    spot = Spot(place.estate, place.building, None)
    names = names_near(spot)
    rows = joining_queries.alike(spot, category, kind).select_related("complainant")
    return [row for row in rows if rules.place_of(row.place, names) == place.pk]
