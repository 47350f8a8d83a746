"""What is read of notices by those who write and send them."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from notices.audience_queries import writing_reach
from notices.models import Delivery, Notice, NoticePlace, NoticeRecipient, NoticeSettings, NoticeVersion, Segment
from notices.reach_queries import moves_by_itself
from notices.rendering import headline_of
from notices.rules.approval import may_approve, may_write
from notices.rules.audience import Audience, Role, is_within
from owners.models import Building, Estate, Unit
from owners.queries import within
from tenancy.models import Membership, Organisation
from tenancy.policy import scopes_of
from tenancy.reach import reach_of

State = Notice.State


def notices_seen_by(actor: Membership | None) -> QuerySet[Notice]:
    """The notices a member of staff may look at: their own, and those for places where they work."""
    scopes = scopes_of(actor, "notice.oversee")
    if actor is None or not scopes:
        return Notice.objects.none()
    seen = Notice.objects.select_related("author", "approver")
    if "organisation" in scopes:
        return seen
    condition = Q(author=actor) if "own" in scopes else Q()
    if "estate" in scopes:
        reach = reach_of(actor)
        if reach.everywhere:
            return seen
        places = NoticePlace.objects.filter(within(reach), notice=OuterRef("pk"))
        condition |= Q(Exists(places))
    return seen.filter(condition)


def notice_by_number(actor: Membership | None, number: str) -> Notice | None:
    """The notice with this number, in any case of its letters, that the actor may look at."""
    words = number.strip().replace("\0", "")
    return notices_seen_by(actor).filter(number__iexact=words).first() if words else None


def listed(
    actor: Membership | None, *, state: str = "", kind: str = "", text: str = "", before: UUID | None = None
) -> QuerySet[Notice]:
    """The staff's list, newest first, from the one after ``before``. Discarded drafts only when asked for."""
    found = notices_seen_by(actor)
    found = found.filter(state=state) if state in State.values else found.exclude(state=State.DISCARDED)
    if kind:
        found = found.filter(kind=kind)
    words = text.replace("\0", "").strip()
    if words:
        said = NoticeVersion.objects.filter(notice=OuterRef("pk")).filter(
            Q(title_en__icontains=words) | Q(title_zh__icontains=words)
        )
        found = found.filter(Q(number__icontains=words) | Q(Exists(said)))
    if before is not None:
        last = found.filter(pk=before).values_list("created_at", "pk").first()
        if last is not None:
            found = found.filter(created_at__lte=last[0]).exclude(created_at=last[0], pk__gte=last[1])
    return found.prefetch_related(
        Prefetch("versions", NoticeVersion.objects.order_by("-number"), to_attr="newest_first")
    ).order_by("-created_at", "-id")


def newest_version(notice: Notice) -> NoticeVersion:
    """The words in force, with the notice they belong to."""
    version: NoticeVersion = notice.versions.select_related("author").order_by("-number")[0]
    version.notice = notice
    return version


def versions_read(notice_id: UUID) -> QuerySet[NoticeVersion]:
    """Every version of a notice, the newest first, with what its words for a reader are put together from."""
    return NoticeVersion.objects.filter(notice=notice_id).select_related("notice__approver").order_by("-number")


def settings_in_force() -> NoticeSettings:
    """The organisation's settings; the shipped ones, unsaved, when it has none yet."""
    return NoticeSettings.objects.first() or NoticeSettings()


def to_approve(actor: Membership) -> QuerySet[Notice]:
    """Somebody else's notices that wait for an approval that the actor may give."""
    if not may_approve(actor):
        return Notice.objects.none()
    waiting = notices_seen_by(actor).filter(state=State.SUBMITTED).exclude(author=actor)
    reach = writing_reach(actor)
    if reach.everywhere:
        return waiting
    outside = NoticePlace.objects.filter(notice=OuterRef("pk")).exclude(within(reach))
    return waiting.exclude(Exists(outside))


def estates_to_write_to(actor: Membership) -> QuerySet[Estate]:
    reach = writing_reach(actor)
    estates = Estate.objects.filter(is_active=True).order_by("name")
    return estates if reach.everywhere else estates.filter(pk__in=reach.estates)


def buildings_to_write_to(actor: Membership) -> QuerySet[Building]:
    buildings = Building.objects.filter(within(writing_reach(actor), building="pk"), estate__is_active=True)
    return buildings.select_related("estate").order_by("estate__name", "code")


def segments_of(actor: Membership) -> QuerySet[Segment]:
    return Segment.objects.filter(Q(owner=actor) | Q(is_shared=True)).order_by("name")


