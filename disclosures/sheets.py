"""A publication as a sheet for a board: in the largest words with which it fits one page."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from disclosures.models import Publication
from notices.paper import pdf
from notices.paper.doors import SIZES
from notices.paper.qr import qr_svg
from tenancy.models import Organisation
from tenancy.origins import origin_of


def sheet_pdf(
    row: Publication, *, words: Sequence[dict[str, Any]], organisation: Organisation, link: str, language: str
) -> Iterator[bytes]:
    """The document, in one piece; made when it is asked for. In the smallest words it takes the pages it needs."""
    content = b""
    with translation.override(language):
        for size in SIZES:
            context = {
                "row": row, "words": words, "organisation": organisation, "accent": organisation.accent, "link": link,
                "qr": qr_svg(link), "size": size, "kind": _kind(row),
            }  # fmt: skip
            content = pdf.write(render_to_string("pdf/disclosures/publication.html", context))
            if pdf.pages_in(content) == 1:
                break
    yield content


def made_known(publication: Publication | None, organisation: Organisation) -> dict[str, Any]:
    """For the paper of accounts and fees: what makes them known, and the way to it; nothing before, or after it was
    withdrawn."""
    if publication is None or publication.is_withdrawn:
        return {"made_known": None}
    link = f"{origin_of(organisation)}{reverse('disclosures:publication', args=[publication.pk])}"
    return {"made_known": publication, "link": link, "qr": qr_svg(link)}


def _kind(row: Publication) -> str:
    """What it is; of what is of no named kind its title says that."""
    return "" if row.kind == Publication.Kind.OTHER else str(row.get_kind_display())
