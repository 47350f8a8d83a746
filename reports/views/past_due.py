"""The past-due register: every promise that is broken now and not yet made good, longest late first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.models import Clock, LadderStep
from complaints.models.settings import TargetKind
from complaints.rules.targets import business_minutes_left
from complaints.services.clocks import rules_calendar
from reports import queries
from reports.forms import PastDueForm
from reports.rules import access
from reports.views.doors import door, member

PAGE = 50


@dataclass(frozen=True)
class Row:
    number: str
    url: str
    category: str
    place: str
    estate: str
    handler: str
    target: str
    due_at: datetime
    late_minutes: int
    level: str
    is_acknowledged: bool


@require_safe
@door(access.may_read_past_due)
def register(request: HttpRequest) -> HttpResponse:
    actor, now = member(request), timezone.now()
    form = PastDueForm(request.GET, estates=queries.estates_of(actor), handlers=queries.handlers_past_due(actor, now))
    everything = _narrowed(queries.past_due(actor, now), form, "estate", "handler")
    counts = queries.past_due_counts(everything)
    late = _narrowed(everything, form, "level")
    found = queries.past_due_rows(late, reader=actor, after=_cursor(request.GET.get("after", "")), size=PAGE)
    page = found[:PAGE]
    query = _query(request.GET)
    context = {
        "form": form,
        "rows": _rows(page, now),
        "total": sum(counts.values()),
        "levels": _levels(counts, form.wanted("level"), request.GET),
        "is_narrowed": any(form.wanted(name) for name in form.fields),
        "first": f"{request.path}?{query}" if request.GET.get("after") else "",
        "after": f"?{query}&after={page[-1].due_at.isoformat().replace('+', '%2B')}~{page[-1].pk.hex}" if len(found) > PAGE else "",
    }  # fmt: skip
    return render(request, "reports/past_due.html", context)


def _narrowed(late: Any, form: PastDueForm, *names: str) -> Any:
    for name in names:
        wanted = form.wanted(name)
        if not wanted:
            continue
        if name == "estate":
            late = late.filter(complaint__estate=wanted)
        elif name == "handler":
            late = late.filter(
                **({"complaint__handler__isnull": True} if wanted == "none" else {"complaint__handler": wanted})
            )
        else:
            late = late.filter(
                **({"rank__isnull": True} if wanted == "none" else {"rank": queries.LEVELS.index(wanted) + 1})
            )
    return late


def _levels(counts: dict[int, int], chosen: str, asked: QueryDict) -> list[dict[str, Any]]:
    """How many stand at each level; each is a link that narrows the list to it, or widens it again."""
    levels = [("none", str(_("Nobody yet"))), *((level.value, str(level.label)) for level in LadderStep.Level)]
    tiles = []
    for rank, (code, label) in enumerate(levels):
        query = asked.copy()
        query.pop("after", None)
        query["level"] = "" if code == chosen else code
        tiles.append(
            {"label": label, "count": counts.get(rank, 0), "href": f"?{query.urlencode()}", "is_chosen": code == chosen}
        )
    return tiles


def _query(asked: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name in ("estate", "handler", "level"):
        if asked.get(name):
            kept[name] = asked[name]
    return kept.urlencode()


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    when, _tilde, key = text.partition("~")
    try:
        at = parse_datetime(when)
        return (at, UUID(hex=key)) if at is not None and at.tzinfo is not None else None
    except ValueError:
        return None


def _rows(clocks: Iterable[Clock], now: datetime) -> list[Row]:
    clocks = list(clocks)
    taken_up = queries.acknowledged(clock.pk for clock in clocks) if clocks else set()
    base = reverse("triage:case", args=["NUMBER"])
    return [_row(clock, now, base, taken_up) for clock in clocks]


def _row(clock: Any, now: datetime, base: str, taken_up: set[tuple[UUID, str]]) -> Row:
    complaint = clock.complaint
    calendar = rules_calendar(clock.calendar, round_the_clock=clock.round_the_clock)
    level = queries.LEVELS[clock.rank - 1] if clock.rank else None
    return Row(
        number=complaint.number,
        url=base.replace("NUMBER", complaint.number),
        category=complaint.category.name,
        place=complaint.place_words,
        estate=complaint.estate.name,
        handler=complaint.handler.name if complaint.handler else "",
        target=str(TargetKind(clock.kind).label),
        due_at=clock.due_at,
        late_minutes=-business_minutes_left(calendar, now, clock.due_at),
        level=str(level.label) if level else "",
        is_acknowledged=bool(level) and (clock.pk, level.value) in taken_up,
    )
