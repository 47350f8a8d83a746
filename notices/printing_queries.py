"""What can be printed of a notice, and what was."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from notices.models import Delivery, Notice, NoticeRecipient, PaperRun
from notices.reach_queries import open_condition, recipients_seen_by
from owners.models import Building, Estate
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.reach import reach_of

State, Whom = PaperRun.State, PaperRun.Whom
IN_PROGRESS = (State.WAITING, State.RUNNING)
PRINT = "notice.print"


def letters_due() -> Q:
    """Recipients whose letter waits for somebody to print and post it, and who have not had it another way."""
    waiting = Delivery.objects.filter(
        recipient=OuterRef("pk"), channel=Delivery.Channel.LETTER, state=Delivery.State.QUEUED,
        next_attempt_at=None,
    )  # fmt: skip
    return Q(Exists(waiting), reached_at=None, acknowledged_at=None)


def recipients_to_print(
    actor: Membership | None, notice: Notice, whom: str, building: Building | None
) -> QuerySet[NoticeRecipient]:
    """Whom a run would write to, within the actor's reach."""
    rows = recipients_seen_by(actor, notice, PRINT).filter(erased_at=None)
    if building is not None:
        rows = rows.filter(building=building)
    if whom == Whom.WAITING:
        return rows.filter(letters_due())
    return rows.filter(open_condition(notice)) if whom == Whom.UNREACHED else rows


def places_to_print(actor: Membership, notice: Notice) -> list[tuple[Estate, Building | None]]:
    """Where the notice hangs: the buildings it is for, each of an estate it is for as a whole; within reach."""
    reach, found = reach_of(actor), []
    for place in notice.notice_places.select_related("estate", "building").order_by("estate__code", "building__code"):
        buildings = [place.building] if place.building else list(place.estate.buildings.order_by("code")) or [None]
        found += [(place.estate, building) for building in buildings]
    unique = dict.fromkeys(found)
    return [
        (estate, building) for estate, building in unique if reach.covers(estate.pk, building.pk if building else None)
    ]


def runs_seen_by(actor: Membership | None, notice: Notice) -> QuerySet[PaperRun]:
    """The print runs of a notice that hold nobody outside the actor's reach: their own, or all where they work everywhere."""
    runs = PaperRun.objects.filter(notice=notice).select_related("requested_by", "building", "posted_by")
    if actor is None or not can(actor, "notice.fetch_print"):
        return runs.none()
    return runs if reach_of(actor).everywhere else runs.filter(requested_by=actor)


def run_in_progress(notice: Notice, kind: str, whom: str, building: Building | None) -> PaperRun | None:
    runs = PaperRun.objects.filter(notice=notice, kind=kind, whom=whom, building=building, state__in=IN_PROGRESS)
    found: PaperRun | None = runs.first()
    return found


def takeable(now: datetime) -> Q:
    """Waiting, or being made by a worker that has not been heard of."""
    return Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)


def runs_to_make(now: datetime) -> list[tuple[int, UUID]]:
    """(organisation, run) everywhere: crosses organisations, asked as the system role."""
    waiting = PaperRun.across.using("system").filter(takeable(now)).order_by("requested_at")
    return list(waiting.values_list("organisation_id", "id")[:100])
