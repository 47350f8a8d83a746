"""Reports of a month: the list, one report, its files."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices.paper.pdf import PARTS_MISSING
from reports import queries, services
from reports.forms import ReportForm
from reports.models import ReportRun
from reports.rules import access, sections
from reports.rules.method import method
from reports.serving import report_file
from reports.views.doors import door, member
from tenancy.errors import NotFound
from tenancy.stepping_up import recently_proven

State = ReportRun.State
PAGE = 50
SENTENCES = {
    services.FAILED: gettext_lazy("The report could not be made. Nothing is lost: try again, and if it fails again, tell your administrator."),
    PARTS_MISSING: gettext_lazy(
        "The report could not be made because this server lacks the programs that write PDF files. "
        "Tell your administrator: “Check the installation” in the handbook names them."
    ),
}  # fmt: skip
readers = door(access.may_read_reports)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def index(request: HttpRequest) -> HttpResponse:
    """The reports made so far, and the form to have one made."""
    actor, now = member(request), timezone.now()
    organisation = request.organisation  # type: ignore[attr-defined]
    estates = list(queries.estates_of(actor))
    form = ReportForm(
        request.POST or None,
        today=now.astimezone(ZoneInfo(organisation.time_zone)).date(),
        estates=estates,
        language=translation.get_language() or organisation.language,
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        run = services.request_report(
            month=asked["month"], estate_id=asked["estate"], language=asked["language"], actor=actor, now=now
        )
        return redirect("reports:report", run.pk)
    older = _uuid(request.GET.get("before", ""))
    runs = queries.runs_visible_to(actor)
    if older:
        runs = runs.filter(pk__lt=older)
    found = list(runs.order_by("-id")[: PAGE + 1])
    context = {
        "form": form,
        "runs": found[:PAGE],
        "older": f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "newest": request.path if older else "",
        "may_make": access.may_make_reports(actor) and bool(estates),
    }
    return render(request, "reports/index.html", context, status=200 if not form.errors else 422)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _run(request: HttpRequest, run_id: UUID, *, whole: bool = False) -> ReportRun:
    """Unknown, another organisation's and another estate's look the same."""
    runs = queries.runs_visible_to(member(request)).filter(pk=run_id)
    run: ReportRun | None = (runs.defer(None) if whole else runs).first()
    if run is None:
        raise NotFound("no such report")
    return run


@require_safe
@readers
def report(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The report once it is made; until then how far it is, asked again every second."""
    run = _run(request, run_id, whole=True)
    context = {
        "run": run,
        "may_make": access.may_make_reports(member(request)),
        "sentence": SENTENCES.get(run.error, ""),
    }
    if run.state != State.DONE:
        polled = request.htmx and request.htmx.target == "making"  # type: ignore[attr-defined]
        response = render(request, "reports/_making.html" if polled else "reports/making.html", context)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response
    if request.htmx and request.htmx.target == "making":  # type: ignore[attr-defined]
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    context |= {
        "report": sections.build(run.figures),
        "method": method(),
        "listed": len(run.listing),
    }
    return render(request, "reports/month.html", context)


@require_safe
@readers
def complaints(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The complaints of a report one by one, fifty a page, as they stood when it was made."""
    run = _run(request, run_id, whole=True)
    if run.state != State.DONE:
        return redirect("reports:report", run.pk)
    text = request.GET.get("from", "0")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    rows = run.listing[start : start + PAGE]
    context = {
        "run": run,
        "report": sections.build(run.figures),
        "table": sections.listing(rows, run.figures),
        "first": start + 1,
        "last": start + len(rows),
        "listed": len(run.listing),
        "before": f"?from={max(start - PAGE, 0)}" if start else "",
        "after": f"?from={start + PAGE}" if start + PAGE < len(run.listing) else "",
    }
    return render(request, "reports/complaints.html", context)


@require_POST
@readers
def again(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    run = services.retry_report(run_id=run_id, actor=member(request), now=timezone.now())
    return redirect("reports:report", run.pk)


@require_safe
@readers
@recently_proven(back="reports:report")
def download_pdf(request: HttpRequest, run_id: UUID) -> FileResponse:
    return report_file(_run(request, run_id), "pdf", actor=member(request), now=timezone.now())


@require_safe
@readers
@recently_proven(back="reports:report")
def download_xlsx(request: HttpRequest, run_id: UUID) -> FileResponse:
    return report_file(_run(request, run_id), "xlsx", actor=member(request), now=timezone.now())
