"""My data: an archive of it, requests about it, and how long what is kept."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from privacy import queries
from privacy.forms import AskForm
from privacy.models import DataExport
from privacy.services import exports, requests
from privacy.views.doors import language_of, member_of, step_up
from privacy.views.terms_shown import terms_shown
from tenancy.errors import NotFound

State = DataExport.State
SHOWN = 20


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    return _page(request, AskForm(), 200)


def _page(request: HttpRequest, form: AskForm, status: int) -> HttpResponse:
    user: Any = request.user
    context = {
        "form": form,
        "exports": list(queries.exports_of(user)[:SHOWN]),
        "requests": list(queries.requests_of(user)[:SHOWN]),
        "terms": terms_shown("keep."),
    }
    return render(request, "privacy/mine.html", context, status=status)


@require_POST
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy, a correction, an erasure, or object to something."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    said = form.cleaned_data
    user: Any = request.user
    requests.ask(user=user, actor=member_of(request), kind=said["kind"], words=said["words"], now=timezone.now())
    messages.success(request, _("We have your request and answer it in time. You see here what becomes of it."))
    return redirect("privacy:mine")


@require_POST
@login_required
def withdraw(request: HttpRequest, request_id: UUID) -> HttpResponse:
    requests.withdraw(request_id=request_id, user=request.user, actor=member_of(request), now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("Your request is withdrawn."))
    return redirect("privacy:mine")


@require_POST
@login_required
@step_up()
def make(request: HttpRequest) -> HttpResponse:
    """Have the archive made."""
    export = exports.request_own_export(
        user=request.user,  # type: ignore[arg-type]
        actor=member_of(request),
        language=language_of(request),
        now=timezone.now(),
    )
    return redirect("privacy:export", export.pk)


def _export(request: HttpRequest, export_id: UUID) -> DataExport:
    """Unknown, somebody else's and another organisation's look the same."""
    user: Any = request.user
    found = queries.exports_visible_to(member_of(request), user).select_related("person").filter(pk=export_id).first()
    if found is None:
        raise NotFound("no such archive")
    return found


@require_safe
@never_cache
@login_required
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """How far the archive is, asked again every second; then the way to fetch it."""
    row = _export(request, export_id)
    is_part = request.htmx and request.htmx.target == "making"  # type: ignore[attr-defined]
    response = render(request, "privacy/_making.html" if is_part else "privacy/export.html", {"export": row})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
@never_cache
@login_required
@step_up(back="privacy:export")
def fetch(request: HttpRequest, export_id: UUID) -> FileResponse:
    """The archive, whole: who may have it is asked again, and that it was fetched is written down."""
    row, now = _export(request, export_id), timezone.now()
    storage = exports.private_storage()
    is_over = row.expires_at is not None and row.expires_at <= now
    if row.state != State.DONE or is_over or not storage.exists(row.stored_name):
        raise NotFound("no such archive")
    exports.note_fetched(export=row, actor=member_of(request), now=now)
    response = FileResponse(storage.open(row.stored_name), content_type="application/zip")
    name = _("My data %(day)s") % {"day": f"{timezone.localtime(row.finished_at):%Y-%m-%d}"}
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
