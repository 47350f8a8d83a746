"""The report as tables and charts, in the active language, from its stored figures alone.

The page, the PDF and the spreadsheet all lay out what stands here, so that they cannot differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from complaints.models import Category, Complaint, Pause
from complaints.models.settings import Priority, TargetKind
from reports.rules import wording
from reports.rules.wording import NOTHING

CHARTED = 12
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """``kind`` is text, count, share (part of whole), decimal or instant."""

    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Cell:
    """``text`` is printed; ``value`` goes into the spreadsheet; a share has ``part`` and ``whole`` beside it."""

    text: str
    value: Any = None
    part: int | None = None
    whole: int | None = None
    link: str = ""

    @property
    def beside(self) -> str:
        """What a percentage is made of."""
        return part_of(self.part or 0, self.whole or 0)


@dataclass(frozen=True)
class Chart:
    """``kind``: bars (one value), split (kept, late), columns (two values side by side). ``series`` names the values."""

    kind: str
    title: str
    series: tuple[str, ...]
    rows: list[tuple[str, tuple[int, ...]]]
    description: str = ""


@dataclass(frozen=True)
class Table:
    code: str
    title: str
    columns: list[Column]
    rows: list[list[Cell]]
    total: list[Cell] = field(default_factory=list)
    note: str = ""
    chart: Chart | None = None
    empty: str = ""

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def foot(self) -> list[tuple[Column, Cell]]:
        return list(zip(self.columns, self.total, strict=True)) if self.total else []


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    detail: str = ""
    is_bad: bool = False


@dataclass(frozen=True)
class Report:
    organisation: str
    title: str
    place: str
    span: str
    made: str
    headline: str
    headlines: list[str]
    tiles: list[Tile]
    tables: list[Table]


def text(words: str, link: str = "") -> Cell:
    return Cell(words, words, link=link)


def count(number: int) -> Cell:
    return Cell(f"{number:,}", number)


def share(part: int, whole: int) -> Cell:
    amount = wording.percent_tenths(part, whole)
    return Cell(wording.percent(part, whole), None if amount is None else amount / 1000, part, whole)


def decimal(amount: int | None) -> Cell:
    return Cell(NOTHING) if amount is None else Cell(wording.one_decimal(amount), amount / 10)


def instant(stored: str, zone: ZoneInfo) -> Cell:
    if not stored:
        return Cell(NOTHING)
    local = datetime.fromisoformat(stored).astimezone(zone)
    return Cell(wording.short_instant(local, zone), local.replace(tzinfo=None, second=0, microsecond=0))


def named(names: Mapping[str, str], otherwise: str) -> str:
    """The name in the active language; a name without languages is the same in all."""
    return names.get("zh" if wording.is_chinese() else "en") or names.get("") or names.get("en") or otherwise


def build(figures: Figures) -> Report:
    """Everything but the list of complaints, see ``listing``."""
    zone = ZoneInfo(figures["zone"])
    made = wording.instant_words(datetime.fromisoformat(figures["made_at"]), zone)
    month = {"month": wording.month_words(date.fromisoformat(figures["month"]))}
    return Report(
        organisation=figures["organisation"],
        title=_("Complaints in %(month)s") % month if figures["is_whole"] else _("Complaints in %(month)s, so far") % month,
        place=figures["estate"] or _("All estates: %(names)s") % {"names": _("; ").join(figures["estates"])},
        span=_span(figures, zone),
        made=made,
        headline=("" if wording.is_chinese() else " ").join(_headline(figures)),
        headlines=_headline(figures),
        tiles=_tiles(figures),
        tables=[
            _flow(figures), _times(figures), _promises(figures), _weeks(figures), *_groups(figures), *_stood(figures),
            _afterwards(figures), *_closed(figures), _ratings(figures), oldest(figures),
        ],
    )  # fmt: skip


def _span(figures: Figures, zone: ZoneInfo) -> str:
    start, until = (datetime.fromisoformat(figures[name]) for name in ("start", "until"))
    words = {
        "start": wording.instant_words(start, zone),
        "until": wording.instant_words(until, zone),
        "zone": figures["zone"],
    }
    if figures["is_whole"]:
        return _("%(start)s to %(until)s (%(zone)s)") % words
    return _("%(start)s to %(until)s (%(zone)s): the month is not over") % words


def _headline(figures: Figures) -> list[str]:
    totals, (kept, late) = figures["totals"], figures["promises"]["answer"]
    received, closed, still = totals["received"], totals["closed"], totals["open_after"]
    said = [
        ngettext("%(n)s complaint came in.", "%(n)s complaints came in.", received) % {"n": f"{received:,}"},
        ngettext("%(n)s was closed.", "%(n)s were closed.", closed) % {"n": f"{closed:,}"},
        ngettext("%(n)s is open at the end.", "%(n)s are open at the end.", still) % {"n": f"{still:,}"},
    ]
    if kept + late:
        words = {"kept": f"{kept:,}", "all": f"{kept + late:,}", "percent": wording.percent(kept, kept + late)}
        said.append(_("The first answer came on time in %(kept)s of %(all)s cases (%(percent)s).") % words)
    return said


def _tiles(figures: Figures) -> list[Tile]:
    totals, ratings = figures["totals"], figures["ratings"]
    tiles = [
        Tile(_("Received"), f"{totals['received']:,}"),
        Tile(_("Closed"), f"{totals['closed']:,}"),
        Tile(_("Open at the end"), f"{totals['open_after']:,}"),
    ]
    for kind, label in (("answer", _("Answered on time")), ("resolve", _("Resolved on time"))):
        kept, late = figures["promises"][kind]
        tiles.append(Tile(label, wording.percent(kept, kept + late), part_of(kept, kept + late)))
    part, whole = figures["reopened"]
    tiles.append(Tile(_("Reopened"), wording.percent(part, whole), part_of(part, whole)))
    broken = figures["promises"]["statutory"][1]
    tiles.append(Tile(_("Statutory limit broken"), f"{broken:,}", is_bad=bool(broken)))
    number = sum(ratings)
    detail = ngettext("of 5, from %d rating", "of 5, from %d ratings", number) % number if number else ""
    tiles.append(Tile(_("Satisfaction"), _average(ratings).text, detail))
    return tiles


def part_of(part: int, whole: int) -> str:
    return _("%(part)s of %(all)s") % {"part": f"{part:,}", "all": f"{whole:,}"} if whole else ""


def _average(ratings: list[int]) -> Cell:
    number = sum(ratings)
    total = sum(stars * times for stars, times in enumerate(ratings, 1))
    return decimal(wording.tenths(Fraction(total, number)) if number else None)


def _flow(figures: Figures) -> Table:
    totals = figures["totals"]
    rows = [
        (_("Open at the start"), "open_before"),
        (_("+ received"), "received"),
        (_("+ came back after closing"), "returned"),
        (_("− closed, rejected or referred"), "closed"),
    ]
    return Table(
        "flow",
        _("What came in and what went out"),
        [Column(pgettext("table head", "Complaints")), Column(pgettext("table head", "Number"), "count")],
        [[text(label), count(totals[name])] for label, name in rows],
        [text(_("= open at the end")), count(totals["open_after"])],
    )


def _promises(figures: Figures) -> Table:
    rows = [(kind, figures["promises"][kind]) for kind in TargetKind.values if kind in figures["promises"]]
    charted = [(str(TargetKind(kind).label), (kept, late)) for kind, (kept, late) in rows]
    return Table(
        "promises",
        _("Promised times"),
        [
            Column(_("Promise")),
            Column(_("Kept"), "count"),
            Column(_("Broken"), "count"),
            Column(_("On time"), "share"),
        ],
        [
            [text(str(TargetKind(kind).label)), count(kept), count(late), share(kept, kept + late)]
            for kind, (kept, late) in rows
        ],
        chart=_split(_("Promised times: kept and broken"), charted),
    )


def _split(title: str, rows: list[tuple[str, tuple[int, ...]]]) -> Chart:
    return Chart("split", title, (_("on time"), _("late")), rows, _described(rows))


def _bars(title: str, rows: list[tuple[str, tuple[int, ...]]]) -> Chart:
    return Chart("bars", title, (_("Received"),), rows, _described(rows))


def _described(rows: Iterable[tuple[str, tuple[int, ...]]]) -> str:
    return _("; ").join(f"{label}: {' / '.join(str(value) for value in values)}" for label, values in rows)


def _weeks(figures: Figures) -> Table:
    weeks = [
        (wording.week_words(date.fromisoformat(first), date.fromisoformat(last)), received, closed)
        for first, last, received, closed in figures["weeks"]
    ]
    charted: list[tuple[str, tuple[int, ...]]] = [
        (wording.days_words(date.fromisoformat(first), date.fromisoformat(last)), (received, closed))
        for first, last, received, closed in figures["weeks"]
    ]
    return Table(
        "weeks",
        _("Week by week"),
        [Column(_("Week")), Column(_("Received"), "count"), Column(_("Closed"), "count")],
        [[text(label), count(received), count(closed)] for label, received, closed in weeks],
        [text(_("Whole month")), count(figures["totals"]["received"]), count(figures["totals"]["closed"])],
        chart=Chart(
            "columns", _("Received and closed by week"), (_("Received"), _("Closed")), charted, _described(charted)
        ),
    )


def _times(figures: Figures) -> Table:
    labels = {"answer": _("From receipt to the first answer"), "resolve": _("From receipt to the resolution")}
    times = figures["times"]
    return Table(
        "times",
        _("How long it took"),
        [Column(_("Time")), Column(_("Complaints"), "count"), Column(_("Median, business hours"), "decimal")],
        [
            [text(label), count(times[name]["count"]), decimal(wording.hours_tenths(times[name]["minutes"]))]
            for name, label in labels.items()
        ],
    )


def _groups(figures: Figures) -> list[Table]:
    names = {
        "category": (_("By category"), _("Category")),
        "content_class": (_("By class"), _("Class")),
        "estate": (_("By estate"), _("Estate")),
        "building": (_("By building"), _("Building")),
        "handler": (_("By handler"), _("Handler")),
        "priority": (_("By priority"), _("Priority")),
        "channel": (_("By channel"), _("Channel")),
    }
    groups = figures["groups"]
    return [_group(figures, code, *names[code]) for code in names if code in groups]


LABELS = {"content_class": Category.ContentClass, "priority": Priority, "channel": Complaint.Channel}


def group_label(code: str, row: Mapping[str, Any]) -> str:
    if code in LABELS:
        return str(LABELS[code](row["key"]).label)
    return named(row["names"], _("Nobody yet") if code == "handler" else _("Common grounds"))


def _group(figures: Figures, code: str, title: str, head: str) -> Table:
    rows, totals, promises = figures["groups"][code], figures["totals"], figures["promises"]
    kinds = ("accept", "answer", "resolve")
    return Table(
        code,
        title,
        [
            Column(head),
            Column(_("Received"), "count"),
            Column(_("Closed"), "count"),
            Column(_("Open at the end"), "count"),
            Column(_("Accepted on time"), "share"),
            Column(_("Answered on time"), "share"),
            Column(_("Resolved on time"), "share"),
        ],
        [
            [
                text(group_label(code, row)), count(row["received"]), count(row["closed"]), count(row["open"]),
                *(share(row[kind][0], sum(row[kind])) for kind in kinds),
            ]
            for row in rows
        ],
        [
            text(pgettext("table foot", "All")), count(totals["received"]), count(totals["closed"]), count(totals["open_after"]),
            *(share(promises[kind][0], sum(promises[kind])) for kind in kinds),
        ],
        chart=_group_chart(code, title, rows),
        empty=_("No complaint was open in this month."),
    )  # fmt: skip


def _group_chart(code: str, title: str, rows: list[dict[str, Any]]) -> Chart | None:
    """Who works is shown by promises kept; everything else by what came in. The table behind it holds every row."""
    if code in ("handler", "priority"):
        judged = [
            (group_label(code, row), tuple(row["answer"][place] + row["resolve"][place] for place in (0, 1)))
            for row in rows
        ]
        shown = [(label, values) for label, values in judged if sum(values)]
        words = _("%(title)s: first answers and resolutions") % {"title": title}
        return _split(words, shown[:CHARTED]) if shown else None
    came = [(group_label(code, row), (row["received"],)) for row in rows if row["received"]]
    return _bars(_("%(title)s: received") % {"title": title}, came[:CHARTED]) if came else None


def _afterwards(figures: Figures) -> Table:
    rows = [(_("Reopened"), figures["reopened"]), (_("Not solved, says the complainant"), figures["not_solved"])]
    return Table(
        "afterwards",
        _("After the answer"),
        [Column(_("Outcome")), Column(_("Complaints"), "count"), Column(_("Share"), "share")],
        [[text(label), count(part), share(part, whole)] for label, (part, whole) in rows],
    )


def _stood(figures: Figures) -> list[Table]:
    """Pause time apart from all other times; figures of before have none."""
    if "pauses" not in figures:
        return []
    rows = [(label, *figures["pauses"].get(reason, (0, 0))) for reason, label in Pause.Reason.choices]
    return [
        Table(
            "pauses",
            _("Times the clocks stood still"),
            [Column(_("Waiting for")), Column(_("Waits"), "count"), Column(_("Minutes of service time"), "count")],
            [[text(str(label)), count(number), count(minutes)] for label, number, minutes in rows],
            [text(_("All")), count(sum(row[1] for row in rows)), count(sum(row[2] for row in rows))],
        )
    ]


def _closed(figures: Figures) -> list[Table]:
    if "closed_how" not in figures:
        return []
    rows = [
        (label, figures["closed_how"].get(how, 0))
        for how, label in Complaint.ClosedHow.choices
        if how != Complaint.ClosedHow.CONVERTED
    ]
    whole = sum(number for _label, number in rows)
    return [
        Table(
            "closed_how",
            _("How complaints were closed"),
            [Column(_("How")), Column(_("Complaints"), "count"), Column(_("Share"), "share")],
            [[text(str(label)), count(number), share(number, whole)] for label, number in rows],
        )
    ]


def _ratings(figures: Figures) -> Table:
    ratings = figures["ratings"]
    number = sum(ratings)
    labels = [(stars, ngettext("%d star", "%d stars", stars) % stars, ratings[stars - 1]) for stars in range(5, 0, -1)]
    charted = [(label, (times,)) for _stars, label, times in labels]
    average = _average(ratings)
    chart = Chart("bars", _("Ratings"), (_("ratings"),), charted, _described(charted))
    return Table(
        "ratings",
        _("Satisfaction"),
        [Column(_("Rating")), Column(pgettext("how many", "Number"), "count"), Column(_("Share"), "share")],
        [[text(label), count(times), share(times, number)] for _stars, label, times in labels],
        [text(_("Average %(average)s of 5") % {"average": average.text}), count(number), share(number, number)],
        chart=chart if number else None,
    )


def _place(row: Mapping[str, Any]) -> str:
    return named(row["building"], _("Common grounds")) if row["number"] else _("Not shown")


def oldest(figures: Figures) -> Table:
    zone, until = ZoneInfo(figures["zone"]), datetime.fromisoformat(figures["until"])
    rows = []
    for row in figures["oldest"]:
        days = (until - datetime.fromisoformat(row["received"])).days
        handler = named(row["handler"], _("Nobody yet")) if row["number"] else _("Not shown")
        rows.append(
            [
                text(row["number"] or _("Not shown")), text(named(row["category"], "")), text(_place(row)), text(handler),
                instant(row["received"], zone), count(days),
            ]
        )  # fmt: skip
    return Table(
        "oldest",
        _("Open longest"),
        [
            Column(_("Number")), Column(_("Category")), Column(_("Place")), Column(_("Handler")),
            Column(_("Received"), "instant"), Column(_("Days open"), "count"),
        ],
        rows,
        empty=_("Nothing was open at the end."),
    )  # fmt: skip


def listing(rows: Iterable[Mapping[str, Any]], figures: Figures, *, title: str = "") -> Table:
    """The complaints one by one: no names, no words of anybody, the building instead of the home."""
    zone = ZoneInfo(figures["zone"])
    return Table(
        "complaints",
        title or _("The complaints one by one"),
        [
            Column(_("Number")), Column(_("Category")), Column(_("Place")), Column(_("Received"), "instant"),
            Column(_("Answered"), "instant"), Column(_("Closed"), "instant"), Column(_("Late")),
        ],
        [
            [
                text(row["number"] or _("Not shown")), text(named(row["category"], "")), text(_place(row)),
                instant(row["received"], zone), instant(row["answered"], zone), instant(row["closed"], zone),
                text(_verdict(row)),
            ]
            for row in rows
        ],
        empty=_("No complaint was open in this month."),
    )  # fmt: skip


def _verdict(row: Mapping[str, Any]) -> str:
    """Which promises of the complaint were broken in the month; a dash when none was kept or broken in it."""
    words = {
        "accept": pgettext("late", "acceptance"),
        "answer": pgettext("late", "answer"),
        "resolve": pgettext("late", "resolution"),
        "statutory": pgettext("late", "limit"),
        "update": pgettext("late", "next word"),
        "visit": pgettext("late", "return visit"),
    }
    if row["late"]:
        return _(", ").join(words[kind] for kind in row["late"])
    return pgettext("late", "no") if row["kept"] else NOTHING
