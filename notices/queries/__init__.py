"""What stands in the outbox and in people's inboxes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.module_loading import import_string

from notices.models import Delivery, Notice, NoticeVersion, Provider
from notices.wording import READ_ALONG
from owners.models import Person
from owners.queries import people_visible_to
from tenancy.models import FactorReset, Membership, Organisation, OrganisationModel
from tenancy.policy import can, scopes_of

Channel, State = Delivery.Channel, Delivery.State
UNREAD_SHOWN = 100
TABS = UNREAD, CONFIRM = ("unread", "confirm")
OUT = (Notice.State.SENDING, Notice.State.SENT)
WORDS_AT_MOST = 6
PENDING = (State.QUEUED, State.CLAIMED)
# The others are written by the portal, or done by people.
SENT_BY_WORKERS = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.LETTER)


def inbox_of(membership: Membership) -> QuerySet[Delivery]:
    """The member's portal messages, newest first."""
    return Delivery.objects.filter(membership=membership, channel=Channel.PORTAL).order_by("-created_at", "-id")


def inbox_page(membership: Membership, *, before: str = "", tab: str = "", words: str = "") -> QuerySet[Delivery]:
    """The inbox from the message after ``before`` (an id; anything else starts at the newest), with what its words are
    put together from. ``tab`` is one of TABS, ``words`` must all be in number, title or text."""
    inbox = _searched(_tab_of(membership, tab), words)
    try:
        last = inbox.filter(pk=UUID(before)).values_list("created_at", "pk").first() if before else None
        if last is None and before:  # read or confirmed meanwhile: it has left the tab, its place has not
            last = inbox_of(membership).filter(pk=UUID(before)).values_list("created_at", "pk").first()
    except ValueError:
        last = None
    if last is not None:
        at, pk = last
        inbox = inbox.filter(created_at__lte=at).exclude(created_at=at, pk__gte=pk)
    return inbox.select_related(*READ_ALONG).defer("html", "sealed")


def _tab_of(membership: Membership, tab: str) -> QuerySet[Delivery]:
    if tab == UNREAD:
        return inbox_of(membership).filter(read_at=None)
    return to_confirm(membership).order_by("-created_at", "-id") if tab == CONFIRM else inbox_of(membership)


def _searched(inbox: QuerySet[Delivery], words: str) -> QuerySet[Delivery]:
    for word in words.replace("\x00", "").split()[:WORDS_AT_MOST]:
        said = NoticeVersion.objects.filter(
            Q(title_en__icontains=word)
            | Q(title_zh__icontains=word)
            | Q(body_en__icontains=word)
            | Q(body_zh__icontains=word),
            notice=OuterRef("notice"),
        )
        own = Q(subject__icontains=word) | Q(text__icontains=word)
        inbox = inbox.filter(own | Q(notice__number__icontains=word) | Q(Exists(said)))
    return inbox


def to_confirm(membership: Membership) -> QuerySet[Delivery]:
    """The notices that the member still has to confirm, the nearest deadline first; of one told again, the newest."""
    newer = Delivery.objects.filter(
        recipient=OuterRef("recipient"), channel=Channel.PORTAL, created_at__gt=OuterRef("created_at")
    )
    asked = inbox_of(membership).filter(
        notice__must_acknowledge=True, notice__state__in=OUT, recipient__acknowledged_at=None
    )
    found = asked.filter(~Exists(newer)).select_related("notice", *READ_ALONG).defer("html", "sealed")
    return found.order_by(F("notice__acknowledge_by").asc(nulls_last=True), "-created_at", "-id")


def confirm_count(membership: Membership) -> int:
    """How many notices the member still has to confirm; counted up to 100."""
    return to_confirm(membership).order_by()[:UNREAD_SHOWN].count()


def unread_notices(membership: Membership) -> QuerySet[Delivery]:
    """The unread messages with what their words are put together from, without those that wait to be confirmed."""
    waiting = to_confirm(membership).order_by().values("pk")
    unread = inbox_of(membership).filter(read_at=None).exclude(pk__in=waiting)
    return unread.select_related(*READ_ALONG).defer("html", "sealed")


