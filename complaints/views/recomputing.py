"""Promises by older versions of a calendar: which calendars have some, what would change, and setting them anew."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from complaints.services import recomputing
from complaints.views.doors import staff_page
from tenancy.errors import NotAllowed
from tenancy.models import Membership
from tenancy.policy import can


@require_safe
@staff_page
def calendars(request: HttpRequest) -> HttpResponse:
    actor: Membership = request.membership  # type: ignore[attr-defined]
    if not can(actor, "calendar.change"):
        raise NotAllowed(_("Your role does not change calendars."))
    return render(request, "complaints/desk/calendars.html", {"rows": recomputing.calendars_with_older(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def calendar(request: HttpRequest, calendar_id: UUID) -> HttpResponse:
    """What would change; posted, it does."""
    actor: Membership = request.membership  # type: ignore[attr-defined]
    now = timezone.now()
    found = recomputing.calendar_for(actor, calendar_id)
    if request.method == "POST":
        moved = recomputing.recompute(calendar_id=calendar_id, actor=actor, now=now)
        said = ngettext("%(count)d promised time moved.", "%(count)d promised times moved.", moved) % {"count": moved}
        messages.success(request, said)
        return redirect("triage:calendars")
    changes = recomputing.preview(calendar=found, actor=actor, now=now)
    context = {
        "calendar": found,
        "moved": [change for change in changes if change.is_moved][: recomputing.SHOWN],
        "moved_count": sum(change.is_moved for change in changes),
        "stay_count": sum(not change.is_moved for change in changes),
    }
    return render(request, "complaints/desk/calendar.html", context)
