"""What is to be reminded of, for the daily sweep: it reads all of the organisation in force, as nobody's eyes."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, ExpressionWrapper, F, Prefetch, QuerySet, Value
from django.db.models.functions import Greatest

from contacts.duty_queries import Entry
from contacts.models import Certificate, Contract, Duty, OutsideParty
from contacts.queries import with_areas
from contacts.rules import duties as rules
from contacts.rules.defaults import duty_defaults
from owners.models import EstateAssignment
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.reach import EVERYWHERE, Reach, keep_reach, reach_of

Role = Membership.Role
READS = {"duty": "duty.read", "certificate": "contact.read", "contract": "contract.read", "notice": "contract.read"}


def due_reminders(today: date) -> list[Entry]:
    """Everything that is soon or was due a little while ago, by its day."""
    found = [
        Entry(row.on, source, row, rules.standing(row.on, today, (row.on - today).days), rules.span_of(row.on, today))
        for source, rows in _legs(today)
        for row in rows
    ]
    return sorted(found, key=lambda entry: (entry.on, entry.pk))


def _legs(today: date) -> Iterator[tuple[str, QuerySet[Any]]]:
    oldest = today - timedelta(days=duty_defaults()["late_days"])
    reminded_on = ExpressionWrapper(F("due_on") - F("lead_days"), output_field=DateField())
    open_ones = Duty.objects.filter(is_active=True, estate__is_active=True, due_on__gte=oldest)
    duties = open_ones.annotate(on=F("due_on"), reminded_on=reminded_on)
    yield (
        "duty",
        duties.filter(reminded_on__lte=today).select_related("estate", "building", "party", "responsible__user"),
    )
    party = Prefetch("party", OutsideParty.objects.prefetch_related(with_areas()))
    certificates = Certificate.objects.filter(party__is_active=True).annotate(on=F("expires_on"))
    contracts = Contract.objects.filter(party__is_active=True, ends_on__isnull=False)
    last_day = Greatest(ExpressionWrapper(F("ends_on") - F("notice_days"), output_field=DateField()), Value(date.min))
    for source, first, rows in (
        ("certificate", oldest, certificates),
        ("contract", oldest, contracts.annotate(on=F("ends_on"))),
        ("notice", today, contracts.filter(notice_days__gt=0).annotate(on=last_day)),
    ):
        last = today + timedelta(days=rules.lead_of(source))
        yield source, rows.filter(on__gte=first, on__lte=last).prefetch_related(party)


class Staff:
    """Who is reminded: read once for all entries."""

    roles: tuple[Role, ...] = (Role.MANAGER, Role.ADMIN)

    def __init__(self) -> None:
        wanted = Membership.objects.filter(role__in=self.roles, is_active=True, user__is_active=True)
        self.members = list(wanted.select_related("user").order_by("pk"))
        self.assigned: dict[UUID, list[tuple[UUID, UUID | None]]] = defaultdict(list)
        rows = EstateAssignment.objects.values_list("membership_id", "estate_id", "building_id")
        for membership_id, estate_id, building_id in rows:
            self.assigned[membership_id].append((estate_id, building_id))
        for member in self.members:
            self.keep(member)

    def keep(self, member: Membership) -> Reach:
        """Have the member's reach known without another statement."""
        return EVERYWHERE if member.all_estates else keep_reach(member, self.assigned[member.pk])

    def for_entry(self, entry: Entry) -> list[Membership]:
        """Whom a duty names, when they still may see it; else the managers there; without one, administrators."""
        named: Membership | None = entry.row.responsible if entry.is_duty else None
        if named is not None and named.user.is_active:
            self.keep(named)
            if can(named, "duty.read", entry.row):
                return [named]
        action = READS[entry.source]
        there = [member for member in self.members if can(member, action) and _works_at(member, entry)]
        managers = [member for member in there if member.role == Role.MANAGER]
        return managers or [member for member in self.members if member.role == Role.ADMIN]


def _works_at(member: Membership, entry: Entry) -> bool:
    reach = reach_of(member)
    if entry.is_duty:
        return reach.covers(entry.row.estate_id, entry.row.building_id)
    if reach.everywhere or entry.row.party.serves_everywhere:
        return bool(reach.everywhere or reach.touched)
    return any(_serves_within(reach, area) for area in entry.row.party.areas_shown)


def _serves_within(reach: Reach, area: Any) -> bool:
    """A party that serves a whole estate serves each of its buildings."""
    if area.building_id is None:
        return area.estate_id in reach.touched
    return reach.covers(area.estate_id, area.building_id)
