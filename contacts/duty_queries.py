"""What is read of duties, and the agenda: duties beside the ends of certificates and contracts, which stay where they are.

Every function returns rows of the organisation in force.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Greatest

from contacts.models import Certificate, Contract, Duty, DutyDone, DutyFeed, OutsideParty, ServiceArea
from contacts.queries import parties_visible_to, with_areas
from contacts.rules import access
from contacts.rules import duties as rules
from contacts.rules.defaults import duty_defaults
from notices.board_queries import hash_of
from owners.models import Estate
from owners.queries import searchable, within
from tenancy.models import Membership
from tenancy.policy import roles_with

CERTIFICATE, CONTRACT = "certificate", "contract"
Place = access.Place


def duties_visible_to(actor: Membership | None, action: str = "duty.read") -> QuerySet[Duty]:
    """The duties of where the member works."""
    reach = access.reach_for(actor, action)
    if not (reach.everywhere or reach.touched):
        return Duty.objects.none()
    return Duty.objects.filter(within(reach))


def duty_seen_by(actor: Membership | None, duty_id: UUID) -> Duty | None:
    found: Duty | None = (
        duties_visible_to(actor)
        .select_related("estate", "building", "party", "responsible", "created_by")
        .filter(pk=duty_id)
        .first()
    )
    return found


def history_of(duty: Duty) -> QuerySet[DutyDone]:
    """When it was done, newest first."""
    return duty.done.select_related("by").order_by("-at", "-id")


def doers_for(reach: Any) -> QuerySet[Membership]:
    """Members whose role does duties and who work somewhere within a reach, or everywhere."""
    members = Membership.objects.filter(role__in=roles_with("duty.do"), is_active=True, user__is_active=True)
    if not reach.everywhere:
        here = Q(estate_assignments__estate__in=reach.touched)
        members = members.filter(Q(all_estates=True) | Q(role=Membership.Role.ADMIN) | here)
    return members.order_by("name", "pk").distinct()


def parties_offered(actor: Membership | None) -> QuerySet[OutsideParty]:
    return parties_visible_to(actor).filter(is_active=True).order_by("name", "pk")


def serves(party: OutsideParty, place: Place) -> bool:
    """Whether the party serves the estate, or the building when one is named."""
    estate, building = place
    if party.serves_everywhere:
        return True
    here = party.areas.filter(estate=estate)
    return (here if building is None else here.filter(Q(building=None) | Q(building=building))).exists()


def evidence_readable_by(subject_id: UUID, attachment: Any, membership: Membership | None) -> bool:
    """The gate of evidence: who may read the duty."""
    return DutyDone.objects.filter(pk=subject_id, duty__in=duties_visible_to(membership)).exists()


def feeds_of(member: Membership) -> QuerySet[DutyFeed]:
    """The member's feeds that still work, newest first."""
    return DutyFeed.objects.filter(membership=member, revoked_at=None).order_by("-created_at", "-id")


def feed_by_secret(secret: str) -> DutyFeed | None:
    """The feed of a secret, while it was not ended and its member still reads what is due."""
    found: DutyFeed | None = (
        DutyFeed.objects.filter(token_hash=hash_of(secret), revoked_at=None).select_related("membership__user").first()
    )
    if found is None or not found.membership.user.is_active or not rules.may_read(found.membership):
        return None
    return found


# -- the agenda ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sought:
    """What the agenda is narrowed to. ``kind`` is a duty's, ``certificate`` or ``contract``."""

    text: str = ""
    kind: str = ""
    estate: Estate | None = None
    show: str = ""
    """``late``, ``month``, ``later``, ``mine``, or "" for all of it."""


@dataclass(frozen=True)
class Entry:
    """One line of the agenda. ``source`` is duty, certificate, contract (its end) or notice (the last day for notice)."""

    on: date
    source: str
    row: Any
    standing: str
    span: str

    @property
    def pk(self) -> UUID:
        key: UUID = self.row.pk
        return key

    @property
    def title(self) -> str:
        return str(self.row.title)

    @property
    def party(self) -> OutsideParty | None:
        found: OutsideParty | None = self.row.party
        return found

    @property
    def is_late(self) -> bool:
        return self.standing == "late"

    @property
    def is_duty(self) -> bool:
        return self.source == "duty"


Key = tuple[date, UUID]


