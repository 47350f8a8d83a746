"""Contacts of a span by form, method, content and party: laid out once for the page, the PDF and the spreadsheet.

Plain values in, plain values out, in the active language and zone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contacts.models import CommunicationRecord as Record
from reports.rules import wording
from reports.rules.sections import Chart, Column, Report, Table, Tile, count, share, text
from tenancy.templatetags.look import time_words


@dataclass(frozen=True)
class Contacts:
    """How many entries; how many of each ``groups[name][code]``. An entry may have several methods."""

    all: int
    late: int
    written_in: int
    waiting: int
    overdue: int
    groups: Mapping[str, Counter[str]]


CHOICES = {
    "form": Record.Form, "method": Record.Method, "content": Record.Content, "party_type": Record.PartyType,
    "direction": Record.Direction, "channel": Record.Channel,
}  # fmt: skip


def build(found: Contacts, *, organisation: str, place: str, first: date, last: date, now: datetime) -> Report:
    """The whole report."""
    titles = {
        "form": (_("By form"), _("Form")), "method": (_("By method"), _("Method")),
        "content": (_("By content"), _("Content")), "party_type": (_("By party"), _("Party")),
        "direction": (_("By direction"), _("Direction")), "channel": (_("By way"), pgettext("of a contact", "Way")),
    }  # fmt: skip
    headline = _headline(found)
    return Report(
        organisation=organisation, title=_("Contacts in the register"), place=place,
        span=f"{wording.day_words(first)} – {wording.day_words(last)}", made=time_words(now, "exact"),
        headline=headline, headlines=[headline], tiles=_tiles(found),
        tables=[_table(code, *titles[code], found) for code in titles],
    )  # fmt: skip


def _headline(found: Contacts) -> str:
    if not found.all:
        return _("No contact is written down in this time.")
    return ngettext(
        "%(all)s contact is written down, %(late)s of them late.", "%(all)s contacts are written down, %(late)s of them late.",
        found.all,
    ) % {"all": f"{found.all:,}", "late": f"{found.late:,}"}  # fmt: skip


def _tiles(found: Contacts) -> list[Tile]:
    return [
        Tile(_("contacts"), f"{found.all:,}"),
        Tile(_("written down late"), wording.percent(found.late, found.all), is_bad=bool(found.late)),
        Tile(_("came in writing"), f"{found.written_in:,}"),
        Tile(
            _("wait for an answer"), f"{found.waiting:,}",
            _("%(number)s past their day") % {"number": f"{found.overdue:,}"} if found.overdue else "",
            is_bad=bool(found.overdue),
        ),
    ]  # fmt: skip


def _table(code: str, title: str, head: str, found: Contacts) -> Table:
    counted = found.groups[code]
    labels = dict(CHOICES[code].choices)
    order = sorted(labels, key=lambda key: (-counted[key], list(labels).index(key)))
    rows = [(str(labels[key]), counted[key]) for key in order if counted[key]]
    charted = [(label, (number,)) for label, number in rows]
    described = _("; ").join(f"{label}: {number:,}" for label, number in rows)
    return Table(
        code,
        title,
        [Column(head), Column(_("Contacts"), "count"), Column(_("Share"), "share")],
        [[text(label), count(number), share(number, found.all)] for label, number in rows],
        [text(_("All")), count(found.all), share(found.all, found.all)] if rows and code != "method" else [],
        note=_("A contact may have several methods.") if code == "method" else "",
        chart=Chart("bars", title, (_("contacts"),), charted, described) if rows else None,
        empty=_("No contact is written down in this time."),
    )


def method() -> list[tuple[str, str]]:
    """How each figure is computed."""
    return [
        (_("Contacts"), _("Entries of the register whose contact was on one of these days, as far as you may read them: "
                          "restricted ones count for those alone who may read them.")),
        (_("Written down late"), _("Entered later after the contact than the rules of the register allow.")),
        (_("Came in writing"), _("Written contacts that came to us.")),
        (_("Wait for an answer"), _("Not answered, and without a reason why no answer is needed; past their day when the "
                                    "day for the answer is over.")),
        (_("Share"), _("Of all contacts. Methods add up to more: one contact may have several.")),
    ]  # fmt: skip
