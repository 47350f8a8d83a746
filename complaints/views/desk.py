"""The staff's start page: what waits for whoever signed in, by role."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import desk_queries, triage_queries
from complaints.rules import moving
from complaints.triage_queries import Asking, Filters
from complaints.views.doors import staff_page
from complaints.views.triage import asking, capped
from complaints.views.triage_rows import Row, read_rows
from deadlines.models import CalendarVersion
from disclosures.campaign_prompts import prompts_for
from disclosures.enquiry_queries import waiting_count
from disclosures.publicduty_queries import pressing
from notices import notice_queries
from tenancy.models import Membership
from tenancy.policy import can

Role = Membership.Role
LISTED = 8


@dataclass(frozen=True)
class Board:
    """What a role sees first: tiles with counts, then short lists."""

    tiles: tuple[str, ...]
    lists: tuple[str, ...]


LEADER = Board(("late", "today", "assign", "visits", "reopened", "open"), ("late", "assign"))
BOARDS: dict[str, Board] = {
    Role.CLERK: Board(("accept", "mine", "today", "late", "visits", "waiting"), ("accept", "visits")),
    Role.ENGINEER: Board(("mine", "today", "late", "waiting"), ("mine",)),
    Role.SUPERVISOR: Board(("accept", "assign", "today", "late", "visits", "reopened"), ("assign", "late", "accept")),
    Role.MANAGER: LEADER,
    Role.QUALITY: LEADER,
    Role.ADMIN: Board(("accept", "assign", "late", "open"), ("late",)),
    Role.AUDITOR: Board(("late", "open", "closed"), ()),
}
NAMES: dict[str, str | Promise] = {
    "accept": _("To accept"),
    "assign": _("To assign"),
    "mine": _("Mine"),
    "today": _("Due today"),
    "late": _("Late"),
    "waiting": _("Waiting for somebody outside"),
    "visits": _("Return visits due"),
    "reopened": _("Reopened"),
    "open": _("All open"),
    "watched": _("Watched"),
    "aside": _("Put aside"),
    "closed": _("Closed"),
}


@staff_page
def staff_desk(request: HttpRequest) -> HttpResponse:
    who = asking(request)
    board = BOARDS[who.actor.role]
    counts = triage_queries.counted(board.tiles, who)
    queue = reverse("triage:queue")
    tiles = [
        {
            "label": NAMES[tab],
            "count": capped(counts[tab]),
            "url": f"{queue}?tab={tab}",
            "is_late": tab == "late" and counts[tab] > 0,
        }
        for tab in board.tiles
    ]
    claims = triage_queries.claims_waiting(who.actor) if can(who.actor, "claim.decide") else 0
    approvals = notice_queries.to_approve(who.actor).count()
    context = {
        "tiles": tiles,
        "approvals": approvals,
        "approvals_words": capped(approvals),
        "lists": [
            {"label": NAMES[tab], "rows": rows, "url": f"{queue}?tab={tab}"}
            for tab, rows in _short_lists(board.lists, who)
        ],
        "escalations": triage_queries.waiting_for(who.actor),
        "enquiries": waiting_count(who.actor) if can(who.actor, "enquiry.answer") else 0,
        "duties": pressing(who.actor, timezone.localdate(who.now)),
        "tasks": desk_queries.open_tasks_of(who.actor),
        "campaign_prompts": prompts_for(who.actor, timezone.localtime(who.now)),
        "today": timezone.localdate(who.now),
        "calendars_edited": can(who.actor, "calendar.change") and CalendarVersion.objects.exists(),
        "claims": claims,
        "claims_words": capped(claims),
        "may_enter": moving.may_enter(who.actor),
        "reads_reports": can(who.actor, "report.read"),
        "only_reads": who.actor.role == Role.AUDITOR,
    }
    return render(request, "complaints/desk/start.html", context)


def _short_lists(tabs: Iterable[str], who: Asking) -> list[tuple[str, list[Row]]]:
    """The first rows of each list; their calendars are read once for all."""
    found: dict[str, list[dict[str, Any]]] = {}
    for tab in tabs:
        filters = Filters(tab=tab)
        narrowed = triage_queries.narrowed(filters, who)
        found[tab] = triage_queries.page_of(narrowed, filters.order, size=LISTED).rows
    rows = iter(read_rows((row for tab in found for row in found[tab]), who))
    return [(tab, [next(rows) for _row in found[tab]]) for tab in found]
