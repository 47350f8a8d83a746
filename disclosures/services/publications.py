"""Publications: drafted, published with a number, shown in places, read, ended, withdrawn by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.rules.access import reach_for
from contacts.rules.calendars import calendar_of
from deadlines.rules import periods
from disclosures import publication_queries as queries
from disclosures.fee_queries import pack_of
from disclosures.models import AccountStatement, FeeSchedule, Publication, PublicationPlace, PublicationRead
from disclosures.models.publications import publication_of
from disclosures.rules.packs import min_days_of
from disclosures.services import publicduties
from owners.models import Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

State = Publication.State
ACTIONS = {"write": "publication.write", "publish": "publication.publish"}


@dataclass(frozen=True)
class Words:
    """What a publication says. ``min_days`` may ask for more than the rules do, never for less."""

    kind: str
    title_en: str = ""
    title_zh: str = ""
    text_en: str = ""
    text_zh: str = ""
    min_days: int = 0
    end_on: date | None = None
    period_from: date | None = None
    period_to: date | None = None


@dataclass(frozen=True)
class Terms:
    """How what makes itself known is shown. ``min_days`` may ask for more than the rules do, never for less."""

    min_days: int = 0
    end_on: date | None = None
    by_mail: bool = False
    """Whether each owner of the estate gets a message."""


BY_THE_RULES = Terms()


@dataclass(frozen=True)
class Subject:
    """What is made known, when it has a page of its own."""

    type: str
    id: UUID
    number: str


def locked(publication_id: UUID, actor: Membership | None, action: str) -> Publication:
    """The publication, its row locked, for who may do this. Raises NotFound, NotAllowed."""
    seen = queries.publications_visible_to(actor).filter(pk=publication_id)
    row = Publication.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such publication")
    if not can(actor, ACTIONS[action], row):
        raise NotAllowed(_("You may read this publication, but not do this to it."))
    return row


def _must_say_something(words: Words) -> None:
    if not (words.title_en.strip() or words.title_zh.strip()):
        raise DomainError(_("Give it a title, in one language at least."), code="title_en")
    if not (words.text_en.strip() or words.text_zh.strip()):
        raise DomainError(_("Write its text, in one language at least."), code="text_en")
    if (words.period_from is None) != (words.period_to is None):
        raise DomainError(_("A period has a first and a last day."), code="period_to")
    if words.period_from and words.period_to and words.period_to < words.period_from:
        raise DomainError(_("The last day comes before the first."), code="period_to")


@transaction.atomic
def draft(
    *, estate: Estate, words: Words, actor: Membership | None, now: datetime, files: Sequence[Attachment] = (),
    entry_key: UUID | None = None, subject: Subject | None = None,
) -> Publication:  # fmt: skip
    """A document of its own, or of an article. The same ``entry_key`` finds the one that is there.

    Raises NotAllowed, DomainError.
    """
    if actor is None or not reach_for(actor, "publication.write").covers(estate.pk):
        raise NotAllowed(_("You cannot publish anything in this estate."))
    Estate.objects.select_for_update().get(pk=estate.pk)  # two at once make one
    if entry_key and (same := Publication.objects.filter(entry_key=entry_key).first()) is not None:
        return same
    _must_say_something(words)
    makes_known = {f"subject_{name}": value for name, value in vars(subject).items()} if subject else {}
    row = Publication.objects.create(
        estate=estate, entered_by=actor, entered_at=now, moved_at=now, entry_key=entry_key, **vars(words), **makes_known
    )
    attach(attachments=files, subject_type=queries.FILES_OF, subject_id=row.pk)
    record(action="publication.drafted", subject=row, actor=actor, now=now)
    return row


def _own_draft(publication_id: UUID, actor: Membership | None) -> Publication:
    row = locked(publication_id, actor, "write")
    if row.state != State.DRAFT:
        raise DomainError(_("It has been published: its text stays as it is."), code="state")
    return row


@transaction.atomic
def change(
    *, publication_id: UUID, words: Words, actor: Membership, now: datetime, files: Sequence[Attachment] = ()
) -> Publication:
    """Another text for a draft. Raises NotFound, NotAllowed, DomainError."""
    row = _own_draft(publication_id, actor)
    _must_say_something(words)
    changed = [name for name, value in vars(words).items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, getattr(words, name))
    if changed or files:
        row.moved_at = now
        row.save()
        attach(attachments=files, subject_type=queries.FILES_OF, subject_id=row.pk)
        told: dict[str, Any] = {"fields": changed, "files": len(files)}
        record(action="publication.changed", subject=row, actor=actor, now=now, changes=told)
    return row


@transaction.atomic
def discard(*, publication_id: UUID, actor: Membership, now: datetime) -> None:
    """A draft that nobody needs: it had no number, so none is missing. Raises NotFound, NotAllowed, DomainError."""
    row = _own_draft(publication_id, actor)
    if queries.documents_of(row, staff=False):
        raise DomainError(_("Files belong to it. Leave it as a draft."), code="state")
    record(action="publication.discarded", subject=row, actor=actor, now=now)
    row.delete()


@transaction.atomic
def publish(*, publication_id: UUID, actor: Membership, now: datetime) -> Publication:
    """From now on it is shown, with the next number. A second click changes nothing.

    Its minimum time is counted from the day after (Civil Code 201). Raises NotFound, NotAllowed, DomainError.
    """
    row = locked(publication_id, actor, "publish")
    return row if row.state != State.DRAFT else _go_live(row, actor, now)


def _go_live(row: Publication, actor: Membership | None, now: datetime, since: datetime | None = None) -> Publication:
    """``since``: when it was shown first, where that was before it became a publication."""
    since = since or now
    today = timezone.localdate(since)
    row.min_days = max(row.min_days, min_days_of(pack_of(row.estate_id), row.kind))
    shown = periods.display(calendar_of(row.estate), today, row.min_days, row.end_on)
    if shown.accepted is False:
        raise DomainError(
            _("It is shown for at least %(days)s days: until %(day)s or longer.")
            % {"days": row.min_days, "day": formats.date_format(shown.last_day)},
            code="end_on",
        )
    row.state, row.start_on, row.min_until = State.LIVE, today, shown.last_day
    row.published_by, row.published_at, row.moved_at = actor, since, now
    row.number = next_number(code="P", year=timezone.localdate(now).year)
    row.save()
    PublicationPlace.objects.create(
        publication=row, kind=PublicationPlace.Kind.PORTAL, from_on=today, noted_by=actor, noted_at=now
    )
    record(
        action="publication.published", subject=row, actor=actor, now=now, label=row.number,
        changes={"kind": row.kind, "min_days": row.min_days},
    )  # fmt: skip
    publicduties.match(estate_id=row.estate_id, now=now)
    return row


@transaction.atomic
def publish_subject(
    *, subject: Subject, estate: Estate, words: Words, actor: Membership | None, now: datetime,
    since: datetime | None = None,
) -> Publication:  # fmt: skip
    """Make known what another verb has just published; that verb has asked whether the actor may. Once for each subject.

    ``since`` is when that was, if it was before there were publications.
    """
    if (there := queries.of_subject_row(subject.type, subject.id)) is not None:
        return there
    row = Publication(
        estate=estate, entered_by=actor, entered_at=now, moved_at=now, subject_type=subject.type, subject_id=subject.id,
        subject_number=subject.number, **vars(words),
    )  # fmt: skip
    return _go_live(row, actor, now, since)


def note_read_of(*, row: AccountStatement | FeeSchedule, actor: Membership | None, now: datetime) -> Publication | None:
    """Accounts or fees opened where they stand are their publication opened, unless that was withdrawn. Returns it."""
    publication = publication_of(row)
    if publication is not None and not publication.is_withdrawn:
        note_read(publication=publication, actor=actor, now=now)
    return publication


def note_read(*, publication: Publication, actor: Membership | None, now: datetime) -> None:
    """That somebody for whom it hangs has opened it; once each. Staff are not counted."""
    if actor is None or actor.is_staff_role or not publication.hangs_before(actor):
        return
    read = PublicationRead(publication=publication, member=actor, at=now)
    PublicationRead.objects.bulk_create([read], ignore_conflicts=True)


@transaction.atomic
def end_past(*, today: date, now: datetime) -> int:
    """Those whose last day is over have ended. Running it again changes nothing. Returns how many."""
    rows = list(queries.ended(today).select_for_update(skip_locked=True))
    for row in rows:
        row.state, row.moved_at = State.ENDED, now
        row.save(update_fields=["state", "moved_at"])
        off_the_portal(row, row.end_on)
        record(action="publication.ended", subject=row, actor=None, now=now, label=row.number)
    return len(rows)


def off_the_portal(row: Publication, day: date | None) -> None:
    row.places_shown.filter(kind=PublicationPlace.Kind.PORTAL, to_on__isnull=True).update(to_on=day)
