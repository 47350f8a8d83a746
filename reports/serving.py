"""The files of a report as answers."""

from datetime import datetime

from django.http import FileResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from audit.services import record
from reports import services
from reports.models import ReportRun
from reports.rules import wording
from tenancy.errors import NotFound
from tenancy.models import Membership

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def report_file(run: ReportRun, suffix: str, *, actor: Membership | None, now: datetime) -> FileResponse:
    """The file (pdf or xlsx) as an attachment, named in its own language. That it left the house is an audit entry.

    Raises NotFound until it is made.
    """
    storage, stored = services.private_storage(), run.pdf_name if suffix == "pdf" else run.xlsx_name
    if run.state != ReportRun.State.DONE or not stored or not storage.exists(stored):
        raise NotFound("no such file")
    record(action="report.downloaded", subject=run, actor=actor, now=now, label=str(run), changes={"kind": suffix})
    with translation.override(run.language):
        words = {"month": wording.month_words(run.month), "place": run.estate.name if run.estate else _("all estates")}
        name = _("Complaints %(month)s, %(place)s") % words
    response = FileResponse(storage.open(stored), content_type=TYPES[suffix])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{suffix}") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
