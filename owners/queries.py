"""What is read of the registry. Every function returns rows of the organisation in force."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from owners import rules
from owners.models import (
    Building,
    Estate,
    EstateAssignment,
    Invitation,
    Occupancy,
    Ownership,
    Person,
    RegistryImport,
    Unit,
    UnitClaim,
)
from tenancy.context import current_organisation_id
from tenancy.models import Membership, User
from tenancy.names import sees_names
from tenancy.policy import scopes_of
from tenancy.reach import EVERYWHERE, Reach, reach_of

Relation = Literal["owner", "occupant"]
FOUND_AT_MOST = 20


def current_ownerships(on: date) -> QuerySet[Ownership]:
    """Ownerships in force. The day an ownership ends is the first day of the next."""
    return Ownership.objects.filter(_begun(on), Q(to_on__isnull=True) | Q(to_on__gt=on))


def current_occupancies(on: date) -> QuerySet[Occupancy]:
    """Occupancies in force. A term's last day still belongs to it."""
    return Occupancy.objects.filter(_begun(on), Q(to_on__isnull=True) | Q(to_on__gte=on))


def _begun(on: date) -> Q:
    return Q(from_on__isnull=True) | Q(from_on__lte=on)


# -- who is who ------------------------------------------------------------------------------------------------------


def persons_of(membership: Membership | None) -> QuerySet[Person]:
    """The people of the registry who sign in as this member."""
    return Person.objects.filter(membership=membership) if membership is not None else Person.objects.none()


def person_of(membership: Membership | None) -> Person | None:
    person = persons_of(membership).order_by("id").first()
    if person is not None:
        person.membership = membership
    return person


# Most requests of owners ask this: to have the ORM write it anew costs several times what the answer does.
_HOMES = """
SELECT h.unit_id, 'owner' FROM owners_ownership h JOIN owners_person p
    ON p.organisation_id = h.organisation_id AND p.id = h.person_id
WHERE h.organisation_id = %(organisation)s AND p.membership_id = %(member)s
  AND (h.from_on IS NULL OR h.from_on <= %(day)s) AND (h.to_on IS NULL OR h.to_on > %(day)s)
UNION ALL
SELECT h.unit_id, 'occupant' FROM owners_occupancy h JOIN owners_person p
    ON p.organisation_id = h.organisation_id AND p.id = h.person_id
WHERE h.organisation_id = %(organisation)s AND p.membership_id = %(member)s
  AND (h.from_on IS NULL OR h.from_on <= %(day)s) AND (h.to_on IS NULL OR h.to_on >= %(day)s)
"""


def units_of(membership: Membership | None, on: date | None = None) -> list[tuple[Unit, Relation]]:
    """The units a member owns or occupies on a day (today), each once, with the stronger relation: what is owned first.

    With their buildings, and their estates and calendars.
    """
    if membership is None:
        return []
    day = on or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, {"organisation": current_organisation_id(), "member": membership.pk, "day": day})
        homes = cursor.fetchall()
    if not homes:
        return []
    owned = {unit_id for unit_id, relation in homes if relation == "owner"}
    units = Unit.objects.filter(pk__in={unit_id for unit_id, _relation in homes})
    by_code = units.select_related("estate__calendar", "building").order_by("code")
    found: list[tuple[Unit, Relation]] = [(unit, "owner" if unit.pk in owned else "occupant") for unit in by_code]
    return sorted(found, key=lambda home: home[1] != "owner")


def units_of_person(person: Person, on: date) -> list[Unit]:
    """The units a person of the registry owns or occupies on a day, each once."""
    owned = current_ownerships(on).filter(person=person).select_related("unit__estate", "unit__building")
    used = current_occupancies(on).filter(person=person).select_related("unit__estate", "unit__building")
    found: dict[Any, Unit] = {row.unit_id: row.unit for row in owned} | {row.unit_id: row.unit for row in used}
    return list(found.values())


