"""Bringing outside parties in from a file: what would be made or changed is shown first, then done as it then is."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit.services import record
from contacts import queries
from contacts.exchange import tables, vcards, words
from contacts.exchange.columns import EVERYWHERE
from contacts.models import ContactPerson, OutsideParty
from contacts.rules import access
from contacts.rules.defaults import defaults
from contacts.rules.phones import UnknownNumberError, normal
from contacts.services import directory
from contacts.services.directory import PartyFacts, PersonFacts
from owners.registry.problems import Unreadable
from owners.registry.values import folded
from tenancy.context import current_organisation_id
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
TEXTS = ("emergency_note", "address", "hours", "note")
PERSON_COLUMNS = {"post": "post", "phone": "person_phone", "mobile": "mobile", "email": "person_email"}
Rows = Sequence[tuple[str, tables.Row]]


@dataclass
class Planned:
    """What becomes of one row: ``act``, the names of what would change, or why it is refused."""

    where: str
    name: str
    person: str = ""
    act: str = SAME
    fields: list[str] = field(default_factory=list)
    reason: str = ""
    party_id: Any = None


def read_file(content: bytes, file_name: str) -> Rows:
    """The rows of a CSV, XLSX or vCard file. Raises Unreadable with a sentence for what is none, or too much."""
    limits = defaults()["import"]
    if len(content) > limits["megabytes"] * 1024 * 1024:
        raise Unreadable(_("The file is larger than %(limit)s MB. Split it.") % {"limit": limits["megabytes"]})
    rows = vcards.read_vcards(content) if vcards.are_vcards(content) else tables.read_tables(content, file_name)
    if len(rows) > limits["rows"]:
        raise Unreadable(_("The file has more than %(limit)s rows. Split it.") % {"limit": limits["rows"]})
    return rows


def seal(rows: Rows, areas: Sequence[str], actor: Membership) -> str:
    """The rows as a word for the page that shows what would be done: only this member's, for as long as is said."""
    return signing.dumps({"rows": rows, "areas": list(areas)}, salt=_salt(actor), compress=True)


def unseal(word: str, actor: Membership) -> tuple[Rows, list[str]]:
    """Raises DomainError for a word that is forged, another member's or too old."""
    try:
        said = signing.loads(word, salt=_salt(actor), max_age=defaults()["import"]["minutes"] * 60)
    except signing.BadSignature as error:
        raise DomainError(_("This took too long. Choose the file again.")) from error
    return [(where, row) for where, row in said["rows"]], said["areas"]


def _salt(actor: Membership) -> str:
    return f"contacts.import:{current_organisation_id()}:{actor.pk}"


def plan_import(
    *, rows: Rows, areas: Sequence[access.Place], region: str, actor: Membership, now: datetime
) -> list[Planned]:
    """What bringing the rows in would do, without doing it: everything is carried out and taken back."""
    with transaction.atomic():
        planned = _carry_out(rows, areas, region, actor, now)
        transaction.set_rollback(True)
    return planned


@transaction.atomic
def run_import(
    *, rows: Rows, areas: Sequence[access.Place], region: str, actor: Membership, now: datetime
) -> list[Planned]:
    """Bring the rows in: those that are refused are left out. Doing it again changes nothing more.

    ``areas`` are where those serve that do not say. Writes parties, people and their audit entries, and one of the
    import. Raises NotAllowed.
    """
    with connection.cursor() as cursor:  # one import at a time: the second finds what the first made
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext('contacts.import'))", [current_organisation_id() % 2**31]
        )
    planned = _carry_out(rows, areas, region, actor, now)
    counts = {act: sum(row.act == act for row in planned) for act in (NEW, CHANGED, SAME, REFUSED)}
    record(action="outsideparty.imported", subject=None, actor=actor, now=now, changes=counts)
    return planned


def _carry_out(
    rows: Rows, areas: Sequence[access.Place], region: str, actor: Membership, now: datetime
) -> list[Planned]:
    if not access.may_import(actor):
        raise NotAllowed(_("Your role does not bring in outside parties."))
    importer = _Importer(areas, region, actor, now)
    return [importer.take(where, row) for where, row in rows]


