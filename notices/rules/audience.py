"""Whom a notice is wished for, as it stands in ``Notice.audience``. Plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenancy.errors import DomainError
from tenancy.reach import Reach


class Role(models.TextChoices):
    OWNER = "owner", gettext_lazy("Owners")
    OCCUPANT = "occupant", gettext_lazy("Occupants")
    COMMITTEE = "committee", gettext_lazy("Committee members")
    STAFF = "staff", gettext_lazy("Our staff")
    PARTNER = "partner", gettext_lazy("Partner contacts")


OF_UNITS = frozenset({Role.OWNER, Role.OCCUPANT})
ID_LISTS = ("estates", "buildings", "units", "persons")
FLOORS = range(-20, 201)


class AudienceRefused(DomainError):
    """The audience cannot be read, names nobody, or reaches where the actor does not work."""

    status = 422


@dataclass(frozen=True)
class Audience:
    """Places narrowed by floor and kind of unit, the roles meant there, and people picked one by one.

    ``units`` and ``persons`` come from a pasted list; ``unread_of`` leaves those who have not read that notice.
    """

    estates: tuple[UUID, ...] = ()
    buildings: tuple[UUID, ...] = ()
    units: tuple[UUID, ...] = ()
    persons: tuple[UUID, ...] = ()
    floor_from: int | None = None
    floor_to: int | None = None
    unit_kinds: tuple[str, ...] = ()
    roles: tuple[str, ...] = field(default=(Role.OWNER.value, Role.OCCUPANT.value))
    unread_of: UUID | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it names nobody whatever the registry holds."""
        return not (self.persons or ((self.estates or self.buildings or self.units) and self.roles))

    def as_json(self) -> dict[str, Any]:
        """As it is kept: without what it does not say."""
        said: dict[str, Any] = {name: [str(each) for each in getattr(self, name)] for name in ID_LISTS}
        said |= {"unit_kinds": list(self.unit_kinds), "roles": list(self.roles)}
        said |= {"floor_from": self.floor_from, "floor_to": self.floor_to}
        said["unread_of"] = str(self.unread_of) if self.unread_of else None
        return {name: value for name, value in said.items() if value not in ([], None) or name == "roles"}


def read_audience(said: Any, *, unit_kinds: Iterable[str]) -> Audience:
    """The audience of what was kept or sent. Raises AudienceRefused with a sentence that names what is wrong."""
    if not isinstance(said, Mapping):
        raise AudienceRefused(_("The audience must be an object."))
    strange = sorted(set(map(str, said)) - set(Audience.__dataclass_fields__))
    if strange:
        raise AudienceRefused(_("The audience does not know: %(names)s.") % {"names": ", ".join(strange)[:200]})
    ids = {name: _ids(name, said.get(name, [])) for name in ID_LISTS}
    roles = _words("roles", said.get("roles", [Role.OWNER, Role.OCCUPANT]), set(Role.values))
    kinds = _words("unit_kinds", said.get("unit_kinds", []), set(unit_kinds))
    low, high = (_floor(name, said.get(name)) for name in ("floor_from", "floor_to"))
    if low is not None and high is not None and low > high:
        raise AudienceRefused(_("The lowest floor is above the highest."))
    unread_of = _ids("unread_of", [said["unread_of"]])[0] if said.get("unread_of") else None
    return Audience(
        **ids, floor_from=low, floor_to=high, unit_kinds=kinds, roles=roles, unread_of=unread_of
    )  # fmt: skip


def _ids(name: str, given: Any) -> tuple[UUID, ...]:
    try:
        if not isinstance(given, (list, tuple)):
            raise TypeError
        return tuple(dict.fromkeys(UUID(str(each)) for each in given))
    except (ValueError, TypeError):
        raise AudienceRefused(_("In the audience, “%(name)s” must be a list of ids.") % {"name": name}) from None


def _words(name: str, given: Any, known: set[str]) -> tuple[str, ...]:
    if not isinstance(given, (list, tuple)) or not all(isinstance(each, str) and each in known for each in given):
        told = {"name": name, "known": ", ".join(sorted(known))}
        raise AudienceRefused(_("In the audience, “%(name)s” must be some of: %(known)s.") % told)
    return tuple(dict.fromkeys(map(str, given)))


def _floor(name: str, given: Any) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or given not in FLOORS:
        told = {"low": FLOORS.start, "high": FLOORS.stop - 1}
        raise AudienceRefused(_("A floor is a whole number from %(low)s to %(high)s.") % told)
    return given


def is_within(reach: Reach, places: Iterable[tuple[UUID, UUID | None]]) -> bool:
    """Whether every place (estate, building or None for the whole estate) lies where somebody works."""
    return all(reach.covers(estate, building) for estate, building in places)
