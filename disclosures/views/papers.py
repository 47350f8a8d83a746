"""A statement as PDF and as spreadsheet: the figures of the page."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from disclosures import queries
from disclosures.models import AccountStatement, LineSeen, Remark, StatementLine
from disclosures.showing import decided, figures_of
from disclosures.views.doors import found, readers
from disclosures.views.statements import name_line
from notices.paper import pdf as paper
from owners.views.entrance import actor_of, log_auditor
from tenancy.errors import NotFound
from tenancy.policy import can

LINES_AT_MOST = 500
COLUMNS = 11
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@readers
@never_cache
def pdf(request: HttpRequest, statement_id: UUID) -> HttpResponseBase:
    """Made after the request's transaction has ended."""
    row = found(request, statement_id)
    log_auditor(request, "accountstatement", row)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    lines = list(row.lines.order_by("place")[: LINES_AT_MOST + 1])
    for line in lines:
        name_line(line)
    context = {
        "row": row, "organisation": organisation, "accent": organisation.accent, "made": timezone.now(),
        "lines": lines[:LINES_AT_MOST], "is_cut": len(lines) > LINES_AT_MOST, "limit": LINES_AT_MOST,
        **decided(list(row.reviews.all())), **figures_of(row, actor_of(request)),
    }  # fmt: skip
    html = render_to_string("pdf/disclosures/statement.html", context)
    response = StreamingHttpResponse(made(html), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_file_name(row)}.pdf"'
    return response


@require_safe
@readers
@never_cache
def minutes(request: HttpRequest, statement_id: UUID) -> HttpResponseBase:
    """What the committee's review came to: for staff and committee, from when it was put before them."""
    row, actor = found(request, statement_id), actor_of(request)
    reviews: list[Any] = list(row.reviews.select_related("member").order_by("member__name"))
    if not reviews or not can(actor, "statement.minutes", row):
        raise NotFound("no review to read")
    log_auditor(request, "accountstatement", row)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    seen = dict(LineSeen.objects.filter(line__statement=row).order_by().values_list("member").annotate(Count("pk")))
    for review in reviews:
        review.lines_seen = seen.get(review.member_id, 0)
    remarks: list[Any] = list(queries.remarks_visible_to(actor, row).filter(stage=Remark.Stage.REVIEW))
    context = {
        "row": row, "organisation": organisation, "accent": organisation.accent, "made": timezone.now(),
        "reviews": reviews, "remarks": remarks, "line_count": row.lines.count(), **decided(reviews),
        **figures_of(row, actor),
    }  # fmt: skip
    html = render_to_string("pdf/disclosures/minutes.html", context)
    response = StreamingHttpResponse(made(html), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_file_name(row)}-review.pdf"'
    return response


def made(html: str) -> Iterator[bytes]:
    yield paper.write(html)


def _file_name(row: AccountStatement) -> str:
    return str(row).replace("/", "-v")


@require_safe
@readers
@never_cache
def xlsx(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    row = found(request, statement_id)
    log_auditor(request, "accountstatement", row)
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("Summary")
    shown = figures_of(row, actor_of(request))
    _rows(sheet, [
        [_("Account"), row.get_kind_display()], [_("Number"), str(row)], [_("Estate"), row.estate.name],
        [_("From"), row.from_on], [_("To"), row.to_on], [_("Currency"), row.currency],
        [_("State"), row.get_state_display()], [_("Opening balance"), row.opening],
        [_("Income"), shown["totals"].income], [_("Expense"), shown["totals"].expense],
        [_("Closing balance"), row.closing], [_("Balance at the bank"), row.bank_balance],
    ])  # fmt: skip
    _rows(book.create_sheet(_("Categories")), [
        [_("Income or expense"), _("Category"), _("Lines"), _("Amount"), _("Period before"), _("Budget")],
        *([_direction(one["direction"]), one["name"], one["count"], one["amount"], one["prior"], one["budget"]]
          for one in shown["categories"]),
    ])  # fmt: skip
    _rows(book.create_sheet(_("Lines")), _line_rows(row))
    stream = BytesIO()
    book.save(stream)
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(row)}.xlsx"'
    return response


def _line_rows(row: AccountStatement) -> Iterator[list[Any]]:
    yield [_("Line"), _("Date"), _("Voucher"), _("Income or expense"), _("Category"), _("Description"),
           _("To or from whom"), _("Building"), _("Amount"), _("Budget"), _("Note")]  # fmt: skip
    for line in row.lines.order_by("place").iterator(chunk_size=1000):
        text = queries.in_language({"en": line.text_en, "zh": line.text_zh}, "")
        category = queries.in_language({"en": line.category_en, "zh": line.category_zh}, line.category)
        yield [line.place, line.booked_on, line.voucher, _direction(line.direction), category, text, line.counterparty,
               line.building, line.amount, line.budget, line.note]  # fmt: skip


def _direction(code: str) -> str:
    return str(StatementLine.Direction(code).label)


def _rows(sheet: Any, rows: Any) -> None:
    """Text is only ever text: a name such as ``=1+1`` stays what it says."""
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place, None if value == "" else value)
            if isinstance(value, str) and value:
                cell.data_type, cell.quotePrefix = "s", value[:1] in ("=", "+", "-", "@")
    for place in range(1, COLUMNS + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 22
