"""What the owner's and the counter's pages read: own complaints by number and by page, choices of the forms."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from attachments.models import Attachment
from complaints import queries
from complaints.models import Complaint, Escalation, LadderStep
from notices.models import Delivery
from notices.queries import deliveries_about
from owners.models import Building, Estate, Unit
from owners.queries import within
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import roles_with, scopes_of
from tenancy.reach import EVERYWHERE, Reach, reach_of

PAGE = 50


def _with_case(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return complaints.select_related("estate__calendar", "building", "unit", "category", "complainant", "handler")


def own_by_number(actor: Membership | None, number: str) -> Complaint:
    """The actor's own complaint. Raises NotFound for unknown, foreign and deleted alike."""
    complaint = _with_case(queries.own_complaints(actor).filter(number=number)).first()
    if complaint is None:
        raise NotFound("no such complaint")
    return complaint


def followed(token: str) -> Complaint:
    """The complaint a follow link opens. Raises NotFound for anything else."""
    complaint_id = queries.followed_id(token)
    complaint = _with_case(Complaint.objects.filter(pk=complaint_id)).first() if complaint_id else None
    if complaint is None:
        raise NotFound("no such complaint")
    return complaint


def taken_by_number(actor: Membership, number: str) -> Complaint:
    """A complaint the actor entered for somebody. Raises NotFound."""
    complaint = _with_case(Complaint.objects.filter(number=number, taken_by=actor)).first()
    if complaint is None:
        raise NotFound("no such complaint")
    return complaint


def escalated_cases(actor: Membership | None) -> QuerySet[Complaint]:
    """Open cases of the committee's estate that reached the company's quality department or a second look."""
    if actor is None or "estate" not in scopes_of(actor, "complaint.escalated"):
        return Complaint.objects.none()
    up = Escalation.objects.filter(level=LadderStep.Level.QUALITY).values("complaint")
    rows = Complaint.objects.filter(within(reach_of(actor)), Q(stage__gt=1) | Q(pk__in=up), is_open=True)
    return rows.select_related("estate", "building", "category")


def own_page(actor: Membership | None, *, words: str = "", after: str = "") -> list[Complaint]:
    """Own complaints, open ones first, newest first: one page and one more row, after the complaint with that id."""
    own = queries.own_complaints(actor)
    for word in words.split()[:8]:
        own = own.filter(
            Q(number__icontains=word)
            | Q(description__icontains=word)
            | Q(place__icontains=word)
            | Q(category__name_en__icontains=word)
            | Q(category__name_zh__icontains=word)
        )
    last = _row(own, after)
    if last is not None:
        is_open, received_at, pk = last
        older = Q(received_at__lt=received_at) | Q(received_at=received_at, pk__lt=pk)
        own = own.filter(Q(is_open=False) | older) if is_open else own.filter(older, is_open=False)
    rows = queries.list_rows(own).order_by("-is_open", "-received_at", "-id")
    return list(rows[: PAGE + 1])


def _row(own: QuerySet[Complaint], after: str) -> tuple[bool, object, UUID] | None:
    try:
        key = UUID(after)
    except ValueError:
        return None
    return own.filter(pk=key).values_list("is_open", "received_at", "pk").first()


def own_open(actor: Membership | None, *, most: int = 20) -> list[Complaint]:
    """The newest open complaints of the actor."""
    return list(
        queries.list_rows(queries.own_complaints(actor).filter(is_open=True)).order_by("-received_at", "-id")[:most]
    )


def files_for_complainant(complaint: Complaint) -> QuerySet[Attachment]:
    return queries.attachments_of(complaint).filter(audience=Attachment.Audience.PARTIES)


def file_for_complainant(complaint: Complaint, attachment_id: UUID) -> Attachment | None:
    """One of these files that is there to be read: checked, and not dropped since."""
    ready = Q(state=Attachment.State.CLEAN, discarded_at__isnull=True)
    return files_for_complainant(complaint).filter(ready, pk=attachment_id).first()


def told_to_complainant(complaint: Complaint) -> QuerySet[Delivery]:
    """The messages to the complainant and their fate, without their text."""
    if complaint.complainant_id is None:
        return Delivery.objects.none()
    return deliveries_about(complaint).filter(person=complaint.complainant_id).defer("text", "html")


def staff_known_in(estates: Iterable[Estate]) -> QuerySet[Membership]:
    """Who works with complaints in any of these estates, by name. Read only where somebody looks."""
    works_here = Q(all_estates=True) | Q(estate_assignments__estate__in=list(estates))
    return (
        Membership.objects.filter(works_here, role__in=roles_with("complaint.be_handler"), is_active=True)
        .distinct()
        .order_by("name", "id")
    )


def buildings_of(estates: Sequence[Estate], reach: Reach = EVERYWHERE) -> QuerySet[Building]:
    """The buildings of these estates; with a reach, those somebody works in."""
    near = within(reach, building="pk")
    return Building.objects.filter(near, estate__in=estates).select_related("estate").order_by("code")


def unit_in(estates: Iterable[Estate], unit_id: str) -> Unit | None:
    try:
        key = UUID(unit_id)
    except ValueError:
        return None
    return Unit.objects.filter(pk=key, estate__in=list(estates)).select_related("estate", "building").first()
