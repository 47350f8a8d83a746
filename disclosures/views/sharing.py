"""A statement of shared costs divided among units: to staff each one's, to others their own."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from disclosures.exchange.spreadsheet import XLSX, fill
from disclosures.models import AccountStatement
from disclosures.rules.defaults import defaults
from disclosures.sharing_queries import divided, divided_for
from disclosures.views.doors import found, readers
from disclosures.views.statements import ways_of
from owners.views.entrance import actor_of, log_auditor
from tenancy.errors import NotFound
from tenancy.policy import can


def _shared_costs(request: HttpRequest, statement_id: UUID) -> AccountStatement:
    """Raises NotFound like ``found``, and for an account of another kind."""
    row = found(request, statement_id)
    if row.kind != AccountStatement.Kind.UTILITY:
        raise NotFound("not an account of shared costs")
    return row


@require_safe
@readers
@never_cache
def shares(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """What each unit pays, and how it is computed."""
    row, actor = _shared_costs(request, statement_id), actor_of(request)
    log_auditor(request, "accountstatement", row)
    found_shares = divided_for(row, actor)
    seen = found_shares.shares
    words = request.GET.get("q", "").strip()[:60].casefold()
    page = Paginator([share for share in seen if words in share.code.casefold()], defaults()["page"]).get_page(
        request.GET.get("page")
    )
    context = {
        "row": row, "shares": list(page), "is_own": not can(actor, "statement.shares", row), "q": request.GET.get("q", ""),
        "whole": sum((share.amount for share in seen), Decimal(0)), "undivided": found_shares.undivided, **ways_of(request, page),
    }  # fmt: skip
    return render(request, "disclosures/shares.html", context)


@require_safe
@readers
@never_cache
def xlsx(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Every unit's share, for staff; then their sum, and what nobody shares."""
    row, actor = _shared_costs(request, statement_id), actor_of(request)
    if not can(actor, "statement.shares", row):
        raise NotFound("of others' shares nothing is told")
    log_auditor(request, "accountstatement", row)
    found_shares, book = divided(row), Workbook()
    rows = found_shares.shares
    sheet: Any = book.active
    sheet.title = _("Shares")
    fill(sheet, [
        [_("Unit"), _("Building"), _("Area (m²)"), pgettext("of a cost", "Share")],
        *([share.code, share.building_name, share.area, share.amount] for share in rows),
        [_("Together"), "", sum((share.area for share in rows), Decimal(0)),
         sum((share.amount for share in rows), Decimal(0))],
        *([_("Divided among nobody"), one.building, "", one.cost] for one in found_shares.undivided),
    ])  # fmt: skip
    stream = BytesIO()
    book.save(stream)
    response = HttpResponse(stream.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{str(row).replace("/", "-v")}-shares.xlsx"'
    return response
