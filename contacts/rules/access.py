"""Who may see outside parties, and who may change one. Plain values in, plain values out."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from contacts.models import OutsideParty
from tenancy.models import Membership
from tenancy.policy import can, scopes_of, sight
from tenancy.reach import EVERYWHERE, Reach, reach_of

Place = tuple[UUID, UUID | None]


def reach_for(actor: Membership | None, action: str) -> Reach:
    """Where the member has the action: everywhere, where they work, or nowhere."""
    scopes = scopes_of(actor, action)
    if actor is None or not scopes:
        return Reach()
    return EVERYWHERE if "organisation" in scopes else reach_of(actor)


def may_read(actor: Membership | None, party: Any = None) -> bool:
    return can(actor, "contact.read", party)


def may_read_contracts(actor: Membership | None, party: Any = None) -> bool:
    return can(actor, "contract.read", party)


def may_export(actor: Membership | None) -> bool:
    return can(actor, "contact.export")


def may_import(actor: Membership | None) -> bool:
    return can(actor, "contact.import")


def may_change(actor: Membership | None, action: str, party: OutsideParty, areas: Iterable[Place]) -> bool:
    """Only who works wherever the party serves: what they change is read, and called, everywhere there."""
    if not can(actor, action, party):
        return False
    return covers_all(reach_for(actor, action), everywhere=party.serves_everywhere, areas=areas)


def covers_all(reach: Reach, *, everywhere: bool, areas: Iterable[Place]) -> bool:
    if reach.everywhere or everywhere:
        return reach.everywhere
    return all(reach.covers(estate, building) for estate, building in areas)


def sees_people(actor: Membership | None) -> bool:
    """Whether names, phones and addresses of contact people are shown whole."""
    return sight(actor, "outside.contact") == "whole"
