"""Whom a notice was for, whom it reached, and who is to be chased: what a member of staff may see of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from notices.models import Delivery, HandDelivery, Notice, NoticePlace, NoticeRecipient, NoticeVersion
from notices.rendering import headline_of
from notices.rules.chain import reminder_due_from
from owners.models import Person
from owners.queries import within
from tenancy.context import current_organisation_id
from tenancy.models import Membership, Organisation
from tenancy.policy import can, scopes_of
from tenancy.reach import reach_of

OUT = (Notice.State.SENDING, Notice.State.SENT, Notice.State.WITHDRAWN)
RUNNING = (Notice.State.SENDING, Notice.State.SENT)


# -- what staff see ----------------------------------------------------------------------------------------------------


def notices_seen_by(actor: Membership | None, action: str = "notice.see_reach") -> QuerySet[Notice]:
    """The notices that went out to somewhere the member works."""
    if actor is None or not scopes_of(actor, action):
        return Notice.objects.none()
    out = Notice.objects.filter(state__in=OUT)
    reach = reach_of(actor)
    if reach.everywhere:
        return out
    return out.filter(Exists(NoticePlace.objects.filter(within(reach), notice=OuterRef("pk"))))


def recipients_seen_by(
    actor: Membership | None, notice: Notice, action: str = "notice.see_reach"
) -> QuerySet[NoticeRecipient]:
    """The recipients of a notice whom the member looks after; who has no unit is seen by those who have all estates."""
    if actor is None or not can(actor, action, notice):
        return NoticeRecipient.objects.none()
    rows = NoticeRecipient.objects.filter(notice=notice)
    reach = reach_of(actor)
    return rows if reach.everywhere else rows.filter(within(reach))


def recipients_to_chase(actor: Membership | None) -> QuerySet[NoticeRecipient]:
    """Every recipient of every notice whom the member may bring it to, with the notice."""
    notices = notices_seen_by(actor, "notice.chase").values("pk")
    rows = NoticeRecipient.objects.filter(notice__in=notices).select_related("notice")
    reach = reach_of(actor) if actor is not None else None
    return rows if reach is None or reach.everywhere else rows.filter(within(reach))


def open_condition(notice: Notice) -> Q:
    """Who is still to be reached: not acknowledged where that is asked for, else not reached."""
    return Q(acknowledged_at=None) if notice.must_acknowledge else Q(reached_at=None)


def moves_by_itself() -> Q:
    """The messages that a worker holds or will take; a door notice or a letter to be printed waits for hands."""
    return Q(state=Delivery.State.CLAIMED) | Q(state=Delivery.State.QUEUED, next_attempt_at__isnull=False)


IN_WALKING_ORDER = ("estate__code", "building__code", "floor", "units", "name", "id")


def with_fates(rows: QuerySet[NoticeRecipient]) -> QuerySet[NoticeRecipient]:
    """With what was sent to each and what was done by hand, in two further statements."""
    sent = Delivery.objects.order_by("created_at", "id").defer("text", "html", "sealed")
    by_hand = HandDelivery.objects.select_related("by__user").order_by("at", "id")
    return rows.select_related("estate", "building").prefetch_related(
        Prefetch("deliveries", sent), Prefetch("hand_deliveries", by_hand)
    )


def chase_list(
    actor: Membership | None,
    notice: Notice,
    *,
    building: UUID | None = None,
    floor: int | None = None,
    untouched: bool = False,
) -> QuerySet[NoticeRecipient]:
    """Who has not been reached, in the order somebody walks. ``untouched``: nobody has tried by hand yet."""
    rows = recipients_seen_by(actor, notice, "notice.chase").filter(open_condition(notice))
    if building is not None:
        rows = rows.filter(building=building)
    if floor is not None:
        rows = rows.filter(floor=floor)
    if untouched:
        rows = rows.filter(~Exists(HandDelivery.objects.filter(recipient=OuterRef("pk"))))
    return rows.order_by(
        *(F(name).asc(nulls_last=True) if name != "id" else F(name).asc() for name in IN_WALKING_ORDER)
    )


def notices_of_person(actor: Membership | None, person: Person) -> QuerySet[NoticeRecipient]:
    """Every notice a person was sent and its fate, newest first, of those whose reach the member may see."""
    theirs = Q(person=person)
    if person.membership_id:
        theirs |= Q(membership_id=person.membership_id)
    seen = notices_seen_by(actor).values("pk")
    rows = NoticeRecipient.objects.filter(theirs, notice__in=seen).select_related("notice")
    reach = reach_of(actor) if actor is not None else None
    if reach is not None and not reach.everywhere:
        rows = rows.filter(within(reach))
    return with_fates(rows).order_by("-id")


def titles_of(notices: Collection[UUID], language: str) -> dict[UUID, str]:
    """The title in force of each notice; one statement."""
    versions = NoticeVersion.objects.filter(notice__in=notices).select_related("notice").order_by("number")
    return {row.notice_id: headline_of(row, language) for row in versions.defer("body_en", "body_zh")}


# -- what is due -------------------------------------------------------------------------------------------------------


def due_steps(now: datetime) -> QuerySet[NoticeRecipient]:
    """Recipients whose next channel is due, those waiting longest first."""
    return NoticeRecipient.objects.filter(next_step_at__lte=now).order_by("next_step_at", "id")


def to_remind(notice: Notice) -> QuerySet[NoticeRecipient]:
    """Who has neither acknowledged nor been reminded."""
    return NoticeRecipient.objects.filter(notice=notice, acknowledged_at=None, reminded_at=None, erased_at=None)


def notices_to_remind(now: datetime) -> list[Notice]:
    """The notices out now whose deadline is near and not past: a reminder after it would come too late."""
    rows = Notice.objects.filter(state__in=RUNNING, must_acknowledge=True, acknowledge_by__gt=now)
    unreminded = NoticeRecipient.objects.filter(
        notice=OuterRef("pk"), acknowledged_at=None, reminded_at=None, erased_at=None
    )
    found = rows.filter(Exists(unreminded)).order_by("acknowledge_by", "id")
    return [row for row in found if row.acknowledge_by and reminder_due_from(row.acknowledge_by) <= now]


def organisations_with_due_steps(now: datetime) -> list[int]:
    """Ids of the active organisations with chains or reminders due. Crosses organisations: reads as the system's role."""
    steps = NoticeRecipient.across.using("system").filter(next_step_at__lte=now, organisation=OuterRef("pk"))
    asked = Notice.across.using("system").filter(
        state__in=RUNNING, must_acknowledge=True, acknowledge_by__gt=now, organisation=OuterRef("pk")
    )
    organisations = Organisation.objects.using("system").filter(Exists(steps) | Exists(asked), is_active=True)
    return list(organisations.values_list("pk", flat=True))


# -- the link ----------------------------------------------------------------------------------------------------------


def _signer() -> signing.Signer:
    return signing.Signer(salt=f"notices.acknowledge:{current_organisation_id()}")


def acknowledge_token(recipient_id: UUID) -> str:
    """The word in the link by which this recipient, and nobody else, acknowledges without a sign-in."""
    return _signer().sign(recipient_id.hex)


def recipient_of_token(token: str) -> NoticeRecipient | None:
    """Whose link it is; None for forged, foreign and forgotten ones."""
    try:
        key = UUID(hex=_signer().unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    rows = NoticeRecipient.objects.select_related("notice", "estate", "building")
    return rows.filter(pk=key, erased_at=None, notice__state__in=OUT).first()


# -- photos of deliveries by hand --------------------------------------------------------------------------------------


def photo_readable_by(hand_delivery_id: UUID, attachment: object, membership: Membership | None) -> bool:
    """The gate of `settings.ATTACHMENT_GATES`: who may chase or audit the recipient sees what was photographed."""
    made = HandDelivery.objects.select_related("recipient__notice").filter(pk=hand_delivery_id).first()
    if made is None:
        return False
    row = made.recipient
    return recipients_seen_by(membership, row.notice).filter(pk=row.pk).exists()
