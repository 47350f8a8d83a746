"""Outside parties in from a file, and out as one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.services import record
from contacts.exchange import gathering, tables, vcards
from contacts.forms import ImportForm, areas_from
from contacts.rules import access
from contacts.services import importing
from contacts.views.doors import exporters, importers, region_of
from owners.registry.problems import Unreadable
from owners.views.entrance import actor_of
from tenancy.stepping_up import recently_proven


@require_http_methods(["GET", "HEAD", "POST"])
@importers
@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; see what it would make and change, and what is refused and why."""
    actor = actor_of(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*posted, actor=actor)
    if form.is_bound and form.is_valid():
        file, areas = form.cleaned_data["file"], form.cleaned_data["areas"]
        try:
            rows = importing.read_file(file.read(), file.name or "")
        except Unreadable as problem:
            form.add_error("file", str(problem))
        else:
            return _preview(request, rows, areas)
    return render(request, "contacts/import.html", {"form": form}, status=422 if request.method == "POST" else 200)


def _preview(request: HttpRequest, rows: importing.Rows, areas: list[str]) -> HttpResponse:
    actor = actor_of(request)
    planned = importing.plan_import(
        rows=rows, areas=areas_from(areas), region=region_of(request), actor=actor, now=timezone.now()
    )
    counts = {act: sum(row.act == act for row in planned) for act in ("new", "changed", "same", "refused")}
    context = {"planned": planned, "counts": counts, "sealed": importing.seal(rows, areas, actor)}
    return render(request, "contacts/import_preview.html", context)


@require_POST
@importers
def apply(request: HttpRequest) -> HttpResponse:
    """Do what the preview showed, as things are now."""
    actor = actor_of(request)
    rows, areas = importing.unseal(request.POST.get("sealed", ""), actor)
    done = importing.run_import(
        rows=rows, areas=areas_from(areas), region=region_of(request), actor=actor, now=timezone.now()
    )
    taken = sum(row.act in (importing.NEW, importing.CHANGED) for row in done)
    messages.success(request, _("Brought in: %(count)s rows made or changed something.") % {"count": taken})
    return redirect("contacts:index")


def _export(ending: str, kind: str, write: Callable[[Any], bytes]) -> Callable[..., Any]:
    @require_safe
    @exporters
    @never_cache
    @recently_proven(back="contacts:index")
    def export(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        rows = gathering.rows_for(actor)
        said = {"rows": len(rows), "form": ending, "people": access.sees_people(actor)}
        record(action="outsideparty.exported", subject=None, actor=actor, now=timezone.now(), changes=said)
        response = HttpResponse(write(rows), content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{gathering.file_name(ending)}"'
        return response

    return export


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
export_csv = _export("csv", "text/csv; charset=utf-8", tables.as_csv)
export_xlsx = _export("xlsx", XLSX, tables.as_xlsx)
export_vcf = _export("vcf", "text/vcard; charset=utf-8", vcards.as_vcards)
