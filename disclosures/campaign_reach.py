"""Whom a campaign reached, counted once for the page and the API: people, never clicks, and never a name.

A person was reached when the campaign was shown to them in the portal or its message was proven to have arrived
(notices/data/reach.yaml); they have read it when they opened one of its articles, its message, or its sheet in the
portal. Somebody who did all of that is one person. Buildings of few are covered (tenancy/covering.py).
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from attachments.queries import of_subjects
from contacts.rules.access import reach_for
from disclosures import publication_queries
from disclosures.models import Campaign, CampaignReader, CampaignSheet, PublicationPlace, PublicationRead
from notices.models import Delivery, NoticeRecipient
from notices.reach_figures import STAGES, Picture
from owners.queries import homes_of, within
from tenancy.covering import cover
from tenancy.models import Membership
from tenancy.policy import can, scopes_of

ARRIVED = (*STAGES["delivered"], *STAGES["read"])
WENT = (*STAGES["sent"], *ARRIVED)


@dataclass(frozen=True)
class PlaceReach:
    """People of one building; without figures where they are so few that each would be known."""

    estate_id: Any
    building_id: Any
    label: str
    addressed: int | None
    got: int | None
    read: int | None


@dataclass(frozen=True)
class ChannelReach:
    """People by one way: to whom it went, whom it is known to have reached, who read it there."""

    code: str
    label: str
    sent: int
    got: int
    read: int


@dataclass(frozen=True)
class ArticleReach:
    article_id: Any
    title: str
    language: str
    read: int


@dataclass(frozen=True)
class BoardReach:
    """Boards of one estate: how many the sheet was noted on, and on how many with a photo."""

    estate_id: Any
    estate: str
    publication_id: Any
    number: str
    boards: int
    with_photo: int


@dataclass(frozen=True)
class Reach:
    """Without figures where so few were addressed that each would be known; boards name nobody."""

    addressed: int
    got: int | None
    read: int | None
    opened: int | None
    places: list[PlaceReach]
    channels: list[ChannelReach]
    articles: list[ArticleReach]
    boards: list[BoardReach]
    is_covered: bool
    least: int

    @property
    def boards_posted(self) -> int:
        return sum(row.boards for row in self.boards)

    @property
    def boards_proven(self) -> int:
        return sum(row.with_photo for row in self.boards)


def readers_counted_for(actor: Membership | None, row: Campaign) -> QuerySet[CampaignReader]:
    """The readers whom a member may count: those of places where they work, or, for a committee, of its estates."""
    if actor is None or not can(actor, "campaign.reach", row):
        return CampaignReader.objects.none()
    rows = CampaignReader.objects.filter(campaign=row)
    if "home" in scopes_of(actor, "campaign.reach"):
        return rows.filter(estate__in=list(homes_of(actor)))
    reach = reach_for(actor, "campaign.reach")
    return rows if reach.everywhere else rows.filter(within(reach))


def reach_of(row: Campaign, readers: QuerySet[CampaignReader]) -> Reach:
    """Counted over these readers. A dozen statements, whatever their number."""
    marked = _marked(row, readers.order_by())
    sums = marked.aggregate(
        addressed=Count("pk"), got=Count("pk", filter=Q(was_reached=True)), read=Count("pk", filter=Q(has_read=True)),
        opened=Count("pk", filter=Q(read_at__isnull=False)),
    )  # fmt: skip
    least, boards = settings.STATISTICS_COVER_BELOW, _boards(row, readers)
    if sums["addressed"] < least:
        return Reach(sums["addressed"], None, None, None, [], [], [], boards, is_covered=True, least=least)
    places = _places(marked)
    return Reach(
        **sums, places=places, channels=_channels(row, marked), articles=_articles(row, readers), boards=boards,
        is_covered=any(place.addressed is None for place in places), least=least,
    )  # fmt: skip


def _marked(row: Campaign, readers: QuerySet[CampaignReader]) -> QuerySet[CampaignReader]:
    """Each reader with ``got_message``, ``read_message``, ``read_sheet``, and what follows of them."""
    until = row.ended_at or timezone.now()  # what is read after its end does not count
    sent = NoticeRecipient.objects.filter(notice=row.notice_id)
    arrived = Delivery.objects.filter(
        recipient=OuterRef("pk"), state__in=ARRIVED, notice=row.notice_id
    )  # of any channel but the portal's own row, which is there at once
    got = sent.filter(Q(reached_at__isnull=False) | Q(read_at__isnull=False) | Exists(arrived))
    sheets = CampaignSheet.objects.filter(campaign=row).values("publication")
    opened = PublicationRead.objects.filter(publication__in=sheets, at__lte=until, member=OuterRef("membership"))
    rows = readers.annotate(
        got_message=_is_among(got), read_message=_is_among(sent.filter(read_at__lte=until)), read_sheet=Exists(opened)
    )
    has_read = Q(read_at__isnull=False) | Q(read_message=True) | Q(read_sheet=True)
    rows = rows.annotate(has_read=has_read)
    return rows.annotate(was_reached=Q(shown_at__isnull=False) | Q(got_message=True) | Q(has_read=True))


def _is_among(recipients: QuerySet[NoticeRecipient]) -> Q:
    """Two looks by key rather than one by either: an index serves each."""
    by_person = Exists(recipients.filter(person=OuterRef("person")))
    return Q(by_person) | Q(Exists(recipients.filter(membership=OuterRef("membership"))))


def _places(marked: QuerySet[CampaignReader]) -> list[PlaceReach]:
    keys = ("estate", "estate__name", "building", "building__name", "building__code")
    counts = {"n": Count("pk"), "got": Count("pk", filter=Q(was_reached=True)), "read": Count("pk", filter=Q(has_read=True))}  # fmt: skip
    lines = list(
        marked.values(*keys).annotate(**counts).order_by(F("estate__name").asc(nulls_last=True), "building__code")
    )
    shown = cover([line["n"] for line in lines], settings.STATISTICS_COVER_BELOW)
    many = len({line["estate"] for line in lines}) > 1
    return [
        PlaceReach(
            line["estate"], line["building"], _label(line, with_estate=many), number,
            None if number is None else line["got"], None if number is None else line["read"],
        )
        for line, number in zip(lines, shown, strict=True)
    ]  # fmt: skip


def _label(line: Any, *, with_estate: bool) -> str:
    if not line["estate__name"]:
        return _("Without a unit")
    building = line["building__name"] or line["building__code"]
    if not building:
        return str(line["estate__name"])
    return f"{line['estate__name']} · {building}" if with_estate else str(building)


def _channels(row: Campaign, marked: QuerySet[CampaignReader]) -> list[ChannelReach]:
    """The portal itself, then each way of the message. Its row in the portal's inbox counts as reached once opened."""
    portal = marked.aggregate(
        sent=Count("pk", filter=Q(membership__isnull=False) | Q(person__membership__isnull=False)),
        got=Count("pk", filter=Q(shown_at__isnull=False) | Q(read_at__isnull=False)),
        read=Count("pk", filter=Q(read_at__isnull=False)),
    )
    found = [ChannelReach("campaign", pgettext("campaign", "Shown in the portal"), **portal)]
    if row.notice_id is None:
        return found
    people = NoticeRecipient.objects.filter(notice=row.notice_id).filter(
        Q(person__in=marked.values("person")) | Q(membership__in=marked.values("membership"))
    )
    sent = Delivery.objects.filter(notice=row.notice_id, recipient__in=people.values("pk")).order_by()
    lines = sent.values("channel").annotate(
        sent=Count("recipient", filter=Q(state__in=WENT), distinct=True),
        got=Count("recipient", filter=Q(state__in=ARRIVED), distinct=True),
        read=Count("recipient", filter=Q(state__in=STAGES["read"]), distinct=True),
    )
    told = {line.pop("channel"): line for line in lines}
    return found + [
        ChannelReach(code, _channel_label(code, str(label)), **told[code])
        for code, label in Delivery.Channel.choices
        if code in told
    ]


