"""What is read of outside parties. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from contacts.models import Certificate, ContactPerson, Contract, OutsideParty, ServiceArea
from contacts.rules import access
from contacts.rules.defaults import defaults
from contacts.rules.ending import horizon
from contacts.rules.phones import digits_of
from owners.models import Building, Estate
from owners.queries import homes_of, searchable, within
from tenancy.models import Membership
from tenancy.policy import scopes_of
from tenancy.reach import Reach


def parties_visible_to(actor: Membership | None, action: str = "contact.read") -> QuerySet[OutsideParty]:
    """The parties that serve a place where the member works."""
    reach = access.reach_for(actor, action)
    if reach.everywhere:
        return OutsideParty.objects.all()
    if not reach.touched:
        return OutsideParty.objects.none()
    here = within(reach) | Q(building=None, estate__in=reach.parts)
    served = ServiceArea.objects.filter(here, party=OuterRef("pk"))
    return OutsideParty.objects.filter(Q(serves_everywhere=True) | Exists(served))


def listed(
    actor: Membership | None, *, text: str = "", kind: str = "", branch: str = "", estate: Estate | None = None,
    is_ending: bool = False, is_active: bool = True, today: date,
) -> QuerySet[OutsideParty]:  # fmt: skip
    """Parties in the order of name and id, for keyset pages, with their areas."""
    rows = parties_visible_to(actor).filter(is_active=is_active)
    if kind:
        rows = rows.filter(kind=kind)
    if branch:
        rows = rows.filter(branch=branch)
    if estate is not None:
        served = ServiceArea.objects.filter(party=OuterRef("pk"), estate=estate)
        rows = rows.filter(Q(serves_everywhere=True) | Exists(served))
    if is_ending:
        rows = rows.filter(_ending(actor, today))
    if wanted := _matching(actor, text):
        rows = rows.filter(wanted)
    return rows.order_by("name", "id").prefetch_related(with_areas())


def with_areas() -> Prefetch:
    areas = ServiceArea.objects.select_related("estate", "building").order_by("estate__name", "building__code")
    return Prefetch("areas", areas, to_attr="areas_shown")


def _ending(actor: Membership | None, today: date) -> Q:
    certificates = Certificate.objects.filter(party=OuterRef("pk"), expires_on__lte=horizon("certificate", today))
    found = Q(Exists(certificates))
    if access.may_read_contracts(actor):
        found |= Q(Exists(Contract.objects.filter(party=OuterRef("pk"), ends_on__lte=horizon("contract", today))))
    return found


def _matching(actor: Membership | None, text: str) -> Q | None:
    """By a part of the name or note, or by a number in any writing; by contact people for who sees them."""
    words = searchable(text)
    if not words:
        return None
    wanted, people = Q(name__icontains=words) | Q(emergency_note__icontains=words), Q(name__icontains=words)
    people |= Q(post__icontains=words)
    if digits := digits_of(words):
        wanted |= Q(phone__contains=digits) | Q(emergency_phone__contains=digits)
        people |= Q(phone__contains=digits) | Q(mobile__contains=digits)
    if access.sees_people(actor):
        wanted |= Q(Exists(ContactPerson.objects.filter(people, party=OuterRef("pk"))))
    return wanted


def areas_of(party: OutsideParty) -> list[access.Place]:
    return list(party.areas.values_list("estate_id", "building_id"))


def are_places(areas: Iterable[access.Place]) -> bool:
    """Whether every (estate, building or None) is there, and each building in its estate."""
    pairs = set(areas)
    estates, inside = {estate for estate, _building in pairs}, {pair for pair in pairs if pair[1] is not None}
    there = Estate.objects.filter(pk__in=estates).count() == len(estates)
    found = Building.objects.filter(pk__in=[building for _estate, building in inside]).values_list("estate_id", "pk")
    return there and set(found) == inside


def estates_offered(reach: Reach) -> QuerySet[Estate]:
    """The estates that the member may name as a service area as a whole."""
    estates = Estate.objects.filter(is_active=True)
    return estates if reach.everywhere else estates.filter(pk__in=reach.estates)


def buildings_offered(reach: Reach) -> QuerySet[Building]:
    near = within(reach, building="pk")
    return (
        Building.objects.filter(near, estate__is_active=True).select_related("estate").order_by("estate__name", "code")
    )


def contract_file_readable_by(subject_id: UUID, attachment: Any, membership: Membership | None) -> bool:
    """The gate of a contract's documents: who may read the contract."""
    parties = parties_visible_to(membership, "contract.read")
    return Contract.objects.filter(pk=subject_id, party__in=parties).exists()


# -- the emergency card ----------------------------------------------------------------------------------------------


def buildings_with_card(member: Membership | None) -> QuerySet[Building]:
    """The buildings whose card the member may read: of their units, or where they work."""
    buildings = (
        Building.objects.filter(estate__is_active=True).select_related("estate").order_by("estate__name", "code")
    )
    if member is None or not scopes_of(member, "contact.card"):
        return buildings.none()
    homes = homes_of(member)
    whole = [estate for estate, own in homes.items() if own is None]
    single = {building for own in homes.values() if own is not None for building in own}
    return buildings.filter(Q(estate__in=whole) | Q(pk__in=single))


def emergency_parties(building: Building) -> list[OutsideParty]:
    """Who serves the building and has an emergency number, in the order of `data/defaults.yaml`, then by name."""
    serving = ServiceArea.objects.filter(
        Q(building=building) | Q(building=None, estate=building.estate_id), party=OuterRef("pk")
    )
    rows: Iterable[OutsideParty] = OutsideParty.objects.filter(
        Q(serves_everywhere=True) | Exists(serving), is_active=True
    ).exclude(emergency_phone="")
    order = {branch: place for place, branch in enumerate(defaults()["card_order"])}
    return sorted(rows, key=lambda party: (order.get(party.branch, len(order)), party.name, party.pk))
