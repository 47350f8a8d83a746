"""Which rule of assignment speaks for a complaint, and whose turn it is under it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Rule:
    """Where and for what it holds; what is empty holds for all."""

    key: UUID
    estate: UUID | None = None
    building: UUID | None = None
    category: UUID | None = None
    position: int = 0

    def holds(self, *, estate: UUID, building: UUID | None, category: UUID) -> bool:
        asked = ((self.estate, estate), (self.building, building), (self.category, category))
        return all(own is None or own == given for own, given in asked)


@dataclass(frozen=True)
class Person:
    """How many open cases somebody has, when they last had a turn, and who stands in while they are away."""

    load: int = 0
    last_at: datetime | None = None
    is_away: bool = False
    deputy: UUID | None = None


def chosen_rule(rules: Iterable[Rule], *, estate: UUID, building: UUID | None, category: UUID) -> Rule | None:
    """The closest one: a building before an estate, a class before none; then in the order they were put in."""
    holding = [rule for rule in rules if rule.holds(estate=estate, building=building, category=category)]
    return min(
        holding,
        key=lambda rule: (
            rule.building is None,
            rule.estate is None,
            rule.category is None,
            rule.position,
            str(rule.key),
        ),
        default=None,
    )


def chosen_person(turns: Iterable[UUID], people: Mapping[UUID, Person], *, able: Collection[UUID]) -> UUID | None:
    """Who has least open, then whose turn is longest ago; for somebody away their deputy; nobody when none is able.

    ``able`` are those who may handle this complaint at all: working here, and neither complained of nor the one whose
    answer is looked at again.
    """
    found = {key for turn in turns if (key := _present(turn, people)) is not None and key in able}
    return min(found, key=lambda key: (people[key].load, people[key].last_at or NEVER, str(key)), default=None)


def _present(key: UUID, people: Mapping[UUID, Person]) -> UUID | None:
    person = people.get(key)
    if person is None or not person.is_away:
        return key if person else None
    deputy = people.get(person.deputy) if person.deputy else None
    return person.deputy if deputy is not None and not deputy.is_away else None
