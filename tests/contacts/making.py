"""A lift company, a water company, and what stands around them."""

from typing import Any

from contacts.models import OutsideParty
from contacts.services import directory
from contacts.services.directory import PartyFacts, PersonFacts
from owners.models import Building, Estate
from tests.factories.house import NOON, House


def party(house: House, actor: str = "quality", **facts: Any) -> OutsideParty:
    """Of the house's estate, unless said otherwise."""
    given = {"name": "Lift & Co", "kind": "professional", "branch": "lift", "areas": [(house.estate.pk, None)], **facts}
    return directory.add_party(facts=PartyFacts(**given), actor=getattr(house, actor), now=NOON)


def person(house: House, of: OutsideParty, **facts: Any) -> Any:
    given = {"name": "Ana Dispatcher", "post": "Dispatch", "mobile": "+447700900123", **facts}
    return directory.add_person(party_id=of.pk, facts=PersonFacts(**given), actor=house.quality, now=NOON)


def hill(house: House) -> tuple[Estate, Building]:
    """Another estate of the same organisation, where nobody of the house works."""
    estate = Estate.objects.create(code="HIL", name="Hill Gardens", calendar=house.calendar)
    return estate, Building.objects.create(estate=estate, code="H", name="Hill House")


def typed(house: House, **changes: Any) -> dict[str, Any]:
    given = {
        "name": "City Water", "kind": "utility", "branch": "water", "phone": "020 7946 0123", "emergency_phone": "105",
        "areas": [f"{house.estate.pk}:"], "is_active": "on",
    }  # fmt: skip
    return {**given, **changes}