SENT_SHOWN = 30


def recently_sent(actor: Membership) -> list[tuple[UUID, str]]:
    """(id, number and title) of the newest sent notices, whose readers a new one may be meant for."""
    sent = notices_seen_by(actor).filter(state=State.SENT).order_by("-sent_at")
    newest = Prefetch("versions", NoticeVersion.objects.order_by("-number"), to_attr="newest_first")
    language = get_language() or "en"
    found = []
    for row in sent.prefetch_related(newest)[:SENT_SHOWN]:
        version = row.newest_first[0]
        version.notice = row
        found.append((row.pk, f"{row.number} {headline_of(version, language)}"))
    return found


def told_of(audience: Audience) -> list[str]:
    """The places of an audience in words."""
    names = list(Estate.objects.filter(pk__in=audience.estates).order_by("name").values_list("name", flat=True))
    rows = Building.objects.filter(pk__in=audience.buildings).select_related("estate").order_by("estate__name", "code")
    return names + [f"{row.estate.name}, {row.name}" for row in rows]


def progress_of(notice: Notice) -> dict[str, Any]:
    """How many deliveries of each channel stand in each state. The figures are rows counted now, nothing estimated."""
    rows = Delivery.objects.filter(notice=notice).values_list("channel", "state").annotate(n=Count("pk"))
    table: dict[str, Counter[str]] = {}
    for channel, state, number in rows.order_by():
        table.setdefault(channel, Counter())[state] += number
    return table


def _is_due(now: datetime) -> Q:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return Q(free, state__in=[State.SCHEDULED, State.SENDING], sends_at__lte=now)


def due_notices(now: datetime) -> QuerySet[Notice]:
    """Notices whose time has come and that nobody is freezing."""
    return Notice.objects.filter(_is_due(now)).order_by("sends_at", "id")


def organisations_with_due_notices(now: datetime) -> list[int]:
    """Ids of the active organisations with notices to send. Crosses organisations: reads as the system's role."""
    due = Notice.across.using("system").filter(_is_due(now), organisation=OuterRef("pk"))
    organisations = Organisation.objects.using("system").filter(Exists(due), is_active=True)
    return list(organisations.values_list("pk", flat=True))


# -- the page of one notice ------------------------------------------------------------------------------------------------

WAITING = (Delivery.State.QUEUED, Delivery.State.CLAIMED)
GONE = (Delivery.State.HANDED, Delivery.State.MAYBE_TWICE)
ARRIVED = (Delivery.State.DELIVERED, Delivery.State.READ, Delivery.State.ACKNOWLEDGED)
FAILED = (Delivery.State.BOUNCED, Delivery.State.DEAD)


def progress_rows(notice: Notice) -> list[dict[str, Any]]:
    """A row for each channel in the order of the chain: how many wait, are sent, arrived, failed, were not sent."""
    table = progress_of(notice)
    order = [channel for channel in Delivery.Channel.values if channel in table]
    groups = {"waiting": WAITING, "gone": GONE, "arrived": ARRIVED, "failed": FAILED}
    rows = []
    for channel in order:
        states = table[channel]
        row: dict[str, Any] = {name: sum(states[state] for state in group) for name, group in groups.items()}
        row |= {"unsent": states[Delivery.State.SUPPRESSED], "all": sum(states.values())}
        rows.append(row | {"channel": channel, "label": Delivery.Channel(channel).label})
    return rows


def has_moving(notice: Notice) -> bool:
    """Whether workers still have messages of it to hand over; what waits for hands is not meant."""
    return Delivery.objects.filter(moves_by_itself(), notice=notice).exists()


def may_change(actor: Membership, notice: Notice) -> bool:
    """Whether the actor writes notices for every place of this one."""
    return may_write(actor, notice) and is_within(writing_reach(actor), notice.places())


def role_words(audience: Audience) -> list[str]:
    return [str(Role(role).label) for role in audience.roles]


def kind_words(audience: Audience) -> list[str]:
    return [str(Unit.Kind(kind).label) for kind in audience.unit_kinds]


def attachment_readable_by(subject_id: UUID, attachment: Any, membership: Membership | None) -> bool:
    """The gate of a notice's files: who may oversee it, and, once it is out, who was sent it."""
    if membership is None:
        return False
    if notices_seen_by(membership).filter(pk=subject_id).exists():
        return True
    return was_sent_to(membership, subject_id).filter(notice__state=State.SENT).exists()


def was_sent_to(membership: Membership, notice_id: UUID) -> QuerySet[NoticeRecipient]:
    return NoticeRecipient.objects.filter(notice=notice_id, membership=membership)
