"""A letter run: a page or more for each reader, in the order somebody walks the estate, with a manifest in front."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from django.template.loader import render_to_string
from django.utils import translation
from pypdf import PdfReader, PdfWriter

from notices.models import Notice, NoticeRecipient, NoticeSettings, NoticeVersion
from notices.paper import pdf
from notices.paper.qr import qr_svg
from notices.rendering import fragment_of
from tenancy.models import Organisation

# A page takes a tenth of a second and some megabytes while it is set: runs are set in parts and bound together.
PART = 50


@dataclass(frozen=True)
class Letter:
    """One reader's letter. ``address`` is what shows in the window, line by line."""

    recipient: NoticeRecipient
    language: str
    address: tuple[str, ...]
    title: str
    body: str
    link: str
    qr: str


@dataclass(frozen=True)
class Bound:
    """The whole run as one file, and how many pages it has."""

    content: bytes
    pages: int


def in_walking_order(recipients: Iterable[NoticeRecipient]) -> list[NoticeRecipient]:
    """By estate, building, floor and unit; who has no unit comes last. Reads ``estate`` and ``building``."""
    last = "\uffff"

    def place(row: NoticeRecipient) -> tuple[str, str, int, str, str]:
        floor = row.floor if row.floor is not None else -(10**6)
        estate = row.estate.code if row.estate else last
        return (estate, row.building.code if row.building else last, floor, row.units, row.name)

    return sorted(recipients, key=place)


def address_of(recipient: NoticeRecipient) -> tuple[str, ...]:
    """The lines in the window: the postal address somebody gave, else the unit where they live."""
    if recipient.postal_address:
        # An address in one line breaks where it has commas; more lines than the window holds would hide the last.
        parts = [part.strip() for part in recipient.postal_address.replace("\n", ",").split(",") if part.strip()]
        head, tail = parts[:4], parts[4:]
        lines = [*head, ", ".join(tail)] if tail else head
        return (recipient.name, *lines)
    place = [recipient.units, recipient.building.name if recipient.building else ""]
    estate = [recipient.estate.name, recipient.estate.address] if recipient.estate else []
    return tuple(line for line in (recipient.name, ", ".join(part for part in place if part), *estate) if line)


def letter_for(
    recipient: NoticeRecipient, *, version: NoticeVersion, notice: Notice, organisation: Organisation, link: str
) -> Letter:
    """One letter in the reader's language."""
    language = recipient.language or organisation.language
    words = fragment_of(version, recipient=recipient, notice=notice, organisation=organisation, language=language)
    return Letter(recipient, language, address_of(recipient), words.title, words.html, link, qr_svg(link))


def letters_html(letters: Sequence[Letter], *, notice: Notice, organisation: Organisation, options: NoticeSettings) -> str:
    """One document of several letters of one language; each begins on a sheet of its own and counts its own pages."""
    return render_to_string(
        "pdf/notices/letters.html",
        {
            "letters": letters,
            "notice": notice,
            "organisation": organisation,
            "sender": options.letter_sender or ", ".join(filter(None, [organisation.name, organisation.address])),
            "window": options.envelope,
            "accent": organisation.accent,
            "brand": pdf.brand_of(organisation.accent),
        },
    )


def bind(
    letters: Sequence[Letter], *, notice: Notice, organisation: Organisation, options: NoticeSettings, language: str
) -> Iterator[tuple[int, Bound | None]]:
    """Set the run part by part. Yields how many letters are set, at last with the bound file.

    The manifest, in ``language``, says for every letter its place in the file, so that a missing one is noticed.
    Raises PartsMissingError when this server cannot make a PDF.
    """
    parts: list[PdfReader] = []
    first_pages: list[int] = []
    page = 1
    for start, group in _groups(letters):
        with translation.override(group[0].language):
            content = pdf.write(letters_html(group, notice=notice, organisation=organisation, options=options))
        reader = PdfReader(BytesIO(content))
        starts = _starts(reader, len(group))
        first_pages.extend(page + at for at in starts)
        page += len(reader.pages)
        parts.append(reader)
        yield start + len(group), None
    with translation.override(language):
        front = pdf.write(manifest_html(letters, first_pages, notice=notice, organisation=organisation, sheets=page - 1))
    writer = PdfWriter()
    for reader in (PdfReader(BytesIO(front)), *parts):
        writer.append(reader, import_outline=False)
    stream = BytesIO()
    writer.write(stream)
    yield len(letters), Bound(stream.getvalue(), len(writer.pages))


def _groups(letters: Sequence[Letter]) -> Iterator[tuple[int, Sequence[Letter]]]:
    """Neighbours of one language, at most so many: the order stays."""
    start = 0
    for at in range(1, len(letters) + 1):
        if at == len(letters) or at - start >= PART or letters[at].language != letters[start].language:
            yield start, letters[start:at]
            start = at


def _starts(reader: PdfReader, count: int) -> list[int]:
    """On which page of the part each letter begins, by the bookmark of its title."""
    starts = [reader.get_destination_page_number(entry) or 0 for entry in reader.outline if not isinstance(entry, list)]
    if len(starts) != count:
        raise ValueError(f"{len(starts)} letters set, {count} wanted")
    return starts


def manifest_html(
    letters: Sequence[Letter], first_pages: Sequence[int], *, notice: Notice, organisation: Organisation, sheets: int
) -> str:
    """The list in front of the run, in the active language."""
    rows = list(zip(range(1, len(letters) + 1), letters, first_pages, strict=True))
    return render_to_string(
        "pdf/notices/manifest.html",
        {
            "rows": rows,
            "notice": notice,
            "organisation": organisation,
            "sheets": sheets,
            "accent": organisation.accent,
            "brand": pdf.brand_of(organisation.accent),
        },
    )
