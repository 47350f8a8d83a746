"""The statistics of complaints that owners and their committee read: a finished month, small numbers covered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.rules import wording
from reports.rules.sections import Cell, Chart, Column, Table, Tile, decimal, group_label, text
from tenancy.covering import cover, part_of, whole

Figures = Mapping[str, Any]
COVERED = "*"
SHOWN = ("category", "content_class")
COUNTED = ("received", "closed", "open")
TOTALS = {"received": "received", "closed": "closed", "open": "open_after"}


@dataclass(frozen=True)
class Statistics:
    tiles: list[Tile]
    tables: list[Table]


def build(figures: Figures, months: Iterable[tuple[date, int]], least: int) -> Statistics:
    """What is shown of a month's figures and of what came in month by month."""
    return Statistics(_tiles(figures, least), [_months(list(months), least), *_groups(figures, least)])


def _number(number: int | None) -> Cell:
    return Cell(COVERED if number is None else f"{number:,}", number)


def _percent(part: int, number: int, least: int) -> str:
    known = part_of(part, number, least)
    return COVERED if known is None and number else wording.percent(*(known or (0, 0)))


def _tiles(figures: Figures, least: int) -> list[Tile]:
    totals, ratings = figures["totals"], figures["ratings"]
    tiles = [
        Tile(_("Received"), _number(whole(totals["received"], least)).text),
        Tile(_("Closed"), _number(whole(totals["closed"], least)).text),
        Tile(_("Open at the end"), _number(whole(totals["open_after"], least)).text),
    ]
    for kind, label in (("answer", _("Answered on time")), ("resolve", _("Resolved on time"))):
        kept, late = figures["promises"][kind]
        tiles.append(Tile(label, _percent(kept, kept + late, least)))
    part, whole_number = figures["reopened"]
    tiles.append(Tile(_("Reopened"), _percent(part, whole_number, least)))
    number = sum(ratings)
    detail = ngettext("of 5, from %d rating", "of 5, from %d ratings", number) % number if number >= least else ""
    tiles.append(Tile(_("Satisfaction"), _average(ratings, least), detail))
    return tiles


def _average(ratings: list[int], least: int) -> str:
    number = sum(ratings)
    if 0 < number < least:
        return COVERED
    total = sum(stars * times for stars, times in enumerate(ratings, 1))
    return decimal(wording.tenths(Fraction(total, number)) if number else None).text


def _months(months: list[tuple[date, int]], least: int) -> Table:
    counts = cover([number for _month, number in months], least)
    rows = [(wording.month_words(month), number) for (month, _n), number in zip(months, counts, strict=True)]
    title = _("Complaints received, month by month")
    drawn = [(label, (number,)) for label, number in rows if number is not None]
    words = _("; ").join(f"{label}: {number}" for label, (number,) in drawn)
    return Table(
        "months",
        title,
        [Column(_("Month")), Column(_("Received"), "count")],
        [[text(label), _number(number)] for label, number in rows],
        chart=Chart("bars", title, (_("Received"),), drawn, words) if any(number for _l, (number,) in drawn) else None,
    )


def _groups(figures: Figures, least: int) -> list[Table]:
    titles = {
        "category": (_("By category"), _("Category")),
        "content_class": (_("By class"), _("Class")),
    }
    return [_group(figures, code, *titles[code], least) for code in SHOWN if code in figures["groups"]]


def _group(figures: Figures, code: str, title: str, head: str, least: int) -> Table:
    rows, totals = figures["groups"][code], figures["totals"]
    columns = [cover([row[name] for row in rows], least) for name in COUNTED]
    judged = [(row["answer"][0], sum(row["answer"])) for row in rows]
    return Table(
        code,
        title,
        [
            Column(head),
            Column(_("Received"), "count"),
            Column(_("Closed"), "count"),
            Column(_("Open at the end"), "count"),
            Column(_("Answered on time"), "decimal"),
        ],
        [
            [text(group_label(code, row)), *map(_number, counts), Cell(_percent(kept, decided, least))]
            for row, counts, (kept, decided) in zip(rows, zip(*columns, strict=True), judged, strict=True)
        ],
        [
            text(pgettext("table foot", "All")),
            *(_number(whole(totals[TOTALS[name]], least)) for name in COUNTED),
            Cell(_percent(figures["promises"]["answer"][0], sum(figures["promises"]["answer"]), least)),
        ],
        empty=_("No complaint was open in this month."),
    )  # fmt: skip
