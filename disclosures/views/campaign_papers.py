"""Whom a campaign reached, on paper and as spreadsheet: the figures of its page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.services import record
from disclosures.campaign_showing import facts_of, method, reach_shown
from disclosures.exchange import campaign_workbook
from disclosures.exchange.spreadsheet import XLSX
from disclosures.models import Campaign
from disclosures.views.campaigns import found
from disclosures.views.papers import made
from notices.paper import pdf as paper
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import NotFound
from tenancy.policy import can

counters = staff_only(lambda member: can(member, "campaign.reach"))


def _counted(request: HttpRequest, campaign_id: UUID) -> Campaign:
    """Raises NotFound like ``found``, before it begins, and for who does not see whom it reached."""
    row = found(request, campaign_id)
    if not row.is_shown or not can(actor_of(request), "campaign.reach", row):
        raise NotFound("nothing is counted yet, or not for this member")
    log_auditor(request, "campaign", row)
    return row


@require_safe
@counters
@never_cache
def pdf(request: HttpRequest, campaign_id: UUID) -> HttpResponseBase:
    """Made after the request's transaction has ended."""
    row = _counted(request, campaign_id)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    context = {
        "row": row, "organisation": organisation, "accent": organisation.accent, "made": timezone.now(),
        "brand": paper.brand_of(organisation.accent), "facts": facts_of(row), "method": method(),
        **reach_shown(actor_of(request), row),
    }  # fmt: skip
    html = render_to_string("pdf/disclosures/campaign.html", context)
    return _noted(request, row, StreamingHttpResponse(made(html), content_type="application/pdf"), "pdf")


@require_safe
@counters
@never_cache
def xlsx(request: HttpRequest, campaign_id: UUID) -> HttpResponseBase:
    row = _counted(request, campaign_id)
    book = campaign_workbook.written(row, reach_shown(actor_of(request), row))
    return _noted(request, row, HttpResponse(book, content_type=XLSX), "xlsx")


def _noted(request: HttpRequest, row: Any, response: Any, suffix: str) -> Any:
    """Who took the figures away stands in the log."""
    record(
        action="campaign.reach_downloaded", subject=row, label=str(row), actor=actor_of(request), now=timezone.now(),
        changes={"kind": suffix},
    )  # fmt: skip
    name = _("Reach of %(name)s") % {"name": row.name.replace("/", "-")}
    response["Content-Disposition"] = content_disposition_header(suffix == "xlsx", f"{name}.{suffix}") or "inline"
    return response
