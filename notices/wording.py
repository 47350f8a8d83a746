"""The words of messages: as they were written, unsealed, or put together from their notice, to be handed over or read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from attachments.models import Attachment
from notices.calendars import calendar_of
from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.rendering import passer_by, render_notice
from notices.sealing import unseal
from notices.writing import Said, Words, framed
from owners.models import Building, Estate
from tenancy.models import Organisation

Versions = dict[UUID, NoticeVersion]
Channel = Delivery.Channel
# What a list of messages has to read along, so that their words ask nothing more.
READ_ALONG = ("recipient__estate", "recipient__building")


def versions_of(deliveries: Iterable[Delivery]) -> Versions:
    """The newest version of each notice that these are of, by the notice; one statement whatever their number, and
    one more for the files when there are e-mails among them."""
    rows = list(deliveries)
    notices = {row.notice_id for row in rows if row.notice_id}
    if not notices:
        return {}
    found = NoticeVersion.objects.filter(notice__in=notices).select_related("notice__approver").order_by("number")
    versions = {row.notice_id: row for row in found}
    if any(row.channel == Channel.EMAIL for row in rows):
        _read_files(versions)
    return versions


def _read_files(versions: Versions) -> None:
    named: dict[UUID | None, list[tuple[str, UUID]]] = defaultdict(list)
    files = Attachment.objects.filter(
        subject_type=Notice._meta.label_lower, subject_id__in=versions, state=Attachment.State.CLEAN, discarded_at=None
    )
    for key, name, pk in files.order_by("id").values_list("subject_id", "original_name", "pk"):
        named[key].append((name, pk))
    for key, version in versions.items():
        version.files = named[key]


def words_of(delivery: Delivery, organisation: Organisation, versions: Versions | None = None) -> Words:
    """What is handed over. Reads the notice's newest version when it is not among ``versions``.

    Raises ValueError for sealed words that cannot be opened any more, and for a notice without words.
    """
    if delivery.notice_id and delivery.recipient is not None:
        known = versions if versions is not None else versions_of([delivery])
        if delivery.notice_id not in known:
            raise ValueError("the notice has no words")
        version, reader = known[delivery.notice_id], delivery.recipient
        words = render_notice(version, reader, organisation, delivery.language, delivery.channel, link=delivery.link)
        if delivery.channel != Channel.EMAIL or version.notice.event_starts_at is None:
            return words
        return replace(words, calendar=_calendar(version, organisation, delivery.language, reader))
    if delivery.sealed:
        parts = unseal(delivery.sealed)
        return Words(delivery.subject, parts["text"], parts["text"], parts["html"])
    if delivery.channel == Channel.EMAIL and not delivery.html:
        said = Said(delivery.subject, delivery.text)
        return framed(said, organisation=organisation, language=delivery.language, link=delivery.link)
    return Words(delivery.subject, delivery.text, delivery.text, delivery.html)


def _calendar(version: NoticeVersion, organisation: Organisation, language: str, reader: NoticeRecipient) -> bytes:
    """The event as a file, the same for all of a building: written once, not for each of a hundred thousand."""
    return _written_calendar(_Event(version, organisation, language, reader.estate, reader.building))


class _Event:
    """What a calendar file is written from; two are the same when their files are."""

    def __init__(
        self,
        version: NoticeVersion,
        organisation: Organisation,
        language: str,
        estate: Estate | None,
        building: Building | None,
    ) -> None:
        self.version, self.organisation, self.language = version, organisation, language
        self.estate, self.building = estate, building
        self.key = (version.pk, version.notice.state, language, estate and estate.pk, building and building.pk)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Event) and self.key == other.key


@lru_cache(maxsize=256)
def _written_calendar(event: _Event) -> bytes:
    notice = event.version.notice
    neighbours = passer_by(notice, event.language, event.estate, [event.building] if event.building else ())
    read = [(notice, event.version, neighbours)]
    return calendar_of(read, organisation=event.organisation, language=event.language, name=notice.number)


def in_words(
    deliveries: Iterable[Delivery], organisation: Organisation, language: str = "", *, is_short: bool = False
) -> list[Delivery]:
    """The messages with the words of their notices as ``subject`` and ``text``, for lists and pages; never saved so.

    In ``language``, or each in its own. ``is_short``: the text is one line. Each knows its notice afterwards. Asks one
    statement whatever their number, when READ_ALONG was read along.
    """
    rows = list(deliveries)
    versions = versions_of([row for row in rows if row.recipient_id])
    for row in rows:
        if row.notice_id not in versions or row.recipient is None:
            continue
        version = versions[row.notice_id]
        channel = Channel.PUSH if is_short else row.channel
        words = render_notice(version, row.recipient, organisation, language or row.language, channel, link=row.link)
        row.notice, row.subject, row.text = version.notice, words.subject, words.text
    return rows


def older_words(
    versions: Sequence[NoticeVersion], recipient: NoticeRecipient, organisation: Organisation, language: str
) -> list[tuple[NoticeVersion, Words]]:
    """Each version as the reader had it then."""
    return [
        (version, render_notice(version, recipient, organisation, language, Channel.PORTAL, has_foot=False))
        for version in versions
    ]