def _channel_label(code: str, label: str) -> str:
    return _("Message in the portal") if code == Delivery.Channel.PORTAL else label


def _articles(row: Campaign, readers: QuerySet[CampaignReader]) -> list[ArticleReach]:
    rows = row.articles.select_related("article", "version").defer("version__text")
    counted = rows.annotate(n=Count("readings", filter=Q(readings__reader__in=readers.values("pk"))))
    return [ArticleReach(one.article_id, one.version.title, one.article.language, one.n) for one in counted]


def _boards(row: Campaign, readers: QuerySet[CampaignReader]) -> list[BoardReach]:
    estates = set(readers.order_by().values_list("estate", flat=True))
    sheets = [
        sheet
        for sheet in row.sheets.select_related("estate", "publication").order_by("estate__name")
        if sheet.estate_id in estates and sheet.publication is not None
    ]
    places = list(
        PublicationPlace.objects.filter(
            publication__in=[sheet.publication_id for sheet in sheets], kind=PublicationPlace.Kind.BOARD
        )
    )
    photos = of_subjects(publication_queries.PHOTOS_OF, [place.pk for place in places])
    found = []
    for sheet in sheets:
        boards = [place for place in places if place.publication_id == sheet.publication_id]
        proven = sum(bool(photos.get(place.pk)) for place in boards)
        publication: Any = sheet.publication
        found.append(
            BoardReach(sheet.estate_id, sheet.estate.name, publication.pk, publication.number, len(boards), proven)
        )
    return found


def picture_of(reach: Reach) -> Picture:
    """Who has read it by building, and who has not yet; the table beside it holds the same numbers."""
    rows = [
        (place.label, (place.read, place.addressed - place.read))
        for place in reach.places
        if place.addressed is not None and place.read is not None
    ]
    words = _("%(read)s of %(total)s people have read it. The table below holds the numbers of each building.")
    series = (pgettext("a campaign", "read"), _("not yet"))
    said = words % {"read": reach.read, "total": reach.addressed}
    return Picture(_("Read by building"), said, series, rows)