def within(reach: Reach, *, estate: str = "estate", building: str = "building") -> Q:
    """The condition that a row lies where somebody works; ``estate`` and ``building`` are its paths to both."""
    if reach.everywhere:
        return Q()
    whole = Q(**{f"{estate}__in": reach.estates})
    return whole | Q(**{f"{building}__in": reach.buildings}) if reach.buildings else whole


def assigned_estate_ids(membership: Membership | None) -> frozenset[Any]:
    """The estates assigned as a whole."""
    return reach_of(membership).estates if membership is not None else frozenset()


def reaches(membership: Membership | None, estate: Estate, building: Building | None = None) -> bool:
    """Whether the member looks after the registry of the whole estate, or of this building of it."""
    if membership is None or not estates_visible_to(membership).filter(pk=estate.pk).exists():
        return False
    return rules.registry_reach(membership).covers(estate.pk, building.pk if building else None)


def estates_visible_to(membership: Membership | None, on: date | None = None) -> QuerySet[Estate]:
    """Staff: all estates or those assigned; committee, partners: those assigned; owners, occupants: of their units."""
    estates = Estate.objects.filter(is_active=True)
    if membership is None or not membership.is_active:
        return estates.none()
    if rules.sees_all_estates(membership):
        return estates
    assigned = Q(Exists(EstateAssignment.objects.filter(membership=membership, estate=OuterRef("pk"))))
    if membership.is_staff_role:
        return estates.filter(assigned)
    day = on or timezone.localdate()
    owned = current_ownerships(day).filter(person__membership=membership, unit__estate=OuterRef("pk"))
    used = current_occupancies(day).filter(person__membership=membership, unit__estate=OuterRef("pk"))
    return estates.filter(assigned | Q(Exists(owned)) | Q(Exists(used)))


def homes_of(membership: Membership) -> dict[UUID, frozenset[UUID] | None]:
    """The estates whose boards a member stands before, each with the buildings that concern them; None for all."""
    reach, found = reach_of(membership), {}
    units = [unit for unit, _relation in units_of(membership)]
    for estate_id in estates_visible_to(membership).values_list("pk", flat=True):
        own = {unit.building_id for unit in units if unit.estate_id == estate_id}
        found[estate_id] = None if reach.covers(estate_id) else frozenset(own | reach.buildings)
    return found


def buildings_shown_to(membership: Membership) -> QuerySet[Building]:
    """The buildings within an estate that is shown: all, or those where a member of staff works."""
    if not membership.is_staff_role:
        return Building.objects.all()
    return Building.objects.filter(within(rules.registry_reach(membership), building="pk"))


def units_visible_to(membership: Membership | None) -> QuerySet[Unit]:
    """Staff: the units of their estates; anyone else: their own."""
    if membership is not None and membership.is_staff_role:
        return units_in_reach(membership).select_related("estate", "building")
    own = [unit.pk for unit, _relation in units_of(membership)]
    return Unit.objects.select_related("estate", "building").filter(pk__in=own)


def units_in_reach(membership: Membership) -> QuerySet[Unit]:
    """The units of a member of staff: of their estates, or of their buildings in them."""
    return Unit.objects.filter(within(rules.registry_reach(membership)), estate__in=estates_visible_to(membership))


def unit_visible_to(membership: Membership | None, unit_id: Any) -> Unit | None:
    return units_visible_to(membership).filter(pk=unit_id).first()


def people_visible_to(membership: Membership | None) -> QuerySet[Person]:
    """The people staff may look up: those of the units of their estates."""
    if membership is None or not rules.may_read_registry(membership):
        return Person.objects.none()
    if rules.sees_all_estates(membership):
        return Person.objects.all()
    return Person.objects.filter(_linked_to(units_in_reach(membership)))


def _linked_to(units: QuerySet[Unit]) -> Q:
    owned = Ownership.objects.filter(person=OuterRef("pk"), unit__in=units)
    return Q(Exists(owned)) | Q(Exists(Occupancy.objects.filter(person=OuterRef("pk"), unit__in=units)))


