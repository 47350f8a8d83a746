"""Which complaints are dealt with together. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from complaints.models import Category, Complaint, Joining
from complaints.queries import worked_complaints
from complaints.rules import moving
from owners.models import Building, Estate, Unit
from tenancy.errors import NotFound
from tenancy.models import Membership


@dataclass(frozen=True)
class Spot:
    """Where a complaint is: a unit, else a common part of a building, else of the estate."""

    estate: Estate
    building: Building | None
    unit: Unit | None


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
    """Both at once: the one under which it is, and those under it. A case that `case_by_number` read knows of none."""
    if not getattr(complaint, "has_joinings", True):
        return []
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


def alike(spot: Spot, category: Category, kind: str = Complaint.Kind.COMPLAINT) -> QuerySet[Complaint]:
    """Open cases of the same place, class and kind under which one more could be dealt with, the newest first.

    What complains of a person or is confidential is not among them, nor what is dealt with under another itself.
    ``led_count`` is how many are dealt with under each.
    """
    under = Joining.objects.filter(ended_at__isnull=True, complaint=OuterRef("pk"))
    return (
        Complaint.objects.filter(
            ~Exists(under), is_open=True, state__in=moving.JOINABLE, subject_staff=None, is_confidential=False,
            kind=kind, estate=spot.estate, building=spot.building, unit=spot.unit, category=category,
        )
        .annotate(led_count=Count("led", filter=Q(led__ended_at__isnull=True)))
        .select_related("category", "building", "unit", "estate")
        .order_by("-received_at", "-pk")
    )  # fmt: skip


def leading_by_number(actor: Membership, number: str) -> Complaint | None:
    """The complaint of this number, as far as the actor may see it."""
    return worked_complaints(actor).filter(number__iexact=number.strip()).first()


def lock_for_joining(ids: Iterable[UUID]) -> None:
    """Lock these complaints and all that is dealt with under them, in the order of their ids.

    Of two who join in the same estate one waits: what is under a complaint cannot change meanwhile, so that nobody
    waits for a row in another order.
    """
    wanted = set(ids)
    estates = Complaint.objects.filter(pk__in=wanted).values("estate")
    list(Estate.objects.select_for_update(no_key=True).filter(pk__in=estates).order_by("pk"))
    under = Joining.objects.filter(ended_at__isnull=True, leading__in=wanted).values_list("complaint", flat=True)
    rows = Complaint.objects.filter(pk__in=[*wanted, *under])
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def locked(actor: Membership, ids: Iterable[UUID]) -> dict[UUID, Complaint]:
    """These complaints, locked in one order whoever asks. Raises NotFound when one is not the actor's to see."""
    wanted = set(ids)
    rows = worked_complaints(actor).filter(pk__in=wanted).select_related("estate__calendar", "category", "complainant")
    found = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    if set(found) != wanted:
        raise NotFound("no such complaint")
    return found
