"""The people and places of an organisation: its registry, its staff, those who sign in."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from complaints.services.provisioning import give_defaults
from deadlines.models import ServiceCalendar
from owners.models import Building, Estate, EstateAssignment, Occupancy, Ownership, Person, RegistryImport, Unit
from owners.services import imports
from owners.services.calendars import give_calendar
from tenancy.models import Membership, Organisation, User

DATA = Path(__file__).resolve().parent.parent / "data"
PASSWORD = "demo-propcomm-2026"  # printed by `make demo`: these people are invented


@dataclass
class Resident:
    """Somebody who lives or owns here, the home they speak of, and their sign-in when they have one."""

    person: Person
    home: Unit
    membership: Membership | None = None


@dataclass
class Cast:
    book: dict[str, Any]
    organisation: Organisation
    calendar: ServiceCalendar
    estates: dict[str, Estate] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)
    residents: dict[str, list[Resident]] = field(default_factory=dict)  # by the code of the estate
    named: dict[str, Resident] = field(default_factory=dict)  # by login
    buildings: dict[Any, list[Building]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.organisation.slug

    @property
    def main(self) -> Estate:
        return self.estates[self.book["registry"]["code"]]


def read_book(slug: str) -> dict[str, Any]:
    book: dict[str, Any] = yaml.load((DATA / f"{slug}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return book


def create_organisation(book: dict[str, Any], at: datetime) -> Organisation:
    organisation = Organisation(**book["organisation"], created_at=at)
    organisation.full_clean()
    organisation.save()
    return organisation


def assemble(book: dict[str, Any], organisation: Organisation, *, at: datetime, rng: random.Random) -> Cast:
    """Write everybody and everything that is there before the first complaint. Inside the organisation's scope."""
    give_defaults()
    cast = Cast(book, organisation, give_calendar(book["calendar"], language=organisation.language))
    _import_registry(cast, at)
    for sketch in book["estates"]:
        _build_estate(cast, sketch, rng)
    cast.estates = {estate.code: estate for estate in Estate.objects.select_related("calendar")}
    _hire_staff(cast, at)
    _find_residents(cast)
    _sign_in_residents(cast, at, rng)
    for estate in cast.estates.values():
        cast.buildings[estate.pk] = [
            building
            for building in Building.objects.filter(estate=estate).order_by("code")
            if building.floors_above_ground
        ]
    return cast


def _import_registry(cast: Cast, at: datetime) -> None:
    """Through the import itself: checked and carried out as an administrator would."""
    source = cast.book["registry"]
    path = DATA / source["file"]
    wish = imports.Wish(None, source["name"], source["code"], f"own:{cast.calendar.pk}")
    row = imports.upload_registry(
        actor=None, now=at, file_name=path.name, content=path.read_bytes(), wish=wish, by_system=True
    )
    imports.work_on_import(import_id=row.pk, now=at)
    row = imports.carry_out_now(import_id=row.pk, now=at)
    if row.state != RegistryImport.State.DONE:
        raise RuntimeError(f"{path.name} could not be imported: {row.errors[:3]}")
    Estate.objects.filter(code=source["code"]).update(address=source["address"])


def _build_estate(cast: Cast, sketch: dict[str, Any], rng: random.Random) -> None:
    estate = Estate.objects.create(
        code=sketch["code"], name=sketch["name"], address=sketch["address"], calendar=cast.calendar
    )
    names = cast.book["names"].replace("\n", " ").split(",")
    taken = Person.objects.filter(reference__startswith="S").count()
    people = [name.strip() for name in names[taken:]]
    units: list[Unit] = []
    persons: list[Person] = []
    ownerships: list[Ownership] = []
    for plan in sketch["buildings"]:
        building = Building.objects.create(
            estate=estate, code=plan["code"], name=plan["name"], floors_above_ground=plan["floors"], lifts=plan["lifts"]
        )
        for floor in range(1, plan["floors"] + 1):
            for place in range(1, plan["per_floor"] + 1):
                code = sketch["unit"].format(building=plan["code"], floor=floor, place=place)
                area = f"{rng.choice((54, 61, 72, 88, 103))}.{rng.randrange(100):02d}"
                unit = Unit(
                    estate=estate, building=building, code=code, number=code.rsplit("-", 1)[-1], floor=floor,
                    kind=Unit.Kind.FLAT, exclusive_area=area, status=Unit.Status.OWNER_OCCUPIED,
                )  # fmt: skip
                units.append(unit)
                if not people:
                    unit.status = Unit.Status.VACANT
                    continue
                person = Person(
                    name=people.pop(0), reference=f"S{taken + len(persons) + 1:03d}",
                    phone=cast.book["phone"].format(700 + taken + len(persons)), language=cast.organisation.language,
                )  # fmt: skip
                persons.append(person)
                ownerships.append(Ownership(unit=unit, person=person))
    Unit.objects.bulk_create(units)
    Person.objects.bulk_create(persons)
    Ownership.objects.bulk_create(ownerships)