def shares_shown_of(person: Person, membership: Membership) -> tuple[QuerySet[Ownership], QuerySet[Occupancy]]:
    """What the person owns and uses, now and before, of the units the member looks after."""
    near = within(rules.registry_reach(membership), estate="unit__estate", building="unit__building")
    owned, used = Ownership.objects.filter(near, person=person), Occupancy.objects.filter(near, person=person)
    return owned.select_related("unit__estate"), used.select_related("unit__estate")


# -- finding people --------------------------------------------------------------------------------------------------


def _with_units(people: QuerySet[Person], on: date, reach: Reach = EVERYWHERE) -> QuerySet[Person]:
    """With the units of each, of those that lie within."""
    near = within(reach, estate="unit__estate", building="unit__building")
    return people.prefetch_related(
        Prefetch(
            "ownerships",
            current_ownerships(on).filter(near).select_related("unit__estate", "unit__building").order_by("unit__code"),
            to_attr="owned_now",
        ),
        Prefetch(
            "occupancies",
            current_occupancies(on)
            .filter(near)
            .select_related("unit__estate", "unit__building")
            .order_by("unit__code"),
            to_attr="occupied_now",
        ),
    )


def people_matching(
    text: str, estates: Iterable[Estate] | QuerySet[Estate], on: date | None = None, *, reach: Reach = EVERYWHERE
) -> list[Person]:
    """At most 20 people of these estates by any part of the name, by phone in any writing (4 digits or more from its
    end), or by unit ("A-0101", "a0101", "1幢101", "1-101"). Each carries ``owned_now`` and ``occupied_now``.
    """
    day = on or timezone.localdate()
    units = Unit.objects.filter(within(reach), estate__in=estates)
    wanted = matching(text, units, day)
    if wanted is None:
        return []
    people = Person.objects.filter(_linked_to(units)).filter(wanted).order_by("name", "id")[:FOUND_AT_MOST]
    return list(_with_units(people, day, reach))


def person_to_choose(member: Membership | None, key: UUID) -> Person | None:
    """One of the people that may be looked up, with ``owned_now`` and ``occupied_now``."""
    if member is None:
        return None
    found = _with_units(people_visible_to(member).filter(pk=key), timezone.localdate(), rules.registry_reach(member))
    return found.first()


