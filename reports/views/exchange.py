"""Complaints analysed, contacts, letters without an answer, promises: each a page, a PDF and a spreadsheet of the same figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from audit.services import record
from notices.paper import pdf
from owners.models import Estate
from reports import exchange_queries, queries
from reports.analysis_queries import analysed_in
from reports.documents.tables import Method, tables_html, tables_workbook
from reports.relay_forms import RelaysForm
from reports.rules import analysis_report, contacts, letters, promises
from reports.rules.sections import Report
from reports.serving import TYPES
from reports.views.doors import door, member
from tenancy.models import Membership
from tenancy.policy import can

# So many single rows on the page and on paper; the spreadsheet holds them all.
LISTED_AT_MOST = 200


@dataclass(frozen=True)
class Asked:
    """Who asks about which days and estates."""

    actor: Membership
    organisation: str
    estates: Sequence[Estate]
    first: date
    last: date
    now: datetime
    most: int | None

    @property
    def keys(self) -> list[Any]:
        return [estate.pk for estate in self.estates]

    @property
    def head(self) -> dict[str, Any]:
        names = _("; ").join(estate.name for estate in self.estates)
        return {"organisation": self.organisation, "place": names, "now": self.now}

    @property
    def span(self) -> dict[str, date]:
        return {"first": self.first, "last": self.last}


def _analysis(asked: Asked) -> Report:
    found = analysed_in(asked.actor, asked.keys, asked.first, asked.last)
    return analysis_report.build(found, **asked.head, **asked.span, most=asked.most, cases=_cases_of(asked))


def _cases_of(asked: Asked) -> str:
    """Where the cases of a check of just these days and estates are listed."""
    only = {"estate": asked.estates[0].pk} if len(asked.estates) == 1 else {}
    return f"{reverse('reports:analysis_cases')}?{urlencode({**asked.span, **only})}"


def _contacts(asked: Asked) -> Report:
    found = exchange_queries.contacts_in(asked.actor, asked.keys, asked.first, asked.last)
    return contacts.build(found, **asked.head, **asked.span)


def _letters(asked: Asked) -> Report:
    today = timezone.localdate(asked.now)
    found = exchange_queries.letters_waiting(asked.actor, asked.keys, today=today)
    return letters.build(found, **asked.head, today=today, most=asked.most)


def _promises(asked: Asked) -> Report:
    today = timezone.localdate(asked.now)
    found = exchange_queries.promises_in(asked.actor, asked.keys, asked.first, asked.last, today=today)
    return promises.build(found, **asked.head, **asked.span, most=asked.most)


@dataclass(frozen=True)
class Kind:
    name: str | Promise
    build: Callable[[Asked], Report]
    method: Callable[[], Method]
    has_span: bool = True


KINDS = {
    "analysis": Kind(gettext_lazy("Complaints analysed"), _analysis, analysis_report.method),
    "contacts": Kind(gettext_lazy("Contacts"), _contacts, contacts.method),
    "letters": Kind(gettext_lazy("Letters without an answer"), _letters, letters.method, has_span=False),
    "promises": Kind(gettext_lazy("Promises"), _promises, promises.method),
}
readers = door(lambda actor: can(actor, "report.read"))


@require_safe
@readers
def page(request: HttpRequest, kind: str) -> HttpResponse:
    """``?first=&last=&estate=``; without them the last three months of all one's estates."""
    form, report = _report(request, kind, LISTED_AT_MOST)
    query = request.GET.urlencode()
    ways = {f"{suffix}_url": f"{reverse(f'reports:{kind}_{suffix}')}?{query}" for suffix in ("pdf", "xlsx")}
    context = {"form": form, "report": report, "name": KINDS[kind].name, "method": KINDS[kind].method(), **ways}
    return render(request, "reports/tables.html", context, status=200 if form.is_valid() else 422)


@require_safe
@readers
def download_pdf(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Made after the request's transaction has ended."""
    _form, report = _report(request, kind, LISTED_AT_MOST)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    html = tables_html(report, KINDS[kind].method(), accent=organisation.accent)
    return _file(request, kind, StreamingHttpResponse(_made(html), content_type=TYPES["pdf"]), "pdf")


def _made(html: str) -> Iterator[bytes]:
    yield pdf.write(html)


@require_safe
@readers
def download_xlsx(request: HttpRequest, kind: str) -> HttpResponseBase:
    _form, report = _report(request, kind, None)
    made = tables_workbook(report, KINDS[kind].method())
    return _file(request, kind, HttpResponse(made, content_type=TYPES["xlsx"]), "xlsx")


def _file(request: HttpRequest, kind: str, response: Any, suffix: str) -> Any:
    record(
        action="register.downloaded", subject=None, actor=member(request), now=timezone.now(),
        changes={"what": kind, "kind": suffix},
    )  # fmt: skip
    response["Content-Disposition"] = content_disposition_header(True, f"{KINDS[kind].name}.{suffix}") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _report(request: HttpRequest, kind: str, most: int | None) -> tuple[RelaysForm, Report]:
    now, actor = timezone.now(), member(request)
    form = RelaysForm(request.GET, estates=queries.estates_of(actor), today=timezone.localdate(now))
    first, last = form.days
    if not KINDS[kind].has_span:
        del form.fields["first"], form.fields["last"]
    name: str = request.organisation.name  # type: ignore[attr-defined]
    return form, KINDS[kind].build(Asked(actor, name, form.chosen, first, last, now, most))
