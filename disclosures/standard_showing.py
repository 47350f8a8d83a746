"""Promises and how they were kept, as page, paper and API show them, all from here."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from disclosures import standard_queries as queries
from disclosures.models import ServiceStandard, StandardVersion
from disclosures.rules.standards import Cell
from disclosures.standard_queries import Kept
from disclosures.standard_sources import sources
from owners.models import Building

# The tone of the badge, its icon, and the word of each state. The word is always there.
STATES: dict[str, tuple[str, str, str | Promise]] = {
    "kept": ("ok", "circle-check", pgettext_lazy("promise", "kept")),
    "missed": ("late", "circle-alert", pgettext_lazy("promise", "not kept")),
    "running": ("info", "clock", pgettext_lazy("promise", "going on")),
    "nothing": ("quiet", "circle-dot", pgettext_lazy("promise", "nothing due")),
    "covered": ("quiet", "eye-off", pgettext_lazy("promise", "too few to show")),
    "before": ("quiet", "circle-dot", pgettext_lazy("promise", "not promised")),
}


@dataclass(frozen=True)
class Shown:
    """One month as it is drawn: state, word, icon, how many of how many, and where it leads."""

    month: date
    state: str
    tone: str
    icon: str
    word: str
    counts: str
    link: str


def month_words(month: date) -> str:
    return date_format(month, "YEAR_MONTH_FORMAT")


def cell_shown(row: ServiceStandard, month: date, cell: Cell, building: Building | None = None) -> Shown:
    tone, icon, word = STATES[cell.state]
    counts = f"{cell.kept}/{cell.of}" if cell.of else ""
    link = ""
    if cell.state not in ("before", "covered"):
        link = reverse("disclosures:standard_month", args=[row.pk, month.year, month.month])
        link += "?" + urlencode({"building": str(building.pk)}) if building else ""
    return Shown(month, cell.state, tone, icon, str(word), counts, link)


def rhythm_of(version: StandardVersion) -> str:
    """ "Once every 15 days", or for what has no rhythm that it is for each case."""
    if version.unit == StandardVersion.Unit.CASE:
        return _("Each time it is needed")
    single = {"day": _("a day"), "week": _("a week"), "month": _("a month"), "year": _("a year")}
    several = {"day": _("every %(number)s days"), "week": _("every %(number)s weeks"),
               "month": _("every %(number)s months"), "year": _("every %(number)s years")}  # fmt: skip
    period = single[version.unit] if version.every == 1 else several[version.unit] % {"number": version.every}
    times = pgettext("rhythm", "Once") if version.times == 1 else _("%(number)s times") % {"number": version.times}
    return pgettext("rhythm", "%(times)s %(period)s") % {"times": times, "period": period}


def evidence_of(version: StandardVersion) -> str:
    source = sources().get(version.source)
    if source is None:
        return ""
    named = dict(source.kinds())
    label = named.get(version.source_key, "")
    return str(source.label) if len(named) == 1 else f"{source.label}: {label}"


def row_shown(kept: Kept, today: date) -> dict[str, Any]:
    """A promise with the months of the whole estate."""
    version = queries.version_on(kept.standard, today)
    cells = [cell_shown(kept.standard, month, cell) for month, cell in zip(kept.months, kept.whole, strict=True)]
    judged = [cell for cell in kept.whole if cell.state in ("kept", "missed")]
    return {
        "standard": kept.standard, "version": version, "cells": cells,
        "rhythm": rhythm_of(version) if version else "", "evidence": evidence_of(version) if version else "",
        "kept_months": len([cell for cell in judged if cell.state == "kept"]), "judged_months": len(judged),
        "is_to_come": version is not None and version.from_on > today,
    }  # fmt: skip


def places_shown(kept: Kept) -> list[dict[str, Any]]:
    """Its buildings, a row each."""
    return [
        {"building": building,
         "cells": [cell_shown(kept.standard, month, cell, building)
                   for month, cell in zip(kept.months, cells, strict=True)]}
        for building, cells in kept.buildings
    ]  # fmt: skip
