"""What staff print of a notice: the choice, the runs, their files, and that they are posted."""

from uuid import UUID

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.services import record
from notices import printing_queries as queries
from notices.models import PaperRun
from notices.paper.pdf import PARTS_MISSING
from notices.paper_forms import PrintForm
from notices.reach_views import notice_of, title_of
from notices.services import printing
from owners.views.entrance import member_of, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.private_files import STORAGE
from tenancy.stepping_up import recently_proven

RUNS_SHOWN = 50
SENTENCES = {
    printing.FAILED: gettext_lazy(
        "It could not be made. Ask for it again; if it fails again, tell your administrator."
    ),
    PARTS_MISSING: gettext_lazy("This server lacks the programs that write PDF files. Tell your administrator."),
}


def may_print(actor: Membership | None) -> bool:
    return can(actor, queries.PRINT)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(may_print)
def paper(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Ask for letters or door notices; the runs so far, which follow by themselves while one is made."""
    notice, actor, now = notice_of(request, notice_id, queries.PRINT), member_of(request), timezone.now()
    assert actor is not None  # noqa: S101 - staff_only saw to it
    places = queries.places_to_print(actor, notice)
    form = PrintForm(
        request.POST or None,
        buildings=[building for _estate, building in places if building is not None],
        counts={whom: queries.recipients_to_print(actor, notice, whom, None).count() for whom in PaperRun.Whom.values},
    )
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        printing.request_run(
            notice_id=notice.pk, kind=asked["kind"], whom=asked["whom"], building_id=asked["building"],
            language=request.LANGUAGE_CODE, actor=actor, now=now,
        )  # fmt: skip
        return redirect("notices:paper", notice.pk)
    runs = list(queries.runs_seen_by(actor, notice).order_by("-requested_at", "-id")[:RUNS_SHOWN])
    polled = bool(request.htmx and request.htmx.target == "runs")  # type: ignore[attr-defined]
    context = {
        "notice": notice,
        "title": title_of(notice, request.LANGUAGE_CODE),
        "form": form,
        "runs": [(run, SENTENCES.get(run.error, "")) for run in runs],
        "is_live": any(run.state in queries.IN_PROGRESS for run in runs),
        "may_post": can(actor, "notice.chase"),
    }
    name = "notices/_runs.html" if polled else "notices/paper.html"
    response = render(request, name, context, status=422 if form.errors else 200)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _run(request: HttpRequest, notice_id: UUID, run_id: UUID) -> PaperRun:
    notice = notice_of(request, notice_id, queries.PRINT)
    run: PaperRun | None = queries.runs_seen_by(member_of(request), notice).filter(pk=run_id).first()
    if run is None:
        raise NotFound("no such run")
    return run


@require_safe
@staff_only(may_print)
def paper_run(request: HttpRequest, notice_id: UUID, run_id: UUID) -> HttpResponse:
    """Where a fresh proof comes back to: the page on which the file can be fetched."""
    return redirect("notices:paper", _run(request, notice_id, run_id).notice_id)


@require_safe
@staff_only(may_print)
@recently_proven(back="notices:paper_run")
def paper_file(request: HttpRequest, notice_id: UUID, run_id: UUID) -> FileResponse:
    """The PDF. That names and addresses left the house is an audit entry."""
    run, storage = _run(request, notice_id, run_id), storages[STORAGE]
    if run.state != PaperRun.State.DONE or not run.pdf_name or not storage.exists(run.pdf_name):
        raise NotFound("no such file")
    record(
        action="notice.paper_downloaded",
        subject=run,
        actor=member_of(request),
        now=timezone.now(),
        label=run.notice.number,
    )
    response = FileResponse(storage.open(run.pdf_name), content_type="application/pdf")
    name = f"{run.notice.number} {run.get_kind_display()}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@staff_only(may_print)
def posted(request: HttpRequest, notice_id: UUID, run_id: UUID) -> HttpResponse:
    """All letters of a run are in the post."""
    actor, run = member_of(request), _run(request, notice_id, run_id)
    assert actor is not None  # noqa: S101 - staff_only saw to it
    run = printing.mark_posted(run_id=run.pk, actor=actor, now=timezone.now())
    words = ngettext("%(n)s letter is noted as posted.", "%(n)s letters are noted as posted.", run.count)
    messages.success(request, words % {"n": run.count})
    return redirect("notices:paper", notice_id)
