"""Accounts and fees whose publication was withdrawn: closed to whoever lives there, with the words that say so."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from disclosures.models import Publication
from disclosures.models.publications import withdrawal_of
from tenancy.errors import Gone


def withdrawn_words(publication: Publication) -> str:
    """When it was withdrawn, on what ground, and by which order."""
    on = timezone.localdate(publication.withdrawn_at) if publication.withdrawn_at else None
    said = {"number": publication.number, "day": formats.date_format(on) if on else ""}
    words = [_("The publication %(number)s was withdrawn on %(day)s.") % said]
    words.append(_("Ground: %(reason)s") % {"reason": publication.withdrawal_reason})
    if publication.legal_order:
        words.append(_("Legal order: %(order)s") % {"order": publication.legal_order})
    return " ".join(words)


def closed_of(named: QuerySet[Any], key: UUID) -> tuple[Any, Publication] | None:
    """The row and its withdrawn publication, of rows that somebody may know of but whose content is closed to them."""
    row = named.filter(pk=key).first()
    publication = withdrawal_of(row) if row is not None else None
    return None if publication is None else (row, publication)


def refuse_closed(named: QuerySet[Any], key: UUID) -> None:
    """Raises Gone for one of these rows that was withdrawn; is silent for what was never there."""
    if (found := closed_of(named, key)) is not None:
        raise Gone(withdrawn_words(found[1]))
