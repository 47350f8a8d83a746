"""Which complaints somebody may see, and what is due. Estate scope and the handler's narrow view live here."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core import signing
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from attachments.models import Attachment
from complaints.models import Absence, Category, Clock, Complaint, Escalation, HandlingRules, LadderStep, ServiceLevel
from complaints.rules import moving
from complaints.rules.veiling import sees_who
from complaints.shipped import shipped_defaults
from owners.models import Estate
from owners.queries import within
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can, roles_with, scopes_of, sight
from tenancy.reach import reach_of

FOLLOW_SALT = "complaints.follow"


def own_complaints(actor: Membership | None) -> QuerySet[Complaint]:
    """What the actor complained of themselves."""
    if not can(actor, "complaint.follow"):
        return Complaint.objects.none()
    return Complaint.objects.filter(complainant__membership=actor)


def worked_complaints(actor: Membership | None) -> QuerySet[Complaint]:
    """What the actor may see as staff: their estates' or buildings' cases; an engineer their own; nobody one about
    themselves.

    The estates stand in it as ids: with a list of them the database walks an index of the organisation's complaints
    where a subquery makes it sort them all.
    """
    scopes = scopes_of(actor, "complaint.read")
    if actor is None or not scopes:
        return Complaint.objects.none()
    seen = Complaint.objects.exclude(Q(subject_staff__isnull=False) & Q(subject_staff=actor))
    return seen.filter(within(reach_of(actor))) if "estate" in scopes else seen.filter(handler=actor)


def complaining_of(actor: Membership) -> QuerySet[Complaint]:
    """What the actor is complained of in."""
    return Complaint.objects.filter(subject_staff=actor)


def complained_of(complaint_id: uuid.UUID) -> set[uuid.UUID]:
    """Of whom it complains, as the keys of memberships."""
    found = Complaint.objects.filter(pk=complaint_id, subject_staff__isnull=False)
    return set(found.values_list("subject_staff", flat=True))


def withheld_from(actor: Membership) -> QuerySet[Complaint]:
    """What was written about these is not the actor's to read: what they are complained of in, and confidential cases
    whose complainant they may not know."""
    kept = Q(subject_staff=actor)
    return Complaint.objects.filter(kept if sees_who(actor) else kept | Q(is_confidential=True))


def nameless_to(actor: Membership | None) -> QuerySet[Complaint]:
    """Confidential cases whose complainant the member may not know."""
    return Complaint.objects.none() if sees_who(actor) else Complaint.objects.filter(is_confidential=True)


def visible_to(actor: Membership | None) -> QuerySet[Complaint]:
    return worked_complaints(actor) if actor is not None and actor.is_staff_role else own_complaints(actor)


def assigned_estates(actor: Membership) -> QuerySet[Estate]:
    """The estates a member of staff works for, in whole or in part."""
    estates, reach = Estate.objects.filter(is_active=True), reach_of(actor)
    return estates if reach.everywhere else estates.filter(pk__in=reach.touched)


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


def case_by_number(actor: Membership | None, number: str) -> Complaint | None:
    """The case with this number, in any case of its letters, that the actor may see as staff."""
    return worked_complaints(actor).filter(number__iexact=number.strip().replace("\0", "")).first()


def attachments_of(complaint: Complaint) -> QuerySet[Attachment]:
    return Attachment.objects.filter(subject_type="complaints.complaint", subject_id=complaint.pk).order_by(
        "created_at"
    )


def attachment_readable_by(subject_id: uuid.UUID, attachment: Attachment, membership: Membership | None) -> bool:
    """Who may read a file of a complaint: whoever may see the complaint; staff-only files only staff."""
    if membership is None:
        return False
    if attachment.audience == "staff" and sight(membership, "complaint.note") != "whole":
        return False
    return visible_to(membership).filter(pk=subject_id).exists()


def service_levels_for(estate: Estate, priority: str) -> dict[str, ServiceLevel]:
    """Target by kind; the estate's own wins over the organisation's."""
    rows = ServiceLevel.objects.filter(Q(estate=estate) | Q(estate__isnull=True), priority=priority)
    return {row.kind: row for row in sorted(rows, key=lambda row: row.estate_id is not None)}


def ladder() -> list[LadderStep]:
    """Every step of every ladder; ``targets.ladder_for`` says which count for a complaint."""
    return list(LadderStep.objects.order_by("position", "percent"))


def ladder_with_people() -> list[LadderStep]:
    """The same, with who is named on it."""
    return list(LadderStep.objects.select_related("member__user").order_by("position", "percent"))


def handling_rules() -> HandlingRules:
    """The organisation's rules of handling, or the shipped ones while it has set none (not stored then)."""
    return HandlingRules.objects.first() or HandlingRules(**shipped_defaults()["handling"])