class _Importer:
    """Takes one row after the other; knows the parties by their names."""

    def __init__(self, areas: Sequence[access.Place], region: str, actor: Membership, now: datetime) -> None:
        self.areas, self.region, self.actor, self.now = areas, region, actor, now
        self.known: dict[str, OutsideParty] = {
            folded(party.name): party for party in queries.parties_visible_to(actor).order_by("-is_active", "-id")
        }
        self.places = self._places()

    def _places(self) -> dict[str, access.Place]:
        """Estates by code and name, buildings as ESTATE/BUILDING, where the member may enter parties."""
        reach = access.reach_for(self.actor, "contact.write")
        found: dict[str, access.Place] = {}
        for building in queries.buildings_offered(reach):
            for estate in (building.estate.code, building.estate.name):
                for own in (building.code, building.name):
                    found[folded(f"{estate}/{own}")] = (building.estate_id, building.pk)
        for estate in queries.estates_offered(reach):
            found |= {folded(estate.code): (estate.pk, None), folded(estate.name): (estate.pk, None)}
        return found

    def take(self, where: str, row: tables.Row) -> Planned:
        row = {name: text if name == "note" else " ".join(text.split()) for name, text in row.items()}
        done = Planned(where, row.get("name", ""), row.get("person", ""))
        try:
            with transaction.atomic():
                party = self._party(row, done)
                self._person(party, row, done)
        except DomainError as refusal:
            done.act, done.reason, done.fields = REFUSED, str(refusal.message), []
            self.known.pop(folded(done.name), None) if done.party_id is None else None
        return done

    def _party(self, row: tables.Row, done: Planned) -> OutsideParty:
        name = row.get("name", "")
        if not name or len(name) > 200:
            raise DomainError(_("It does not name the outside party."))
        present = self.known.get(folded(name))
        facts = self._facts(row, present)
        if present is None:
            done.act = NEW
            made = directory.add_party(facts=facts, actor=self.actor, now=self.now)
            self.known[folded(name)] = made
            return made
        done.party_id = present.pk
        version = present.version
        if facts != directory.facts_of(present):
            present = directory.change_party(
                party_id=present.pk, facts=facts, version=None, actor=self.actor, now=self.now
            )
            self.known[folded(name)] = present
        if present.version != version:
            done.act = CHANGED
            done.fields += [_label(each) for each in _different(row)]
        return present

    def _facts(self, row: tables.Row, present: OutsideParty | None) -> PartyFacts:
        """What is known of the party with what the row says of it: an empty cell takes nothing away."""
        facts = directory.facts_of(present) if present else PartyFacts(name=row["name"], kind="", areas=self.areas)
        said: dict[str, Any] = {name: row[name] for name in TEXTS if row.get(name)}
        if row.get("kind"):
            said["kind"] = _coded(words.kinds(), row["kind"], _("We do not know the kind “%(words)s”."))
        if row.get("branch"):
            said["branch"] = _coded(words.branches(), row["branch"], _("We do not know the trade “%(words)s”."))
        for name in ("phone", "emergency_phone"):
            said |= {name: self._phone(row[name])} if row.get(name) else {}
        for name, check in (("email", validate_email), ("website", URLValidator(("http", "https")))):
            said |= {name: _checked(row[name], check)} if row.get(name) else {}
        if row.get("serves"):
            said |= self._serving(row["serves"])
        facts = replace(facts, **said)
        if not facts.kind:
            facts = replace(facts, kind=_kind_for(facts.branch))
        _refuse_long(OutsideParty, facts.columns())
        return facts

    def _serving(self, text: str) -> dict[str, Any]:
        if folded(text) in EVERYWHERE:
            return {"serves_everywhere": True, "areas": ()}
        parts = [
            part for part in text.replace("；", ";").replace("，", ";").replace(",", ";").split(";") if part.strip()
        ]
        unknown = [part.strip() for part in parts if folded(part) not in self.places]
        if unknown:
            raise DomainError(_("We find no place of yours called “%(words)s”.") % {"words": unknown[0][:60]})
        return {"serves_everywhere": False, "areas": tuple(self.places[folded(part)] for part in parts)}

    def _phone(self, text: str) -> str:
        try:
            return normal(text, self.region)
        except UnknownNumberError as error:
            raise DomainError(_("“%(words)s” is no phone number we know.") % {"words": text[:60]}) from error

    def _person(self, party: OutsideParty, row: tables.Row, done: Planned) -> None:
        name = row.get("person", "")
        if not name:
            return
        present = next((each for each in party.people.all() if folded(each.name) == folded(name)), None)
        facts = _person_facts(present) if present else PersonFacts(name=name)
        said: dict[str, Any] = {own: row[column] for own, column in PERSON_COLUMNS.items() if row.get(column)}
        said |= {own: self._phone(said[own]) for own in ("phone", "mobile") if own in said}
        said |= {"email": _checked(said["email"], validate_email)} if "email" in said else {}
        wanted = replace(facts, **said)
        _refuse_long(ContactPerson, asdict(wanted))
        if present is None:
            directory.add_person(party_id=party.pk, facts=wanted, actor=self.actor, now=self.now)
            done.act = done.act if done.act == NEW else CHANGED
            done.fields.append(_("a person"))
        elif wanted != facts:
            directory.change_person(person_id=present.pk, facts=wanted, actor=self.actor, now=self.now)
            done.act = CHANGED
            done.fields.append(_("a person"))


def _person_facts(person: ContactPerson) -> PersonFacts:
    return PersonFacts(**{name: getattr(person, name) for name in asdict(PersonFacts(name=""))})


def _label(column: str) -> str:
    labelled: Any = OutsideParty._meta.get_field(column)
    return str(labelled.verbose_name)


def _different(row: tables.Row) -> list[str]:
    """The columns of the party that the row speaks of."""
    return [name for name in PartyFacts(name="", kind="").columns() if row.get(name) and name != "name"]


def _coded(known: dict[str, str], text: str, refusal: str) -> str:
    if folded(text) not in known:
        raise DomainError(refusal % {"words": text[:60]})
    return known[folded(text)]


def _kind_for(branch: str) -> str:
    if not branch:
        return OutsideParty.Kind.OTHER
    is_utility = branch in OutsideParty.UTILITIES
    return OutsideParty.Kind.UTILITY if is_utility else OutsideParty.Kind.PROFESSIONAL


def _checked(text: str, check: Any) -> str:
    try:
        check(text)
    except ValidationError as error:
        raise DomainError(_("“%(words)s” is no address.") % {"words": text[:60]}) from error
    return text


def _refuse_long(model: Any, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        most = model._meta.get_field(name).max_length
        if isinstance(value, str) and most and len(value) > most:
            words_ = {"field": model._meta.get_field(name).verbose_name, "limit": most}
            raise DomainError(_("Too long: “%(field)s” has at most %(limit)s characters.") % words_)
