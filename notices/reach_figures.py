"""The figures of reach, counted once for the page, the API and the proof: who, by which channel, in which building."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notices.models import Delivery, HandDelivery, Notice, NoticeRecipient
from notices.reach_queries import moves_by_itself, open_condition

State = Delivery.State
# What the columns of the table of channels gather, in the order a message goes.
STAGES: dict[str, tuple[str, ...]] = {
    "waiting": (State.QUEUED, State.CLAIMED),
    "sent": (State.HANDED, State.MAYBE_TWICE),
    "delivered": (State.DELIVERED,),
    "read": (State.READ, State.ACKNOWLEDGED),
    "failed": (State.BOUNCED, State.DEAD),
    "not_sent": (State.SUPPRESSED,),
}


@dataclass(frozen=True)
class ChannelRow:
    """Messages by one channel; the stages add up to the total."""

    code: str
    label: str
    total: int
    stages: dict[str, int]


@dataclass(frozen=True)
class PlaceRow:
    """People of one building; ``building_id`` is None for who has no building there."""

    label: str
    building_id: UUID | None
    total: int
    reached: int

    @property
    def left(self) -> int:
        return self.total - self.reached


@dataclass(frozen=True)
class Picture:
    """A chart for the tag of the reports: bars split in two."""

    title: str
    description: str
    series: tuple[str, str]
    rows: list[tuple[str, tuple[int, int]]]
    kind: str = "split"


@dataclass(frozen=True)
class Figures:
    """``reached`` means acknowledged where that is asked for. ``stuck``: nothing more goes out by itself to them, and
    nothing that could still be read did. ``moving``: messages that workers still have to hand over."""

    total: int
    reached: int
    read: int
    acknowledged: int
    overdue: int
    by_hand: int
    stuck: int
    moving: int
    channels: list[ChannelRow]
    places: list[PlaceRow]

    @property
    def left(self) -> int:
        return self.total - self.reached


def figures_of(notice: Notice, rows: QuerySet[NoticeRecipient], *, now: datetime) -> Figures:
    """Counted over these recipients, which are those the reader may see. Four statements, whatever their number."""
    still = open_condition(notice)
    late = still if notice.acknowledge_by and notice.acknowledge_by <= now and notice.must_acknowledge else Q(pk=None)
    bare = rows.order_by()
    sums = bare.aggregate(
        total=Count("pk"), left=Count("pk", filter=still), read=Count("pk", filter=Q(read_at__isnull=False)),
        acknowledged=Count("pk", filter=Q(acknowledged_at__isnull=False)), overdue=Count("pk", filter=late),
    )  # fmt: skip
    # What waits for hands (a door notice, a letter to be printed) goes nowhere by itself.
    moving = Delivery.objects.filter(moves_by_itself(), notice=notice)
    under_way = Q(pk__in=moving.values("recipient"))
    if not notice.must_acknowledge:
        # An e-mail that the server took may be read any time: nobody has to bring the notice as well.
        taken = Delivery.objects.filter(notice=notice, state__in=(*STAGES["sent"], *STAGES["delivered"]))
        under_way |= Q(pk__in=taken.values("recipient"))
    handed = HandDelivery.objects.filter(recipient__in=bare.values("pk")).aggregate(n=Count("recipient", distinct=True))
    return Figures(
        total=sums["total"], reached=sums["total"] - sums["left"], read=sums["read"],
        acknowledged=sums["acknowledged"], overdue=sums["overdue"], by_hand=handed["n"],
        stuck=bare.filter(still, ~under_way, next_step_at=None).count(), moving=moving.count(),
        channels=_channels(notice, bare), places=_places(bare, still),
    )  # fmt: skip


def _channels(notice: Notice, rows: QuerySet[NoticeRecipient]) -> list[ChannelRow]:
    sent = Delivery.objects.filter(notice=notice, recipient__in=rows.values("pk")).order_by()
    counts: dict[str, dict[str, int]] = {}
    for line in sent.values("channel", "state").annotate(n=Count("pk")):
        counts.setdefault(line["channel"], {})[line["state"]] = line["n"]
    return [
        ChannelRow(
            code, str(label), sum(counts[code].values()),
            {stage: sum(counts[code].get(state, 0) for state in states) for stage, states in STAGES.items()},
        )
        for code, label in Delivery.Channel.choices if code in counts
    ]  # fmt: skip


def _places(rows: QuerySet[NoticeRecipient], still: Q) -> list[PlaceRow]:
    lines = list(
        rows.values("estate__name", "building", "building__name", "building__code")
        .annotate(n=Count("pk"), left=Count("pk", filter=still))
        .order_by("estate__name", "building__code")
    )
    many = len({line["estate__name"] for line in lines if line["estate__name"]}) > 1
    return [
        PlaceRow(_place_label(line, with_estate=many), line["building"], line["n"], line["n"] - line["left"])
        for line in lines
    ]


def _place_label(line: Mapping[str, Any], *, with_estate: bool) -> str:
    if not line["estate__name"]:
        return _("Without a unit")
    building = line["building__name"] or line["building__code"]
    parts = [line["estate__name"]] if with_estate or not building else []
    return " · ".join([*parts, *([building] if building else [])])


def picture_of(notice: Notice, places: Iterable[PlaceRow]) -> Picture:
    """Reach by building; the table beside it holds the same numbers."""
    rows = [(place.label, (place.reached, place.left)) for place in places]
    total, reached = sum(sum(pair) for _label, pair in rows), sum(pair[0] for _label, pair in rows)
    title = _("Confirmed by building") if notice.must_acknowledge else _("Reached by building")
    words = _("%(reached)s of %(total)s people. The table below holds the numbers of each building.")
    series = (_("confirmed") if notice.must_acknowledge else pgettext("a notice", "reached"), _("not yet"))
    return Picture(title, words % {"reached": reached, "total": total}, series, rows)
