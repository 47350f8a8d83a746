"""Importing a registry: upload, progress, errors, preview, done, undo."""

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.services import record
from owners import queries, rules
from owners.forms import RetryForm, UploadForm
from owners.models import RegistryImport, Unit
from owners.registry.problems import place, words
from owners.services import imports, undoing
from owners.services.estates import calendar_choices
from owners.views.entrance import member_of, staff_only
from tenancy.errors import NotFound
from tenancy.stepping_up import recently_proven

State = RegistryImport.State
ERRORS_SHOWN = 200
TABLE_WORDS = {
    "buildings": gettext_lazy("Buildings"),
    "units": gettext_lazy("Units"),
    "people": gettext_lazy("People"),
    "ownerships": gettext_lazy("Ownerships"),
    "occupancies": gettext_lazy("Occupancies"),
}
SAMPLE_WORDS = {"new": gettext_lazy("new"), "changed": gettext_lazy("changed"), "ended": gettext_lazy("ended")}


def _upload_form(request: HttpRequest, *args: Any, **kwargs: Any) -> UploadForm:
    actor = member_of(request)
    return UploadForm(
        *args,
        estates=list(queries.estates_imported_by(actor)),
        may_create=rules.may_create_estate(actor),
        calendars=calendar_choices(request.organisation),  # type: ignore[attr-defined]
        **kwargs,
    )


@staff_only(rules.may_import_somewhere)
def upload(request: HttpRequest) -> HttpResponse:
    """The form for a registry file; a sound upload goes on to its own page."""
    if request.method != "POST":
        return render(request, "owners/import_upload.html", {"form": _upload_form(request)})
    form = _upload_form(request, request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "owners/import_upload.html", {"form": form}, status=422)
    return _uploaded(request, form, form.wish())


def _uploaded(request: HttpRequest, form: UploadForm | RetryForm, wish: imports.Wish) -> HttpResponse:
    upload = form.cleaned_data["file"]
    row = imports.upload_registry(
        actor=member_of(request), now=timezone.now(), file_name=upload.name, content=upload.content, wish=wish
    )
    return redirect("owners:import", row.pk)


@require_POST
@staff_only(rules.may_import_somewhere)
def retry(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """A corrected file, to go where the faulty one should have gone."""
    row = _row(request, import_id)
    form = RetryForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "owners/import.html", _context(request, row, form), status=422)
    return _uploaded(request, form, imports.Wish.of(row.options))


def _row(request: HttpRequest, import_id: UUID) -> RegistryImport:
    row = queries.imports_visible_to(member_of(request)).filter(pk=import_id).first()
    if row is None:
        raise NotFound("no such import")
    return row


@require_safe
@never_cache
@staff_only(rules.may_import_somewhere)
def page(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Where an import stands: being checked, its errors, its preview, its progress, its end."""
    row = _row(request, import_id)
    return render(request, "owners/import.html", _context(request, row, RetryForm()))


@require_safe
@never_cache
@staff_only(rules.may_import_somewhere)
def progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The progress bar alone. When the work has ended the whole page is loaded again."""
    row = _row(request, import_id)
    response = render(request, "owners/_import_progress.html", _context(request, row, None))
    if row.state not in queries.ACTIVE:
        response.headers["HX-Refresh"] = "true"
    return response


def _context(request: HttpRequest, row: RegistryImport, form: RetryForm | None) -> dict[str, Any]:
    done, total = imports.progress(row)
    preview = row.preview
    counts = preview.get("counts", {})
    kinds = dict(Unit.Kind.choices)
    return {
        "import": row,
        "form": form,
        "is_active": row.state in queries.ACTIVE,
        "rows_done": done,
        "rows_total": total,
        "errors": [
            {"place": place(error), "words": words(error), "error": error} for error in row.errors[:ERRORS_SHOWN]
        ],
        "error_count": preview.get("error_count", 0),
        "errors_shown": ERRORS_SHOWN,
        "notes": [words(note)[0] for note in preview.get("notes", [])],
        "counts": [(TABLE_WORDS[name], counts[name]) for name in TABLE_WORDS if name in counts],
        "kinds": [(kinds[kind], figures) for kind, figures in preview.get("figures", {}).get("by_kind", {}).items()],
        "samples": [
            (TABLE_WORDS[key.split(".")[0]], SAMPLE_WORDS[key.split(".")[1]], rows)
            for key, rows in preview.get("samples", {}).items()
            if not (key.endswith(".new") and preview.get("is_new_estate"))
        ],
        "can_be_undone": undoing.can_be_undone(row, timezone.now()),
    }


@require_POST
@staff_only(rules.may_import_somewhere)
def start(request: HttpRequest, import_id: UUID) -> HttpResponse:
    imports.start_import(import_id=import_id, actor=member_of(request), now=timezone.now())
    return redirect("owners:import", import_id)


@require_POST
@staff_only(rules.may_import_somewhere)
def undo(request: HttpRequest, import_id: UUID) -> HttpResponse:
    undoing.undo_import(import_id=import_id, actor=member_of(request), now=timezone.now())
    messages.success(request, _("The import is undone. The registry is as it was before."))
    return redirect("owners:import", import_id)


@require_safe
@staff_only(rules.may_import_somewhere)
@recently_proven(back="owners:import")
def errors_file(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """All errors as a CSV file that a spreadsheet opens."""
    row = _row(request, import_id)
    record(action="registryimport.errors_read", subject=row, actor=member_of(request), now=timezone.now())
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(
        [
            _("Sheet"),
            _("Row"),
            _("Column"),
            _("Heading"),
            _("What stands there"),
            _("What is wrong"),
            _("What to write"),
        ]
    )
    for error in row.errors:
        cells = [error["sheet"], error["row"] or "", error["column"], error["heading"], error["value"], *words(error)]
        writer.writerow([_inert(cell) for cell in cells])
    response = HttpResponse("\ufeff" + stream.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="registry-errors-{row.pk}.csv"'
    return response


def _inert(cell: Any) -> str:
    """What begins like a formula is text, in every spreadsheet."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
