"""What is read of promises. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from contacts.models import Commitment
from contacts.rules import access
from contacts.rules.commitments import Tally, fate
from owners.models import Estate
from owners.queries import homes_of, searchable, within
from tenancy.models import Membership
from tenancy.policy import roles_with, scopes_of

State = Commitment.State
FATES = ("open", "overdue", "kept", "broken", "withdrawn")


def commitments_visible_to(member: Membership | None) -> QuerySet[Commitment]:
    """Those of where the member works, those they made, and the public ones of where they are at home."""
    rows = Commitment.objects.all()
    scopes = scopes_of(member, "commitment.read")
    if member is None or not scopes:
        return rows.none()
    if "organisation" in scopes:
        return rows
    found = Q(pk__in=())
    if "estate" in scopes:
        reach = access.reach_for(member, "commitment.read")
        if reach.everywhere:
            return rows
        found |= within(reach)
    if "own" in scopes:
        found |= Q(promised_by=member)
    if "home" in scopes:
        found |= Q(is_public=True, estate__in=list(homes_of(member)))
    return rows.filter(found)


def listed(
    member: Membership | None, *, today: date, text: str = "", which: str = "", estate: Estate | None = None,
    by: Membership | None = None, is_public: bool = False,
) -> QuerySet[Commitment]:  # fmt: skip
    """By the day they are due: what is open the first due first, everything else the last due first."""
    rows = commitments_visible_to(member)
    if which == "overdue":
        rows = rows.filter(state=State.OPEN, due_on__lt=today)
    elif which in State.values:
        rows = rows.filter(state=which)
    if estate is not None:
        rows = rows.filter(estate=estate)
    if by is not None:
        rows = rows.filter(promised_by=by)
    if is_public:
        rows = rows.filter(is_public=True)
    if words := searchable(text):
        found = Q(text__icontains=words) | Q(linked_number__iexact=words)
        rows = rows.filter(found | Q(to_whom__icontains=words) if access.sees_people(member) else found)
    return rows.select_related("estate", "unit", "promised_by", "record", "person")


def of_record(member: Membership | None, record: Any) -> QuerySet[Commitment]:
    return commitments_visible_to(member).filter(record=record).select_related("promised_by").order_by("due_on", "id")


def of_case(member: Membership | None, kind: str, key: Any) -> QuerySet[Commitment]:
    """Promises made in a case of another room."""
    rows = commitments_visible_to(member).filter(linked_type=kind, linked_id=key)
    return rows.select_related("promised_by").order_by("due_on", "id")


def promisers(estates: Iterable[Estate]) -> QuerySet[Membership]:
    """Who can have promised something for these estates, by name."""
    works_here = Q(all_estates=True) | Q(estate_assignments__estate__in=list(estates))
    rows = Membership.objects.filter(works_here, role__in=roles_with("commitment.write"), is_active=True)
    return rows.distinct().order_by("name", "id")


def due_reminders(today: date, horizon: date) -> QuerySet[Commitment]:
    """Open promises due by the horizon, or overdue."""
    rows = Commitment.objects.filter(state=State.OPEN, due_on__lte=max(today, horizon))
    return rows.select_related("estate__calendar", "promised_by__user", "settled_by").order_by("due_on", "id")


def chiefs_of(estate: Estate) -> QuerySet[Membership]:
    """The managers of an estate, else whoever looks after quality or administers: a broken promise never goes unheard."""
    near = Q(all_estates=True) | Q(estate_assignments__estate=estate, estate_assignments__building=None)
    active = Membership.objects.filter(is_active=True).select_related("user")
    managers = active.filter(near, role=Membership.Role.MANAGER).distinct()
    if managers.exists():
        return managers.order_by("id")
    roles = (Membership.Role.QUALITY, Membership.Role.ADMIN)
    return active.filter(role__in=roles).order_by("id")


def tallies(member: Membership | None, *, since: date, until: date, today: date) -> dict[str, dict[Any, Tally]]:
    """Promises due in the period, by estate, by whoever made them, and ``all``: what of each was kept."""
    rows = commitments_visible_to(member).filter(due_on__range=(since, until))
    found: dict[str, dict[Any, Tally]] = {"estate": {}, "member": {}, "all": {None: Tally()}}
    said = rows.values_list("estate__name", "promised_by__name", "promised_by", "state", "due_on", "kept_on")
    for estate, name, key, state, due_on, kept_on in said:
        one = Tally(**{fate(state, due_on, kept_on, today): 1})
        for kind, place in (("estate", estate), ("member", (name, key)), ("all", None)):
            found[kind][place] = found[kind].get(place, Tally()) + one
    return found
