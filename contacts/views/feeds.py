"""Feeds of what is due: one's own addresses for calendar programs, and what such a program is given."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import duty_queries as queries
from contacts.duty_calendars import calendar_of
from contacts.rules.defaults import duty_defaults
from contacts.services import duty_feeds
from contacts.views.doors import duty_readers
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotFound
from tenancy.origins import origin_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@duty_readers
def feed_list(request: HttpRequest) -> HttpResponse:
    """The member's feeds, and the button for a new one, whose address is shown once."""
    actor, address, problem = actor_of(request), "", ""
    if request.method == "POST":
        try:
            secret = duty_feeds.make_feed(actor=actor, now=timezone.now())
        except DomainError as refusal:
            problem = str(refusal.message)
        else:
            organisation: Any = request.organisation  # type: ignore[attr-defined]
            address = f"{origin_of(organisation)}{reverse('contacts:duty_feed_ics', args=[secret])}"
    context = {"feeds": queries.feeds_of(actor), "address": address, "problem": problem}
    return render(request, "contacts/duties/feeds.html", context, status=422 if problem else 200)


@require_POST
@duty_readers
def end_feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    duty_feeds.end_feed(feed_id=feed_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("The feed is ended: its address answers nothing any more."))
    return redirect("contacts:duty_feeds")


@never_cache
@require_safe
def feed_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar programs, which sign in nowhere: the secret says who asks, and what they may see now is shown."""
    feed, now, said = queries.feed_by_secret(secret), timezone.now(), duty_defaults()
    if feed is None:
        raise NotFound("no such feed")
    if request.method == "GET":
        duty_feeds.note_used(feed, now=now)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    today = timezone.localdate(now)
    entries = queries.agenda(
        feed.membership, queries.Sought(), today=today, limit=said["feed_entries"],
        until=today + timedelta(days=said["feed_days_ahead"]),
    )  # fmt: skip
    with translation.override(feed.membership.user.language or organisation.language):
        name = _("What is due · %(organisation)s") % {"organisation": organisation.name}
        written = calendar_of(entries, organisation=organisation, name=name, now=now)
    return HttpResponse(written, content_type="text/calendar; charset=utf-8")
