"""The proof of a notice's reach on paper: what was said, who approved it, whom it reached and how that is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import storages
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notices import proof_queries, reach_queries
from notices.models import Delivery, HandDelivery, Notice, NoticeRecipient, NoticeVersion, ProofPack
from notices.paper import pdf
from notices.reach_figures import figures_of, picture_of
from notices.rendering import headline_of, words_for_all
from notices.rules.chain import reach_rules
from notices.writing import HTML_LANGUAGES
from owners.rules import masked_email, masked_phone, sees_contacts
from tenancy.context import current_organisation_id
from tenancy.models import Organisation
from tenancy.names import masked_name


@dataclass(frozen=True)
class Piece:
    """One way in which somebody was told, and what shows it."""

    how: str
    what: str
    at: datetime | None
    evidence: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    name: str
    units: str
    place: str
    outcome: str
    at: datetime | None
    pieces: tuple[Piece, ...]


def proof_of(pack: ProofPack, *, now: datetime) -> tuple[str, dict[str, bytes]]:
    """The document in the active language, and the pictures it shows. Reads; writes nothing."""
    notice, organisation = pack.notice, Organisation.objects.get(pk=current_organisation_id())
    rows = reach_queries.recipients_seen_by(pack.membership, notice)
    figures = figures_of(notice, rows, now=now)
    most, is_whole = reach_rules().proof_people, sees_contacts(pack.membership)
    ordered = proof_queries.with_evidence(rows).order_by(
        *(F(name).asc(nulls_last=True) for name in reach_queries.IN_WALKING_ORDER)
    )
    people = list(ordered[:most])
    photos, pictures = _photos(people) if is_whole else ({}, {})
    versions = list(notice.versions.select_related("author__user"))
    with timezone.override(ZoneInfo(organisation.time_zone)):
        html = render_to_string(
            "pdf/notices/proof.html",
            {
                "notice": notice, "organisation": organisation, "figures": figures,
                "picture": picture_of(notice, figures.places), "title": title_of(versions, notice, pack.language),
                "said": [(version, _said(version, notice, organisation)) for version in versions],
                "lines": [_line(row, notice.must_acknowledge, photos, is_whole=is_whole) for row in people],
                "listed": len(people), "is_part": figures.total < notice.recipients_count, "is_whole": is_whole,
                "by": pack.membership, "made_at": now, "method": method(), "accent": organisation.accent,
                "brand": pdf.brand_of(organisation.accent), "language": pack.language,
            },
        )  # fmt: skip
    return html, pictures


def title_of(versions: Sequence[NoticeVersion], notice: Notice, language: str) -> str:
    """The title in force, with the times of its event."""
    for newest in versions[-1:]:
        newest.notice = notice
        return headline_of(newest, language)
    return ""


def _said(version: NoticeVersion, notice: Notice, organisation: Organisation) -> list[tuple[str, str, str]]:
    """(language, title, safe HTML) of what a version said; what differed from reader to reader stands in braces."""
    version.notice = notice
    found = []
    for language in version.languages():
        words = words_for_all(version, organisation, language)
        found.append((HTML_LANGUAGES.get(language, language), words.subject, words.body))
    return found


def _photos(people: Iterable[NoticeRecipient]) -> tuple[dict[Any, list[str]], dict[str, bytes]]:
    """Names of pictures by delivery by hand, and their bytes; no more than a document should hold."""
    ids = [made.pk for row in people for made in row.hand_deliveries.all()]
    names: dict[Any, list[str]] = {}
    pictures: dict[str, bytes] = {}
    storage = storages["private"]
    for key, files in proof_queries.photos_of(ids).items():
        for file in files:
            if len(pictures) >= reach_rules().proof_photos or not storage.exists(file.thumb_name):
                continue
            with storage.open(file.thumb_name) as stream:
                pictures[f"{file.pk}.jpg"] = stream.read()
            names.setdefault(key, []).append(f"{file.pk}.jpg")
    return names, pictures


def _line(row: NoticeRecipient, must_acknowledge: bool, photos: dict[Any, list[str]], *, is_whole: bool) -> Line:
    pieces = [_sent(sent, is_whole) for sent in row.deliveries.all()]
    pieces += [_handed(made, tuple(photos.get(made.pk, ())), is_whole) for made in row.hand_deliveries.all()]
    outcome, at = _outcome(row, must_acknowledge)
    place = " · ".join(part for part in (row.estate and row.estate.name, row.building and row.building.name) if part)
    name = row.name if is_whole else masked_name(row.name)
    return Line(name, row.units, place, outcome, at, tuple(pieces))


def _outcome(row: NoticeRecipient, must_acknowledge: bool) -> tuple[str, datetime | None]:
    if row.acknowledged_at:
        return _("Confirmed: %(how)s") % {"how": row.get_acknowledged_how_display()}, row.acknowledged_at
    if must_acknowledge:
        return (_("Read, not confirmed"), row.read_at) if row.read_at else (_("Not confirmed"), None)
    if row.read_at:
        return _("Read"), row.read_at
    return (pgettext("a notice", "Reached"), row.reached_at) if row.reached_at else (_("Not reached"), None)


def _sent(sent: Delivery, is_whole: bool) -> Piece:
    address = sent.address if is_whole else (masked_email if "@" in sent.address else masked_phone)(sent.address)
    what = str(sent.get_state_display())
    if sent.because:
        what = f"{what}: {sent.get_because_display()}"
    at = (
        sent.acknowledged_at
        or sent.read_at
        or sent.bounced_at
        or sent.delivered_at
        or sent.handed_at
        or sent.created_at
    )
    # What a server answered may repeat an address.
    evidence = [_told(each.at, f"{each.outcome} {each.detail if is_whole else ''}") for each in sent.tries.all()]
    evidence += [
        _told(each.said_at or each.received_at, _("receipt: %(said)s") % {"said": each.status})
        for each in sent.receipts.all()
    ]
    how = f"{sent.get_channel_display()} {address}".strip()
    return Piece(how, what, at, tuple(evidence))


def _told(at: datetime, words: str) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S} {words}".strip()


def _handed(made: HandDelivery, pictures: tuple[str, ...], is_whole: bool) -> Piece:
    said = [part for part in (made.to_whom, made.note) if part] if is_whole else []
    noted = _("noted by %(name)s") % {"name": made.by.name}
    return Piece(str(made.get_method_display()), "; ".join(said), made.at, (_told(made.recorded_at, noted),), pictures)


def method() -> list[tuple[str, str]]:
    """How each figure comes about, in the words of the pages."""
    return [
        (_("People"), _("Everybody the notice was for when it was sent, each once, however many units they have.")),
        (
            pgettext("a notice", "Confirmed"),
            _("Pressed the button in the portal, or on the page the link in their message leads to, or told staff, who noted it. The time is the server's."),
        ),
        (
            pgettext("a notice", "Reached"),
            _("Read in the portal; or an SMS or letter that its provider reported as delivered; or handed over, told on the phone or left at the door by staff. An e-mail that was sent, and a letter that was posted, do not count."),
        ),
        (_("Read"), _("Opened in the portal or confirmed by the link.")),
        (_("Sent"), _("Taken by the mail server, the provider or the portal. “Perhaps twice”: the line broke after the words had gone over, so it went again.")),
        (_("Evidence"), _("What the server or provider answered at each try, with the time, and its receipts. Receipts count only when they are signed.")),
        (_("Not sent"), _("With the reason: no address, the recipient does not want it this way, messages came back before, or they had it already.")),
    ]  # fmt: skip
