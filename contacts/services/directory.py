"""Entering and changing an outside party and the people there."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from contacts import queries
from contacts.models import ContactPerson, OutsideParty, ServiceArea
from contacts.rules import access
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

Kind, Branch = OutsideParty.Kind, OutsideParty.Branch


class ChangedMeanwhile(DomainError):
    """Somebody else has changed the row since it was read; ``version`` is what is there now."""

    version = 0


@dataclass(frozen=True)
class PartyFacts:
    """What is said of a party. ``areas`` are (estate, building or None); phones are normal (rules/phones.py)."""

    name: str
    kind: str
    branch: str = ""
    phone: str = ""
    emergency_phone: str = ""
    emergency_note: str = ""
    email: str = ""
    website: str = ""
    address: str = ""
    hours: str = ""
    note: str = ""
    serves_everywhere: bool = False
    is_active: bool = True
    areas: Sequence[access.Place] = ()

    def columns(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "areas"}


@dataclass(frozen=True)
class PersonFacts:
    name: str
    post: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    hours: str = ""
    is_for_emergencies: bool = False
    note: str = ""


def facts_of(party: OutsideParty) -> PartyFacts:
    """What is said of the party now."""
    columns: dict[str, Any] = {name: getattr(party, name) for name in PartyFacts(name="", kind="").columns()}
    return PartyFacts(**columns, areas=tuple(queries.areas_of(party)))


def check_facts(facts: PartyFacts, actor: Membership | None) -> None:
    """Raises DomainError for a kind without its branch, a party that serves nowhere, or places not the actor's."""
    branches = {Kind.UTILITY: set(OutsideParty.UTILITIES), Kind.PROFESSIONAL: set(Branch) - set(OutsideParty.UTILITIES)}
    wanted = branches.get(Kind(facts.kind), {""})
    if facts.branch not in wanted:
        raise DomainError(_("Say which utility or trade it is: one that goes with the kind."), code="branch")
    if not facts.serves_everywhere and not facts.areas:
        raise DomainError(_("Say where it serves: at least one estate or building."), code="areas")
    reach = access.reach_for(actor, "contact.write")
    if not queries.are_places(facts.areas) or not access.covers_all(
        reach, everywhere=facts.serves_everywhere, areas=facts.areas
    ):
        raise DomainError(_("Name only places where you work. An administrator can enter the others."), code="areas")


def must_enter(actor: Membership | None) -> Membership:
    """The actor, whose role enters outside parties. Raises NotAllowed."""
    if actor is None or not can(actor, "contact.write"):
        raise NotAllowed(_("Your role does not enter outside parties."))
    return actor


@transaction.atomic
def add_party(*, facts: PartyFacts, actor: Membership | None, now: datetime) -> OutsideParty:
    """Enter a party. Writes it, its areas and an audit entry. Raises NotAllowed, DomainError."""
    actor = must_enter(actor)
    check_facts(facts, actor)
    party = OutsideParty.objects.create(**facts.columns(), created_by=actor, created_at=now, changed_at=now)
    _write_areas(party, facts.areas)
    record(action="outsideparty.added", subject=party, actor=actor, now=now, changes={"kind": party.kind})
    return party


@transaction.atomic
def change_party(
    *, party_id: UUID, facts: PartyFacts, version: int | None, actor: Membership | None, now: datetime
) -> OutsideParty:
    """Change what is said of a party. Writes it, its areas, and an audit entry with the names of what changed.

    ``version`` is what the actor read, None for whatever is there. Raises NotFound, NotAllowed, ChangedMeanwhile,
    DomainError. Nothing is written when nothing is different.
    """
    party = locked_for(party_id, "contact.write", actor)
    if version is not None and version != party.version:
        refusal = ChangedMeanwhile(_("Somebody else has changed it meanwhile. Look at their changes, then save yours."))
        refusal.version = party.version
        raise refusal
    check_facts(facts, actor)
    changed = [name for name, value in facts.columns().items() if getattr(party, name) != value]
    if set(queries.areas_of(party)) != set(facts.areas):
        changed.append("areas")
        party.areas.all().delete()
        _write_areas(party, facts.areas)
    if changed:
        for name, value in facts.columns().items():
            setattr(party, name, value)
        party.version, party.changed_at = party.version + 1, now
        party.save()
        record(action="outsideparty.changed", subject=party, actor=actor, now=now, changes={"fields": sorted(changed)})
    return party


def _write_areas(party: OutsideParty, areas: Sequence[access.Place]) -> None:
    whole = {estate for estate, building in areas if building is None}
    rows = {(estate, building) for estate, building in areas if building is None or estate not in whole}
    ServiceArea.objects.bulk_create(
        ServiceArea(party=party, estate_id=estate, building_id=building) for estate, building in rows
    )


def locked_for(party_id: UUID, action: str, actor: Membership | None) -> OutsideParty:
    """The party, its row locked, for who may do this to it. Raises NotFound, NotAllowed."""
    seen = queries.parties_visible_to(actor).filter(pk=party_id)
    party = OutsideParty.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if party is None:
        raise NotFound("no such party")
    must_change(party, action, actor)
    return party


def must_change(party: OutsideParty, action: str, actor: Membership | None) -> None:
    """For a party the actor sees. Raises NotAllowed: the role does not do this, or it serves beyond their places."""
    if not can(actor, action, party):
        raise NotAllowed(_("Your role does not change this."))
    if not access.may_change(actor, action, party, queries.areas_of(party)):
        raise NotAllowed(_("It also serves places where you do not work: ask somebody who works in all of them."))


# -- the people there ------------------------------------------------------------------------------------------------


@transaction.atomic
def add_person(*, party_id: UUID, facts: PersonFacts, actor: Membership | None, now: datetime) -> ContactPerson:
    """Enter somebody to speak to. Writes the row and an audit entry. Raises NotFound, NotAllowed."""
    party = locked_for(party_id, "contact.write", actor)
    person = ContactPerson.objects.create(party=party, **asdict(facts))
    record(action="contactperson.added", subject=party, actor=actor, now=now)
    return person


@transaction.atomic
def change_person(*, person_id: UUID, facts: PersonFacts, actor: Membership | None, now: datetime) -> ContactPerson:
    """Change what is said of somebody. Writes the row, and an audit entry that names the fields that changed."""
    person = _person(person_id, actor)
    changed = [name for name, value in asdict(facts).items() if getattr(person, name) != value]
    for name, value in asdict(facts).items():
        setattr(person, name, value)
    if changed:
        person.save()
        record(action="contactperson.changed", subject=person.party, actor=actor, now=now, changes={"fields": changed})
    return person


@transaction.atomic
def remove_person(*, person_id: UUID, actor: Membership | None, now: datetime) -> OutsideParty:
    """Somebody left: delete everything that is known of them. Writes an audit entry without a name."""
    person = _person(person_id, actor)
    party = person.party
    person.delete()
    record(action="contactperson.removed", subject=party, actor=actor, now=now)
    return party


def _person(person_id: UUID, actor: Membership | None) -> ContactPerson:
    found = ContactPerson.objects.filter(pk=person_id).first()
    if found is None:
        raise NotFound("no such person")
    found.party = locked_for(found.party_id, "contact.write", actor)
    return found
