"""A checked registry beside what the database holds: what is new, changed or ended, and the writing of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection, models

from owners.models import Building, Estate, Occupancy, Ownership, Person, Unit
from owners.registry.rows import OccupantRow, OwnerRow, Party, Registry
from owners.registry.values import folded

BATCH = 1000
SAMPLES = 8
ANALYZE_FROM = 300  # rows written
TABLES: dict[str, type[models.Model]] = {
    "buildings": Building,
    "units": Unit,
    "people": Person,
    "ownerships": Ownership,
    "occupancies": Occupancy,
}
Step = Callable[[int, int], None]


def plain(value: Any) -> Any:
    """A field's value as JSON keeps it, comparable with itself read back."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value if value is None or isinstance(value, bool | int) else str(value)


@dataclass
class Changes:
    """Rows of one table: to create, to change (with what they held before), to end."""

    new: list[Any] = field(default_factory=list)
    changed: dict[Any, dict[str, list[Any]]] = field(default_factory=dict)
    rows: dict[Any, Any] = field(default_factory=dict)
    ended: list[Any] = field(default_factory=list)
    same: int = 0

    def compare(self, row: Any, **wanted: Any) -> None:
        """Set the fields that differ and remember both values."""
        differences = {}
        for name, value in wanted.items():
            before = plain(getattr(row, name))
            if before != plain(value):
                differences[name] = [before, plain(value)]
                setattr(row, name, value)
        if differences:
            self.changed[row.pk], self.rows[row.pk] = differences, row
        else:
            self.same += 1

    def end(self, row: Any, on: date) -> None:
        self.ended.append(row)
        self.changed[row.pk], self.rows[row.pk] = {"to_on": [plain(row.to_on), plain(on)]}, row
        row.to_on = on

    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed) - len(self.ended),
            "ended": len(self.ended),
            "same": self.same,
        }


