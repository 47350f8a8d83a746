"""The portal's inbox."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from attachments.queries import of_subject
from notices import notice_queries, queries
from notices.models import Delivery, NoticeRecipient
from notices.services import acknowledging, composing, outbox
from notices.wording import READ_ALONG, in_words, older_words
from tenancy.errors import NotFound
from tenancy.models import Membership, Organisation
from tenancy.policy import can

PAGE = 50
WORDS_LENGTH = 100


def _member(request: HttpRequest) -> Membership:
    """The reader; somebody who is nobody here learns nothing."""
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is None or not can(membership, "notice.read"):
        raise NotFound("no member of this organisation")
    return membership


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What we wrote to the member, newest first, a page at a time: all of it, the unread, what is to be confirmed."""
    member = _member(request)
    before, words = request.GET.get("before", ""), request.GET.get("q", "").strip()[:WORDS_LENGTH]
    tab = request.GET.get("show", "")
    tab = tab if tab in queries.TABS else ""
    found = list(queries.inbox_page(member, before=before, tab=tab, words=words)[: PAGE + 1])
    page = in_words(found[:PAGE], _organisation(request), request.LANGUAGE_CODE, is_short=True)
    here: dict[str, str] = {name: value for name, value in (("show", tab), ("q", words)) if value}
    context = {
        "page": page,
        "tab": tab,
        "words": words,
        "now": timezone.now(),
        "confirm_count": queries.confirm_count(member),
        "has_board": can(member, "notice.board"),
        "older": f"?{urlencode({**here, 'before': str(page[-1].pk)})}" if len(found) > PAGE else "",
        "newest": f"?{urlencode(here)}" if before else "",
    }
    return render(request, "notices/inbox.html", context)


@require_safe
@login_required
def message(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """One message. Opening it is what "read" means, so a GET may note it: once, and a second one changes nothing."""
    member = _member(request)
    delivery = queries.inbox_of(member).select_related(*READ_ALONG).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound("no such message")
    if request.method == "GET":
        now = timezone.now()
        outbox.mark_read(delivery=delivery, now=now)
        acknowledging.note_read(delivery=delivery, now=now)
    context = {"delivery": delivery, "subject": delivery.subject, "notice": None}
    if delivery.notice_id and delivery.recipient is not None:
        context |= _notice_context(request, delivery, delivery.recipient)
    return render(request, "notices/message.html", context)


def _notice_context(request: HttpRequest, delivery: Delivery, row: NoticeRecipient) -> dict[str, Any]:
    """The notice as this reader has it: the words in force, the ones before, its files, and how it stands."""
    versions = list(notice_queries.versions_read(row.notice_id))
    if not versions:
        raise NotFound("a notice without words")
    notice = versions[0].notice
    told = older_words(versions, row, _organisation(request), request.LANGUAGE_CODE)
    (newest, words), *older = told
    files = of_subject(composing.SUBJECT, notice.pk) if notice.is_out else ()
    return {
        "subject": words.subject, "words": words, "row": row, "notice": notice, "newest": newest, "older": older,
        "is_over": bool(notice.expires_at and notice.expires_at <= timezone.now()),
        "files": [file for file in files if file.is_clean],
    }  # fmt: skip


def _organisation(request: HttpRequest) -> Organisation:
    return request.organisation  # type: ignore[attr-defined]
