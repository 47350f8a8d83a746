"""Which complaints are dealt with together. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from complaints.models import Complaint, Joining
from complaints.queries import worked_complaints
from tenancy.errors import NotFound
from tenancy.models import Membership


def joinings() -> QuerySet[Joining]:
    """Those in force, the oldest first."""
    rows = Joining.objects.filter(ended_at__isnull=True).select_related("complaint", "leading")
    return rows.order_by("at", "pk")


def in_force(complaint: Complaint) -> Joining | None:
    """Under which other complaint it is dealt with now."""
    return joinings().filter(complaint=complaint).first()


def led_by(complaint: Complaint) -> list[Joining]:
    """What is dealt with under it now."""
    return list(joinings().filter(leading=complaint))


def about(complaint: Complaint) -> list[Joining]:
    """Both at once: the one under which it is, and those under it."""
    rows = joinings().filter(Q(complaint=complaint) | Q(leading=complaint))
    return list(rows.select_related("complaint__building", "complaint__unit", "complaint__estate", "leading", "actor"))


def open_under(complaint: Complaint) -> list[Complaint]:
    """The open complaints that move with this one: all of them and itself are locked, in the order of their ids."""
    ids = set(Joining.objects.filter(ended_at__isnull=True, leading=complaint).values_list("complaint", flat=True))
    if not ids:
        return []
    rows = Complaint.objects.filter(pk__in=[complaint.pk, *ids]).select_related("estate__calendar")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    still = set(Joining.objects.filter(ended_at__isnull=True, leading=complaint).values_list("complaint", flat=True))
    return [row for row in found if row.pk in ids & still and row.is_open]


def leading_by_number(actor: Membership, number: str) -> Complaint | None:
    """The complaint of this number, as far as the actor may see it."""
    return worked_complaints(actor).filter(number__iexact=number.strip()).first()


def locked(actor: Membership, ids: Iterable[UUID]) -> dict[UUID, Complaint]:
    """These complaints, locked in one order whoever asks. Raises NotFound when one is not the actor's to see."""
    wanted = set(ids)
    rows = worked_complaints(actor).filter(pk__in=wanted).select_related("estate__calendar", "category", "complainant")
    found = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    if set(found) != wanted:
        raise NotFound("no such complaint")
    return found
