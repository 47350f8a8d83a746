"""What is read of dealings. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from contacts import links
from contacts.models import Matter, MatterCase, MatterStep
from contacts.rules import access
from owners.models import Estate
from owners.queries import searchable, within
from tenancy.models import Membership
from tenancy.policy import roles_with, scopes_of

State = Matter.State


def matters_visible_to(member: Membership | None) -> QuerySet[Matter]:
    """Dealings about places where the member works."""
    if member is None or not scopes_of(member, "matter.read"):
        return Matter.objects.none()
    return Matter.objects.filter(within(access.reach_for(member, "matter.read")))


def listed(
    member: Membership | None, *, today: date, text: str = "", which: str = "", kind: str = "",
    estate: Estate | None = None, party: UUID | None = None,
) -> QuerySet[Matter]:  # fmt: skip
    """The last moved first. ``which`` is a state, ``running`` or ``late``; without one all that has not ended."""
    rows = matters_visible_to(member)
    if which in State.values:
        rows = rows.filter(state=which)
    elif which == "late":
        broken = Q(state=State.WAITING, promised_on__lt=today)
        rows = rows.filter(broken | Q(due_on__lt=today)).exclude(state__in=Matter.ENDED)
    elif which != "all":
        rows = rows.exclude(state__in=Matter.ENDED)
    if kind:
        rows = rows.filter(kind=kind)
    if estate is not None:
        rows = rows.filter(estate=estate)
    if party is not None:
        rows = rows.filter(party=party)
    if words := searchable(text):
        found = Q(title__icontains=words) | Q(number__iexact=words) | Q(party__name__icontains=words)
        rows = rows.filter(found | Q(cases__linked_number__iexact=words)).distinct()
    return rows.select_related("party", "estate", "building", "responsible").order_by("-moved_at", "-id")


def matter_by_number(member: Membership | None, number: str) -> Matter | None:
    """The dealing with this number, in any case of its letters, that the member may see."""
    words = number.strip().replace("\0", "")
    return matters_visible_to(member).filter(number__iexact=words).first() if words else None


def after(rows: QuerySet[Matter], at: datetime | None, key: UUID | None) -> QuerySet[Matter]:
    """The rows after this one in the order of the last moved first."""
    if at is None or key is None:
        return rows
    return rows.filter(Q(moved_at__lt=at) | Q(moved_at=at, id__lt=key))


def staff_for(estates: Iterable[Estate]) -> QuerySet[Membership]:
    """Who can see to a dealing of any of these estates, by name."""
    works_here = Q(all_estates=True) | Q(estate_assignments__estate__in=list(estates))
    rows = Membership.objects.filter(works_here, role__in=roles_with("matter.write"), is_active=True)
    return rows.distinct().order_by("name", "id")


def of_case(kind: str, key: UUID) -> QuerySet[Matter]:
    """The dealings that a case of another room hangs on. Who may see the case is asked before."""
    rows = Matter.objects.filter(cases__linked_type=kind, cases__linked_id=key).exclude(state__in=Matter.ENDED)
    return rows.select_related("party").order_by("-moved_at", "-id")


def waiting_for(kind: str, key: UUID) -> Matter | None:
    """The dealing that a case waits on now: what its owner reads."""
    return of_case(kind, key).filter(state=State.WAITING).order_by(F("promised_on").asc(nulls_last=True)).first()


def due_reminders(today: date) -> list[tuple[str, Any, Membership, date]]:
    """(what, row, whom, day) of dealings and steps due or overdue, and of promises of parties that have passed."""
    live = Matter.objects.exclude(state__in=Matter.ENDED).select_related("responsible__user", "party", "estate")
    found: list[tuple[str, Any, Membership, date]] = [
        ("matter", row, row.responsible, row.due_on) for row in live.filter(due_on__lte=today) if row.due_on
    ]
    broken = live.filter(state=State.WAITING, promised_on__lt=today)
    found += [("promise", row, row.responsible, row.promised_on) for row in broken if row.promised_on]
    steps = MatterStep.objects.filter(done_at__isnull=True, due_on__lte=today, matter__in=live.values("pk"))
    steps = steps.select_related("responsible__user", "matter__party", "matter__estate")
    return found + [("step", step, step.responsible, step.due_on) for step in steps]


def cases_shown(member: Membership, row: Matter) -> QuerySet[MatterCase]:
    """The cases that hang on a dealing, without those that complain of the member."""
    return row.cases.exclude(links.of_withheld(member))


def step_seen_by(member: Membership | None, step_id: UUID) -> MatterStep | None:
    return MatterStep.objects.filter(pk=step_id, matter__in=matters_visible_to(member).values("pk")).first()
