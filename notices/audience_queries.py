"""From an audience to people: each once, however many units, roles or rows of the registry they have.

One common table expression, ``reader``, serves the count, the sample and the freezing, so that what was shown before
sending is what is sent. It is SQL because a hundred thousand people pass through it in one statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import phonenumbers
from django.db import connection

from notices.rules.audience import Audience, Role, read_audience
from owners.models import Building, Estate, Person, Unit
from owners.queries import people_visible_to, within
from tenancy.context import current_organisation_id
from tenancy.models import Membership, Organisation
from tenancy.policy import scopes_of
from tenancy.reach import EVERYWHERE, Reach, reach_of

# A group's first row by place gives the unit somebody is told of it for; their units stand in the same order.
READERS = """
chosen AS (
    SELECT u.id, u.estate_id, u.building_id, u.floor, u.code, e.code AS estate_code, b.code AS building_code
    FROM owners_unit u
    JOIN owners_building b ON b.organisation_id = u.organisation_id AND b.id = u.building_id
    JOIN owners_estate e ON e.organisation_id = u.organisation_id AND e.id = u.estate_id
    WHERE u.organisation_id = %(org)s
      AND (u.estate_id = ANY(%(estates)s) OR u.building_id = ANY(%(buildings)s) OR u.id = ANY(%(units)s))
      AND (u.id = ANY(%(units)s) OR (
          (%(floor_from)s::int IS NULL OR u.floor >= %(floor_from)s::int)
          AND (%(floor_to)s::int IS NULL OR u.floor <= %(floor_to)s::int)
          AND (%(any_kind)s OR u.kind = ANY(%(unit_kinds)s))))
), holding AS (
    SELECT o.person_id, o.unit_id FROM owners_ownership o
    WHERE o.organisation_id = %(org)s AND %(owner)s
      AND (o.from_on IS NULL OR o.from_on <= %(day)s) AND (o.to_on IS NULL OR o.to_on > %(day)s)
    UNION
    SELECT o.person_id, o.unit_id FROM owners_occupancy o
    WHERE o.organisation_id = %(org)s AND %(occupant)s
      AND (o.from_on IS NULL OR o.from_on <= %(day)s) AND (o.to_on IS NULL OR o.to_on >= %(day)s)
), meant AS (
    SELECT h.person_id, NULL::uuid AS membership_id, c.estate_id, c.building_id, c.floor, c.code,
           c.estate_code, c.building_code
    FROM holding h JOIN chosen c ON c.id = h.unit_id
    UNION ALL
    SELECT p.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM owners_person p
    WHERE p.organisation_id = %(org)s AND p.id = ANY(%(persons)s)
    UNION ALL
    SELECT (SELECT p.id FROM owners_person p
            WHERE p.organisation_id = m.organisation_id AND p.membership_id = m.id AND p.erased_at IS NULL
            ORDER BY p.id LIMIT 1),
           m.id, NULL, NULL, NULL, NULL, NULL, NULL
    FROM tenancy_membership m
    WHERE m.organisation_id = %(org)s AND m.is_active AND m.role = ANY(%(member_roles)s)
      AND (m.all_estates OR EXISTS (
              SELECT 1 FROM owners_estateassignment a
              WHERE a.organisation_id = m.organisation_id AND a.membership_id = m.id
                AND (a.estate_id = ANY(%(estates)s) OR a.building_id = ANY(%(buildings)s)
                     OR (a.building_id IS NULL AND a.estate_id = ANY(%(estates_touched)s))))
           OR EXISTS (
              SELECT 1 FROM owners_person p
              JOIN owners_ownership o ON o.organisation_id = p.organisation_id AND o.person_id = p.id
              JOIN chosen c ON c.id = o.unit_id
              WHERE p.organisation_id = m.organisation_id AND p.membership_id = m.id AND m.role = 'committee'
                AND (o.from_on IS NULL OR o.from_on <= %(day)s) AND (o.to_on IS NULL OR o.to_on > %(day)s)))
), signed AS (
    SELECT w.*, p.name AS person_name, p.email AS person_email, p.phone::text AS person_phone,
           p.postal_address, p.language AS person_language,
           m.id AS member_id, m.name AS member_name, s.email AS user_email, s.language AS user_language
    FROM meant w
    LEFT JOIN owners_person p ON p.organisation_id = %(org)s AND p.id = w.person_id
    LEFT JOIN (tenancy_membership m JOIN tenancy_user s ON s.id = m.user_id AND s.is_active)
      ON m.organisation_id = %(org)s AND m.is_active AND m.id = COALESCE(w.membership_id, p.membership_id)
    WHERE (p.id IS NOT NULL AND p.erased_at IS NULL) OR (p.id IS NULL AND m.id IS NOT NULL)
), placed AS (
    SELECT *, COALESCE(member_id, person_id) AS reader_key,
           row_number() OVER by_place AS place,
           string_agg(code, ', ') OVER (by_place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS units
    FROM signed
    WINDOW by_place AS (PARTITION BY COALESCE(member_id, person_id)
                        ORDER BY estate_code NULLS LAST, building_code, floor NULLS FIRST, code, person_id)
), reader AS (
    SELECT * FROM placed
    WHERE place = 1 AND (%(unread_of)s::uuid IS NULL OR EXISTS (
        SELECT 1 FROM notices_noticerecipient r
        WHERE r.organisation_id = %(org)s AND r.notice_id = %(unread_of)s::uuid
          AND r.read_at IS NULL AND r.acknowledged_at IS NULL
          AND (r.membership_id = placed.member_id OR r.person_id = placed.person_id)))
)
"""
SAMPLE = 8


def parameters(audience: Audience, day: date) -> dict[str, Any]:
    """What READERS asks for."""
    touched = Unit.objects.filter(pk__in=audience.units).values_list("estate_id", flat=True) if audience.units else []
    of_buildings = Building.objects.filter(pk__in=audience.buildings).values_list("estate_id", flat=True)
    estates = {*audience.estates, *touched, *(of_buildings if audience.buildings else ())}
    roles = set(audience.roles)
    members = [role for role in (Role.COMMITTEE, Role.PARTNER) if role in roles]
    return {
        "org": current_organisation_id(), "day": day,
        "estates": list(audience.estates), "buildings": list(audience.buildings),
        "units": list(audience.units), "persons": list(audience.persons), "estates_touched": list(estates),
        "floor_from": audience.floor_from, "floor_to": audience.floor_to,
        "unit_kinds": list(audience.unit_kinds), "any_kind": not audience.unit_kinds,
        "owner": Role.OWNER in roles, "occupant": Role.OCCUPANT in roles,
        # Members are meant by place: without one they are not, not even those of all estates.
        "member_roles": [*members, *(Membership.STAFF if Role.STAFF in roles else ())] if estates else [],
        "unread_of": audience.unread_of,
    }  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """How many a notice would reach: those with the portal, with e-mail, with neither; and some of their names."""

    people: int
    with_portal: int
    with_email: int
    with_neither: int
    sample: list[tuple[str, str]]


def counted(audience: Audience, *, day: date, sample: int = SAMPLE) -> Counted:
    """Count the readers on a day, and name the first of them with their units."""
    if audience.is_empty:
        return Counted(0, 0, 0, 0, [])
    told = parameters(audience, day)
    mail = "COALESCE(NULLIF(person_email, ''), user_email, '') <> ''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {READERS}, figures AS (SELECT count(*) AS n, count(member_id) AS portal, "  # noqa: S608 - fixed words
            f"count(*) FILTER (WHERE {mail}) AS mail, "
            f"count(*) FILTER (WHERE member_id IS NULL AND NOT {mail}) AS neither FROM reader) "
            "SELECT n, portal, mail, neither, name, units FROM figures LEFT JOIN LATERAL ("
            "  SELECT COALESCE(person_name, member_name) AS name, COALESCE(units, '') AS units FROM reader "
            "  ORDER BY estate_code NULLS LAST, building_code, floor NULLS FIRST, code, person_id LIMIT %(sample)s"
            ") AS shown ON true",
            {**told, "sample": sample},
        )
        rows = cursor.fetchall()
    people, portal, mail, neither = rows[0][:4]
    return Counted(people, portal, mail, neither, sample=[(row[4], row[5]) for row in rows if row[4] is not None])


def of_notice(said: Any) -> Audience:
    """The audience a notice holds. Raises AudienceRefused."""
    return read_audience(said, unit_kinds=Unit.Kind.values)


# -- where somebody may send -----------------------------------------------------------------------------------------


def writing_reach(actor: Membership) -> Reach:
    """Where the member may send notices to."""
    return EVERYWHERE if "organisation" in scopes_of(actor, "notice.write") else reach_of(actor)


def places_of(audience: Audience) -> set[tuple[UUID, UUID | None]]:
    """(estate, building or None) that the audience speaks of; people picked by name have the places of their units."""
    places: set[tuple[UUID, UUID | None]] = {(estate, None) for estate in audience.estates}
    if audience.buildings:
        rows = Building.objects.filter(pk__in=audience.buildings)
        places |= {(estate, pk) for pk, estate in rows.values_list("pk", "estate_id")}
    if audience.units:
        places |= set(Unit.objects.filter(pk__in=audience.units).values_list("estate_id", "building_id"))
    return places


def all_known(audience: Audience, actor: Membership) -> bool:
    """Whether everything the audience names is there and lies within the actor's reach."""
    reach = writing_reach(actor)
    in_reach = within(reach)
    estates = Estate.objects.filter(pk__in=audience.estates)
    if not reach.everywhere:
        estates = estates.filter(pk__in=reach.estates)
    return (
        _are_all(audience.estates, estates)
        and _are_all(audience.buildings, Building.objects.filter(within(reach, building="pk")))
        and _are_all(audience.units, Unit.objects.filter(in_reach))
        and _are_all(audience.persons, people_visible_to(actor))
    )


def _are_all(wanted: Iterable[UUID], rows: Any) -> bool:
    ids = set(wanted)
    return not ids or rows.filter(pk__in=ids).count() == len(ids)


# -- a pasted list -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pasted:
    """What the lines of a pasted list named, and the lines that named nothing we know or reach."""

    units: tuple[UUID, ...]
    persons: tuple[UUID, ...]
    unknown: tuple[str, ...]


def resolved(lines: Iterable[str], actor: Membership) -> Pasted:
    """Find the unit, or else the people, of each line: a unit's code, a reference, an e-mail address, a phone number.

    Four statements, however many lines. A line that several fit names them all.
    """
    wanted = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    found: dict[str, tuple[set[UUID], set[UUID]]] = {line: (set(), set()) for line in wanted}
    by_key: dict[str, list[str]] = {}
    for line in wanted:
        by_key.setdefault(line.casefold(), []).append(line)
    units = Unit.objects.filter(within(writing_reach(actor)))
    upper = {line.upper() for line in wanted} | set(wanted)
    for pk, code in units.filter(code__in=upper).values_list("pk", "code"):
        for line in by_key.get(code.casefold(), ()):
            found[line][0].add(pk)
    people = people_visible_to(actor).filter(erased_at=None)
    emails = [line.lower() for line in wanted if "@" in line]
    for name, values in (("reference", wanted), ("email", [*emails, *wanted])):
        for pk, value in people.filter(**{f"{name}__in": values}).values_list("pk", name):
            for line in by_key.get(str(value).casefold(), ()):
                found[line][1].add(pk)
    for line, number in _numbers(wanted).items():
        found[line][1].update(people.filter(phone=number).values_list("pk", flat=True))
    unknown = tuple(line for line, (units_, people_) in found.items() if not units_ and not people_)
    return Pasted(
        tuple(sorted({pk for pair in found.values() for pk in pair[0]})),
        tuple(sorted({pk for pair in found.values() if not pair[0] for pk in pair[1]})),
        unknown,
    )


def _numbers(lines: Iterable[str]) -> dict[str, str]:
    """The lines that are phone numbers, as the registry stores them."""
    country = _country(current_organisation_id())
    numbers = {}
    for line in lines:
        if sum(char.isdigit() for char in line) < 7 or any(char.isalpha() for char in line):
            continue
        try:
            parsed = phonenumbers.parse(line, country)
        except phonenumbers.NumberParseException:
            continue
        numbers[line] = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return numbers


def _country(organisation_id: int) -> str:
    zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id)
    return "CN" if zone == "Asia/Shanghai" else "GB"


def as_lines(audience: Audience) -> list[str]:
    """The picked units and people as lines that find them again: codes, references, addresses, numbers."""
    lines = list(Unit.objects.filter(pk__in=audience.units).order_by("code").values_list("code", flat=True))
    people = Person.objects.filter(pk__in=audience.persons).order_by("name", "id")
    lines += [str(person.reference or person.email or person.phone) for person in people]
    return [line for line in lines if line]
