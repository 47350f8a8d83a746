"""Who else has a case open, and what happened in it since it was opened: so that two do not answer at once."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import case_queries
from complaints.news_queries import newest_by_others
from complaints.presence import note_presence
from complaints.views.doors import staff_page
from tenancy.errors import NotFound
from tenancy.models import Membership


@require_safe
@staff_page
def here(request: HttpRequest, number: str) -> HttpResponse:
    """A part of the page of the case. ``?since=`` is when that page was made, in seconds."""
    actor: Membership = request.membership  # type: ignore[attr-defined]
    complaint = case_queries.case_by_number(actor, number)
    if complaint is None:
        raise NotFound("no such complaint")
    others = note_presence(complaint, actor, timezone.now())
    context = {
        "people": Membership.objects.filter(pk__in=others).order_by("name") if others else [],
        "news": newest_by_others(complaint, actor, _since(request.GET.get("since", ""))),
        "url": reverse("triage:case", args=[number]),
    }
    return render(request, "complaints/desk/_here.html", context)


def _since(typed: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(typed[:12]), UTC)
    except (ValueError, OverflowError, OSError):
        return None
