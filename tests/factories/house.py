"""A small organisation: one estate, two buildings, a few units and people, a member of staff for each role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from deadlines.models import ServiceCalendar
from owners.models import Building, Estate, EstateAssignment, Occupancy, Ownership, Person, Unit
from tenancy import context
from tenancy.context import scope
from tenancy.models import Membership, Organisation, User

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
PASSWORD = "a-long-test-password"
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []}
PEOPLE = ("owner", "coowner", "occupant", "neighbour", "committee", "builder")
EVERYWHERE = ("quality", "admin")
KINDS = {"coowner": "owner", "builder": "partner", "engineer2": "engineer", "neighbour": "owner"}
STAFF = ("clerk", "engineer", "supervisor", "manager", "quality", "admin", "auditor")


@dataclass
class House:
    organisation: Organisation
    calendar: ServiceCalendar
    estate: Estate
    building: Building
    unit: Unit
    other_unit: Unit
    members: dict[str, Membership] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Membership:
        """house.clerk, house.owner ... are memberships."""
        try:
            return self.__dict__["members"][name]
        except KeyError as error:
            raise AttributeError(name) from error

    @property
    def host(self) -> str:
        return f"{self.organisation.slug}.localhost"


def in_scope_of(organisation_id: int | None, build: Callable[[], Any]) -> Any:
    """Run ``build`` as if no scope were open here, or in that organisation's: only test set-up may step across."""
    from django.db import connections

    outer = context._current.get()
    token = context._current.set(None)
    try:
        if organisation_id is None:
            return build()
        with scope(organisation_id):
            return build()
    finally:
        context._current.reset(token)
        if outer is not None:
            with connections["default"].cursor() as cursor:
                cursor.execute(f"SET LOCAL app.organisation_id = '{int(outer)}'")


def member(role: str, slug: str, **fields: Any) -> Membership:
    user = User.objects.filter(email=f"{role}@{slug}.example").first() or User.objects.create_user(
        f"{role}@{slug}.example", name=f"{role.title()} of {slug.title()}"
    )
    return Membership.objects.create(user=user, role=KINDS.get(role, role), name=user.name, **fields)


def _members(slug: str) -> dict[str, Membership]:
    """Everybody at once: nearly every test begins here."""
    roles = (*STAFF, "engineer2", *PEOPLE)
    emails = {role: f"{role}@{slug}.example" for role in roles}
    known = User.objects.in_bulk(emails.values(), field_name="email")
    new = [
        User(email=emails[role], name=f"{role.title()} of {slug.title()}")
        for role in roles
        if emails[role] not in known
    ]
    for user in new:
        user.set_unusable_password()
    known |= {user.email: user for user in User.objects.bulk_create(new)}
    members = {}
    for role in roles:
        user = known[emails[role]]
        members[role] = Membership(
            user=user, role=KINDS.get(role, role), name=user.name, all_estates=role in EVERYWHERE
        )
    Membership.objects.bulk_create(members.values())
    return members


def build_house(slug: str) -> House:
    chinese = slug == "jinghu"
    organisation = Organisation.objects.create(
        slug=slug,
        name=f"{slug.title()} Property Management",
        language="zh-hans" if chinese else "en",
        time_zone="Asia/Shanghai" if chinese else "Europe/London",
    )
    with scope(organisation.pk):
        calendar = ServiceCalendar.objects.create(
            code="office", title="Office hours", time_zone=organisation.time_zone, weekly=WEEK
        )
        estate = Estate.objects.create(code=slug[:3].upper(), name=f"{slug.title()} Court", calendar=calendar)
        building = Building.objects.create(estate=estate, code="A", name="North Tower", floors_above_ground=18)
        unit, other_unit = Unit.objects.bulk_create(
            Unit(
                estate=estate,
                building=building,
                code=f"A-{number}",
                number=number,
                floor=1,
                kind="flat",
                exclusive_area="61.13",
                status="owner_occupied",
            )
            for number in ("0101", "0102")
        )
        house = House(organisation, calendar, estate, building, unit, other_unit)
        house.members = _members(slug)
        EstateAssignment.objects.bulk_create(
            EstateAssignment(membership=house.members[role], estate=estate)
            for role in (*STAFF, "engineer2")
            if role not in EVERYWHERE
        )
        house.people = {
            role: Person(name=one.name, email=one.user.email, membership=one, language="en")
            for role, one in house.members.items()
            if role in PEOPLE
        }
        Person.objects.bulk_create(house.people.values())
        half = {"share_numerator": 1, "share_denominator": 2}
        Ownership.objects.bulk_create(
            [
                Ownership(unit=unit, person=house.people["owner"], **half),
                Ownership(unit=unit, person=house.people["coowner"], is_voter=False, **half),
                Ownership(unit=other_unit, person=house.people["neighbour"]),
            ]
        )
        Occupancy.objects.create(unit=other_unit, person=house.people["occupant"], kind="lessee")
    return house
