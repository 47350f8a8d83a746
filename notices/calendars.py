"""A notice's event as a calendar entry (RFC 5545), and the board as a calendar and as a news feed (RSS 2.0)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from icalendar import Calendar, Event

from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.rendering import read_path, render_notice
from notices.rules import one_line
from owners.models import Estate
from tenancy.models import Organisation
from tenancy.origins import origin_of

MAKER = "-//PropComm//Notices//EN"
# An event without an end is shown for an hour.
USUALLY = timedelta(hours=1)


# A notice, its words in force, and who reads them.
Read = tuple[Notice, NoticeVersion, NoticeRecipient]


def calendar_of(notices: Iterable[Read], *, organisation: Organisation, language: str, name: str) -> bytes:
    """The events of these notices; one that was withdrawn stands as cancelled, so that calendars take it out."""
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(name))
    for notice, version, reader in notices:
        if notice.event_starts_at is not None:
            calendar.add_component(_event(notice, version, organisation, language, reader))
    written: bytes = calendar.to_ical()
    return written


def _event(
    notice: Notice, version: NoticeVersion, organisation: Organisation, language: str, reader: NoticeRecipient
) -> Event:
    words = render_notice(version, reader, organisation, language, Delivery.Channel.DOOR)
    begins = notice.event_starts_at
    assert begins is not None  # noqa: S101 - asked before
    event = Event()
    event.add("uid", f"{notice.pk}@{settings.BASE_DOMAIN}")
    event.add("dtstamp", version.created_at)
    event.add("last-modified", notice.withdrawn_at or version.created_at)
    # A calendar takes a correction only with a higher number.
    event.add("sequence", version.number + (notice.state == Notice.State.WITHDRAWN) - 1)
    event.add("dtstart", begins)
    event.add("dtend", notice.event_ends_at or begins + USUALLY)
    event.add("summary", one_line(words.subject))
    event.add("description", words.text)
    if notice.event_place:
        event.add("location", one_line(notice.event_place))
    # The board shows it to the whole estate; what does not hang there is read by those who were sent it.
    path = reverse("notices:board_notice", args=[notice.pk]) if notice.is_on_board else read_path(notice)
    event.add("url", f"{origin_of(organisation)}{path}")
    event.add("status", "CANCELLED" if notice.state == Notice.State.WITHDRAWN else "CONFIRMED")
    return event


def news_of(
    notices: Iterable[Read],
    *,
    estate: Estate,
    organisation: Organisation,
    language: str,
    title: str,
    description: str,
) -> str:
    """The board as RSS: the words as escaped HTML, a stable id each, a new one for a correction."""
    origin = origin_of(organisation)
    board = f"{origin}{reverse('notices:board')}?estate={estate.pk}"
    feed = Rss201rev2Feed(title=clean(title), link=board, description=clean(description), language=language)
    for notice, version, reader in notices:
        words = render_notice(version, reader, organisation, language, Delivery.Channel.DOOR)
        item: dict[str, Any] = {
            "title": clean(words.subject),
            "link": f"{origin}{reverse('notices:board_notice', args=[notice.pk])}",
            "description": clean(words.body),
            "unique_id": f"{notice.pk}.{version.number}",
            "unique_id_is_permalink": False,
            "pubdate": version.created_at,
        }
        feed.add_item(**item)
    return feed.writeString("utf-8")


def clean(words: str) -> str:
    """Without what XML cannot carry."""
    return "".join(
        char for char in words if char in "\n\t" or " " <= char < "\ud800" or "\udfff" < char not in "\ufffe\uffff"
    )


def newest_version(notice: Notice) -> NoticeVersion:
    """Of the versions read along with the notice, the one in force; it knows its notice, so nothing is read again."""
    version: NoticeVersion = notice.versions.all()[0]
    version.notice = notice
    return version
