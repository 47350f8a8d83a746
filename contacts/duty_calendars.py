"""What is due as a calendar (RFC 5545): an entry of a whole day for each line of the agenda."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from contacts.duty_queries import Entry
from notices.rules import one_line
from tenancy.models import Organisation
from tenancy.origins import origin_of

MAKER = "-//PropComm//Compliance calendar//EN"


def calendar_of(entries: Iterable[Entry], *, organisation: Organisation, name: str, now: datetime) -> bytes:
    """In the language in force. A duty that was done moves to its next day: its id stays, its sequence rises."""
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(name))
    for entry in entries:
        calendar.add_component(_event(entry, organisation, now))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, organisation: Organisation, now: datetime) -> Event:
    event, row = Event(), entry.row
    event.add("uid", f"{entry.source}-{entry.pk}@{settings.BASE_DOMAIN}")
    event.add("dtstamp", row.changed_at if entry.is_duty else now)
    if entry.is_duty:
        event.add("last-modified", row.changed_at)
        event.add("sequence", row.version - 1)
    event.add("dtstart", entry.on)
    if entry.on.year < 9999:
        event.add("dtend", entry.on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", one_line(summary_of(entry)))
    if description := _description(entry):
        event.add("description", description)
    if entry.is_duty:
        place = f"{row.estate.name} · {row.building.name}" if row.building else row.estate.name
        event.add("location", one_line(place))
    event.add("url", f"{origin_of(organisation)}{path_of(entry)}")
    return event


def summary_of(entry: Entry) -> str:
    """In the language in force."""
    words = {
        "certificate": _("%(title)s ends (%(party)s)"),
        "contract": _("Contract ends: %(title)s (%(party)s)"),
        "notice": _("Last day for notice: %(title)s (%(party)s)"),
    }
    if entry.is_duty:
        return entry.title
    return words[entry.source] % {"title": entry.title, "party": entry.party.name if entry.party else ""}


def _description(entry: Entry) -> str:
    if not entry.is_duty:
        return ""
    row = entry.row
    return "\n".join(part for part in (row.note, row.basis, row.party.name if row.party else "") if part)


def path_of(entry: Entry) -> str:
    """Where one sees to it."""
    return (
        reverse("contacts:duty", args=[entry.pk])
        if entry.is_duty
        else reverse("contacts:party", args=[entry.row.party_id])
    )
