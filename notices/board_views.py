"""The notice board of an estate: as a page, printed, one notice, and as feeds for calendars and readers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices import board_queries as queries
from notices import calendars
from notices.models import Delivery, Notice
from notices.reach_views import page_number, pages
from notices.rendering import passer_by, render_notice
from notices.services import feeds
from owners.models import Estate
from owners.queries import homes_of
from owners.views.entrance import chosen_estate, member_of
from tenancy.errors import NotFound
from tenancy.models import Membership, Organisation
from tenancy.origins import origin_of
from tenancy.policy import can

PAGE = 20
FEED = 100


def _reader(request: HttpRequest) -> Membership:
    member = member_of(request)
    if member is None or not can(member, "notice.board"):
        raise NotFound("no board of this member")
    return member


@require_safe
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """What hangs on the board now, searchable, a page at a time; ``?print=1`` is the same for paper."""
    member, now = _reader(request), timezone.now()
    estates = list(queries.estates_of(member))
    estate = chosen_estate(request, estates)
    words, number = request.GET.get("q", "").strip()[:100], page_number(request)
    found: list[Notice] = []
    if estate is not None:
        hanging = queries.searched(queries.on_board(member, estate, now), words.replace("\x00", ""))
        found = list(hanging.order_by("-sent_at", "-created_at", "-id")[(number - 1) * PAGE : number * PAGE + 1])
    is_printed, homes = request.GET.get("print") == "1", homes_of(member)
    context = {
        "estate": estate,
        "estates": estates,
        "words": words,
        "rows": [_hung(row, request, estate, homes) for row in found[:PAGE]] if estate else [],
        "may_write": can(member, "notice.write"),
        **pages(request, number, has_more=len(found) > PAGE),
    }
    return render(request, "notices/board_print.html" if is_printed else "notices/board.html", context)


def _hung(notice: Notice, request: HttpRequest, estate: Estate, homes: queries.Homes) -> dict[str, Any]:
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    version, buildings = calendars.newest_version(notice), queries.buildings_named(notice, estate, homes)
    reader = passer_by(notice, request.LANGUAGE_CODE, estate, buildings)
    words = render_notice(version, reader, organisation, request.LANGUAGE_CODE, Delivery.Channel.DOOR)
    return {"notice": notice, "version": version, "words": words, "buildings": buildings}


@require_safe
@login_required
def one(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice of the board: where the QR code on paper leads. Who was sent it reads their own copy."""
    member, notice = _reader(request), _notice(request, notice_id)
    own = Delivery.objects.filter(membership=member, notice=notice, channel=Delivery.Channel.PORTAL).first()
    if own is not None:
        return redirect("notices:message", own.pk)
    homes = homes_of(member)
    estate = queries.board_of(notice, homes)
    if estate is None:
        raise NotFound("no board of this member")
    return render(
        request, "notices/board_notice.html", {"now": timezone.now(), **_hung(notice, request, estate, homes)}
    )


@require_safe
@login_required
def event(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The notice's event as a file for a calendar."""
    member = _reader(request)
    notice = queries.notice_with_event(member, notice_id, timezone.now())
    if notice is None or notice.event_starts_at is None:
        raise NotFound("no event in this notice")
    language, organisation = request.LANGUAGE_CODE, request.organisation  # type: ignore[attr-defined]
    read = _read([notice], homes_of(member), language)
    written = calendars.calendar_of(read, organisation=organisation, language=language, name=notice.number)
    response = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{notice.number}.ics"'
    return response


def _notice(request: HttpRequest, notice_id: UUID) -> Notice:
    notice = queries.notice_on_board(member_of(request), notice_id, timezone.now())
    if notice is None:
        raise NotFound("no such notice")
    return notice


def _read(
    notices: list[Notice], homes: queries.Homes, language: str, estate: Estate | None = None
) -> list[calendars.Read]:
    """Each with its words in force and who stands before it, at the given estate's board or at their own."""
    found = []
    for notice in notices:
        place = estate or queries.board_of(notice, homes)
        buildings = queries.buildings_named(notice, place, homes) if place else []
        found.append((notice, calendars.newest_version(notice), passer_by(notice, language, place, buildings)))
    return found


# -- feeds -------------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def feed_list(request: HttpRequest) -> HttpResponse:
    """The member's feeds, and the button for a new one, whose address is shown once."""
    member = _reader(request)
    made = ""
    if request.method == "POST":
        made = feeds.make_feed(estate_id=_key(request.POST.get("estate", "")), actor=member, now=timezone.now())
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    addresses = [
        (label, f"{origin_of(organisation)}{reverse(f'notices:{name}', args=[made])}")
        for label, name in ((_("Calendar (ICS)"), "feed_ics"), (_("News (RSS)"), "feed_rss"))
    ] if made else []  # fmt: skip
    context = {"feeds": queries.feeds_of(member), "estates": queries.estates_of(member), "addresses": addresses}
    return render(request, "notices/feeds.html", context)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except (ValueError, ValidationError):
        raise NotFound("no such board") from None


@require_POST
@login_required
def end_feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    feeds.end_feed(feed_id=feed_id, actor=_reader(request), now=timezone.now())
    messages.success(request, _("The feed is ended: its address answers nothing any more."))
    return redirect("notices:feeds")


@never_cache
@require_safe
def feed_ics(request: HttpRequest, secret: str) -> HttpResponseBase:
    """For calendar programs, which sign in nowhere: the secret says who asks."""
    estate, read, language = _fed(request, secret, with_withdrawn=True)
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    with translation.override(language):
        name = f"{estate.name} · {organisation.name}"
        written = calendars.calendar_of(read, organisation=organisation, language=language, name=name)
    return HttpResponse(written, content_type="text/calendar; charset=utf-8")


@never_cache
@require_safe
def feed_rss(request: HttpRequest, secret: str) -> HttpResponseBase:
    """For readers of news."""
    estate, read, language = _fed(request, secret)
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    with translation.override(language):
        written = calendars.news_of(
            read, estate=estate, organisation=organisation, language=language,
            title=_("Notices of %(estate)s") % {"estate": estate.name}, description=organisation.name,
        )  # fmt: skip
    return HttpResponse(written, content_type="application/rss+xml; charset=utf-8")


def _fed(
    request: HttpRequest, secret: str, *, with_withdrawn: bool = False
) -> tuple[Estate, list[calendars.Read], str]:
    feed, now = queries.feed_by_secret(secret), timezone.now()
    if feed is None:
        raise NotFound("no such feed")
    if request.method == "GET":
        feeds.note_used(feed, now=now)
    hanging = queries.on_board(feed.membership, feed.estate, now)
    if with_withdrawn:
        hanging = queries.with_events(feed.membership, feed.estate)
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    language = feed.membership.user.language or organisation.language
    newest = list(hanging.order_by("-sent_at", "-id")[:FEED])
    return feed.estate, _read(newest, homes_of(feed.membership), language, feed.estate), language
