"""The emergency card of a building: whose eyes it is for, and which public numbers stand on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contacts.models import OutsideParty
from contacts.rules.defaults import defaults
from owners.models import Building
from owners.queries import homes_of
from tenancy.models import Membership


@dataclass(frozen=True)
class Card:
    """A building, asked by the policy who is at home before it."""

    building: Building
    parties: Sequence[OutsideParty] = ()

    @property
    def pk(self) -> UUID:
        return self.building.pk

    @property
    def organisation_id(self) -> int | None:
        return self.building.organisation_id

    def hangs_before(self, member: Membership) -> bool:
        """Whether the member lives, owns or works in the building."""
        homes = homes_of(member)
        estate = self.building.estate_id
        return estate in homes and ((own := homes[estate]) is None or self.building.pk in own)


def public_numbers(region: str, language: str) -> list[tuple[str, str]]:
    """(number, what for) of the country's emergency services, from `data/defaults.yaml`."""
    known = defaults()["public_numbers"]
    word = "zh" if language.startswith("zh") else "en"
    return [(row["number"], row[word]) for row in known.get(region, known["other"])]
