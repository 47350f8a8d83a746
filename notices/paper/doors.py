"""A notice for doors and boards: one sheet a building, large enough to read in passing, in every language it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.paper import pdf
from notices.paper.qr import qr_svg
from notices.rendering import render_notice
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
    with translation.override(code):
        everybody = _("everybody in %(place)s") % {"place": (building or estate).name}
    passer_by = NoticeRecipient(notice=notice, name=everybody, language=code, estate=estate, building=building)
    words = render_notice(version, passer_by, organisation, code, Delivery.Channel.DOOR)
    return Words(code, words.subject, words.body)


def door_html(
    sheets: Sequence[Sheet], *, notice: Notice, version: NoticeVersion, organisation: Organisation, link: str
) -> str:
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
