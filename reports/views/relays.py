"""How fast outages were relayed: a page, a PDF and a spreadsheet of the same figures."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.services import record
from notices.paper import pdf
from owners.models import Estate
from reports import queries
from reports.documents.tables import tables_html, tables_workbook
from reports.relay_forms import RelaysForm
from reports.relay_queries import relays_in
from reports.rules import relays
from reports.rules.sections import Report
from reports.serving import TYPES
from reports.views.doors import door, member
from tenancy.policy import can

# So many single outages on the page and on paper; the spreadsheet holds them all.
LISTED_AT_MOST = 200
readers = door(lambda actor: can(actor, "outage.report"))


@require_safe
@readers
def page(request: HttpRequest) -> HttpResponse:
    """``?first=&last=&estate=``; without them the last three months of all one's estates."""
    form, report = _report(request, LISTED_AT_MOST)
    query = request.GET.urlencode()
    ways = {f"{suffix}_url": f"{reverse(f'reports:relays_{suffix}')}?{query}" for suffix in ("pdf", "xlsx")}
    context = {"form": form, "report": report, "name": _("Relay times"), "method": relays.method(), **ways}
    return render(request, "reports/tables.html", context, status=200 if form.is_valid() else 422)


@require_safe
@readers
def download_pdf(request: HttpRequest) -> HttpResponseBase:
    """Made after the request's transaction has ended."""
    _form, report = _report(request, LISTED_AT_MOST)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    html = tables_html(report, relays.method(), accent=organisation.accent)
    return _file(request, StreamingHttpResponse(_made(html), content_type=TYPES["pdf"]), "pdf")


def _made(html: str) -> Iterator[bytes]:
    yield pdf.write(html)


@require_safe
@readers
def download_xlsx(request: HttpRequest) -> HttpResponseBase:
    _form, report = _report(request, None)
    return _file(request, HttpResponse(tables_workbook(report, relays.method()), content_type=TYPES["xlsx"]), "xlsx")


def _file(request: HttpRequest, response: Any, suffix: str) -> Any:
    record(
        action="relays.downloaded", subject=None, actor=member(request), now=timezone.now(), changes={"kind": suffix}
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{_('Relay times')}.{suffix}") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _report(request: HttpRequest, most: int | None) -> tuple[RelaysForm, Report]:
    now = timezone.now()
    form = RelaysForm(request.GET, estates=queries.estates_of(member(request)), today=timezone.localdate(now))
    first, last = form.days
    estates: list[Estate] = form.chosen
    found = relays_in([estate.pk for estate in estates], first, last)
    names = [estate.name for estate in estates]
    report = relays.build(
        found, organisation=request.organisation.name, place=_("; ").join(names),  # type: ignore[attr-defined]
        first=first, last=last, estates=names, now=now, most=most,
    )  # fmt: skip
    return form, report
