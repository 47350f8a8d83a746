"""What is read of promises. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from contacts import links, register_queries
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
    """Those of where the member works, those they made, and the public ones of where they are at home; never what is
    withheld from them."""
    scopes = scopes_of(member, "commitment.read")
    if member is None or not scopes:
        return Commitment.objects.none()
    rows = Commitment.objects.exclude(_withheld(member))
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


def _withheld(member: Membership) -> Q:
    """Promises of a case, or of a contact, that is about the member; and of contacts they may not read, unless they are
    the one who promised."""
    unread = Q(record__in=register_queries.withheld_from(member).values("pk")) & ~Q(promised_by=member)
    about = Q(record__in=register_queries.entries_about(member).values("pk"))
    return links.of_withheld(member) | about | unread


def withheld_from(member: Membership) -> QuerySet[Commitment]:
    """What was written about these is not the member's to read, wherever they work."""
    return Commitment.objects.filter(_withheld(member))


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


def chiefs_of(row: Commitment) -> list[Membership]:
    """Who hears of a promise that was not kept: the managers of its estate, else whoever looks after quality or
    administers, so that it never goes unheard; nobody from whom it is withheld."""
    near = Q(all_estates=True) | Q(estate_assignments__estate=row.estate, estate_assignments__building=None)
    active = Membership.objects.filter(is_active=True).select_related("user")
    managers = active.filter(near, role=Membership.Role.MANAGER).distinct().order_by("id")
    roles = (Membership.Role.QUALITY, Membership.Role.ADMIN)
    return _who_may_hear(managers, row) or _who_may_hear(active.filter(role__in=roles).order_by("id"), row)


def _who_may_hear(members: Iterable[Membership], row: Commitment) -> list[Membership]:
    return [member for member in members if not is_withheld(member, row)]


def is_withheld(member: Membership, row: Commitment) -> bool:
    """Whether this promise is kept from the member; one that stands by itself never is, and asks nothing."""
    if row.linked_id is None and row.record_id is None:
        return False
    return withheld_from(member).filter(pk=row.pk).exists()


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
