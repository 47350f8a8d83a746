"""The cases behind each check of the figures: what was counted under one of its rows, as a table."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.rules import analysis, wording
from reports.rules.analysis import Analysed, Case, Paused, Returned
from reports.rules.analysis_defaults import defaults
from reports.rules.sections import Cell, Column, Table, text
from tenancy.templatetags.look import time_words

CHECKS = ("soon", "pausing", "asked")
BY_ITSELF = "none"


@dataclass(frozen=True)
class Counted:
    """``title`` names the check and its row; ``withheld`` is how many count and stand in no list."""

    title: str
    table: Table
    withheld: int = 0


def counted(found: Analysed, check: str, of: str) -> Counted | None:
    """What the row ``of`` (a person's id, or an outcome) of a check counts; None when there is no such row."""
    if check == "soon":
        return _soon([row for row in _back(found) if str(row.key or BY_ITSELF) == of])
    if check == "pausing":
        return _pausing([row for row in found.paused if str(row.key) == of])
    group = analysis.by_outcome(found).get(of) if check == "asked" else None
    return None if group is None else _asked(of, group)


def _back(found: Analysed) -> list[Returned]:
    limit = timedelta(hours=defaults()["soon_hours"])
    return [row for row in found.returned if row.after is not None and row.after <= limit]


def _soon(rows: list[Returned]) -> Counted | None:
    if not rows:
        return None
    hours = defaults()["soon_hours"]
    title = _("Resolved by %(who)s, and back within %(hours)s hours") % {
        "who": rows[0].who or _("by itself"), "hours": hours,
    }  # fmt: skip
    lines = [[text(row.number, row.link), text(_span(row.after))] for row in rows if row.number]
    return _counted(title, [Column(_("Complaint")), Column(_("Back after"))], lines, len(rows))


def _span(after: timedelta | None) -> str:
    minutes = int((after or timedelta()).total_seconds()) // 60
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _pausing(rows: list[Paused]) -> Counted | None:
    if not rows:
        return None
    title = _("Paused by %(who)s") % {"who": rows[0].who}
    by_case: dict[object, list[Paused]] = {}
    for row in rows:
        by_case.setdefault(row.case, []).append(row)
    lines = [
        [text(of[0].number, of[0].link), text(_(", ").join(time_words(row.at, "exact") for row in of))]
        for of in by_case.values()
        if of[0].number
    ]
    return _counted(title, [Column(_("Complaint")), Column(_("Paused at"))], lines, len(by_case))


def outcome_words() -> dict[str, str]:
    return {"in_time": _("in time"), "late": _("late"), "back": _("opened again")}


def _asked(of: str, cases: list[Case]) -> Counted:
    columns = [
        Column(_("Complaint")), Column(_("Place")), Column(_("Category")), Column(_("Asked and reached")),
        Column(pgettext("table head", "Rating")),
    ]  # fmt: skip
    lines = [
        [
            text(case.number, case.link),
            text(case.place),
            text(case.category),
            text(_("yes") if case.is_visited else _("no")),
            text(wording.NOTHING if case.rating is None else str(case.rating)),
        ]
        for case in cases
        if not case.is_withheld
    ]
    title = _("Resolved: %(how)s") % {"how": outcome_words()[of]}
    return _counted(title, columns, lines, len(cases))


def _counted(title: str, columns: list[Column], lines: list[list[Cell]], all_of: int) -> Counted:
    return Counted(title, Table("counted", title, columns, lines, empty=_("None.")), all_of - len(lines))