def _hire_staff(cast: Cast, at: datetime) -> None:
    for row in cast.book["staff"]:
        member = _sign_up(cast, row["login"], row["role"], row["name"], at)
        member.post, member.all_estates = row["post"], row["estates"] == "all"
        member.save(update_fields=["post", "all_estates"])
        codes = [] if member.all_estates else row["estates"]
        EstateAssignment.objects.bulk_create(
            EstateAssignment(membership=member, estate=cast.estates[code]) for code in codes
        )


def _sign_up(cast: Cast, login: str, role: str, name: str, at: datetime) -> Membership:
    user = new_user(cast, login, name, at)
    member = Membership(user=user, role=role, name=name, created_at=at)
    member.save(force_insert=True)
    cast.members[login] = member
    return member


@lru_cache(maxsize=1)
def _hashed() -> str:
    return make_password(PASSWORD)


def new_user(cast: Cast, login: str, name: str, at: datetime) -> User:
    """A sign-in with the demo's password and a confirmed address."""
    email = f"{login}@{cast.slug}.example"
    user = User(email=email, name=name, language=cast.organisation.language, password=_hashed(), date_joined=at)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _find_residents(cast: Cast) -> None:
    """Everybody who could complain: people who own or rent a flat and read the organisation's language."""
    homes: dict[Any, Resident] = {}
    owned = Ownership.objects.filter(to_on__isnull=True).exclude(unit__status__in=("unsold", "sold_undelivered"))
    rented = Occupancy.objects.filter(to_on__isnull=True, kind="lessee")
    for rows in (owned, rented):
        for row in rows.select_related("person__membership", "unit__building", "unit__estate").order_by(
            "unit__code", "id"
        ):
            person, unit = row.person, row.unit
            if person.kind == Person.Kind.PERSON and unit.kind == Unit.Kind.FLAT:
                homes.setdefault(person.pk, Resident(person, unit))
    language = cast.organisation.language
    for resident in homes.values():
        if resident.person.language in ("", language) and len(resident.person.name) < 24:
            code = cast.estates[resident.home.estate.code].code
            cast.residents.setdefault(code, []).append(resident)


def _sign_in_residents(cast: Cast, at: datetime, rng: random.Random) -> None:
    for row in cast.book["residents"]:
        found = next(one for one in cast.residents[cast.main.code] if _is_meant(one, row))
        found.membership = _sign_up(cast, row["login"], row["role"], row["name"], at)
        found.person.membership, found.person.email = found.membership, found.membership.user.email
        found.person.save(update_fields=["membership", "email"])
        cast.named[row["login"]] = found
        cast.residents[cast.main.code].remove(found)
        if row["role"] == Membership.Role.COMMITTEE:
            EstateAssignment.objects.create(membership=found.membership, estate=cast.main)
    everybody = [one for residents in cast.residents.values() for one in residents]
    joined = rng.sample(everybody, cast.book["joined"])
    for number, resident in enumerate(joined, 1):
        role = Membership.Role.OWNER if resident.person.ownerships.exists() else Membership.Role.OCCUPANT
        since = at + timedelta(days=rng.randrange(1, 20))
        resident.membership = _sign_up(cast, f"resident{number:02d}", role, resident.person.name, since)
        resident.person.membership = resident.membership
    Person.objects.bulk_update([one.person for one in joined], ["membership"])


def _is_meant(resident: Resident, row: dict[str, Any]) -> bool:
    home = resident.home
    if resident.person.name != row["name"]:
        return False
    return (
        home.code == row["unit"]
        if "unit" in row
        else (home.building.code, home.number) == (row["building"], row["number"])
    )
