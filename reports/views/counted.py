"""The cases that a check of the analysis counts."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports import queries
from reports.analysis_queries import analysed_in
from reports.relay_forms import RelaysForm
from reports.rules import wording
from reports.rules.analysis_counted import counted
from reports.views.doors import door, member
from tenancy.policy import can

A_PAGE = 100


@require_safe
@door(lambda actor: can(actor, "report.read"))
def cases(request: HttpRequest) -> HttpResponse:
    """``?first=&last=&estate=`` as the analysis, ``check=&of=`` one row of one of its checks; else back to it."""
    actor = member(request)
    form = RelaysForm(request.GET, estates=queries.estates_of(actor), today=timezone.localdate())
    first, last = form.days
    found = analysed_in(actor, [estate.pk for estate in form.chosen], first, last)
    check, of = request.GET.get("check", ""), request.GET.get("of", "")
    query = {name: request.GET[name] for name in ("first", "last", "estate") if request.GET.get(name)}
    back = f"{reverse('reports:analysis')}?{urlencode(query)}"
    listed = counted(found, check, of)
    if listed is None:
        return redirect(back)
    page = Paginator(listed.table.lines, A_PAGE).get_page(request.GET.get("page"))
    here = query | {"check": check, "of": of}
    context = {
        "listed": listed,
        "table": {
            "title": listed.title,
            "columns": listed.table.columns,
            "lines": list(page),
            "empty": listed.table.empty,
        },
        "number": page.paginator.count,
        "span": f"{wording.day_words(first)} – {wording.day_words(last)}",
        "back": f"{back}#s-{check}",
        "newer": _page(here, page.previous_page_number()) if page.has_previous() else "",
        "older": _page(here, page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "reports/counted.html", context)


def _page(here: dict[str, str], number: int) -> str:
    return f"?{urlencode({**here, 'page': number})}"
