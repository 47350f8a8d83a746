"""The analysis of complaints as tables, in the active language: the page, the PDF and the spreadsheet lay out these."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.rules import analysis, wording
from reports.rules.analysis import Analysed, Case
from reports.rules.analysis_counted import BY_ITSELF, outcome_words
from reports.rules.analysis_defaults import defaults
from reports.rules.sections import Cell, Chart, Column, Report, Table, Tile, count, decimal, share, text
from tenancy.templatetags.look import time_words


def build(
    found: Analysed,
    *,
    organisation: str,
    place: str,
    first: date,
    last: date,
    now: datetime,
    most: int | None = None,
    cases: str = "",
) -> Report:
    """The whole report; ``most`` is how many single rows a table lists, ``cases`` where the cases of a check are."""
    repeated = analysis.repeats(found, days=defaults()["repeat_days"])
    places = analysis.chronic(found, cases=defaults()["chronic_cases"])
    again = analysis.came_again(found, days=defaults()["repeat_days"])
    headline = ngettext(
        "%(count)d complaint came; %(again)d of them again.", "%(count)d complaints came; %(again)d of them again.",
        len(found.own),
    ) % {"count": len(found.own), "again": again}  # fmt: skip
    return Report(
        organisation=organisation, title=_("Complaints analysed"), place=place,
        span=f"{wording.day_words(first)} – {wording.day_words(last)}", made=time_words(now, "exact"),
        headline=headline, headlines=[headline], tiles=_tiles(found),
        tables=[
            _repeats(repeated, most), _chronic(places, most), _back(found, most), _valid(found),
            _soon(found, most, cases), _pausing(found, cases), _asked(found, cases),
        ],
    )  # fmt: skip


def _tiles(found: Analysed) -> list[Tile]:
    groups = analysis.valid_by_estate(found)
    units, judged, valid = (sum(getattr(row, name) for row in groups) for name in ("units", "judged", "valid"))
    rate = wording.one_decimal(wording.tenths(Fraction(1000 * valid, units))) if units else wording.NOTHING
    return [
        Tile(_("valid complaints of 1,000 units"), rate,
             _("%(part)s of %(whole)s") % {"part": valid, "whole": judged}),
        _share_tile(_("solved at first contact"), *analysis.at_first_contact(found)),
        _share_tile(_("asked afterwards and reached"), *analysis.visited(found)),
        Tile(_("came back after they were resolved"), f"{len(found.reopenings):,}", is_bad=bool(found.reopenings)),
    ]  # fmt: skip


def _share_tile(label: str, part: int, whole: int) -> Tile:
    return Tile(label, wording.percent(part, whole), _("%(part)s of %(whole)s") % {"part": part, "whole": whole})


def _cut(rows: Sequence[Any], most: int | None) -> tuple[list[Any], str]:
    shown = list(rows)[:most]
    note = _("The first %(shown)s of %(all)s.") % {"shown": len(shown), "all": len(rows)}
    return shown, note if len(shown) < len(rows) else ""


def _day(at: datetime) -> str:
    return wording.short_day(timezone.localtime(at).date())


def _repeats(runs: list[list[Case]], most: int | None) -> Table:
    shown, note = _cut(runs, most)
    columns = [
        Column(_("Last of them")), Column(_("Place")), Column(_("Category")), Column(_("Estate")),
        Column(pgettext("table head", "Times"), "count"), Column(_("Days on which it came")),
    ]  # fmt: skip
    rows = [
        [text(run[-1].number, run[-1].link), text(run[-1].place), text(run[-1].category), text(run[-1].estate),
         count(len(run)), text(_(", ").join(_day(case.received_at) for case in run))]
        for run in shown
    ]  # fmt: skip
    return Table("repeats", _("Came again"), columns, rows, note=note, empty=_("Nothing came twice."))


def _chronic(places: list[list[Case]], most: int | None) -> Table:
    shown, note = _cut(places, most)
    columns = [
        Column(_("Place")), Column(_("Estate")), Column(pgettext("table head", "Complaints"), "count"),
        Column(_("About what")), Column(_("Newest")),
    ]  # fmt: skip
    rows = []
    for cases in shown:
        kinds = sorted({case.category for case in cases})
        newest = cases[-1]
        rows.append([
            text(newest.place, newest.link), text(newest.estate), count(len(cases)), text(_(", ").join(kinds)),
            text(newest.number),
        ])  # fmt: skip
    charted = [(cases[-1].place, (len(cases),)) for cases in shown[:12]]
    described = _("; ").join(f"{name}: {number:,}" for name, (number,) in charted)
    chart = Chart("bars", _("Complaints by place"), (_("complaints"),), charted, described) if charted else None
    empty = _("No place had as many as %(number)s complaints.") % {"number": defaults()["chronic_cases"]}
    return Table("chronic", _("Chronic places"), columns, rows, note=note, chart=chart, empty=empty)


def _back(found: Analysed, most: int | None) -> Table:
    shown, note = _cut([row for row in found.reopenings if not row.is_withheld], most)
    columns = [
        Column(_("Complaint")), Column(_("Place")), Column(_("Category")), Column(_("Times opened again"), "count"),
        Column(_("Days on which it was")),
    ]  # fmt: skip
    rows = [
        [text(row.number, row.link), text(row.place), text(row.category), count(len(row.days)),
         text(_(", ").join(_day(at) for at in row.days))]
        for row in shown
    ]  # fmt: skip
    return Table("back", _("Opened again"), columns, rows, note=note, empty=_("None was opened again."))


def _valid(found: Analysed) -> Table:
    columns = [
        Column(_("Estate")), Column(_("Units"), "count"), Column(pgettext("table head", "Complaints"), "count"),
        Column(_("Valid"), "share"), Column(_("Valid of 1,000 units"), "decimal"),
    ]  # fmt: skip
    groups = analysis.valid_by_estate(found)
    rows = [
        [text(row.estate), count(row.units), count(row.received), share(row.valid, row.judged), _rate(row.rate)]
        for row in groups
    ]
    whole = analysis.Valid(
        "", *(sum(getattr(row, name) for row in groups) for name in ("units", "received", "judged", "valid"))
    )
    total = [
        text(_("All")),
        count(whole.units),
        count(whole.received),
        share(whole.valid, whole.judged),
        _rate(whole.rate),
    ]
    return Table("valid", _("Valid complaints"), columns, rows, total if rows else [], empty=_("No complaint came."))


def _rate(rate: Fraction | None) -> Cell:
    return decimal(None if rate is None else wording.tenths(rate))


def _of(cases: str, check: str, of: object) -> str:
    """Where the cases are that this row of a check counts."""
    return f"{cases}&{urlencode({'check': check, 'of': of})}" if cases else ""


def _soon(found: Analysed, most: int | None, cases: str) -> Table:
    hours = defaults()["soon_hours"]
    columns = [
        Column(_("Called resolved by")), Column(_("Resolved"), "count"), Column(_("Back within hours"), "share"),
        Column(_("Which")),
    ]  # fmt: skip
    rows = []
    for row in analysis.back_soon(found, hours=hours):
        named = [one.number for one in row.back if one.number][:most]
        who = row.who or _("by itself")
        link = _of(cases, "soon", row.key or BY_ITSELF)
        rows.append(
            [text(who, link), count(row.resolved), share(len(row.back), row.resolved), text(_(", ").join(named))]
        )
    title = _("Resolved, and back within %(hours)s hours") % {"hours": hours}
    return Table("soon", title, columns, rows, empty=_("Nothing came back so soon."))


def _pausing(found: Analysed, cases: str) -> Table:
    said = defaults()
    columns = [
        Column(_("Paused by")), Column(_("Cases in hand"), "count"), Column(_("Of them paused"), "share"),
        Column(_("Most at one go"), "count"), Column(_("Worth a look")),
    ]  # fmt: skip
    rows = [
        [text(row.who, _of(cases, "pausing", row.key)), count(row.in_hand), share(row.paused, row.in_hand), count(row.together),
         text(_("yes") if row.is_flagged else _("no"))]
        for row in analysis.pausers(
            found, minutes=said["together_minutes"], together=said["together_pauses"], times=said["median_times"],
            often=said["often_cases"],
        )
    ]  # fmt: skip
    return Table("pausing", _("Who paused how much"), columns, rows, empty=_("Nothing was paused."))


def _asked(found: Analysed, cases: str) -> Table:
    words = outcome_words()
    columns = [
        Column(_("How it went")), Column(_("Resolved"), "count"), Column(_("Asked and reached"), "share"),
        Column(_("Rated"), "share"), Column(_("Average rating"), "decimal"),
    ]  # fmt: skip
    rows = [
        [text(words[row.code], _of(cases, "asked", row.code) if row.resolved else ""), count(row.resolved), share(row.visited, row.resolved),
         share(len(row.ratings), row.resolved), _average(row.ratings)]
        for row in analysis.asked_by_outcome(found)
    ]  # fmt: skip
    return Table("asked", _("Are only the good ones asked?"), columns, rows)


def _average(ratings: Sequence[int]) -> Cell:
    return decimal(wording.tenths(Fraction(sum(ratings), len(ratings))) if ratings else None)


def method() -> list[tuple[str, str]]:
    """How each figure is computed."""
    said = defaults()
    together = {"number": said["together_pauses"], "minutes": said["together_minutes"]}
    return [
        (_("Which complaints"),
         _("Those received on one of these days, as far as you may read them. What is dealt with together counts once; "
           "what is about a member of staff counts and stands in no list.")),
        (_("Came again"),
         _("The same unit or common part, and the same category within %(days)s days of the one before; the last of them on "
           "one of these days. A common part is known by its label, whether it was scanned or typed, else by the words.") % {"days": said["repeat_days"]}),
        (_("Chronic places"),
         _("Units and common parts with at least %(number)s complaints of whatever kind.")
         % {"number": said["chronic_cases"]}),
        (_("Valid"),
         _("Of those judged, all but what was found outside our duty or referred to another body; the rate divides them "
           "by the units of the registry.")),
        (_("Solved at first contact"),
         _("Of those resolved on one of these days: no wait, no further words of the complainant, not given back or handed "
           "to somebody else, not opened again, no second look.")),
        (_("Asked and reached"),
         _("Of those resolved, those with a return visit after it that reached somebody. Of anonymous complaints nobody "
           "can be asked; they do not count here.")),
        (_("Resolved, and back within %(hours)s hours") % {"hours": said["soon_hours"]},
         _("By who called it resolved. A high share may mean that cases are closed to keep a promise.")),
        (_("Worth a look"),
         _("At least %(number)s pauses begun within %(minutes)s minutes, or at least %(often)s cases paused and a share "
           "of more than %(times)s times the median of all handlers.")
         % {**together, "often": said["often_cases"], "times": said["median_times"]}),
        (_("Are only the good ones asked?"),
         _("If late cases, or those that came back, are asked or rated far less than those in time, the average rating "
           "says little.")),
    ]  # fmt: skip
