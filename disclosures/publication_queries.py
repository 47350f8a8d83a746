"""What is read of publications."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from attachments.models import Attachment
from attachments.queries import of_subject, of_subjects
from contacts.rules.access import reach_for
from disclosures.models import AccountStatement, Article, FeeSchedule, Publication, PublicationPlace
from disclosures.models.publications import CLOSING, reads_withdrawn
from disclosures.queries import in_language
from owners.models import Estate, Person
from owners.queries import current_ownerships, homes_of, searchable
from tenancy.models import Membership
from tenancy.policy import can, scopes_of

FILES_OF, PHOTOS_OF = "disclosures.publication", "disclosures.publicationplace"
State = Publication.State
AT_ONCE = 100


def publications_visible_to(member: Membership | None) -> QuerySet[Publication]:
    """Staff: those of estates they have as a whole. Whoever is at home there: what is or was shown and is for them."""
    scopes = scopes_of(member, "publication.read")
    if member is None or not scopes:
        return Publication.objects.none()
    if "home" in scopes:
        rows = Publication.objects.filter(state__in=Publication.SHOWN, estate__in=list(homes_of(member)))
        return rows.exclude(kind__in=Publication.FOR_OWNERS) if member.role == Membership.Role.OCCUPANT else rows
    reach = reach_for(member, "publication.read")
    return Publication.objects.filter(Q() if reach.everywhere else Q(estate__in=reach.estates))


def listed(
    member: Membership | None, *, estate: Estate | None = None, kind: str = "", which: str = "", text: str = ""
) -> QuerySet[Publication]:
    """Drafts first, then what was shown last. ``which`` is a state, or asked: those somebody wants withdrawn."""
    rows = publications_visible_to(member)
    if estate is not None:
        rows = rows.filter(estate=estate)
    if kind:
        rows = rows.filter(kind=kind)
    if which == "asked":
        rows = rows.filter(state=State.LIVE, withdrawal_asked_at__isnull=False)
    elif which:
        rows = rows.filter(state=which)
    if words := searchable(text):
        said = Q(text_en__icontains=words) | Q(text_zh__icontains=words)
        if member is not None and not reads_withdrawn(member):  # what is closed is not found by what it said
            said &= ~Q(state=State.WITHDRAWN, subject_type__in=CLOSING)
        named = Q(title_en__icontains=words) | Q(title_zh__icontains=words) | Q(number__icontains=words)
        rows = rows.filter(named | said)
    return rows.select_related("estate").order_by(F("start_on").desc(nulls_first=True), "-id")


def title_of(row: Publication) -> str:
    return in_language({"en": row.title_en, "zh": row.title_zh}, row.number)


def text_of(row: Publication) -> str:
    return in_language({"en": row.text_en, "zh": row.text_zh}, "")


def languages_of(row: Publication, first: str, *, shows_text: bool = True) -> list[dict[str, str]]:
    """Title and text in each language it has, that of the organisation first: what is printed."""
    texts = (row.text_en, row.text_zh) if shows_text else ("", "")
    found = [
        {"code": "en", "title": row.title_en or row.title_zh, "text": texts[0], "has": row.title_en or row.text_en},
        {"code": "zh-hans", "title": row.title_zh or row.title_en, "text": texts[1], "has": row.title_zh or row.text_zh},
    ]  # fmt: skip
    return sorted((one for one in found if one["has"]), key=lambda one: one["code"] != first)


def page_of_subject(row: Publication) -> str:
    """Where what it makes known has a page of its own."""
    route = settings.PUBLICATION_PAGES.get(row.subject_type)
    return reverse(route, args=[row.subject_id]) if route and row.subject_id else ""


def of_subject_row(subject_type: str, subject_id: UUID) -> Publication | None:
    return Publication.objects.filter(subject_type=subject_type, subject_id=subject_id).first()


def unannounced() -> QuerySet[AccountStatement]:
    """Published accounts of the organisation that no publication makes known, the oldest first; some at a time."""
    there = Publication.objects.filter(subject_type=AccountStatement._meta.label_lower, subject_id=OuterRef("pk"))
    rows = AccountStatement.objects.filter(~Exists(there), state__in=AccountStatement.PUBLISHED)
    rows = rows.filter(published_at__isnull=False).select_related("estate__calendar", "published_by", "entered_by")
    return rows.order_by("published_at", "id")[:AT_ONCE]


def newer_of(row: Publication, member: Membership | None) -> Publication | None:
    """What makes known a correction of the same accounts, the fees that follow the same, or a later text of the same
    article in the same estate."""
    if row.subject_type == Article._meta.label_lower:
        later = publications_visible_to(member).filter(
            subject_type=row.subject_type, subject_id=row.subject_id, estate=row.estate_id,
            published_at__gt=row.published_at,
        ) if row.published_at else Publication.objects.none()  # fmt: skip
        return later.order_by("-published_at").first()
    followers: dict[str, QuerySet[Any]] = {
        AccountStatement._meta.label_lower: AccountStatement.objects.filter(corrects=row.subject_id),
        FeeSchedule._meta.label_lower: FeeSchedule.objects.filter(
            replaces=row.subject_id, replaces__unit_kind=F("unit_kind")
        ),
    }
    rows = followers.get(row.subject_type)
    if rows is None:
        return None
    seen = publications_visible_to(member).filter(subject_type=row.subject_type, subject_id__in=rows.values("pk"))
    return seen.order_by("-start_on").first()


def documents_of(row: Publication, *, staff: bool) -> list[Attachment]:
    """What belongs to its text; with ``staff`` the documents of a legal order instead."""
    audience = Attachment.Audience.STAFF if staff else Attachment.Audience.PARTIES
    return list(of_subject(FILES_OF, row.pk).filter(audience=audience))


def has_clean_order(row: Publication) -> bool:
    """Whether a document that came with the request to withdraw it can be opened."""
    files = of_subject(FILES_OF, row.pk).filter(audience=Attachment.Audience.STAFF, state=Attachment.State.CLEAN)
    return files.filter(pk__in=row.order_files).exists()


def places_of(row: Publication, *, with_photos: bool) -> list[Any]:
    places: list[Any] = list(row.places_shown.select_related("noted_by"))
    photos = of_subjects(PHOTOS_OF, [place.pk for place in places])
    for place in places:
        place.has_photos = bool(photos.get(place.pk))
        place.photos = photos.get(place.pk, []) if with_photos else []
    return places


def owners_to_tell(row: Publication, on: date) -> list[Person]:
    """Who owns a unit of its estate on that day and is still there to be told, each once."""
    owned = current_ownerships(on).filter(unit__estate=row.estate_id)
    rows = Person.objects.filter(pk__in=owned.values("person"), erased_at=None)
    return list(rows.select_related("membership__user").order_by("id"))


def reads_of(row: Publication) -> int:
    return row.reads.count()


def ended(today: date) -> QuerySet[Publication]:
    """Those whose last day is over."""
    return Publication.objects.filter(state=State.LIVE, end_on__lt=today)


def file_readable_by(subject_id: Any, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of its documents: whoever reads it; of a legal order, who sees the proofs."""
    row = publications_visible_to(member).filter(pk=subject_id).first()
    if row is None or member is None or not row.shows_text_to(member):
        return False
    return attachment.audience == Attachment.Audience.PARTIES or can(member, "publication.proofs", row)


def photo_readable_by(subject_id: Any, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of photos of boards: staff and committee. Somebody may be seen on them."""
    place = PublicationPlace.objects.filter(pk=subject_id).select_related("publication").first()
    return place is not None and can(member, "publication.proofs", place.publication)
