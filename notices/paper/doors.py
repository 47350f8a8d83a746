"""A notice for doors and boards: one sheet a building, large enough to read in passing, in every language it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from notices.models import Delivery, Notice, NoticeVersion
from notices.paper import pdf
from notices.paper.qr import qr_svg
from notices.rendering import passer_by, render_notice
from owners.models import Building, Estate
from tenancy.models import Organisation


@dataclass(frozen=True)
class Words:
    language: str
    title: str
    body: str


@dataclass(frozen=True)
class Sheet:
    """What hangs in one place: a building's entrance, or the estate's board."""

    estate: Estate
    building: Building | None
    words: Sequence[Words]


def sheets_of(
    notice: Notice,
    version: NoticeVersion,
    places: Iterable[tuple[Estate, Building | None]],
    *,
    organisation: Organisation,
) -> list[Sheet]:
    """A sheet for each place, the organisation's language first. Words to one reader (a name, a unit) are left out."""
    languages = sorted(version.languages(), key=lambda code: code != organisation.language)
    return [
        Sheet(estate, building, [_words(notice, version, estate, building, organisation, code) for code in languages])
        for estate, building in places
    ]


def _words(
    notice: Notice,
    version: NoticeVersion,
    estate: Estate,
    building: Building | None,
    organisation: Organisation,
    code: str,
) -> Words:
    reader = passer_by(notice, code, estate, [building] if building else ())
    words = render_notice(version, reader, organisation, code, Delivery.Channel.DOOR)
    return Words(code, words.subject, words.body)


# Sizes of the words, largest first: classes of pdf_notices.css.
SIZES = ("", "door-close", "door-small")


def door_pdf(
    sheets: Sequence[Sheet], *, notice: Notice, version: NoticeVersion, organisation: Organisation, link: str
) -> tuple[bytes, int]:
    """The document and its pages: in the largest words with which every place has one sheet; in the smallest, on as
    many sheets as they need."""
    content, pages = b"", 0
    for size in SIZES:
        html = door_html(sheets, notice=notice, version=version, organisation=organisation, link=link, size=size)
        content = pdf.write(html)
        pages = pdf.pages_in(content)
        if pages <= len(sheets):
            break
    return content, pages


def door_html(
    sheets: Sequence[Sheet],
    *,
    notice: Notice,
    version: NoticeVersion,
    organisation: Organisation,
    link: str,
    size: str = "",
) -> str:
    """The document in the active language; the words are in their own."""
    context = {
        "sheets": sheets,
        "size": size,
        "notice": notice,
        "version": version,
        "organisation": organisation,
        "link": link,
        "qr": qr_svg(link),
        "accent": organisation.accent,
        "brand": pdf.brand_of(organisation.accent),
    }
    return render_to_string("pdf/notices/door.html", context)