def searchable(text: str) -> str:
    """What was typed with its blanks and widths made alike, without the one sign that no text can hold."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("\0", "")).split())


def matching(
    text: str, units: QuerySet[Unit], on: date, *, by_contact: bool = True, with_names: bool = True
) -> Q | None:
    """A condition on Person for what somebody typed, or None when it says nothing.

    Without ``by_contact`` no phone and no address is compared, without ``with_names`` no name: who reads them masked
    would find them by trying.
    """
    words, as_typed = searchable(text), text.replace("\0", "").strip()
    if not words:
        return None
    wanted = Q(name__icontains=words) | Q(name__icontains=as_typed) if with_names else Q(pk__in=())
    if by_contact and "@" in words:
        wanted |= Q(email__icontains=words)
    digits = re.sub(r"\D", "", words)
    if by_contact and len(digits) >= 4 and not re.search(r"[^\d\s+()./-]", words):
        wanted |= Q(pk__in=people_with_phone(digits).values("pk"))
    pattern = unit_pattern(words)
    if pattern:
        found = units.filter(Q(code__iregex=pattern) | Q(number__iexact=words))
        wanted |= Q(pk__in=current_ownerships(on).filter(unit__in=found).values("person_id"))
        wanted |= Q(pk__in=current_occupancies(on).filter(unit__in=found).values("person_id"))
    return wanted


def people_with_phone(digits: str) -> QuerySet[Person]:
    """People whose number ends in these digits; a leading trunk zero or 00 is no part of the stored number."""
    written = Person.objects.annotate(phone_text=Cast("phone", CharField()))
    return written.filter(phone_text__endswith=digits.lstrip("0") or digits)


def unit_pattern(words: str) -> str:
    """A regular expression for unit codes that mean what was typed: case, hyphens, blanks and leading zeros are free.

    "A0101" finds A-0101; "1-101" and "1幢101" find 1幢-1单元-101 and 1幢-101. Empty when no digit was typed.
    """
    parts = re.findall(r"\d+|[^\W\d_]+", words)
    if not any(part.isdigit() for part in parts) or len(parts) > 8:
        return ""
    if len(parts) == 1:
        return rf"(^|[^0-9])0*{parts[0].lstrip('0') or '0'}$"
    pieces = [rf"0*{part.lstrip('0') or '0'}" if part.isdigit() else re.escape(part) for part in parts]
    # Between building and number a section may stand that nobody says aloud.
    joints = [r"[^0-9A-Za-z]*"] * (len(pieces) - 2) + [r"(?:[^0-9A-Za-z]*|[^0-9A-Za-z]+[0-9A-Za-z]+[^0-9A-Za-z]+)"]
    return "^" + "".join(piece + joint for piece, joint in zip(pieces, joints, strict=False)) + pieces[-1] + "$"


# -- the registry's pages --------------------------------------------------------------------------------------------


def estates_with_counts(membership: Membership | None) -> QuerySet[Estate]:
    return estates_visible_to(membership).annotate(
        unit_count=Count("units", distinct=True), building_count=Count("buildings", distinct=True)
    )


def people_page(
    membership: Membership | None, *, text: str = "", estate: Estate | None = None, on: date
) -> QuerySet[Person]:
    """People in the order of name and id, for keyset pages, with the units they have now.

    Who sees no names gets them in the order of the id, and finds them by their unit alone.
    """
    people = people_visible_to(membership)
    units = units_visible_to(membership).select_related(None)
    if estate is not None:
        units = units.filter(estate=estate)
        people = people.filter(_linked_to(units))
    with_names = sees_names(membership)
    wanted = matching(text, units, on, by_contact=rules.sees_contacts(membership), with_names=with_names)
    if wanted is not None:
        people = people.filter(wanted)
    order = ("name", "id") if with_names else ("id",)
    reach = rules.registry_reach(membership) if membership is not None else EVERYWHERE
    return _with_units(people.select_related("membership").order_by(*order), on, reach)


def units_page(membership: Membership | None, *, text: str = "", estate: Estate | None = None) -> QuerySet[Unit]:
    """Units in the order of code and id, for keyset pages, with their present owners and occupants."""
    day = timezone.localdate()
    units = units_visible_to(membership).order_by("code", "id")
    if estate is not None:
        units = units.filter(estate=estate)
    if text.strip():
        pattern = unit_pattern(searchable(text))
        wanted = Q(code__icontains=text.strip())
        units = units.filter(wanted | Q(code__iregex=pattern) if pattern else wanted)
    return units.prefetch_related(
        Prefetch("ownerships", current_ownerships(day).select_related("person"), to_attr="owned_now"),
        Prefetch("occupancies", current_occupancies(day).select_related("person"), to_attr="occupied_now"),
    )


def estates_imported_by(membership: Membership | None) -> QuerySet[Estate]:
    """The estates whose registry the member may import: those they have as a whole."""
    estates = estates_visible_to(membership)
    if membership is None or rules.sees_all_estates(membership):
        return estates
    return estates.filter(pk__in=assigned_estate_ids(membership))


def imports_visible_to(membership: Membership | None) -> QuerySet[RegistryImport]:
    imports = RegistryImport.objects.select_related("estate", "created_by").order_by("-created_at", "-id")
    if membership is None or not rules.may_import_somewhere(membership):
        return imports.none()
    if rules.sees_all_estates(membership):
        return imports
    return imports.filter(Q(estate__in=estates_imported_by(membership)) | Q(created_by=membership))


def imports_listed_for(membership: Membership | None) -> QuerySet[RegistryImport]:
    """The imports in the administration's list: all of them, or those into the estates the member has as a whole."""
    scopes = scopes_of(membership, "registry.list_imports")
    if "organisation" in scopes:
        return RegistryImport.objects.all()
    if membership is None or not scopes:
        return RegistryImport.objects.none()
    reach = reach_of(membership)
    return RegistryImport.objects.all() if reach.everywhere else RegistryImport.objects.filter(estate__in=reach.estates)


