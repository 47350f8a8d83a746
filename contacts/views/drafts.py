"""Entries that are begun: going on with one, and discarding it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contacts.draft_queries import drafts_of, written_from
from contacts.services import drafts
from contacts.views.register import keep_name, write_down
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import NotFound
from tenancy.policy import can

beginners = staff_only(lambda member: can(member, "register.draft"))


@require_http_methods(["GET", "HEAD", "POST"])
@beginners
@never_cache
def draft(request: HttpRequest, entry_key: UUID) -> HttpResponse:
    """Go on with what was begun; once it is written down, the address leads to the entry.

    A form that is sent after its draft was discarded elsewhere is one that begins: its words are nobody's to lose.
    """
    actor = actor_of(request)
    begun = drafts_of(actor).filter(entry_key=entry_key).first()
    if begun is not None:
        return write_down(request, begun)
    row = written_from(actor, entry_key)
    if row is None and request.POST.get("entry_key") == str(entry_key):
        return write_down(request, None)
    if row is None:
        raise NotFound("no such draft")
    return write_down(request, None) if request.method == "POST" else redirect("register:entry", row.pk)


@require_POST
@beginners
def discard(request: HttpRequest, entry_key: UUID) -> HttpResponse:
    """Drop a draft, unless another device kept it since its page was opened: then it is shown first."""
    actor = actor_of(request)
    begun = drafts_of(actor).filter(entry_key=entry_key).first()
    try:
        drafts.discard_draft(entry_key=entry_key, actor=actor, now=timezone.now(), copy=_copy_in(request))
    except drafts.KeptElsewhere:
        messages.error(request, _("Another device kept this draft meanwhile. Look at it before you discard it."))
        return redirect("register:draft", entry_key)
    messages.success(request, _("The draft is discarded."))
    return redirect(f"{reverse('register:index')}?kept={keep_name(request, begun)}")


def _copy_in(request: HttpRequest) -> drafts.Copy | None:
    """The copy whose page is discarding, with nothing typed in it."""
    try:
        return drafts.Copy(key=UUID(request.POST.get("copy", "")), said={}, read=request.POST.get("read", ""))
    except ValueError:
        return None
