"""A report of tables on paper and as a spreadsheet: relay times, contacts, letters, promises."""

from collections.abc import Sequence
from io import BytesIO

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from openpyxl import Workbook

from notices.paper.pdf import brand_of
from reports.documents.workbook import BOLD, Sheet, write_summary, write_table
from reports.rules.sections import Report

Method = Sequence[tuple[str, str]]


def tables_html(report: Report, method: Method, *, accent: str) -> str:
    """The document in the active language; ``method`` says how each figure is computed."""
    context = {"report": report, "method": method, "accent": accent, "brand": brand_of(accent)}
    return render_to_string("pdf/reports/tables.html", context)


def tables_workbook(report: Report, method: Method) -> bytes:
    """The same figures, a table a sheet, and how they are computed."""
    book = Workbook(write_only=True)
    write_summary(book, report)
    for table in report.tables:
        write_table(book, table)
    sheet = Sheet(book, _("How it is computed"), (28, 120))
    for term, definition in method:
        sheet.row([sheet.cell(term, font=BOLD), sheet.cell(definition)])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