def imports_waiting(now: datetime) -> QuerySet[RegistryImport]:
    """Imports somebody must check or carry out, and nobody is at."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return RegistryImport.objects.filter(free, state__in=ACTIVE).order_by("created_at")


ACTIVE = (RegistryImport.State.CHECKING, RegistryImport.State.IMPORTING)


def imports_waiting_anywhere(now: datetime) -> list[tuple[int, Any]]:
    """(organisation, import) of every organisation, for the sweep. Reads across organisations as the system's role."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    rows = RegistryImport.across.using("system").filter(free, state__in=ACTIVE).order_by("created_at")
    return list(rows.values_list("organisation_id", "id")[:100])


def claims_visible_to(membership: Membership | None) -> QuerySet[UnitClaim]:
    claims = UnitClaim.objects.select_related("user", "estate", "unit", "decided_by")
    if membership is None or not rules.may_decide_claims(membership):
        return claims.none()
    near = within(rules.registry_reach(membership), building="unit__building")
    return claims.filter(near, estate__in=estates_visible_to(membership))


def claims_of(user: User) -> QuerySet[UnitClaim]:
    return UnitClaim.objects.filter(user=user).select_related("estate", "unit").order_by("-created_at", "-id")


def people_to_invite(
    estates: Iterable[Estate] | QuerySet[Estate], on: date, building: Building | None = None, *, now: datetime
) -> QuerySet[Person]:
    """People with an address and no sign-in who own or occupy a unit now and hold no invitation that is still valid."""
    units = Unit.objects.filter(estate__in=estates)
    if building is not None:
        units = units.filter(building=building)
    owned = current_ownerships(on).filter(person=OuterRef("pk"), unit__in=units)
    used = current_occupancies(on).filter(person=OuterRef("pk"), unit__in=units)
    open_now = Invitation.objects.filter(person=OuterRef("pk"), accepted_at__isnull=True, expires_at__gt=now)
    return (
        Person.objects.filter(Q(Exists(owned)) | Q(Exists(used)), membership__isnull=True)
        .exclude(email="")
        .exclude(Exists(open_now))
        .exclude(kind=Person.Kind.CONSTRUCTION_UNIT)
        .order_by("name", "id")
    )


def people_like(claim: UnitClaim, units: Iterable[Unit], on: date) -> list[Person]:
    """Whom a request may come from: the people of the units it may mean, and those with its name, phone or address."""
    unit_ids = [unit.pk for unit in units]
    here = Q(pk__in=current_ownerships(on).filter(unit__in=unit_ids).values("person_id"))
    here |= Q(pk__in=current_occupancies(on).filter(unit__in=unit_ids).values("person_id"))
    same = Q(name__iexact=claim.name) | Q(email__iexact=claim.user.email) | Q(membership__user=claim.user)
    if claim.phone:
        same |= Q(phone=str(claim.phone))
    linked = _linked_to(Unit.objects.filter(estate=claim.estate_id)) | Q(membership__user=claim.user)
    people = Person.objects.filter(here | (same & linked)).select_related("membership__user").order_by("name", "id")
    here_alone = Reach(estates=frozenset({claim.estate_id}))  # whoever decides may have no other estate
    return list(_with_units(people[:FOUND_AT_MOST], on, here_alone))


def units_like(claim: UnitClaim) -> list[Unit]:
    """The units of the estate that the words of a request may mean; the exact code first."""
    words = searchable(claim.unit_words)
    pattern = unit_pattern(words)
    wanted = Q(code__iexact=words) | (Q(code__iregex=pattern) if pattern else Q(number__iexact=words))
    found = (
        Unit.objects.filter(wanted, estate=claim.estate_id).select_related("building").order_by("code")[:FOUND_AT_MOST]
    )
    return sorted(found, key=lambda unit: unit.code.casefold() != words.casefold())
