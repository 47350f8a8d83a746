"""Labels of places on paper: a QR code, the place's name, what to do; as many to a page as the sheet holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.models import Place
from notices.paper import pdf
from notices.paper.qr import qr_svg
from tenancy.models import Organisation
from tenancy.origins import origin_of

SOURCE = Path(__file__).resolve().parent / "data" / "labels.yaml"
QUIET_ZONE = 8.0  # millimetres around the code, above and below it together
MOST = 100  # labels at once: a page of the staff waits for them
SMALL = 45.0
QR_SHARE = 0.42  # of the label's width, at most
BOTH = "both"
LANGUAGES = {"en": ("en",), "zh-hans": ("zh-hans",), BOTH: ("en", "zh-hans")}


@dataclass(frozen=True)
class Sheet:
    """One kind of sheet of data/labels.yaml, in millimetres."""

    title: str
    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float
    down: float

    @property
    def holds(self) -> int:
        return self.columns * self.rows

    @property
    def is_tall(self) -> bool:
        """Code above the words instead of beside them."""
        return self.height > self.width

    @property
    def is_small(self) -> bool:
        """Two languages need smaller letters here."""
        return self.height < SMALL

    @property
    def qr_side(self) -> float:
        return self.width * 0.6 if self.is_tall else min(self.height - QUIET_ZONE, self.width * QR_SHARE)


@dataclass(frozen=True)
class Words:
    language: str
    name: str
    call: str


@dataclass(frozen=True)
class Label:
    column: int
    row: int
    qr: SafeString
    where: str
    address: str
    words: Sequence[Words]


@cache
def sheets() -> dict[str, Sheet]:
    """The sheets one can print on, by their key."""
    rows = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {key: Sheet(**{**row, "page": tuple(row["page"])}) for key, row in rows.items()}


def labels_pdf(places: Sequence[Place], *, sheet: Sheet, language: str, organisation: Organisation) -> bytes:
    """The labels of these places, in one language or both. Raises PartsMissingError when this server cannot make PDFs."""
    languages = LANGUAGES[language]
    pages = [
        [
            _label(place, at, sheet, languages, organisation)
            for at, place in enumerate(places[start : start + sheet.holds])
        ]
        for start in range(0, len(places), sheet.holds)
    ]
    with translation.override(languages[0]):
        html = render_to_string(
            "pdf/complaints/labels.html",
            {"pages": pages, "organisation": organisation, "accent": organisation.accent, "sheet": sheet},
        )
    return pdf.write(html.replace("</head>", f"<style>{_css(sheet)}</style></head>", 1))


def _label(place: Place, at: int, sheet: Sheet, languages: Sequence[str], organisation: Organisation) -> Label:
    address = f"{origin_of(organisation)}{reverse('places:scan', args=[place.code])}"
    where = " · ".join(part.name for part in (place.estate, place.building) if part)
    words = [_words(place, language) for language in languages]
    shown = address.partition("://")[2].rstrip("/")
    return Label(at % sheet.columns, at // sheet.columns, qr_svg(address), where, shown, words)


def _words(place: Place, language: str) -> Words:
    with translation.override(language):
        return Words(language, place.name, _("Something wrong here? Scan and tell us."))


def _css(sheet: Sheet) -> str:
    """Where the labels lie on this sheet; what they look like is in pdf_labels.css."""
    rules = [
        f"@page labels {{ size: {sheet.page[0]}mm {sheet.page[1]}mm; }}",
        f".sheet {{ width: {sheet.page[0]}mm; height: {sheet.page[1]}mm; }}",
        f".label {{ width: {sheet.width}mm; height: {sheet.height}mm; }}",
        f".label .qr {{ width: {sheet.qr_side:.1f}mm; }} .label svg {{ width: {sheet.qr_side:.1f}mm; height: {sheet.qr_side:.1f}mm; }}",
    ]
    rules += [f".column-{at} {{ left: {sheet.left + at * sheet.across:.2f}mm; }}" for at in range(sheet.columns)]
    rules += [f".row-{at} {{ top: {sheet.top + at * sheet.down:.2f}mm; }}" for at in range(sheet.rows)]
    return "\n".join(rules)
