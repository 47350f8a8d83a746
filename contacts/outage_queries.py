"""What is read of outages. Every function returns rows of the organisation in force, unless it says otherwise."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from contacts.models import Outage, OutageFollower, OutagePlace, OutsideParty
from contacts.queries import parties_visible_to
from contacts.rules import access
from contacts.rules.outages import shown_after
from owners.models import Building, EstateAssignment, Person
from owners.queries import homes_of, searchable, within
from tenancy.context import current_organisation_id
from tenancy.models import Membership
from tenancy.policy import roles_with, scopes_of

State, Role = Outage.State, Membership.Role
TIMES = NOW, COMING, PAST = ("now", "coming", "past")


def outages_visible_to(actor: Membership | None, action: str = "outage.read") -> QuerySet[Outage]:
    """The outages of a place where the member works."""
    reach = access.reach_for(actor, action)
    if reach.everywhere:
        return Outage.objects.all()
    if not reach.touched:
        return Outage.objects.none()
    here = within(reach) | Q(building=None, estate__in=reach.parts)
    return Outage.objects.filter(Exists(OutagePlace.objects.filter(here, outage=OuterRef("pk"))))


def with_places() -> Prefetch:
    places = OutagePlace.objects.select_related("estate", "building").order_by("estate__name", "building__code")
    return Prefetch("outage_places", places, to_attr="places_shown")


def whole(outages: QuerySet[Outage]) -> QuerySet[Outage]:
    """With everything that a page of one shows."""
    along = ("party", "notice", "restored_notice", "received_by", "verified_by", "restored_by", "closed_by",
             "withdrawn_by")  # fmt: skip
    return outages.select_related(*along).prefetch_related(with_places())


def listed(
    actor: Membership | None, *, now: datetime, time: str = NOW, text: str = "", branch: str = "",
    before: tuple[datetime, UUID] | None = None,
) -> QuerySet[Outage]:  # fmt: skip
    """What is off now, what will be (the next first), or what is over; with places, parties and notices, for keyset
    pages by start and id."""
    rows = outages_visible_to(actor).select_related("party", "notice")
    if time == PAST:
        rows = rows.exclude(state__in=Outage.OPEN)
    else:
        rows = rows.filter(state__in=Outage.OPEN, **{"starts_at__gt" if time == COMING else "starts_at__lte": now})
    rows = _narrowed(rows, text, branch)
    if before is not None:
        at, pk = before
        further = (
            Q(starts_at__gt=at) | Q(starts_at=at, pk__gt=pk)
            if time == COMING
            else Q(starts_at__lt=at) | Q(starts_at=at, pk__lt=pk)
        )
        rows = rows.filter(further)
    order = ("starts_at", "id") if time == COMING else ("-starts_at", "-id")
    return rows.order_by(*order).prefetch_related(with_places())


def found(actor: Membership | None, *, text: str = "", state: str = "", branch: str = "") -> QuerySet[Outage]:
    """For programs: whatever its time, without an order."""
    rows = outages_visible_to(actor).select_related("party").prefetch_related(with_places())
    return _narrowed(rows.filter(state=state) if state else rows, text, branch)


def _narrowed(rows: QuerySet[Outage], text: str, branch: str) -> QuerySet[Outage]:
    """By number, cause, party or a place; and by what is off."""
    if branch:
        rows = rows.filter(branch=branch)
    words = searchable(text)
    if not words:
        return rows
    named = OutagePlace.objects.filter(
        Q(estate__name__icontains=words) | Q(building__name__icontains=words), outage=OuterRef("pk")
    )
    said = Q(number__icontains=words) | Q(cause__icontains=words) | Q(party__name__icontains=words)
    return rows.filter(said | Q(Exists(named)))


def places_of(outage: Outage) -> list[access.Place]:
    return list(outage.outage_places.values_list("estate_id", "building_id"))


def utilities_offered(actor: Membership | None) -> QuerySet[OutsideParty]:
    """Who may say that something is off: utilities and lift companies that serve where the member works."""
    said = Q(kind=OutsideParty.Kind.UTILITY) | Q(branch=OutsideParty.Branch.LIFT)
    return parties_visible_to(actor).filter(said, is_active=True).order_by("name", "id")


# -- homes ------------------------------------------------------------------------------------------------------------


def outages_at_home(member: Membership | None) -> QuerySet[Outage]:
    """What is known to be off, will be, or is over, in the places where the member is at home."""
    if member is None or not scopes_of(member, "outage.here"):
        return Outage.objects.none()
    homes = homes_of(member)
    single = {building for own in homes.values() if own is not None for building in own}
    whole_estates = [estate for estate, own in homes.items() if own is None]
    concerned = Q(estate__in=whole_estates) | Q(building__in=single) | Q(building=None, estate__in=list(homes))
    known = Outage.objects.filter(state__in=(*Outage.KNOWN, State.RESTORED))
    return known.filter(Exists(OutagePlace.objects.filter(concerned, outage=OuterRef("pk"))))


def shown_at_home(member: Membership | None, now: datetime) -> QuerySet[Outage]:
    """Of these what is not over, and what has been over for less than a day, the next first."""
    recent = Q(state__in=Outage.KNOWN) | Q(state=State.RESTORED, restored_at__gt=now - shown_after())
    rows = outages_at_home(member).filter(recent).select_related("party").prefetch_related(with_places())
    return rows.order_by("starts_at", "id")


def lasting_at(places: Iterable[access.Place], *, branches: Iterable[str] | None = None) -> QuerySet[Outage]:
    """What is known to be off, or will be, at any of these (estate, building or None), of these branches or of all.

    A place without a building is the grounds of its estate: what is off in one building alone does not concern it.
    """
    concerned = Q(pk__in=())
    for estate, building in places:
        concerned |= Q(building=None, estate=estate)
        if building is not None:
            concerned |= Q(building=building)
    rows = Outage.objects.filter(
        Exists(OutagePlace.objects.filter(concerned, outage=OuterRef("pk"))), state__in=Outage.KNOWN
    )
    if branches is not None:
        rows = rows.filter(branch__in=list(branches))
    return rows.select_related("party").prefetch_related(with_places()).order_by("starts_at", "id")


# Asked with every filing, and nearly always answered by no.
_OFF_AT = """
SELECT EXISTS (
    SELECT 1 FROM contacts_outage o JOIN contacts_outageplace p
        ON p.organisation_id = o.organisation_id AND p.outage_id = o.id
    WHERE o.organisation_id = %(organisation)s AND o.state = ANY(%(known)s)
      AND (p.building_id = %(building)s OR (p.building_id IS NULL AND p.estate_id = %(estate)s)))