def may_reopen(complaint: Complaint, *, now: datetime) -> bool:
    """One that is answered or resolved at any time; a closed one for the organisation's number of days."""
    if complaint.state in moving.ASKED_SOLVED:
        return True
    if complaint.state not in Complaint.ENDED or complaint.closed_how == Complaint.ClosedHow.CONVERTED:
        return False
    return moving.is_reopened_within(complaint, handling_rules().reopen_days, now=now)


def may_convert(complaint: Complaint, *, now: datetime) -> bool:
    """A request that is open, or could be reopened, and was not made a complaint before."""
    if not complaint.is_request or related_to(complaint):
        return False
    return complaint.is_open or may_reopen(complaint, now=now)


def related_to(complaint: Complaint) -> Complaint | None:
    """The request a complaint arose from, or the complaint a request became."""
    if complaint.arose_from_id:
        return complaint.arose_from
    return complaint.led_to.first() if complaint.is_request else None


def waking(now: datetime) -> QuerySet[Complaint]:
    """Complaints on which nothing happened in time."""
    return Complaint.objects.filter(wake_at__lte=now)


def assigners_for(complaint: Complaint) -> QuerySet[Membership]:
    """Who gives complaints of this place their handler, with their sign-ins."""
    return staff_for(complaint).filter(role__in=roles_with("complaint.assign")).select_related("user")


def absences_at(now: datetime) -> list[Absence]:
    """Who is away about now: a day more on both sides, as estates lie in several time zones."""
    day = now.date()
    return list(Absence.objects.filter(from_on__lte=day + timedelta(days=1), to_on__gte=day - timedelta(days=1)))


def away_today(time_zone: str) -> set[uuid.UUID]:
    """The members who are away on the day it is in this zone."""
    now = timezone.now()
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return {row.membership_id for row in absences_at(now) if row.from_on <= today <= row.to_on}


def due_clocks(now: datetime) -> QuerySet[Clock]:
    """Clocks on which something is due, oldest first."""
    return Clock.objects.filter(next_at__lte=now).order_by("next_at")


def organisations_with_due_clocks(now: datetime) -> list[int]:
    """Organisations in which something is due: the one question that crosses them, asked as the system role."""
    due = [
        Clock.across.using("system").filter(next_at__lte=now),
        Escalation.across.using("system").filter(passes_at__lte=now),
        Complaint.across.using("system").filter(wake_at__lte=now),
    ]
    found = [rows.order_by("organisation_id").values_list("organisation_id", flat=True).distinct() for rows in due]
    return sorted({pk for rows in found for pk in rows})


def categories() -> QuerySet[Category]:
    return Category.objects.filter(is_active=True)


def handlers_for(complaint: Complaint) -> QuerySet[Membership]:
    """Who could handle it, with how many open complaints each has now; never the person complained of, nor of a second
    look whoever decided the first time."""
    # Counted for each member by the index of open complaints: joined, every complaint there ever was would be read.
    handled = Complaint.objects.filter(handler=OuterRef("pk"), is_open=True).order_by().values("handler")
    count = Subquery(handled.annotate(count=Count("*")).values("count"))
    return (
        staff_for(complaint)
        .exclude(pk__in=barred_from(complaint))
        .annotate(open_cases=Coalesce(count, 0))
        .order_by("open_cases", "name")
    )


def barred_from(complaint: Complaint) -> set[uuid.UUID]:
    """Whom it is never given to: whoever is complained of; of a second look, whoever handled or signed the first."""
    first = (complaint.first_handler_id, complaint.first_signer_id) if complaint.stage > 1 else ()
    return {pk for pk in (complaint.subject_staff_id, *first) if pk}


def signer_of(complaint: Complaint) -> Membership | None:
    """Who signed the last answer."""
    signed = complaint.moves.filter(to_state=Complaint.State.ANSWERED).select_related("actor").order_by("-at", "-id")
    last = next(iter(signed[:1]), None)
    return last.actor if last else None


def staff_for(complaint: Complaint) -> QuerySet[Membership]:
    """Who works with complaints of this estate, and of this building of it."""
    here = complaint.estate.assignments.filter(Q(building__isnull=True) | Q(building=complaint.building_id))
    works_here = Q(all_estates=True) | Q(pk__in=here.values("membership"))
    return Membership.objects.filter(works_here, role__in=roles_with("complaint.be_handler"), is_active=True)


def unacknowledged_escalations(actor: Membership) -> QuerySet[Escalation]:
    return (
        Escalation.objects.filter(to=actor, acknowledged_at__isnull=True, complaint__is_open=True)
        .select_related("complaint__category", "complaint__estate", "complaint__handler", "clock")
        .order_by("at")
    )