class Plan:
    """What an import would do to ``estate`` (unsaved when it is new) on the day ``today``."""

    def __init__(self, registry: Registry, estate: Estate, *, is_new: bool, today: date, import_id: Any = None) -> None:
        self.registry, self.estate, self.is_new, self.today = registry, estate, is_new, today
        self.import_id = import_id
        self.tables = {name: Changes() for name in TABLES}
        self.people: dict[tuple[str, ...], Person] = {}
        self.untouched_units = 0
        self._load()
        self._plan_buildings()
        self._plan_units()
        self._plan_people()
        self._plan_ownerships()
        self._plan_occupancies()

    def _load(self) -> None:
        self.buildings: dict[str, Building] = {}
        self.units: dict[str, Unit] = {}
        self.ownerships: dict[Any, list[Ownership]] = {}
        self.occupancies: dict[Any, list[Occupancy]] = {}
        self.new_units: set[Any] = set()
        if self.is_new:
            return
        self.buildings = {row.code: row for row in Building.objects.filter(estate=self.estate)}
        self.units = {row.code: row for row in Unit.objects.filter(estate=self.estate)}
        for ownership in Ownership.objects.filter(unit__estate=self.estate, to_on__isnull=True).select_related(
            "person"
        ):
            self.ownerships.setdefault(ownership.unit_id, []).append(ownership)
        for occupancy in Occupancy.objects.filter(unit__estate=self.estate).select_related("person"):
            self.occupancies.setdefault(occupancy.unit_id, []).append(occupancy)

    def _plan_buildings(self) -> None:
        changes = self.tables["buildings"]
        columns = {
            "name": "building_name",
            "floors_above_ground": "floors",
            "sections": "sections",
            "lifts": "lifts",
            "completed_on": "completed_on",
            "address": "address",
        }
        for row in self.registry.buildings.values():
            said = {
                "name": row.name,
                "floors_above_ground": row.floors,
                "sections": row.sections,
                "lifts": row.lifts,
                "completed_on": row.completed_on,
                "address": row.address,
            }
            known = self.buildings.get(row.code)
            if known is None:
                new = Building(estate=self.estate, code=row.code, created_by_import=self.import_id, **said)
                self.buildings[row.code] = new
                changes.new.append(new)
            else:
                given = {name: value for name, value in said.items() if columns[name] in self.registry.given}
                changes.compare(known, **given)

    def _plan_units(self) -> None:
        changes = self.tables["units"]
        given = self.registry.given
        listed = set()
        for row in self.registry.units.values():
            said: dict[str, Any] = {"building": self.buildings[row.building], "number": row.number, "kind": row.kind}
            said |= {"exclusive_area": row.area, "status": row.status}
            optional = {"section": row.section, "floor": row.floor, "delivered_on": row.delivered_on}
            known = self.units.get(row.code)
            if known is None:
                new = Unit(estate=self.estate, code=row.code, created_by_import=self.import_id, **said, **optional)
                self.units[row.code] = new
                self.new_units.add(new.pk)
                changes.new.append(new)
            else:
                building = said.pop("building")
                said["building_id"] = building.pk
                changes.compare(known, **said, **{name: value for name, value in optional.items() if name in given})
            listed.add(row.code)
        self.untouched_units = len(self.units) - len(listed)

    def _plan_people(self) -> None:
        changes = self.tables["people"]
        owners = {row.party.key for row in self.registry.owners}
        matched = _Matcher(self).matched()
        for party in self.registry.parties.values():
            person = matched.get(party.key)
            if person is None:
                person = Person(
                    reference=party.reference,
                    name=party.name,
                    kind=party.kind,
                    phone=party.phone,
                    email=party.email,
                    language=party.language,
                    postal_address=party.postal_address,
                    created_by_import=self.import_id,
                )
                changes.new.append(person)
            else:
                # An empty cell never erases what somebody has told us since.
                said = {
                    "reference": party.reference,
                    "name": party.name,
                    "kind": party.kind if party.key in owners else "",
                    "phone": party.phone,
                    "email": party.email,
                    "language": party.language,
                    "postal_address": party.postal_address,
                }
                changes.compare(person, **{name: value for name, value in said.items() if value})
            self.people[party.key] = person

    def _plan_ownerships(self) -> None:
        changes = self.tables["ownerships"]
        listed: dict[Any, list[OwnerRow]] = {}
        for row in self.registry.owners:
            listed.setdefault(self.units[row.unit].pk, []).append(row)
        by_id = {unit.pk: unit for unit in self.units.values()}
        for unit_id, rows in listed.items():
            before = {ownership.person_id: ownership for ownership in self.ownerships.get(unit_id, [])}
            for row in rows:
                person, share = self.people[row.party.key], row.share or Fraction(1)  # a sound row has a share
                said: dict[str, Any] = {
                    "share_numerator": share.numerator,
                    "share_denominator": share.denominator,
                    "is_voter": bool(row.is_voter),
                }
                known = before.pop(person.pk, None)
                if known is None:
                    from_on = row.from_on or (None if unit_id in self.new_units else self.today)
                    changes.new.append(
                        Ownership(
                            unit=by_id[unit_id],
                            person=person,
                            from_on=from_on,
                            created_by_import=self.import_id,
                            **said,
                        )
                    )
                else:
                    changes.compare(known, **said, **({"from_on": row.from_on} if row.from_on else {}))
            for ownership in before.values():
                ownership.unit = by_id[unit_id]
                changes.end(ownership, self.today)

    def _plan_occupancies(self) -> None:
        if not self.registry.has_occupants:
            return
        changes = self.tables["occupancies"]
        listed: dict[Any, list[OccupantRow]] = {
            unit.pk: [] for code, unit in self.units.items() if code in self.registry.units
        }
        for row in self.registry.occupants:
            listed[self.units[row.unit].pk].append(row)
        by_id = {unit.pk: unit for unit in self.units.values()}
        for unit_id, rows in listed.items():
            before = list(self.occupancies.get(unit_id, []))
            for row in rows:
                person = self.people[row.party.key]
                same = [known for known in before if known.person_id == person.pk]
                known = next((one for one in same if one.from_on == row.from_on), same[0] if same else None)
                if known is None:
                    changes.new.append(
                        Occupancy(
                            unit=by_id[unit_id],
                            person=person,
                            kind=row.kind,
                            from_on=row.from_on,
                            to_on=row.to_on,
                            created_by_import=self.import_id,
                        )
                    )
                else:
                    before.remove(known)
                    said = {"kind": row.kind, "from_on": row.from_on, "to_on": row.to_on}
                    columns = {"kind": "occupant_kind", "from_on": "occupant_from", "to_on": "occupant_to"}
                    changes.compare(
                        known, **{name: said[name] for name in said if columns[name] in self.registry.given}
                    )
            yesterday = self.today - timedelta(days=1)
            for occupancy in before:
                if occupancy.to_on is None or occupancy.to_on >= self.today:
                    occupancy.unit = by_id[unit_id]
                    changes.end(occupancy, max(occupancy.from_on or yesterday, yesterday))

    # -- what is shown, and what is done -------------------------------------------------------------------------------

    def counts(self) -> dict[str, dict[str, int]]:
        return {name: changes.counts() for name, changes in self.tables.items()}

    def samples(self) -> dict[str, list[str]]:
        """A few of the rows behind the counts, as words: "units.changed": ["A-0101: 61.13 -> 61.20"]."""
        found: dict[str, list[str]] = {}
        for name, changes in self.tables.items():
            found[f"{name}.new"] = [_label(row) for row in changes.new[:SAMPLES]]
            ended = {row.pk for row in changes.ended}
            changed = [(pk, said) for pk, said in changes.changed.items() if pk not in ended]
            found[f"{name}.changed"] = [
                f"{_label(changes.rows[pk])}: "
                + "; ".join(f"{old or '–'} → {new or '–'}" for old, new in said.values())
                for pk, said in changed[:SAMPLES]
            ]
            found[f"{name}.ended"] = [_label(row) for row in changes.ended[:SAMPLES]]
        return {key: rows for key, rows in found.items() if rows}

    def apply(self, step: Step) -> dict[str, Any]:
        """Write everything in the caller's transaction. Returns what undoing needs."""
        total = sum(len(changes.new) + len(changes.changed) for changes in self.tables.values()) or 1
        done = 0
        for name, model in TABLES.items():
            changes = self.tables[name]
            for batch in _batches(changes.new):
                model._default_manager.bulk_create(batch)
                done += len(batch)
                step(done, total)
            fields = {field for said in changes.changed.values() for field in said}
            for batch in _batches(list(changes.rows.values()), 200):
                model._default_manager.bulk_update(batch, [field.removesuffix("_id") for field in fields])
                done += len(batch)
                step(done, total)
        if total >= ANALYZE_FROM:
            # The planner still thinks the tables empty: joins of 500 rows took a minute before it was told.
            with connection.cursor() as cursor:
                cursor.execute("SELECT owners_analyze_registry()")
        return {
            name: {str(pk): said for pk, said in changes.changed.items()}
            for name, changes in self.tables.items()
            if changes.changed
        }