"""


def is_off_at(place: access.Place) -> bool:
    """Whether anything is known to be off, or will be, at this place."""
    estate, building = place
    with connection.cursor() as cursor:
        cursor.execute(
            _OFF_AT,
            {
                "organisation": current_organisation_id(), "known": [str(state) for state in Outage.KNOWN],
                "estate": estate, "building": building,
            },
        )  # fmt: skip
        (found,) = cursor.fetchone()
    return bool(found)


def followed_by(person: Person | None, outages: Iterable[Outage]) -> set[UUID]:
    """Which of these the person follows."""
    if person is None:
        return set()
    rows = OutageFollower.objects.filter(person=person, outage__in=[outage.pk for outage in outages])
    return set(rows.values_list("outage_id", flat=True))


def followers_of(outage: Outage) -> list[Person]:
    """Who follows it and is still there to be told."""
    rows = OutageFollower.objects.filter(outage=outage, person__erased_at=None)
    return [row.person for row in rows.select_related("person__membership__user").order_by("at", "id")]


# -- what is due -------------------------------------------------------------------------------------------------------


def relays_overdue(now: datetime) -> Q:
    return Q(state__in=(State.RECEIVED, State.VERIFIED), relayed_at=None, relay_reminded_at=None, relay_due_at__lt=now)


def ends_overdue(now: datetime) -> Q:
    return Q(state__in=Outage.KNOWN, end_reminded_at=None, ends_at__lt=now)


def relays_that_left() -> Q:
    return Q(state=State.VERIFIED, notice__sent_at__isnull=False, notice__state="sent")


def organisations_with_due_outages(now: datetime) -> list[int]:
    """Organisations in which something is due: the one question that crosses them, asked as the system role."""
    due = Outage.across.using("system").filter(relays_overdue(now) | ends_overdue(now) | relays_that_left())
    return list(due.order_by("organisation_id").values_list("organisation_id", flat=True).distinct())


def reminded_of(outage: Outage, *, with_clerks: bool = False) -> list[Membership]:
    """The supervisors and managers (and clerks) of the places of an outage, with their sign-ins; none shut out."""
    named = places_of(outage)
    estates = {estate for estate, _building in named}
    buildings = {building for _estate, building in named if building is not None}
    whole_estates = {estate for estate, building in named if building is None}
    if whole_estates:
        buildings |= set(Building.objects.filter(estate__in=whole_estates).values_list("pk", flat=True))
    here = EstateAssignment.objects.filter(
        Q(estate__in=estates, building=None) | Q(building__in=buildings), membership=OuterRef("pk")
    )
    meant = {Role.SUPERVISOR, Role.MANAGER, *([Role.CLERK] if with_clerks else [])}
    roles = meant & set(roles_with("outage.relay"))
    found = Membership.objects.filter(Q(all_estates=True) | Q(Exists(here)), role__in=roles, is_active=True)
    return list(found.select_related("user").order_by("name", "id"))


def relays_between(places: Any, begins: datetime, ends: datetime) -> QuerySet[Outage]:
    """The outages received in a span, of these estates, that were not withdrawn; with the first place of each."""
    named = OutagePlace.objects.filter(estate__in=places, outage=OuterRef("pk"))
    rows = Outage.objects.filter(Exists(named), received_at__gte=begins, received_at__lt=ends)
    return rows.exclude(state=State.WITHDRAWN).select_related("party").order_by("received_at", "id")
