"""What is read of the communication register. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from contacts import links
from contacts.models import CommunicationRecord, ContactPerson, FollowUp, OutsideParty
from contacts.queries import parties_visible_to
from contacts.rules import access
from contacts.rules.phones import digits_of
from owners.models import Estate
from owners.queries import searchable, within
from tenancy.models import Membership
from tenancy.policy import can, roles_with, scopes_of

FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Wanted:
    """What a list or a timeline is narrowed to; empty means all. ``method`` is one of an entry's methods."""

    text: str = ""
    form: str = ""
    method: str = ""
    content: str = ""
    direction: str = ""
    party_type: str = ""
    state: str = ""
    estate: Estate | None = None
    since: date | None = None
    until: date | None = None


def _of(member: Membership | None, action: str) -> Q:
    """The rows in which the member has the action, by its scopes."""
    scopes = scopes_of(member, action)
    if member is None or not scopes:
        return Q(pk__in=())
    reach = access.reach_for(member, action)
    if reach.everywhere and scopes != {"own"}:
        return Q()
    own, near = Q(recorded_by=member), within(reach)
    if "own" not in scopes:
        return near
    return own | near if "estate" in scopes else own


def last_contacts(member: Membership | None, parties: Iterable[UUID]) -> dict[UUID, CommunicationRecord]:
    """The newest entry with each of these parties that the member may read."""
    rows = records_visible_to(member).filter(party__in=list(parties)).order_by("party_id", "-occurred_at", "-id")
    return {row.party_id: row for row in rows.distinct("party_id") if row.party_id}


def records_visible_to(member: Membership | None) -> QuerySet[CommunicationRecord]:
    """Entries of where the member works; restricted ones for whom the matrix says; never one about themselves, or of a
    case about themselves."""
    if member is None:
        return CommunicationRecord.objects.none()
    rows = CommunicationRecord.objects.filter(_of(member, "register.read")).exclude(_closed_to(member))
    return rows.filter(Q(subject_staff__isnull=True) | ~Q(subject_staff=member)).exclude(links.of_withheld(member))


def _closed_to(member: Membership) -> Q:
    """Restricted entries that are not the member's to read, by the matrix."""
    theirs = _of(member, "register.read_restricted")
    restricted = Q(confidentiality=CommunicationRecord.Confidentiality.RESTRICTED)
    return restricted & ~theirs if theirs else Q(pk__in=())  # of all of them nothing is left that is closed


def entries_about(member: Membership) -> QuerySet[CommunicationRecord]:
    """About the member themselves, or of a case that complains of them."""
    return CommunicationRecord.objects.filter(Q(subject_staff=member) | links.of_withheld(member))


def withheld_from(member: Membership) -> QuerySet[CommunicationRecord]:
    """What was written in these, and because of these, is not the member's to read, wherever they work."""
    about = Q(subject_staff=member) | links.of_withheld(member)
    return CommunicationRecord.objects.filter(about | _closed_to(member))


def is_readable(member: Membership | None, row: CommunicationRecord) -> bool:
    """The same of one entry, by the matrix and the case it belongs to."""
    if member is None or not can(member, "register.read", row):
        return False
    if row.is_restricted and not can(member, "register.read_restricted", row):
        return False
    return not links.is_kept_from(member, row.linked_type, row.linked_id)


def with_parties(rows: QuerySet[CommunicationRecord]) -> QuerySet[CommunicationRecord]:
    return rows.select_related("estate", "unit", "person", "party", "contact", "recorded_by")


def listed(member: Membership | None, wanted: Wanted) -> QuerySet[CommunicationRecord]:
    """Entries, the newest contact first, for keyset pages."""
    rows = narrowed(records_visible_to(member), wanted)
    if words := searchable(wanted.text):
        found = Q(subject__icontains=words) | Q(summary__icontains=words) | Q(number__iexact=words)
        found |= Q(letter_number__iexact=words) | Q(linked_number__iexact=words) | Q(their_reference__iexact=words)
        if access.sees_people(member):
            found |= Q(name_given__icontains=words) | Q(person__name__icontains=words) | Q(party__name__icontains=words)
            if digits := digits_of(words):
                found |= Q(phone_given__contains=digits)
        rows = rows.filter(found)
    return with_parties(rows).order_by("-occurred_at", "-id")


