"""What is read of enquiries. Every function returns rows of the organisation in force."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from contacts.rules.access import reach_for
from disclosures import queries
from disclosures.models import Article, Enquiry, EnquiryTurn
from disclosures.rules.defaults import defaults
from owners.models import Estate
from owners.queries import estates_visible_to, homes_of, searchable
from tenancy.models import Membership
from tenancy.names import sees_names
from tenancy.policy import roles_with, scopes_of

State = Enquiry.State
ANSWER_ROLES = (Membership.Role.CLERK, Membership.Role.SUPERVISOR, Membership.Role.MANAGER)


def enquiries_visible_to(member: Membership | None) -> QuerySet[Enquiry]:
    """For staff: the enquiries of the estates they have as a whole."""
    if member is None or not scopes_of(member, "enquiry.read"):
        return Enquiry.objects.none()
    reach = reach_for(member, "enquiry.read")
    return Enquiry.objects.filter(Q() if reach.everywhere else Q(estate__in=reach.estates))


def own_enquiries(member: Membership | None) -> QuerySet[Enquiry]:
    """What somebody asked themselves."""
    if member is None or not scopes_of(member, "enquiry.ask"):
        return Enquiry.objects.none()
    return Enquiry.objects.filter(membership=member)


def opened_to(member: Membership | None) -> QuerySet[Enquiry]:
    """Questions and answers that lie open where the member is at home."""
    if member is None or not scopes_of(member, "enquiry.here"):
        return Enquiry.objects.none()
    return Enquiry.objects.filter(published_at__isnull=False, estate__in=list(homes_of(member)))


def listed(
    member: Membership | None, *, which: str = "", words: str = "", topic: str = "", estate: Estate | None = None,
    today: date,
) -> QuerySet[Enquiry]:  # fmt: skip
    """For staff. ``which``: waiting (also when it says nothing), mine, late, answered, closed or all."""
    rows = _narrowed(enquiries_visible_to(member), words, with_names=sees_names(member))
    if topic:
        rows = rows.filter(topic=topic)
    if estate is not None:
        rows = rows.filter(estate=estate)
    rows = rows.select_related("estate", "handler", "membership")
    if which == "all":
        return rows.order_by("-moved_at", "-id")
    if which == "answered":
        return rows.filter(state__in=Enquiry.TOLD).order_by("-moved_at", "-id")
    if which == "closed":
        return rows.filter(state__in=(State.CLOSED, State.CONVERTED)).order_by("-moved_at", "-id")
    rows = rows.filter(state__in=Enquiry.WAITING)
    if which == "mine":
        rows = rows.filter(handler=member)
    elif which == "late":
        rows = rows.filter(due_on__lt=today)
    return rows.order_by("due_on", "id")


def _narrowed(rows: QuerySet[Enquiry], words: str, *, with_names: bool) -> QuerySet[Enquiry]:
    """Each word stands in the number, a question, an answer or, for who sees names, who asked."""
    for word in searchable(words).split()[:6]:
        if word.upper().startswith("Q-"):
            rows = rows.filter(number__gte=word.upper(), number__lt=word.upper() + "\U0010fffd")
            continue
        turns = EnquiryTurn.objects.filter(enquiry=OuterRef("pk"))
        found = Q(Exists(turns.filter(Q(question__icontains=word) | Q(answer__icontains=word))))
        if with_names:
            found |= Q(caller_name__icontains=word) | Q(membership__name__icontains=word)
        rows = rows.filter(found | Q(number__endswith=word) if word.isdigit() else found)
    return rows


def own_listed(member: Membership, *, words: str = "") -> QuerySet[Enquiry]:
    """One's own, what moved last first."""
    rows = _narrowed(own_enquiries(member), words, with_names=False)
    return rows.select_related("estate").order_by("-moved_at", "-id")


def opened_listed(member: Membership, *, words: str = "") -> QuerySet[Enquiry]:
    """What lies open to all of the estate; words are looked for in what is open alone."""
    rows = opened_to(member)
    for word in searchable(words).split()[:6]:
        rows = rows.filter(Q(public_question__icontains=word) | Q(public_answer__icontains=word))
    return rows.order_by("-published_at", "-id")


def opened_about(member: Membership | None, article: Article) -> QuerySet[Enquiry]:
    """What lies open where the member is at home and was asked of this article, whichever version."""
    return opened_to(member).filter(of_version__article=article).order_by("-published_at", "-id")


def turns_of(enquiry: Enquiry) -> list[EnquiryTurn]:
    rows = enquiry.turns.select_related("answered_by").prefetch_related(
        "citations__version__article", "citations__clause"
    )
    return list(rows.order_by("place"))


def last_turn(enquiry: Enquiry) -> EnquiryTurn | None:
    """What was asked last."""
    return enquiry.turns.order_by("-place").first()


def waiting_count(member: Membership | None) -> int:
    return enquiries_visible_to(member).filter(state__in=Enquiry.WAITING).count()


def answerers_of(enquiry: Enquiry) -> QuerySet[Membership]:
    """Who can be given an enquiry: those of its estate who answer."""
    roles = set(roles_with("enquiry.answer"))
    near = Q(all_estates=True) | Q(estate_assignments__estate=enquiry.estate_id, estate_assignments__building=None)
    anywhere = Q(role__in=roles - set(ANSWER_ROLES))
    rows = Membership.objects.filter(near | anywhere, role__in=roles, is_active=True)
    return rows.select_related("user").distinct().order_by("name", "id")


def who_hears(enquiry: Enquiry) -> list[Membership]:
    """Of a question: whoever answers it, else the desk of its estate."""
    if enquiry.handler is not None and enquiry.handler.is_active:
        return [enquiry.handler]
    desk = queries.people_of(enquiry.estate_id, Membership.Role.CLERK, Membership.Role.SUPERVISOR)
    return list(desk) or list(queries.people_of(enquiry.estate_id, Membership.Role.MANAGER))


def due_by(day: date) -> QuerySet[Enquiry]:
    rows = Enquiry.objects.filter(state__in=Enquiry.WAITING, due_on__lte=day)
    return rows.select_related("estate", "handler__user").order_by("due_on", "id")


def silent_since(now: datetime) -> QuerySet[Enquiry]:
    """Answered, and nobody came back to it for so many days that it is closed."""
    since = now - timedelta(days=defaults()["enquiries"]["close_after_days"])
    return Enquiry.objects.filter(state__in=Enquiry.TOLD, answered_at__lte=since).order_by("id")


def estates_asked_in(member: Membership | None) -> list[Estate]:
    """Where somebody can ask."""
    return list(estates_visible_to(member).select_related("calendar").order_by("name"))


def closed_before(cutoff: datetime, mark: str) -> QuerySet[Enquiry]:
    """Ended long ago, with words that still stand."""
    ended = Q(closed_at__lt=cutoff) | Q(state=State.CONVERTED, moved_at__lt=cutoff)
    return Enquiry.objects.filter(ended).exclude(question=mark)
