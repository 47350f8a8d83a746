"""What hangs on the notice board of an estate, and who may stand in front of it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from notices.models import FeedKey, Notice, NoticePlace, NoticeRecipient, NoticeVersion
from owners.models import Building, Estate
from owners.queries import estates_visible_to, homes_of
from tenancy.models import Membership
from tenancy.policy import can

OUT = (Notice.State.SENDING, Notice.State.SENT)


def estates_of(member: Membership | None) -> QuerySet[Estate]:
    """The estates whose boards the member may read, by name."""
    if not can(member, "notice.board"):
        return Estate.objects.none()
    return estates_visible_to(member).order_by("name")


def _before(member: Membership, estate: Estate) -> Exists:
    """That a notice is for the whole estate, or for a building of it that concerns the member."""
    places = NoticePlace.objects.filter(notice=OuterRef("pk"), estate=estate)
    buildings = homes_of(member).get(estate.pk, frozenset())
    return Exists(places if buildings is None else places.filter(Q(building=None) | Q(building__in=buildings)))


def on_board(member: Membership, estate: Estate, now: datetime) -> QuerySet[Notice]:
    """What hangs there now for the member: sent, in force, for the whole estate or a building of theirs; newest first."""
    return with_words(hung(estate, now).filter(_before(member, estate)))


def hung(estate: Estate, now: datetime) -> QuerySet[Notice]:
    """Everything that hangs in the estate now."""
    here = NoticePlace.objects.filter(notice=OuterRef("pk"), estate=estate)
    in_force = Q(expires_at=None) | Q(expires_at__gt=now)
    return Notice.objects.filter(Exists(here), in_force, state__in=OUT, is_on_board=True)


def with_words(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """With ``versions`` and ``notice_places`` read along, for a list of them."""
    return notices.select_related("approver").prefetch_related(
        Prefetch("versions", NoticeVersion.objects.order_by("-number")),
        Prefetch("notice_places", NoticePlace.objects.select_related("estate", "building")),
    )


def searched(notices: QuerySet[Notice], words: str) -> QuerySet[Notice]:
    """Those whose number or words hold what was typed."""
    for word in words.split()[:6]:
        said = NoticeVersion.objects.filter(
            Q(title_en__icontains=word)
            | Q(title_zh__icontains=word)
            | Q(body_en__icontains=word)
            | Q(body_zh__icontains=word),
            notice=OuterRef("pk"),
        )
        notices = notices.filter(Q(number__icontains=word) | Exists(said))
    return notices


def notice_on_board(member: Membership | None, notice_id: UUID, now: datetime) -> Notice | None:
    """One notice that hangs on a board the member may read, or hung there and was withdrawn or has run out."""
    if member is None:
        return None
    for estate in estates_of(member).filter(
        Exists(NoticePlace.objects.filter(notice=notice_id, estate=OuterRef("pk")))
    ):
        was_sent = Q(sent_at__isnull=False) | Q(state__in=OUT)
        hangs = Notice.objects.filter(was_sent, _before(member, estate), pk=notice_id, is_on_board=True)
        found: Notice | None = with_words(hangs).first()
        if found is not None:
            return found
    return None


def notice_with_event(member: Membership, notice_id: UUID, now: datetime) -> Notice | None:
    """One that hangs or hung on the member's board, or that they were sent."""
    found = notice_on_board(member, notice_id, now)
    if found is not None:
        return found
    sent = NoticeRecipient.objects.filter(notice=OuterRef("pk"), membership=member)
    own = Notice.objects.filter(Exists(sent), pk=notice_id, state__in=(*OUT, Notice.State.WITHDRAWN))
    mine: Notice | None = with_words(own).first()
    return mine


# -- feeds -------------------------------------------------------------------------------------------------------------


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def feeds_of(member: Membership) -> QuerySet[FeedKey]:
    """The member's feeds that still work, newest first."""
    return FeedKey.objects.filter(membership=member, revoked_at=None).select_related("estate").order_by("-created_at")


def feed_by_secret(secret: str) -> FeedKey | None:
    """The feed of a secret, while it was not ended and its member may still read that board."""
    found: FeedKey | None = (
        FeedKey.objects.filter(token_hash=hash_of(secret), revoked_at=None)
        .select_related("estate", "membership__user")
        .first()
    )
    if found is None or not found.membership.user.is_active:
        return None
    return found if estates_of(found.membership).filter(pk=found.estate_id).exists() else None


Homes = Mapping[UUID, frozenset[UUID] | None]


def board_of(notice: Notice, homes: Homes) -> Estate | None:
    """The estate on whose board somebody with these homes reads it. Reads what `with_words` read along."""
    for place in notice.notice_places.all():
        if place.estate_id in homes and _concerns(homes[place.estate_id], place.building_id):
            found: Estate = place.estate
            return found
    return None


def buildings_named(notice: Notice, estate: Estate, homes: Homes) -> list[Building]:
    """The buildings of the estate it is for, as far as they concern the reader; empty for the whole estate.

    Reads what `with_words` read along.
    """
    places = [place for place in notice.notice_places.all() if place.estate_id == estate.pk]
    if any(place.building_id is None for place in places):
        return []
    own = homes.get(estate.pk, frozenset())
    return [place.building for place in places if place.building is not None and _concerns(own, place.building_id)]


def _concerns(own: frozenset[UUID] | None, building_id: UUID | None) -> bool:
    return own is None or building_id is None or building_id in own


def with_events(member: Membership, estate: Estate) -> QuerySet[Notice]:
    """Everything with a time that hung on the member's board, the withdrawn too: calendars take those out."""
    states = (*OUT, Notice.State.WITHDRAWN)
    timed = Notice.objects.filter(
        _before(member, estate), state__in=states, is_on_board=True, event_starts_at__isnull=False
    )
    return with_words(timed)
