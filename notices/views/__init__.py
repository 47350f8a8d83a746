"""The portal's inbox."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notices import queries
from notices.services import outbox
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

PAGE = 50


def _member(request: HttpRequest) -> Membership:
    """The reader; somebody who is nobody here learns nothing."""
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is None or not can(membership, "notice.read"):
        raise NotFound("no member of this organisation")
    return membership


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What we wrote to the member, newest first, a page at a time."""
    before = request.GET.get("before", "")
    found = list(queries.inbox_page(_member(request), before=before)[: PAGE + 1])
    page = found[:PAGE]
    return render(
        request,
        "notices/inbox.html",
        {
            "page": page,
            "older": f"?before={page[-1].pk}" if len(found) > PAGE else "",
            "newest": request.path if before else "",
        },
    )


@require_safe
@login_required
def message(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """One message. Opening it is what "read" means, so a GET may note it: once, and a second one changes nothing."""
    delivery = queries.inbox_of(_member(request)).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound("no such message")
    if request.method == "GET":
        outbox.mark_read(delivery=delivery, now=timezone.now())
    return render(request, "notices/message.html", {"delivery": delivery})
