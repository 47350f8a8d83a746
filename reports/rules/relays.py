"""How fast outages were relayed: counted once, laid out once; the page, the PDF and the spreadsheet show the same.

Plain values in, plain values out, in the active language and zone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from statistics import median

from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.rules.defaults import defaults
from contacts.rules.outages import is_relay_late, relay_minutes
from reports.rules import wording
from reports.rules.sections import Cell, Column, Report, Table, Tile, count, share, text
from tenancy.templatetags.look import duration_words, time_words


@dataclass(frozen=True)
class Relay:
    """One outage: who said so, the estates it concerns, when it was received, due and relayed."""

    number: str
    link: str
    utility: str
    branch: str
    estates: tuple[str, ...]
    received_at: datetime
    due_at: datetime
    relayed_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """Of some outages: how many, how many of those that were relayed or had to be were in time, and how long it took."""

    received: int
    relayed: int
    judged: int
    in_time: int
    median_minutes: int | None
    longest_minutes: int | None


def figures(relays: Sequence[Relay], now: datetime) -> Figures:
    """One that is not relayed counts as late once its time has passed, and not at all before."""
    left = [row for row in relays if row.relayed_at is not None]
    late = [row for row in relays if is_relay_late(row.due_at, row.relayed_at, now)]
    judged = len(left) + sum(row.relayed_at is None for row in late)
    took = [relay_minutes(row.received_at, row.relayed_at) for row in left if row.relayed_at is not None]
    return Figures(
        received=len(relays), relayed=len(left), judged=judged, in_time=judged - len(late),
        median_minutes=_rounded(Fraction(median(took))) if took else None,
        longest_minutes=max(took) if took else None,
    )  # fmt: skip


def _rounded(value: Fraction) -> int:
    """Half a minute counts as one."""
    return int(value + Fraction(1, 2))


def build(
    relays: Sequence[Relay], *, organisation: str, place: str, first: date, last: date, estates: Sequence[str],
    now: datetime, most: int | None = None,
) -> Report:  # fmt: skip
    """The whole report. ``estates`` are those asked about; ``most`` is how many single outages are listed."""
    whole = figures(relays, now)
    utilities = sorted({row.utility for row in relays})
    return Report(
        organisation=organisation, title=_("How fast outages were relayed"), place=place,
        span=f"{wording.day_words(first)} – {wording.day_words(last)}", made=time_words(now, "exact"),
        headline=_headline(whole), headlines=[_headline(whole)], tiles=_tiles(whole),
        tables=[
            _table("utilities", _("By who said so"), _("Outside party"), utilities, relays, now,
                   lambda row, name: row.utility == name),
            _table("estates", _("By estate"), _("Estate"), estates, relays, now, lambda row, name: name in row.estates),
            _listing(relays, now, most),
        ],
    )  # fmt: skip


def _headline(whole: Figures) -> str:
    if not whole.judged:
        return _("No outage had to be relayed.")
    return _("%(part)s of %(whole)s outages were relayed in time.") % {"part": whole.in_time, "whole": whole.judged}


def _tiles(whole: Figures) -> list[Tile]:
    late = whole.judged - whole.in_time
    return [
        Tile(_("outages received"), f"{whole.received:,}"),
        Tile(_("relayed in time"), wording.percent(whole.in_time, whole.judged),
             _("%(part)s of %(whole)s") % {"part": whole.in_time, "whole": whole.judged}, is_bad=bool(late)),
        Tile(_("median time"), _minutes(whole.median_minutes).text),
        Tile(_("longest time"), _minutes(whole.longest_minutes).text),
    ]  # fmt: skip


def _minutes(number: int | None) -> Cell:
    """Words on paper, whole minutes in the spreadsheet."""
    return Cell(wording.NOTHING) if number is None else Cell(duration_words(number), number)


def _columns(first: str) -> list[Column]:
    return [
        Column(first), Column(_("Received"), "count"), Column(_("Relayed"), "count"), Column(_("In time"), "share"),
        Column(_("Median (minutes)"), "count"), Column(_("Longest (minutes)"), "count"),
    ]  # fmt: skip


def _cells(name: str, given: Figures) -> list[Cell]:
    return [
        text(name), count(given.received), count(given.relayed), share(given.in_time, given.judged),
        _number(given.median_minutes), _number(given.longest_minutes),
    ]  # fmt: skip


def _number(given: int | None) -> Cell:
    return Cell(wording.NOTHING) if given is None else count(given)


def _table(
    code: str, title: str, head: str, names: Iterable[str], relays: Sequence[Relay], now: datetime,
    belongs: Callable[[Relay, str], bool],
) -> Table:  # fmt: skip
    rows = []
    for name in names:
        given = figures([row for row in relays if belongs(row, name)], now)
        if given.received:
            rows.append(_cells(name, given))
    total = _cells(_("All"), figures(relays, now)) if relays else []
    return Table(code, title, _columns(head), rows, total, empty=_("Nothing was received in this time."))


def _listing(relays: Sequence[Relay], now: datetime, most: int | None) -> Table:
    shown = list(relays)[:most]
    columns = [
        Column(_("Number")), Column(_("What was off")), Column(_("Outside party")), Column(_("Estate")),
        Column(_("Received"), "instant"), Column(_("Relayed"), "instant"), Column(_("Minutes"), "count"), Column(_("In time")),
    ]  # fmt: skip
    rows = [_line(row, now) for row in shown]
    note = (
        _("The first %(shown)s of %(all)s.") % {"shown": len(shown), "all": len(relays)}
        if len(shown) < len(relays)
        else ""
    )
    empty = _("Nothing was received in this time.")
    return Table("outages", _("Each outage"), columns, rows, note=note, empty=empty)


def _line(row: Relay, now: datetime) -> list[Cell]:
    took = relay_minutes(row.received_at, row.relayed_at) if row.relayed_at else None
    late = is_relay_late(row.due_at, row.relayed_at, now)
    judged = _("late") if late else _("in time") if row.relayed_at else _("not due yet")
    return [
        text(row.number, row.link), text(row.branch), text(row.utility), text(", ".join(row.estates)),
        _instant(row.received_at), _instant(row.relayed_at), _number(took), text(judged),
    ]  # fmt: skip


def _instant(at: datetime | None) -> Cell:
    if at is None:
        return Cell(wording.NOTHING)
    local = timezone.localtime(at)
    plain = local.replace(tzinfo=None, second=0, microsecond=0)
    return Cell(wording.short_instant(local, timezone.get_current_timezone()), plain)  # type: ignore[arg-type]


def _in_time() -> str:
    promise = defaults()["outages"]
    told = {"hours": promise["relay_hours"], "soon": promise["at_once_hours"]}
    return (
        _(
            "Relayed within %(hours)s hours of receiving, or at once when it began in less than %(soon)s hours. "
            "What is not relayed counts as late once that time has passed."
        )
        % told
    )


def method() -> list[tuple[str, str]]:
    """How each figure is computed."""
    return [
        (_("Received"), _("Outages received in these days, without those that were withdrawn.")),
        (_("Relayed"), _("Those whose notice has left. The time runs from receiving to leaving, approval included.")),
        (_("In time"), _in_time()),
        (_("Median, longest"), _("In whole minutes, of those that were relayed; half a minute is rounded up.")),
        (_("Estate"), _("An outage of several estates counts in each of them, and once in the total.")),
    ]  # fmt: skip
