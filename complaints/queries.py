"""Which complaints somebody may see, and what is due. Estate scope and the handler's narrow view live here."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core import signing
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from attachments.models import Attachment
from complaints.models import Category, Clock, Complaint, Escalation, LadderStep, ServiceLevel
from owners.models import Estate
from tenancy.errors import NotFound
from tenancy.models import Membership

Role = Membership.Role
FOLLOW_SALT = "complaints.follow"
SEES_ESTATE = frozenset({Role.CLERK, Role.SUPERVISOR, Role.MANAGER, Role.QUALITY, Role.ADMIN, Role.AUDITOR})


def own_complaints(actor: Membership | None) -> QuerySet[Complaint]:
    """What the actor complained of themselves."""
    if actor is None:
        return Complaint.objects.none()
    return Complaint.objects.filter(complainant__membership=actor)


def worked_complaints(actor: Membership | None, *, estates: Iterable[uuid.UUID] | None = None) -> QuerySet[Complaint]:
    """What the actor may see as staff: their estates' cases; an engineer their own; nobody one about themselves.

    ``estates`` are the actor's when they are known already: with a list of ids the database walks an index of the
    organisation's complaints where a subquery makes it sort them all.
    """
    if actor is None or not actor.is_staff_role:
        return Complaint.objects.none()
    seen = Complaint.objects.exclude(Q(subject_staff__isnull=False) & Q(subject_staff=actor))
    if actor.role == Role.ENGINEER:
        return seen.filter(handler=actor)
    if actor.role in SEES_ESTATE and not actor.all_estates:
        seen = seen.filter(estate__in=assigned_estates(actor) if estates is None else list(estates))
    return seen


def visible_to(actor: Membership | None) -> QuerySet[Complaint]:
    return worked_complaints(actor) if actor is not None and actor.is_staff_role else own_complaints(actor)


def assigned_estates(actor: Membership) -> QuerySet[Estate]:
    """The estates a member of staff works for."""
    estates = Estate.objects.filter(is_active=True)
    return estates if actor.all_estates else estates.filter(assignments__membership=actor)


def get_own(
    actor: Membership | None, complaint_id: uuid.UUID, *, follow_token: str = "", lock: bool = False
) -> Complaint:
    """The complaint of this complainant, by their sign-in or by the link they follow it with. Raises NotFound."""
    found = Complaint.objects.filter(pk=complaint_id)
    if not (follow_token and followed_id(follow_token) == complaint_id):
        found = own_complaints(actor).filter(pk=complaint_id)
    return _one(found, lock)


def get_worked(actor: Membership | None, complaint_id: uuid.UUID, *, lock: bool = False) -> Complaint:
    """The complaint as staff may see it. Raises NotFound for unknown and foreign alike."""
    return _one(worked_complaints(actor).filter(pk=complaint_id), lock)


def _one(found: QuerySet[Complaint], lock: bool) -> Complaint:
    found = found.select_related(
        "estate__calendar", "category", "complainant__membership__user", "handler__user", "unit"
    )
    if lock:
        found = found.select_for_update(of=("self",))
    complaint = next(iter(found[:1]), None)  # first() would sort by the key, which costs more than the query
    if complaint is None:
        raise NotFound("no such complaint")
    return complaint


def follow_token(complaint: Complaint) -> str:
    """What lets its holder follow one complaint without an account; bound to the organisation and the complaint."""
    return signing.dumps([complaint.organisation_id, complaint.pk.hex], salt=FOLLOW_SALT, compress=False)


def followed_id(token: str) -> uuid.UUID | None:
    """The complaint a follow token opens in the organisation in force, or None."""
    from tenancy.context import current_organisation_id

    try:
        organisation_id, complaint_hex = signing.loads(token, salt=FOLLOW_SALT)
        return uuid.UUID(hex=complaint_hex) if organisation_id == current_organisation_id() else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def list_rows(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Everything a list row shows, in one statement."""
    return complaints.select_related("estate__calendar", "building", "unit", "category", "complainant", "handler")


def attachments_of(complaint: Complaint) -> QuerySet[Attachment]:
    return Attachment.objects.filter(subject_type="complaints.complaint", subject_id=complaint.pk).order_by(
        "created_at"
    )


def attachment_readable_by(subject_id: uuid.UUID, attachment: Attachment, membership: Membership | None) -> bool:
    """Who may read a file of a complaint: whoever may see the complaint; staff-only files only staff."""
    if membership is None:
        return False
    if attachment.audience == "staff" and not membership.is_staff_role:
        return False
    return visible_to(membership).filter(pk=subject_id).exists()


def service_levels_for(estate: Estate, priority: str) -> dict[str, ServiceLevel]:
    """Target by kind; the estate's own wins over the organisation's."""
    rows = ServiceLevel.objects.filter(Q(estate=estate) | Q(estate__isnull=True), priority=priority)
    return {row.kind: row for row in sorted(rows, key=lambda row: row.estate_id is not None)}


def ladder() -> list[LadderStep]:
    return list(LadderStep.objects.order_by("position", "percent"))


def due_clocks(now: datetime) -> QuerySet[Clock]:
    """Clocks on which something is due, oldest first."""
    return Clock.objects.filter(next_at__lte=now).order_by("next_at")


def organisations_with_due_clocks(now: datetime) -> list[int]:
    """Organisations in which something is due: the one question that crosses them, asked as the system role."""
    due = Clock.across.using("system").filter(next_at__lte=now)
    return list(due.order_by("organisation_id").values_list("organisation_id", flat=True).distinct())


def categories() -> QuerySet[Category]:
    return Category.objects.filter(is_active=True)


def handlers_for(complaint: Complaint) -> QuerySet[Membership]:
    """Who could handle it, with how many open complaints each has now; never the person complained of."""
    # Counted for each member by the index of open complaints: joined, every complaint there ever was would be read.
    handled = Complaint.objects.filter(handler=OuterRef("pk"), is_open=True).order_by().values("handler")
    count = Subquery(handled.annotate(count=Count("*")).values("count"))
    return (
        staff_of_estate(complaint.estate)
        .exclude(pk__in=[pk for pk in (complaint.subject_staff_id,) if pk])
        .annotate(open_cases=Coalesce(count, 0))
        .order_by("open_cases", "name")
    )


def staff_of_estate(estate: Estate) -> QuerySet[Membership]:
    from complaints.rules.moving import HANDLERS

    works_here = Q(all_estates=True) | Q(pk__in=estate.assignments.values("membership"))
    return Membership.objects.filter(works_here, role__in=HANDLERS, is_active=True)


def unacknowledged_escalations(actor: Membership) -> QuerySet[Escalation]:
    return (
        Escalation.objects.filter(to=actor, acknowledged_at__isnull=True, complaint__is_open=True)
        .select_related("complaint__category", "complaint__estate", "complaint__handler", "clock")
        .order_by("at")
    )
