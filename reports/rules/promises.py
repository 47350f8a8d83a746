"""What became of the promises due in a span: by person, by estate, each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contacts.rules.commitments import Tally
from reports.rules import wording
from reports.rules.sections import Cell, Chart, Column, Report, Table, Tile, count, share, text
from tenancy.templatetags.look import time_words


@dataclass(frozen=True)
class Promised:
    """One promise; ``fate`` is kept, late, broken, open or withdrawn (`contacts.rules.commitments.fate`)."""

    link: str
    text: str
    estate: str
    by: str
    due_on: date
    kept_on: date | None
    is_public: bool
    fate: str


def tally_of(rows: Sequence[Promised]) -> Tally:
    found = Tally()
    for row in rows:
        found += Tally(**{row.fate: 1})
    return found


def build(
    promises: Sequence[Promised], *, organisation: str, place: str, first: date, last: date, now: datetime,
    most: int | None = None,
) -> Report:  # fmt: skip
    """The whole report; ``most`` is how many single promises are listed."""
    whole = tally_of(promises)
    headline = (
        _("%(kept)s of %(judged)s promises were kept in time.") % {"kept": whole.kept, "judged": whole.judged}
        if whole.judged
        else _("No promise had to be kept in this time.")
    )
    return Report(
        organisation=organisation, title=_("Promises and what became of them"), place=place,
        span=f"{wording.day_words(first)} – {wording.day_words(last)}", made=time_words(now, "exact"),
        headline=headline, headlines=[headline],
        tiles=[
            Tile(_("due in this time"), f"{len(promises):,}"),
            Tile(_("kept in time"), wording.percent(whole.kept, whole.judged),
                 _("%(part)s of %(whole)s") % {"part": whole.kept, "whole": whole.judged}),
            Tile(_("kept late"), f"{whole.late:,}", is_bad=bool(whole.late)),
            Tile(_("not kept"), f"{whole.broken:,}", is_bad=bool(whole.broken)),
        ],
        tables=[_by("members", _("By person"), _("Promised by"), promises, "by"),
                _by("estates", _("By estate"), _("Estate"), promises, "estate"), _listing(promises, most)],
    )  # fmt: skip


def _columns(head: str) -> list[Column]:
    return [
        Column(head), Column(pgettext("table head", "Promises"), "count"), Column(_("Kept in time"), "share"),
        Column(_("Kept late"), "count"), Column(_("Not kept"), "count"), Column(_("Still open"), "count"),
        Column(_("Withdrawn"), "count"),
    ]  # fmt: skip


def _cells(name: str, rows: Sequence[Promised]) -> list[Cell]:
    found = tally_of(rows)
    return [
        text(name), count(len(rows)), share(found.kept, found.judged), count(found.late), count(found.broken),
        count(found.open), count(found.withdrawn),
    ]  # fmt: skip


def _by(code: str, title: str, head: str, promises: Sequence[Promised], name: str) -> Table:
    keys = sorted({getattr(row, name) for row in promises})
    groups = [(key, [row for row in promises if getattr(row, name) == key]) for key in keys]
    charted = [
        (key, (found.kept, found.judged - found.kept)) for key, rows in groups if (found := tally_of(rows)).judged
    ]
    described = _("; ").join(f"{key}: {kept:,} / {other:,}" for key, (kept, other) in charted)
    chart = Chart("split", title, (_("kept in time"), _("not in time")), charted, described) if charted else None
    total = _cells(_("All"), promises) if promises else []
    rows = [_cells(key, found) for key, found in groups]
    return Table(code, title, _columns(head), rows, total, chart=chart, empty=_("No promise was due in this time."))


def _listing(promises: Sequence[Promised], most: int | None) -> Table:
    words = {
        "kept": _("kept"), "late": _("kept late"), "broken": _("not kept"), "open": pgettext("promise", "open"),
        "withdrawn": _("withdrawn"),
    }  # fmt: skip
    shown = list(promises)[:most]
    columns = [
        Column(_("Promise")), Column(_("Promised by")), Column(_("Estate")), Column(_("Due"), "instant"),
        Column(_("Kept on"), "instant"), Column(_("What became of it")), Column(_("Public")),
    ]  # fmt: skip
    rows = [
        [text(row.text, row.link), text(row.by), text(row.estate), _day(row.due_on), _day(row.kept_on), text(words[row.fate]),
         text(_("yes") if row.is_public else _("no"))]
        for row in shown
    ]  # fmt: skip
    note = _("The first %(shown)s of %(all)s.") % {"shown": len(shown), "all": len(promises)}
    return Table(
        "promises", _("Each promise"), columns, rows, note=note if len(shown) < len(promises) else "",
        empty=_("No promise was due in this time."),
    )  # fmt: skip


def _day(day: date | None) -> Cell:
    return Cell(wording.NOTHING) if day is None else Cell(wording.day_words(day), day)


def method() -> list[tuple[str, str]]:
    """How each figure is computed."""
    return [
        (_("Promises"), _("Those due on one of these days, as far as you may read them.")),
        (_("Kept in time"), _("Kept by its day, of all that could be judged: kept, kept late, not kept. A promise that is "
                              "still open after its day counts as not kept; one taken back does not count.")),
        (_("Public"), _("Made to all owners: it joins the contract with them (Civil Code 938).")),
    ]  # fmt: skip
