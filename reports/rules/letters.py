"""Written contacts that wait for an answer: how many, how long, which ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.rules import wording
from reports.rules.sections import Cell, Column, Report, Table, Tile, count, share, text
from tenancy.templatetags.look import time_words


@dataclass(frozen=True)
class Letter:
    """One that waits: since when, until when it is to be answered, and today."""

    number: str
    link: str
    subject: str
    who: str
    party_type: str
    estate: str
    is_official: bool
    came_on: date
    due_on: date | None
    today: date

    @property
    def days_open(self) -> int:
        return max((self.today - self.came_on).days, 0)

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < self.today


def build(
    letters: Sequence[Letter], *, organisation: str, place: str, today: date, now: datetime, most: int | None = None
) -> Report:
    """The whole report; ``most`` is how many are listed."""
    late = [row for row in letters if row.is_overdue]
    headline = (
        ngettext("%(all)s letter waits for an answer.", "%(all)s letters wait for an answer.", len(letters)) % {"all": len(letters)}
        if letters
        else _("No letter waits for an answer.")
    )  # fmt: skip
    return Report(
        organisation=organisation, title=_("Letters without an answer"), place=place, span=wording.day_words(today),
        made=time_words(now, "exact"), headline=headline, headlines=[headline],
        tiles=[
            Tile(_("wait for an answer"), f"{len(letters):,}"),
            Tile(_("past their day"), f"{len(late):,}", is_bad=bool(late)),
            Tile(_("official letters"), f"{sum(row.is_official for row in letters):,}"),
            Tile(_("longest wait in days"), f"{max((row.days_open for row in letters), default=0):,}"),
        ],
        tables=[_by("parties", _("By party"), _("Party"), letters, "party_type"),
                _by("estates", _("By estate"), _("Estate"), letters, "estate"), _listing(letters, most)],
    )  # fmt: skip


def _by(code: str, title: str, head: str, letters: Sequence[Letter], name: str) -> Table:
    keys = sorted({getattr(row, name) for row in letters})
    groups = [(key, [row for row in letters if getattr(row, name) == key]) for key in keys]
    columns = [
        Column(head), Column(_("Waiting"), "count"), Column(_("Past their day"), "count"), Column(_("Share"), "share"),
        Column(_("Longest (days)"), "count"),
    ]  # fmt: skip
    rows = [
        [text(key), count(len(found)), count(sum(row.is_overdue for row in found)), share(len(found), len(letters)),
         count(max(row.days_open for row in found))]
        for key, found in groups
    ]  # fmt: skip
    return Table(code, title, columns, rows, empty=_("No letter waits for an answer."))


def _listing(letters: Sequence[Letter], most: int | None) -> Table:
    shown = list(letters)[:most]
    columns = [
        Column(_("Number")), Column(_("Subject")), Column(_("From")), Column(_("Estate")), Column(_("Came on"), "instant"),
        Column(_("Answer due"), "instant"), Column(_("Days open"), "count"), Column(_("State")),
    ]  # fmt: skip
    rows = [
        [text(row.number, row.link), text(row.subject), text(row.who or row.party_type), text(row.estate),
         _day(row.came_on), _day(row.due_on), count(row.days_open), text(_("past its day") if row.is_overdue else _("not due yet"))]
        for row in shown
    ]  # fmt: skip
    note = _("The first %(shown)s of %(all)s.") % {"shown": len(shown), "all": len(letters)}
    empty = _("No letter waits for an answer.")
    return Table(
        "letters", _("Each letter"), columns, rows, note=note if len(shown) < len(letters) else "", empty=empty
    )


def _day(day: date | None) -> Cell:
    return Cell(wording.NOTHING) if day is None else Cell(wording.day_words(day), day)


def method() -> list[tuple[str, str]]:
    """How each figure is computed."""
    return [
        (_("Waiting"), _("Written contacts that came in and have neither an answer nor a reason why none is needed, today, as "
                         "far as you may read them.")),
        (_("Past their day"), _("The day for the answer is over.")),
        (_("Official letters"), _("Those with a number of the letter register.")),
        (_("Days open"), _("Calendar days from the day it came to today.")),
    ]  # fmt: skip
