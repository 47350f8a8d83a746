"""Who may do what in the registry, and what follows from a person's data. Plain values in, plain values out."""

import re
from collections.abc import Collection
from typing import Any

from tenancy.models import Membership
from tenancy.policy import can, scopes_of, sight
from tenancy.reach import EVERYWHERE, Reach, reach_of


def language_for(tag: str, *, fallback: str) -> str:
    """The language we write to a person in: theirs when we speak it, else the organisation's."""
    wanted = tag.lower()
    if wanted.startswith("zh"):
        return "zh-hans"
    return "en" if wanted.startswith("en") else fallback


def sees_all_estates(actor: Membership | None) -> bool:
    return actor is not None and actor.is_staff_role and registry_reach(actor).everywhere


def registry_reach(actor: Membership) -> Reach:
    """Where the member works with the registry: an administrator keeps it everywhere, assigned or not."""
    return EVERYWHERE if "organisation" in scopes_of(actor, "registry.read") else reach_of(actor)


def may_read_registry(actor: Membership | None) -> bool:
    """Open the pages of people and units. Engineers see the unit and phone of their open work only, on the case."""
    return can(actor, "registry.read")


def may_import(actor: Membership | None, estate_id: Any = None, assigned: Collection[Any] = ()) -> bool:
    """Import a registry: the administrator anywhere and into a new estate, a manager into the estates they have."""
    if not may_import_somewhere(actor):
        return False
    if sees_all_estates(actor):
        return True
    return bool(assigned) if estate_id is None else estate_id in assigned


def may_import_somewhere(actor: Membership | None) -> bool:
    return can(actor, "registry.import")


def may_create_estate(actor: Membership | None) -> bool:
    return can(actor, "estate.change")


def may_decide_claims(actor: Membership | None) -> bool:
    return can(actor, "claim.decide")


def may_invite(actor: Membership | None) -> bool:
    return can(actor, "person.invite")


def sees_contacts(actor: Membership | None) -> bool:
    """Whether phones and addresses are shown whole; the auditor reads masked personal data."""
    return sight(actor, "person.contact") == "whole"


def masked_phone(phone: str) -> str:
    return f"{'•' * max(len(phone) - 3, 0)}{phone[-3:]}" if phone else ""


def masked_email(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{name[:1]}•••{at}{host}" if at else ""


def estate_code(name: str, *, fallback: str, taken: Collection[str]) -> str:
    """A code for an estate without one: the first letters of its name, else of ``fallback``; a figure when taken."""
    letters = re.sub(r"[^A-Z]", "", name.upper()) if name.isascii() else ""
    stem = (letters or re.sub(r"[^A-Z]", "", fallback.upper()) or "EST")[:3].ljust(2, "X")
    if stem not in taken:
        return stem
    return next(code for figure in range(2, 10_000) if (code := f"{stem}{figure}") not in taken)