def agenda(
    actor: Membership | None, sought: Sought, *, today: date, limit: int, after: Key | None = None,
    until: date | None = None,
) -> list[Entry]:  # fmt: skip
    """At most ``limit`` entries in the order of their day, beyond ``after``: of each source no more are read."""
    found: list[Entry] = []
    for source, rows in _legs(actor, sought, today):
        rows = _spanned(rows, sought.show, today)
        if until is not None:
            rows = rows.filter(on__lte=until)
        if after is not None:
            rows = rows.filter(Q(on__gt=after[0]) | Q(on=after[0], pk__gt=after[1]), on__gte=after[0])
        found += [_entry(source, row, today) for row in rows.order_by("on", "pk")[:limit]]
    return sorted(found, key=lambda entry: (entry.on, entry.pk))[:limit]


def _legs(actor: Membership | None, sought: Sought, today: date) -> Iterator[tuple[str, QuerySet[Any]]]:
    own_only = sought.show == "mine"
    if sought.kind not in (CERTIFICATE, CONTRACT):
        duties = _duties(actor, sought, is_active=True)
        yield "duty", duties.filter(responsible=actor) if own_only else duties
    if own_only:
        return
    if sought.kind in ("", CERTIFICATE):
        yield CERTIFICATE, _of_parties(Certificate.objects.annotate(on=F("expires_on")), actor, "contact.read", sought)
    if sought.kind in ("", CONTRACT):
        ended = today - timedelta(days=duty_defaults()["contract_days_after"])
        contracts = Contract.objects.filter(ends_on__gte=ended)
        yield CONTRACT, _of_parties(contracts.annotate(on=F("ends_on")), actor, "contract.read", sought)
        last_day = ExpressionWrapper(F("ends_on") - F("notice_days"), output_field=DateField())
        told = contracts.filter(notice_days__gt=0).annotate(on=Greatest(last_day, Value(date.min)))
        yield "notice", _of_parties(told.filter(on__gte=today), actor, "contract.read", sought)


def _duties(actor: Membership | None, sought: Sought, *, is_active: bool) -> QuerySet[Duty]:
    rows = duties_visible_to(actor).filter(is_active=is_active, estate__is_active=True).annotate(on=F("due_on"))
    if sought.kind:
        rows = rows.filter(kind=sought.kind)
    if sought.estate is not None:
        rows = rows.filter(estate=sought.estate)
    if words := searchable(sought.text):
        rows = rows.filter(Q(title__icontains=words) | Q(basis__icontains=words) | Q(party__name__icontains=words))
    return rows.select_related("estate", "building", "party", "responsible")


def stopped(actor: Membership | None, sought: Sought, *, after: Key | None, limit: int) -> list[Entry]:
    """Duties that somebody stopped or that were to be done once and are, by the day they would be due."""
    rows = _duties(actor, sought, is_active=False)
    if after is not None:
        rows = rows.filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], pk__gt=after[1]))
    return [Entry(row.due_on, "duty", row, "", "") for row in rows.order_by("due_on", "pk")[:limit]]


def _of_parties(rows: QuerySet[Any], actor: Membership | None, action: str, sought: Sought) -> QuerySet[Any]:
    """Of parties that one deals with, as far as the member may see this of them."""
    parties = parties_visible_to(actor, action).filter(is_active=True)
    if sought.estate is not None:
        here = ServiceArea.objects.filter(party=OuterRef("pk"), estate=sought.estate)
        parties = parties.filter(Q(serves_everywhere=True) | Exists(here))
    if words := searchable(sought.text):
        rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(party__name__icontains=words))
    shown = Prefetch("party", OutsideParty.objects.prefetch_related(with_areas()))
    return rows.filter(party__in=parties).prefetch_related(shown)


def _spanned(rows: QuerySet[Any], show: str, today: date) -> QuerySet[Any]:
    if show == "late":
        return rows.filter(on__lt=today)
    if show == "month":
        return rows.filter(on__gte=today, on__lte=rules.last_of_month(today))
    return rows.filter(on__gt=rules.last_of_month(today)) if show == "later" else rows


def _entry(source: str, row: Any, today: date) -> Entry:
    lead = row.lead_days if source == "duty" else rules.lead_of(source)
    return Entry(row.on, source, row, rules.standing(row.on, today, lead), rules.span_of(row.on, today))


def grouped(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries under the heading of their span, in their order."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.span, []).append(entry)
    return list(groups.items())
