"""Where a publication hangs beside the portal: boards with photos as proof, and mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from disclosures import publication_queries as queries
from disclosures.models import Publication, PublicationPlace
from disclosures.services.publications import locked
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership

Kind = PublicationPlace.Kind


@dataclass(frozen=True)
class Spot:
    kind: str
    where: str
    from_on: date
    to_on: date | None = None


def _must_fit(row: Publication, spot: Spot, now: datetime) -> None:
    today = timezone.localdate(now)
    if spot.kind == Kind.BOARD and not spot.where.strip():
        raise DomainError(_("Say which board."), code="where")
    if row.start_on is None or spot.from_on < row.start_on:
        raise DomainError(_("It was not published yet on that day."), code="from_on")
    if spot.from_on > today:
        raise DomainError(_("That day is still to come."), code="from_on")
    if spot.to_on and spot.to_on < spot.from_on:
        raise DomainError(_("The last day comes before the first."), code="to_on")
    if spot.to_on and spot.to_on > today:
        raise DomainError(_("That day is still to come."), code="to_on")


def _last_day(row: Publication) -> date | None:
    """After it nothing new is hung: it was withdrawn, or has ended."""
    return row.end_on if row.withdrawn_at is None else timezone.localdate(row.withdrawn_at)


@transaction.atomic
def add_place(
    *, publication_id: UUID, spot: Spot, actor: Membership, now: datetime, files: Sequence[Attachment] = (),
    entry_key: UUID | None = None,
) -> PublicationPlace:  # fmt: skip
    """It hangs on a board, or went out by mail. The same ``entry_key`` notes it once.

    Raises NotFound, NotAllowed, DomainError.
    """
    row = locked(publication_id, actor, "write")
    if entry_key and (same := row.places_shown.filter(entry_key=entry_key).first()) is not None:
        return same
    if not row.is_shown:
        raise DomainError(_("Publish it first."), code="state")
    _must_fit(row, spot, now)
    if (last := _last_day(row)) is not None and spot.from_on > last:
        raise DomainError(
            _("It was not shown any more on that day: until %(day)s.") % {"day": formats.date_format(last)},
            code="from_on",
        )
    place = PublicationPlace.objects.create(
        publication=row, kind=spot.kind, where=spot.where.strip(), from_on=spot.from_on, to_on=spot.to_on,
        noted_by=actor, noted_at=now, entry_key=entry_key,
    )  # fmt: skip
    attach(attachments=files, subject_type=queries.PHOTOS_OF, subject_id=place.pk)
    told = {"place": place.kind, "photos": len(files)}
    record(action="publication.place_noted", subject=row, actor=actor, now=now, label=row.number, changes=told)
    return place


@transaction.atomic
def amend_place(
    *, place_id: UUID, to_on: date | None, actor: Membership, now: datetime, files: Sequence[Attachment] = ()
) -> PublicationPlace:
    """Since when it hangs there no more, and photos of it. Raises NotFound, NotAllowed, DomainError."""
    publication_id = PublicationPlace.objects.filter(pk=place_id).values_list("publication", flat=True).first()
    if publication_id is None:
        raise NotFound("no such place")
    row = locked(publication_id, actor, "write")
    place = row.places_shown.get(pk=place_id)
    if place.kind == Kind.PORTAL:
        raise DomainError(_("The portal shows it by itself."), code="state")
    _must_fit(row, Spot(place.kind, place.where, place.from_on, to_on), now)
    if place.to_on != to_on or files:
        place.to_on = to_on
        place.save(update_fields=["to_on"])
        attach(attachments=files, subject_type=queries.PHOTOS_OF, subject_id=place.pk)
        told = {"place": place.kind, "photos": len(files)}
        record(action="publication.place_amended", subject=row, actor=actor, now=now, label=row.number, changes=told)
    return place
