"""Which rule of assignment speaks for a complaint, and whose turn it is under it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from complaints.rules.places import says_one_of

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Rule:
    """Where and for what it holds; what is empty holds for all."""

    key: UUID
    estate: UUID | None = None
    building: UUID | None = None
    category: UUID | None = None
    words: tuple[str, ...] = ()
    position: int = 0

    def holds(self, *, estate: UUID, building: UUID | None, category: UUID, place: str = "") -> bool:
        asked = ((self.estate, estate), (self.building, building), (self.category, category))
        is_here = all(own is None or own == given for own, given in asked)
        return is_here and (not self.words or says_one_of(place, self.words))

    @property
    def width(self) -> tuple[bool, bool, bool, bool]:
        """How much it holds for: a building is less than an estate, named places less than all, a class less than any."""
        return self.building is None, self.estate is None, not self.words, self.category is None


@dataclass(frozen=True)
class Person:
    """How many open cases somebody has, when they last had a turn, and who stands in while they are away."""

    load: int = 0
    last_at: datetime | None = None
    is_away: bool = False
    deputy: UUID | None = None


def chosen_rule(
    rules: Iterable[Rule], *, estate: UUID, building: UUID | None, category: UUID, place: str = ""
) -> Rule | None:
    """The first that holds, in the order they were put in."""
    holding = [rule for rule in rules if rule.holds(estate=estate, building=building, category=category, place=place)]
    return min(holding, key=lambda rule: (rule.position, str(rule.key)), default=None)


def place_for(new: Rule, ordered: Sequence[Rule]) -> int:
    """Where a new rule is put in: before the first that holds for more than it does, so that it has its say."""
    return next((at for at, rule in enumerate(ordered) if rule.width > new.width), len(ordered))


def moved(ordered: Sequence[UUID], key: UUID, *, before: UUID | None = None, after: UUID | None = None) -> list[UUID]:
    """The order with this rule brought before or after another; where it stands so already, as after a second click, and
    where one of them is gone, the order it was."""
    keys, past = list(ordered), before or after
    if past is None or past == key or key not in keys or past not in keys:
        return keys
    if (keys.index(key) < keys.index(past)) == (before is not None):
        return keys
    keys.remove(key)
    keys.insert(keys.index(past) + (before is None), key)
    return keys


def chosen_person(
    turns: Iterable[UUID], people: Mapping[UUID, Person], *, able: Collection[UUID], by_load: bool = True
) -> UUID | None:
    """Who gets it of ``next_turn``."""
    found = next_turn(turns, people, able=able, by_load=by_load)
    return found[1] if found else None


def next_turn(
    turns: Iterable[UUID], people: Mapping[UUID, Person], *, able: Collection[UUID], by_load: bool = True
) -> tuple[UUID, UUID] | None:
    """Whose turn it is, and who gets it: the same one, or for somebody away their deputy; None when nobody is able.

    Who has least open comes first, then whose turn is longest ago. Without ``by_load`` it is whose turn is longest ago,
    whatever they have in hand. ``able`` are those who may handle this complaint at all: working here, and neither
    complained of nor the one whose answer is looked at again.
    """
    found = [(turn, key) for turn in turns if (key := _present(turn, people)) is not None and key in able]

    def rank(one: tuple[UUID, UUID]) -> tuple[int, datetime, str]:
        turn, key = one
        if by_load:
            return people[key].load, people[key].last_at or NEVER, str(key)
        return 0, people[turn].last_at or NEVER, str(turn)

    return min(found, key=rank, default=None)


def _present(key: UUID, people: Mapping[UUID, Person]) -> UUID | None:
    person = people.get(key)
    if person is None or not person.is_away:
        return key if person else None
    deputy = people.get(person.deputy) if person.deputy else None
    return person.deputy if deputy is not None and not deputy.is_away else None