def unread_count(membership: Membership) -> int:
    """How many portal messages the member has not opened; counted up to 100."""
    return inbox_of(membership).filter(read_at=None).order_by()[:UNREAD_SHOWN].count()


def deliveries_about(subject: OrganisationModel) -> QuerySet[Delivery]:
    """Every message sent about the subject and its fate, newest first."""
    about = Delivery.objects.filter(about_id=subject.pk, about_type=subject._meta.label_lower)
    return about.order_by("-created_at", "-id")


def deliveries_of_person(person: Person) -> QuerySet[Delivery]:
    """Every message to the person, by whatever channel, newest first."""
    theirs = Q(person=person)
    if person.membership_id:
        theirs |= Q(membership_id=person.membership_id)
    return Delivery.objects.filter(theirs).order_by("-created_at", "-id")


def outbox_of(actor: Membership | None) -> QuerySet[Delivery]:
    """The messages a member of staff may see: to themselves, and to the people they look after.

    Of a case that complains of the member, none: ``settings.OUTBOX_WITHHELD`` names, by the kind of thing a message is
    about, what is kept from whom.
    """
    scopes = scopes_of(actor, "outbox.read")
    if actor is None or not scopes:
        return Delivery.objects.none()
    seen = Delivery.objects.all()
    for kind, path in settings.OUTBOX_WITHHELD.items():
        seen = seen.exclude(about_type=kind, about_id__in=import_string(path)(actor).values("pk"))
    if not can(actor, "outbox.read_account_mail"):
        seen = seen.exclude(event__startswith=Delivery.ACCOUNT_EVENTS)
    if "organisation" in scopes or actor.all_estates:
        return seen
    people = people_visible_to(actor).values("pk")
    theirs = Q(person__in=people) | Q(membership__in=Person.objects.filter(pk__in=people).values("membership"))
    return seen.filter(Q(membership=actor) | theirs)


def due(channel: str, now: datetime) -> QuerySet[Delivery]:
    """Messages to be sent now by the channel: the most urgent first, of those the one that waits longest.

    A claim moves ``next_attempt_at`` to the end of its lease, so a lost worker's rows come due by themselves.
    """
    waiting = Delivery.objects.filter(channel=channel, state__in=PENDING, next_attempt_at__lte=now)
    return waiting.order_by("urgency", "next_attempt_at")


@dataclass(frozen=True)
class Turn:
    """That an organisation has messages to send by a channel, and how urgent the most urgent is."""

    organisation_id: int
    channel: str
    urgency: int


def turns_anywhere(now: datetime) -> list[Turn]:
    """Who has what to send, of the active organisations. Crosses organisations: reads as the system's role."""
    organisations = Organisation.objects.using("system").filter(is_active=True)
    rows = organisations.values_list("pk", *(_most_urgent(channel, now) for channel in SENT_BY_WORKERS))
    return [
        Turn(pk, channel, urgency)
        for pk, *found in rows
        for channel, urgency in zip(SENT_BY_WORKERS, found, strict=True)
        if urgency is not None
    ]


def _most_urgent(channel: str, now: datetime) -> Subquery:
    rows = Delivery.across.filter(
        organisation=OuterRef("pk"), channel=channel, state__in=PENDING, next_attempt_at__lte=now
    )
    return Subquery(rows.order_by("urgency").values("urgency")[:1])


def turns_of(organisation_id: int, now: datetime) -> list[Turn]:
    """The same of one organisation, in its scope."""
    found = ((channel, due(channel, now).values_list("urgency", flat=True).first()) for channel in SENT_BY_WORKERS)
    return [Turn(organisation_id, channel, urgency) for channel, urgency in found if urgency is not None]


def are_letters_carried() -> bool:
    """Whether a print shop takes the organisation's letters. Else they wait for people, who print and post them."""
    return Provider.objects.filter(channel=Channel.LETTER, is_active=True).exists()


def organisations_with_due_factor_resets(now: datetime) -> list[int]:
    """Ids of the active organisations with a second factor to reset. Crosses organisations: reads as the system's role."""
    due = FactorReset.across.using("system").filter(stopped_at=None, done_at=None, due_at__lte=now)
    organisations = Organisation.objects.using("system").filter(pk__in=due.values("organisation"), is_active=True)
    return list(organisations.values_list("pk", flat=True))
