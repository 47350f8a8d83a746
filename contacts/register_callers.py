"""Whom a contact can be with: found by what was typed, or named by what was chosen before."""

from uuid import UUID

from contacts.models import CommunicationRecord, ContactPerson
from contacts.queries import parties_visible_to
from contacts.register_forms import Whom, choices_of
from contacts.register_queries import callers_at_parties
from contacts.rules import access
from owners.queries import estates_visible_to, people_matching, person_to_choose
from owners.rules import may_read_registry, registry_reach
from tenancy.models import Membership

Record = CommunicationRecord


def found_for(member: Membership, typed: str) -> dict[str, Whom]:
    """Whom what was typed means: people of the registry by name, number or unit; outside parties and people there."""
    if not typed.strip():
        return {}
    estates = list(estates_visible_to(member))
    people = people_matching(typed, estates, reach=registry_reach(member)) if may_read_registry(member) else []
    contacts, parties = callers_at_parties(member, typed)
    return choices_of(people, contacts, parties, {estate.pk for estate in estates})


def whom_named(member: Membership, chosen: str) -> dict[str, Whom]:
    """Whom a choice names, as far as the member may still see them there."""
    kind, _colon, rest = chosen.partition(":")
    try:
        key = UUID(rest.partition(":")[0])
    except ValueError:
        return {}
    if kind == "p":
        person, estates = person_to_choose(member, key), {estate.pk for estate in estates_visible_to(member)}
        found = choices_of([person] if person else [], [], [], estates)
        return {value: whom for value, whom in found.items() if value == chosen}
    if kind == "c" and access.sees_people(member):
        rows = ContactPerson.objects.filter(pk=key, party__in=parties_visible_to(member).filter(is_active=True))
        return choices_of([], rows.select_related("party"), [], set())
    return party_named(member, rest) if kind == "o" else {}


def party_named(member: Membership, key: str) -> dict[str, Whom]:
    """An outside party, by its key."""
    try:
        wanted = UUID(key)
    except ValueError:
        return {}
    party = parties_visible_to(member).filter(pk=wanted).first()
    return {whom.value: whom for whom in [Whom(party=party)]} if party else {}


def whom_answered(answered: CommunicationRecord | None) -> dict[str, Whom]:
    """Whom an answer goes to, without a search."""
    if answered is None:
        return {}
    if answered.person is not None:
        is_owner = answered.party_type == Record.PartyType.OWNER
        whom = Whom(person=answered.person, unit=answered.unit, is_owner=is_owner)
    elif answered.party is not None:
        whom = Whom(contact=answered.contact, party=answered.party)
    else:
        return {}
    return {whom.value: whom}
