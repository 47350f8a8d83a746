"""Outages for those who live with them: what is off at home, and following one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contacts import outage_queries
from contacts.rules.outages import time_of
from contacts.services import outages
from owners.queries import person_of
from owners.views.entrance import actor_of, member_of, staff_only
from tenancy.errors import NotFound
from tenancy.policy import can

at_home = staff_only(lambda member: can(member, "outage.here"))
at_the_counter = staff_only(lambda member: can(member, "outage.write"))


@require_safe
@login_required
@never_cache
def here(request: HttpRequest) -> HttpResponse:
    """What is off, will be, or was off until a moment ago, in one's homes."""
    member, now = member_of(request), timezone.now()
    if member is None:
        raise NotFound("no member of this organisation")
    rows: list[Any] = list(outage_queries.shown_at_home(member, now))
    person = person_of(member)
    followed = outage_queries.followed_by(person, rows)
    for row in rows:
        row.time = time_of(row.starts_at, now, is_open=row.is_open)
        row.is_followed = row.pk in followed
        row.is_overdue = row.is_open and row.ends_at is not None and row.ends_at < now
    return render(request, "contacts/outages/here.html", {"rows": rows, "may_follow": person is not None})


@require_POST
@at_home
@never_cache
def follow(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    outages.follow(outage_id=outage_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("You follow it: we tell you when it is over."))
    return redirect("contacts:outages_here")


@require_POST
@at_home
@never_cache
def unfollow(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    outages.unfollow(outage_id=outage_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("You do not follow it any more."))
    return redirect("contacts:outages_here")


@require_POST
@at_the_counter
@never_cache
def follow_for(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Somebody on the phone, or before the desk, wants to be told."""
    try:
        person_id = UUID(request.POST.get("person", ""))
    except ValueError as error:
        raise NotFound("no such person") from error
    row = outages.follow_for(
        outage_id=outage_id, person_id=person_id, actor=actor_of(request), now=timezone.now()
    )  # fmt: skip
    messages.success(request, _("They are told when it is over."))
    return redirect("contacts:outage", row.pk)