def narrowed(rows: QuerySet[CommunicationRecord], wanted: Wanted) -> QuerySet[CommunicationRecord]:
    """By the plain columns; words are searched in `listed`."""
    same = {
        name: value for name in ("form", "content", "direction", "party_type", "state", "estate")
        if (value := getattr(wanted, name))
    }  # fmt: skip
    rows = rows.filter(**same)
    if wanted.method:
        rows = rows.filter(methods__contains=[wanted.method])
    if wanted.since:
        rows = rows.filter(occurred_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(occurred_at__date__lte=wanted.until)
    return rows


def to_answer(member: Membership | None) -> QuerySet[CommunicationRecord]:
    """Written contacts that came in and wait for an answer, the one due first before the others."""
    rows = records_visible_to(member).filter(needs_answer=True, answered_at__isnull=True)
    return with_parties(rows).order_by("answer_due_on", "id")


def open_follow_ups(member: Membership | None, *, mine: bool) -> QuerySet[FollowUp]:
    """What is still to be done because of a contact the member may read, the first due before the others."""
    rows = FollowUp.objects.filter(done_at__isnull=True, record__in=records_visible_to(member))
    if mine:
        rows = rows.filter(assignee=member)
    return rows.select_related("record", "assignee").order_by("due_on", "id")


def about(rows: QuerySet[CommunicationRecord], kind: str, key: UUID) -> QuerySet[CommunicationRecord]:
    """Those of one ``unit``, ``person``, ``party`` or ``estate``."""
    return rows.filter(**{f"{kind}_id": key})


def before(rows: QuerySet[Any], at: datetime | None, key: UUID | None) -> QuerySet[Any]:
    """The rows after this one in the order of the newest first."""
    if at is None or key is None:
        return rows
    return rows.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, id__lt=key))


def callers_at_parties(member: Membership | None, text: str) -> tuple[list[ContactPerson], list[OutsideParty]]:
    """At most 20 people of outside parties, and parties, by a part of the name or a number in any writing."""
    words = searchable(text)
    if not words or not access.sees_people(member):
        return [], []
    parties = parties_visible_to(member).filter(is_active=True)
    digits = digits_of(words)
    person, party = Q(name__icontains=words), Q(name__icontains=words)
    if digits and len(digits) >= 4:
        person |= Q(phone__contains=digits) | Q(mobile__contains=digits)
        party |= Q(phone__contains=digits) | Q(emergency_phone=words)
    people = ContactPerson.objects.filter(person, party__in=parties).select_related("party").order_by("name", "id")
    return list(people[:FOUND_AT_MOST]), list(parties.filter(party).order_by("name", "id")[:FOUND_AT_MOST])


def file_readable_by(subject_id: UUID, attachment: Any, member: Membership | None) -> bool:
    """The gate of an entry's photos and scans: who may read the entry."""
    return records_visible_to(member).filter(pk=subject_id).exists()


def answers_shown(row: CommunicationRecord, member: Membership | None) -> list[CommunicationRecord]:
    """The answers to an entry that the member may read."""
    return list(records_visible_to(member).filter(answer_to=row).order_by("occurred_at", "id"))


def has_open_tasks(row: CommunicationRecord) -> int:
    return FollowUp.objects.filter(record=row, done_at__isnull=True).count()


def staff_of(estates: Iterable[Estate]) -> QuerySet[Membership]:
    """Who writes in the register of any of these estates, by name."""
    works_here = Q(all_estates=True) | Q(estate_assignments__estate__in=list(estates))
    rows = Membership.objects.filter(works_here, role__in=roles_with("register.write"), is_active=True)
    return rows.distinct().order_by("name", "id")
