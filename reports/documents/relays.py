"""The report of relay times on paper and as a spreadsheet."""

from io import BytesIO

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from openpyxl import Workbook

from notices.paper.pdf import brand_of
from reports.documents.workbook import BOLD, Sheet, write_summary, write_table
from reports.rules.relays import method
from reports.rules.sections import Report


def relays_html(report: Report, *, accent: str) -> str:
    """The document in the active language."""
    context = {"report": report, "method": method(), "accent": accent, "brand": brand_of(accent)}
    return render_to_string("pdf/reports/relays.html", context)


def relays_workbook(report: Report) -> bytes:
    """The same figures, a table a sheet, and how they are computed."""
    book = Workbook(write_only=True)
    write_summary(book, report)
    for table in report.tables:
        write_table(book, table)
    sheet = Sheet(book, _("How it is computed"), (28, 120))
    for term, definition in method():
        sheet.row([sheet.cell(term, font=BOLD), sheet.cell(definition)])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
