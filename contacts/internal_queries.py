"""What is read of requests between departments. Every function returns rows of the organisation in force."""

from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from contacts.models import InternalRequest
from contacts.rules import access
from contacts.rules.defaults import defaults
from owners.models import Estate
from owners.queries import searchable, within
from tenancy.models import Membership
from tenancy.policy import roles_with, scopes_of

State = InternalRequest.State


def requests_visible_to(member: Membership | None) -> QuerySet[InternalRequest]:
    """Those of the places where the member works."""
    if member is None or not scopes_of(member, "internal_request.read"):
        return InternalRequest.objects.none()
    return InternalRequest.objects.filter(within(access.reach_for(member, "internal_request.read")))


def listed(
    member: Membership | None, *, now: datetime, today: date, text: str = "", which: str = "", department: str = "",
    mine: bool = False, estate: Estate | None = None,
) -> QuerySet[InternalRequest]:  # fmt: skip
    """The newest first. ``which`` is a state, ``running`` (neither declined nor rated) or ``late``."""
    rows = requests_visible_to(member)
    if which in State.values:
        rows = rows.filter(state=which)
    elif which == "late":
        unanswered = Q(state=State.ASKED, answer_due_at__lt=now)
        rows = rows.filter(unanswered | Q(state=State.ACCEPTED, wanted_on__lt=today))
    elif which == "running":
        rows = rows.exclude(state__in=(State.DECLINED, State.RATED))
    if department:
        rows = rows.filter(to_department=department)
    if mine:
        rows = rows.filter(Q(asked_by=member) | Q(answered_by=member) | Q(done_by=member))
    if estate is not None:
        rows = rows.filter(estate=estate)
    if words := searchable(text):
        rows = rows.filter(Q(need__icontains=words) | Q(number__iexact=words))
    return rows.select_related("estate", "asked_by").order_by("-asked_at", "-id")


def unanswered(now: datetime) -> QuerySet[InternalRequest]:
    """Past their time to be answered, and not passed on yet."""
    rows = InternalRequest.objects.filter(state=State.ASKED, answer_due_at__lte=now, escalated_at__isnull=True)
    return rows.select_related("estate__calendar", "asked_by__user").order_by("answer_due_at", "id")


def asked_of(row: InternalRequest) -> list[Membership]:
    """Who hears that their department is asked: its roles where it is needed, with their sign-ins, never whoever asked;
    where nobody of them works, whoever hears of what stays unanswered."""
    said = defaults()["internal_requests"]["roles"]
    roles = set(said.get(row.to_department, said["other"])) & set(roles_with("internal_request.write"))
    near = Q(all_estates=True) | Q(estate_assignments__estate=row.estate_id, estate_assignments__building=None)
    if row.building_id is not None:
        near |= Q(estate_assignments__building=row.building_id)
    rows = Membership.objects.filter(near, role__in=roles, is_active=True, user__is_active=True)
    there = list(rows.exclude(pk=row.asked_by_id).select_related("user").distinct().order_by("id"))
    return there or list(deciders_of(row.estate).exclude(pk=row.asked_by_id))


def deciders_of(estate: Estate) -> QuerySet[Membership]:
    """Who hears of what no department answers: supervisors and managers of the estate, with their sign-ins."""
    near = Q(all_estates=True) | Q(estate_assignments__estate=estate)
    roles = {Membership.Role.SUPERVISOR, Membership.Role.MANAGER} & set(roles_with("internal_request.write"))
    rows = Membership.objects.filter(near, role__in=roles, is_active=True).select_related("user")
    return rows.distinct().order_by("id")


def ratings(member: Membership | None, since: datetime) -> list[dict[str, Any]]:
    """How the departments were rated by those they served: number and mean of each, the lowest first."""
    rated = requests_visible_to(member).filter(rated_at__gte=since, rating__isnull=False)
    rows = rated.order_by().values("to_department").annotate(count=Count("pk"), mean=Avg("rating"))
    return [dict(row) for row in rows.order_by("mean", "to_department")]
