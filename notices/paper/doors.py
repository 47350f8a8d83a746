"""A notice for doors and boards: one sheet a building, large enough to read in passing, in every language it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from notices.models import Notice, NoticeVersion
from notices.paper import pdf
from notices.paper.qr import qr_svg
from notices.rendering import fragment_of
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
    sheets = []
    for estate, building in places:
        said = [
            Words(code, words.title, words.html)
            for code in languages
            for words in [
                fragment_of(
                    version, notice=notice, organisation=organisation, language=code, estate=estate, building=building
                )
            ]
        ]
        sheets.append(Sheet(estate, building, said))
    return sheets


def door_html(sheets: Sequence[Sheet], *, notice: Notice, version: NoticeVersion, organisation: Organisation, link: str) -> str:
    """The document in the active language; the words are in their own."""
    context = {
        "sheets": sheets,
        "notice": notice,
        "version": version,
        "organisation": organisation,
        "link": link,
        "qr": qr_svg(link),
        "accent": organisation.accent,
        "brand": pdf.brand_of(organisation.accent),
    }
    return render_to_string("pdf/notices/door.html", context)
