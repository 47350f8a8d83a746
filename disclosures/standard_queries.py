"""What is read of service standards. Every function returns rows of the organisation in force."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from attachments.models import Attachment
from contacts.models import Contract
from contacts.queries import parties_visible_to
from contacts.rules.access import reach_for
from disclosures.models import ServiceStandard, StandardRecord, StandardVersion
from disclosures.rules import standards as rules
from disclosures.standard_sources import RECORDS, Asked, sources
from owners.models import Building, Estate
from owners.queries import homes_of
from tenancy.models import Membership
from tenancy.policy import scopes_of

RECORD_FILES = "disclosures.standardrecord"


def standards_visible_to(member: Membership | None) -> QuerySet[ServiceStandard]:
    """Staff: those of estates they have as a whole. Owners, occupants and committee: those of where they are at home."""
    scopes = scopes_of(member, "standard.read")
    if member is None or not scopes:
        return ServiceStandard.objects.none()
    if "home" in scopes:
        return ServiceStandard.objects.filter(estate__in=list(homes_of(member)))
    reach = reach_for(member, "standard.read")
    return ServiceStandard.objects.filter(Q() if reach.everywhere else Q(estate__in=reach.estates))


def with_versions(rows: QuerySet[ServiceStandard]) -> QuerySet[ServiceStandard]:
    versions = StandardVersion.objects.order_by("from_on").select_related("contract")
    return rows.select_related("estate").prefetch_related(Prefetch("versions", versions))


def standards_of(
    member: Membership | None, estate: Estate, *, ended: bool = False, today: date
) -> list[ServiceStandard]:
    """Those in force or still to come, by the words of the service; or those that have ended."""
    over = Q(ends_on__lte=today)
    rows = standards_visible_to(member).filter(over if ended else ~over | Q(ends_on=None), estate=estate)
    return sorted(with_versions(rows), key=lambda row: str(version_on(row, today) or ""))


def standard_seen_by(member: Membership | None, standard_id: UUID) -> ServiceStandard | None:
    found: ServiceStandard | None = with_versions(standards_visible_to(member)).filter(pk=standard_id).first()
    return found


def version_on(row: ServiceStandard, day: date) -> StandardVersion | None:
    """The version in force on a day; before the first, the first."""
    versions = sorted(row.versions.all(), key=lambda version: version.from_on)
    begun = [version for version in versions if version.from_on <= day]
    return begun[-1] if begun else (versions[0] if versions else None)


def in_force_in(row: ServiceStandard, month: date) -> StandardVersion | None:
    """The version that counts for a month."""
    versions = sorted(row.versions.all(), key=lambda version: version.from_on)
    found: StandardVersion | None = rules.in_force(versions, month, ends_on=row.ends_on)
    return found


def counted_in(version: StandardVersion, month: date, *, ends_on: date | None) -> tuple[date, date]:
    """The first and the last of the days whose records count for a month."""
    return rules.counted_in(terms_of(version, ends_on), month)


def record_file_readable_by(subject_id: Any, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of evidence: who may read the promise; once a record is withdrawn, staff alone."""
    if member is None:
        return False
    rows = StandardRecord.objects.filter(pk=subject_id, standard__in=standards_visible_to(member))
    return (rows if member.is_staff_role else rows.filter(withdrawn_at=None)).exists()


def contracts_offered(actor: Membership | None, estate: Estate) -> list[Contract]:
    """Contracts of outside parties that serve the estate."""
    parties = parties_visible_to(actor).filter(Q(serves_everywhere=True) | Q(areas__estate=estate))
    return list(Contract.objects.filter(party__in=parties.values("pk")).select_related("party").order_by("title", "pk"))


def buildings_of(estate: Estate) -> list[Building]:
    return list(Building.objects.filter(estate=estate).order_by("code"))


# -- kept or not ---------------------------------------------------------------------------------------------------------


@dataclass
class Kept:
    """One promise over some months: of the estate as a whole, and of each building where it is promised for each."""

    standard: ServiceStandard
    months: list[date]
    whole: list[rules.Cell]
    buildings: list[tuple[Building, list[rules.Cell]]] = field(default_factory=list)


def kept_of(
    rows: Collection[ServiceStandard], estate: Estate, reader: Membership | None, *, months: list[date], now: datetime,
    today: date,
) -> list[Kept]:  # fmt: skip
    """Each promise of an estate, as the reader, or without one anybody at home there, may see it: three questions, and one of each room that offers a source,
    however many promises there are."""
    tallies = _tallies(rows, estate, months, now, today)
    buildings = buildings_of(estate)
    return [_kept(row, tallies, buildings, reader, months, today) for row in rows]


def _tallies(
    rows: Collection[ServiceStandard], estate: Estate, months: list[date], now: datetime, today: date
) -> dict[tuple[str, str], list[rules.Tally]]:
    """By source and key. Records of a yearly promise are summed over its year, so they are read from further back."""
    keys: dict[str, set[str]] = defaultdict(set)
    first = months[0]
    for row in rows:
        for version in row.versions.all():
            keys[version.source].add(str(row.pk) if version.source == RECORDS.code else version.source_key)
            first = min(first, rules.counted_in(terms_of(version), months[0])[0])
    found: dict[tuple[str, str], list[rules.Tally]] = defaultdict(list)
    for code, source in sources().items():
        if not keys[code]:
            continue
        begins = first if code == RECORDS.code else months[0]
        for tally in source.tally(Asked(estate, keys[code], begins, months[-1], now, today)):
            found[code, tally.key].append(tally)
    return found


