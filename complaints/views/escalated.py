"""For the committee: which open cases of its estate went up to the company, or to a second look. No names, no words."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints import portal_queries, words
from complaints.models import Complaint
from complaints.models.settings import TargetKind
from complaints.views.triage_rows import LOOKS
from tenancy.errors import NotAllowed
from tenancy.models import Membership
from tenancy.policy import can

PAGE = 50


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """``?q=`` a part of the number; the newest first."""
    actor: Membership | None = request.membership  # type: ignore[attr-defined]
    if not can(actor, "complaint.escalated"):
        raise NotAllowed(_("This page is for the owners' committee."))
    text = request.GET.get("q", "").strip()[:40].replace("\0", "")
    rows = portal_queries.escalated_cases(actor)
    if text:
        rows = rows.filter(number__icontains=text)
    found, ways = _paged(request, rows)
    context = {"rows": [_row(row) for row in found], "q": text, **ways}
    return render(request, "complaints/escalated.html", context)


def _row(complaint: Complaint) -> dict[str, Any]:
    due = TargetKind(complaint.next_due_kind).label if complaint.next_due_kind else ""
    return {
        "case": complaint,
        "place": complaint.building.name if complaint.building else complaint.estate.name,
        "is_late": words.is_late(complaint, now=timezone.now()),
        "due": due,
        "state_look": LOOKS.get(complaint.state, complaint.state),
        "state_words": complaint.get_state_display(),
    }


def _paged(request: HttpRequest, rows: Any) -> tuple[list[Complaint], dict[str, str]]:
    kept = {name: value for name, value in request.GET.items() if name not in ("at", "id") and value}
    try:
        at, key = parse_datetime(request.GET.get("at", "")), UUID(request.GET.get("id", ""))
    except ValueError:
        at = key = None
    if at is not None and at.tzinfo is not None:
        rows = rows.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=key))
    found = list(rows.order_by("-received_at", "-id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = "?" + urlencode({**kept, "at": last.received_at.isoformat(), "id": last.pk}) if last else ""
    return found[:PAGE], {"older": older, "newer": "?" + urlencode(kept) if at is not None else ""}
