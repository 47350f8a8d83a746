"""What staff see of a notice's reach: the figures, one person's notices; and the reader's confirmation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices import queries as inbox
from notices import reach_queries as queries
from notices.models import Delivery, Notice, NoticeRecipient
from notices.reach_figures import figures_of, picture_of
from notices.rendering import headline_of, render_notice
from notices.rules.chain import is_overdue
from notices.services.acknowledging import acknowledge
from owners.queries import people_visible_to
from owners.views.entrance import log_auditor, member_of, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership, Organisation
from tenancy.policy import can

PAGE = 50


def may_see_reach(actor: Membership | None) -> bool:
    return can(actor, "notice.see_reach")


def notice_of(request: HttpRequest, notice_id: UUID, action: str = "notice.see_reach") -> Notice:
    """Unknown, another organisation's and another estate's look the same."""
    rows = queries.notices_seen_by(member_of(request), action).select_related("author__user", "approver__user")
    notice: Notice | None = rows.filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("no such notice")
    return notice


def title_of(notice: Notice, language: str) -> str:
    version = notice.versions.order_by("-number").first()
    if version is None:
        return notice.number
    version.notice = notice
    return headline_of(version, language)


@require_safe
@staff_only(may_see_reach)
def reach(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The numbers by channel and building; while it is being sent they are asked for again every few seconds."""
    member, notice, now = member_of(request), notice_of(request, notice_id), timezone.now()
    log_auditor(request, "notice", notice)
    figures = figures_of(notice, queries.recipients_seen_by(member, notice), now=now)
    is_live = notice.state == Notice.State.SENDING or figures.moving > 0
    polled = bool(request.htmx and request.htmx.target == "reach")  # type: ignore[attr-defined]
    context = {
        "notice": notice,
        "title": title_of(notice, request.LANGUAGE_CODE),
        "figures": figures,
        "picture": picture_of(notice, figures.places),
        "is_part": figures.total < notice.recipients_count,
        "is_live": is_live,
        "is_past": notice.acknowledge_by is not None and notice.acknowledge_by <= now,
        "may_chase": can(member, "notice.chase", notice),
        "may_prove": can(member, "notice.prove", notice),
    }
    response = render(request, "notices/_reach.html" if polled else "notices/reach.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
@staff_only(may_see_reach)
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Every notice one person was sent, by which ways, and what became of each."""
    member, now = member_of(request), timezone.now()
    person = people_visible_to(member).filter(pk=person_id).first()
    if person is None:
        raise NotFound("no such person")
    log_auditor(request, "person", person)
    number = page_number(request)
    found = list(queries.notices_of_person(member, person)[(number - 1) * PAGE : number * PAGE + 1])
    titles = queries.titles_of([row.notice_id for row in found[:PAGE]], request.LANGUAGE_CODE)
    context = {
        "person": person,
        "rows": [fate_of(row, titles.get(row.notice_id, row.notice.number), now) for row in found[:PAGE]],
        **pages(request, number, has_more=len(found) > PAGE),
    }
    return render(request, "notices/of_person.html", context)


def fate_of(row: NoticeRecipient, title: str, now: Any) -> dict[str, Any]:
    """One notice to one person in words: what was sent, and how it stands."""
    notice = row.notice
    late = notice.must_acknowledge and is_overdue(
        acknowledge_by=notice.acknowledge_by, acknowledged_at=row.acknowledged_at, now=now
    )
    return {"row": row, "notice": notice, "title": title, "is_late": late}


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def pages(request: HttpRequest, number: int, *, has_more: bool) -> dict[str, str]:
    """Addresses of the pages before and after, with what the list is narrowed to."""

    def address(wanted: int) -> str:
        query = request.GET.copy()
        query["page"] = str(wanted)
        return f"?{query.urlencode()}"

    return {"newer": address(number - 1) if number > 1 else "", "older": address(number + 1) if has_more else ""}


# -- the reader ----------------------------------------------------------------------------------------------------------


@require_POST
@login_required
def confirm_in_portal(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """The button under a notice in the portal. A second press is the same answer."""
    member = member_of(request)
    if member is None or not can(member, "notice.acknowledge"):
        raise NotFound("no member of this organisation")
    delivery = inbox.inbox_of(member).filter(pk=delivery_id, recipient__isnull=False).first()
    if delivery is None or delivery.recipient_id is None:
        raise NotFound("no such message")
    how = NoticeRecipient.How.PORTAL
    acknowledge(recipient_id=delivery.recipient_id, how=how, actor=member, now=timezone.now())
    messages.success(request, _("Thank you. Your confirmation is noted."))
    return redirect("notices:message", delivery_id)


@never_cache
@csrf_exempt  # no cookie: the signed word in the address is what lets one in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """By the link of the mail, without a sign-in: a GET shows, a POST confirms."""
    row = queries.recipient_of_token(token)
    if row is None:
        raise NotFound("no such link")
    if request.method == "POST":
        row = acknowledge(recipient_id=row.pk, how=NoticeRecipient.How.LINK, actor=None, now=timezone.now())
    version = row.notice.versions.select_related("notice__approver").order_by("-number").first()
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    words = version and render_notice(version, row, organisation, row.language, Delivery.Channel.PORTAL, has_foot=False)
    context = {
        "row": row,
        "notice": row.notice,
        "title": words.subject if words else row.notice.number,
        "body": words.body if words else "",
        "version": version,
        "is_withdrawn": row.notice.state == "withdrawn",
    }
    response = render(request, "notices/confirm.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response
