"""Whether answers helped: said by their readers, and for staff what is to be improved."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from disclosures import enquiry_queries, vote_queries
from disclosures.models import Remark
from disclosures.rules.defaults import defaults
from disclosures.services import voting
from disclosures.views.doors import readers as account_readers
from disclosures.views.enquiries import neighbours
from disclosures.views.statements import paged
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import NotFound

improvers = staff_only(vote_queries.improves)
SECTIONS = ("articles", "enquiries", "accounts")


@require_POST
@neighbours
@never_cache
def enquiry(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    if not enquiry_queries.opened_to(actor).filter(pk=enquiry_id).exists():
        raise NotFound("no such question")
    request.way_back = reverse("enquiries:opened")  # type: ignore[attr-defined]
    helped = request.POST.get("helped") != "no"
    voting.vote_on_enquiry(enquiry_id=enquiry_id, was_helpful=helped, actor=actor, now=timezone.now())
    messages.success(request, _("Thank you. You can change your mind at any time."))
    page = request.POST.get("page", "")
    back = f"?page={page}" if page.isascii() and page.isdigit() else ""
    return redirect(f"{reverse('enquiries:opened')}{back}#q-{enquiry_id}")


@require_POST
@account_readers
@never_cache
def remark(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    row: Remark | None = vote_queries.remarks_open_to(actor).filter(pk=remark_id).first()
    if row is None:
        raise NotFound("no such question")
    back = reverse("disclosures:statement", args=[row.statement_id])
    request.way_back = back  # type: ignore[attr-defined]
    helped = request.POST.get("helped") != "no"
    voting.vote_on_remark(remark_id=row.pk, was_helpful=helped, actor=actor, now=timezone.now())
    messages.success(request, _("Thank you. You can change your mind at any time."))
    return redirect(f"{back}#remarks")


@require_safe
@improvers
@never_cache
def to_improve(request: HttpRequest) -> HttpResponse:
    """Articles, answers and answers on accounts of which somebody said that they did not help, the worst first."""
    actor = actor_of(request)
    found: dict[str, Any] = {
        "articles": vote_queries.unhelpful_articles(actor), "enquiries": vote_queries.unhelpful_enquiries(actor),
        "accounts": vote_queries.unhelpful_remarks(actor),
    }  # fmt: skip
    asked = request.GET.get("of", "")
    here = asked if asked in SECTIONS else next((name for name in SECTIONS if found[name].exists()), SECTIONS[0])
    rows, ways = paged(request, found[here], defaults()["articles"]["page"])
    log_auditor(request, "article.to_improve")
    context = {"rows": rows, "here": here, "counts": {name: found[name].count() for name in SECTIONS}, **ways}
    return render(request, "disclosures/articles/to_improve.html", context)