def _batches(rows: list[Any], size: int = BATCH) -> Iterable[list[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _label(row: Any) -> str:
    if isinstance(row, Ownership | Occupancy):
        return f"{row.unit.code} · {row.person.name}"
    return row.name if isinstance(row, Person) else row.code


class _Matcher:
    """Which person of the database each party of the file is: by reference, by name with phone or e-mail, by unit."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.parties = list(plan.registry.parties.values())
        self.found: dict[tuple[str, ...], Person] = {}
        self.taken: set[Any] = set()

    def matched(self) -> dict[tuple[str, ...], Person]:
        here = self._people_here()
        everyone = {person.pk: person for person in [*self._people_by_contact(), *here.values()]}
        self._match(lambda party: [("ref", party.reference)] if party.reference else [], here.values(), _by_reference)
        self._match(lambda party: _contacts(party.name, party.phone, party.email), everyone.values(), _by_contact)
        self._match_by_unit()
        return self.found

    def _people_here(self) -> dict[Any, Person]:
        owned = {row.person_id: row.person for found in self.plan.ownerships.values() for row in found}
        return owned | {row.person_id: row.person for found in self.plan.occupancies.values() for row in found}

    def _people_by_contact(self) -> list[Person]:
        phones = {party.phone for party in self.parties if party.phone}
        emails = {party.email for party in self.parties if party.email}
        query = models.Q(phone__in=phones) | models.Q(email__in=emails)
        return list(Person.objects.filter(query)) if phones or emails else []

    def _match(
        self,
        keys_of: Callable[[Party], list[tuple[str, ...]]],
        people: Iterable[Person],
        keys_of_person: Callable[[Person], list[tuple[str, ...]]],
    ) -> None:
        known: dict[tuple[str, ...], list[Person]] = {}
        for person in people:
            for key in keys_of_person(person):
                known.setdefault(key, []).append(person)
        for party in self.parties:
            if party.key in self.found:
                continue
            for key in keys_of(party):
                fitting = [one for one in known.get(key, []) if self._may_be(party, one)]
                if fitting:
                    self._take(party, fitting[0])
                    break

    def _match_by_unit(self) -> None:
        """The same name in the same unit is the same person, whose phone is new or was unknown."""
        plan = self.plan
        known: dict[tuple[Any, str], list[Person]] = {}
        people = [(row.unit_id, row.person) for found in plan.ownerships.values() for row in found]
        people += [(row.unit_id, row.person) for found in plan.occupancies.values() for row in found]
        for unit_id, person in people:
            known.setdefault((unit_id, folded(person.name)), []).append(person)
        if not known:
            return
        listed = [(row.unit, row.party) for row in plan.registry.owners]
        listed += [(row.unit, row.party) for row in plan.registry.occupants]
        for unit, party in listed:
            if party.key in self.found:
                continue
            candidates = known.get((plan.units[unit].pk, folded(party.name)), [])
            fitting = [one for one in candidates if self._may_be(party, one)]
            if fitting:
                self._take(party, fitting[0])

    def _may_be(self, party: Party, person: Person) -> bool:
        agrees = not party.reference or not person.reference or party.reference == person.reference
        return agrees and person.pk not in self.taken

    def _take(self, party: Party, person: Person) -> None:
        self.found[party.key] = person
        self.taken.add(person.pk)


def _by_reference(person: Person) -> list[tuple[str, ...]]:
    return [("ref", person.reference)] if person.reference else []


def _by_contact(person: Person) -> list[tuple[str, ...]]:
    return _contacts(person.name, str(person.phone or ""), person.email)


def _contacts(name: str, phone: str, email: str) -> list[tuple[str, ...]]:
    return [(folded(name), contact.lower()) for contact in (phone, email) if contact]