def terms_of(version: StandardVersion, ends_on: date | None = None) -> rules.Terms:
    return rules.Terms(
        version.from_on, version.times, version.every, version.unit, Fraction(version.least_percent) / 100, ends_on
    )


def _kept(
    row: ServiceStandard, tallies: dict[tuple[str, str], list[rules.Tally]], buildings: list[Building],
    reader: Membership | None, months: list[date], today: date,
) -> Kept:  # fmt: skip
    versions = sorted(row.versions.all(), key=lambda version: version.from_on)
    whole: list[rules.Cell] = []
    places: dict[UUID, list[rules.Cell]] = {building.pk: [] for building in buildings}
    is_split, is_staff = False, reader is not None and reader.is_staff_role
    for month in months:
        version = rules.in_force(versions, month, ends_on=row.ends_on)
        cells = _cells(row, version, tallies, buildings, month, today)
        all_of_it = _whole(version, cells, tallies, row, month, today)
        if version is not None and sources()[version.source].of_people and not is_staff:
            least = settings.STATISTICS_COVER_BELOW
            all_of_it, cells = rules.covered_whole(all_of_it, least), rules.covered(cells, least)
            if all_of_it.state == "covered":  # what cannot be told of all of them is told of none
                cells = [rules.Cell("covered")] * len(cells)
        whole.append(all_of_it)
        is_split = is_split or (version is not None and version.per_building)
        for building, cell in zip(buildings, cells, strict=True):
            places[building.pk].append(cell if version is None or version.per_building else rules.Cell("before"))
    split = [(building, places[building.pk]) for building in buildings] if is_split else []
    return Kept(row, months, whole, split)


def _found(
    row: ServiceStandard, version: StandardVersion, tallies: dict[tuple[str, str], list[rules.Tally]]
) -> list[rules.Tally]:
    key = str(row.pk) if version.source == RECORDS.code else version.source_key
    return tallies.get((version.source, key), [])


def _cells(
    row: ServiceStandard, version: StandardVersion | None, tallies: dict[tuple[str, str], list[rules.Tally]],
    buildings: list[Building], month: date, today: date,
) -> list[rules.Cell]:  # fmt: skip
    """A cell for each building."""
    if version is None:
        return [rules.Cell("before")] * len(buildings)
    terms, cells = terms_of(version, row.ends_on), []
    here: dict[UUID | None, list[rules.Tally]] = defaultdict(list)
    for tally in _found(row, version, tallies):
        here[tally.building].append(tally)
    for building in buildings:
        kept, of = _summed(version, terms, here[building.pk], month)
        cells.append(rules.cell_of(kept, of, terms=terms, month=month, today=today))
    return cells


def _summed(
    version: StandardVersion, terms: rules.Terms, tallies: list[rules.Tally], month: date
) -> tuple[int, int]:  # fmt: skip
    """What was as promised, of how many: what the source knows, or for records what the terms ask."""
    if version.source != RECORDS.code:
        mine = [tally for tally in tallies if tally.month == month]
        return sum(tally.kept for tally in mine), sum(tally.of or 0 for tally in mine)
    first, last = rules.counted_in(terms, month)
    kept = sum(tally.kept for tally in tallies if tally.on is not None and first <= tally.on <= last)
    return kept, rules.asked_in(terms, month)


def _whole(
    version: StandardVersion | None, cells: list[rules.Cell], tallies: dict[tuple[str, str], list[rules.Tally]],
    row: ServiceStandard, month: date, today: date,
) -> rules.Cell:  # fmt: skip
    """The estate as a whole: all that was counted. Promised for each building it is kept where each one's is; of what is
    of people all of it counts together, so that it says nothing of a single building."""
    if version is None:
        return rules.Cell("before")
    terms, found = terms_of(version, row.ends_on), _found(row, version, tallies)
    if version.per_building and version.source == RECORDS.code:
        kept, of = sum(cell.kept or 0 for cell in cells), sum(cell.of or 0 for cell in cells)
    else:
        kept, of = _summed(version, terms, found, month)
    cell = rules.cell_of(kept, of, terms=terms, month=month, today=today)
    is_missed = cell.state == "kept" and any(one.state == "missed" for one in cells)
    if is_missed and version.per_building and not sources()[version.source].of_people:
        return rules.Cell("missed", cell.kept, cell.of)
    return cell


def records_of(row: ServiceStandard, first: date, last: date, reader: Membership) -> QuerySet[StandardRecord]:
    """What was written down in some months, the newest first; what was withdrawn, to staff alone."""
    rows = StandardRecord.objects.filter(standard=row, on__gte=first, on__lte=last).select_related("building", "by")
    return (rows if reader.is_staff_role else rows.filter(withdrawn_at=None)).order_by("-on", "-id")
