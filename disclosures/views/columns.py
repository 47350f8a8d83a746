"""A file whose headings are not understood: somebody says which column is which, and the next file is understood."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attachments.models import Attachment
from attachments.services import discard, held_token, held_uploads, receive_upload
from attachments.stores import content_of
from contacts.rules.access import reach_for
from disclosures.columns_forms import ColumnsForm
from disclosures.columns_queries import remembered
from disclosures.exchange import reckoning, workbook
from disclosures.exchange.columns import PARTS
from disclosures.models import AccountStatement
from disclosures.services import columns, statements
from disclosures.views.doors import writers
from owners.models import Estate
from owners.queries import estates_visible_to
from owners.registry.problems import Unreadable
from owners.registry.workbook import Sheet, open_sheets
from owners.views.entrance import actor_of
from tenancy.errors import DomainError
from tenancy.models import Membership


def can_be_chosen(sheets: list[Sheet]) -> bool:
    """The period, the balances and the lines stand on a sheet each."""
    return len([sheet for sheet in sheets if sheet.rows]) >= len(PARTS)


def keep_for_choosing(file: Any, estate: Estate, actor: Membership, now: datetime) -> str:
    """Hold the file for a day, through the gate of uploads, and say where its columns are chosen. Raises UploadRefused."""
    file.seek(0)
    held = receive_upload(file=file, actor=actor, now=now)
    return _address(held_token(held), estate)


def _address(token: str, estate: Estate) -> str:
    return f"{reverse('disclosures:columns')}?{urlencode({'held': token, 'estate': str(estate.pk)})}"


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Show what stands in the file, take the choice, then bring the accounts in or say what is wrong."""
    actor, now = actor_of(request), timezone.now()
    said = request.POST if request.method == "POST" else request.GET
    token, estate = said.get("held", ""), _estate(actor, said.get("estate", ""))
    kept = next(iter(held_uploads(tokens=[token], actor=actor)), None)
    if kept is None or estate is None or kept.state == Attachment.State.REFUSED:
        messages.warning(request, _("The file is kept for a day only. Choose it again."))
        return redirect("disclosures:bring_in")
    context: dict[str, Any] = {"file_name": kept.original_name, "estate": estate, "here": _address(token, estate)}
    if not kept.is_clean:
        return render(request, "disclosures/columns.html", context | {"waits": True})
    try:
        sheets = open_sheets(content_of(kept), kept.original_name)
        if not can_be_chosen(sheets):
            raise Unreadable(_("The period, the balances and the lines need a sheet each."))
    except Unreadable as problem:
        messages.error(request, str(problem))
        return redirect("disclosures:bring_in")
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, held=token, estate=str(estate.pk), sheets=sheets,
        remembered=remembered(), wants_new="show" in request.POST,
    )  # fmt: skip
    context["form"] = form
    if request.method != "POST" or form.is_turned:
        return render(request, "disclosures/columns.html", context)
    if form.is_valid():
        columns.remember(sheets=sheets, chosen=form.chosen(), estate=estate, actor=actor, now=now)
        rows = _bring_in(form, sheets, estate, actor, now, context)
        if rows:
            discard(attachment=kept, now=now)
            return landed(request, rows)
    return render(request, "disclosures/columns.html", context, status=422)


def _estate(actor: Membership, said: str) -> Estate | None:
    reach = reach_for(actor, "statement.write")
    return next((row for row in estates_visible_to(actor) if str(row.pk) == said and reach.covers(row.pk)), None)


def _bring_in(
    form: ColumnsForm, sheets: list[Sheet], estate: Estate, actor: Membership, now: datetime, context: dict[str, Any]
) -> list[AccountStatement]:
    """The drafts; none when something is wrong, which is then said in the form or stands in the context."""
    try:
        book = workbook.book_of(sheets, chosen=form.chosen())
        off = reckoning.that_do_not_reckon(book.accounts.values())
        if off and not form.cleaned_data["anyway"]:
            context |= {"off": named(off), "currency": book.currency}
            form.add_error(None, _("Not every account comes out. Look at the differences below."))
            return []
        return statements.bring_in(book=book, estate=estate, actor=actor, now=now)
    except workbook.Problems as problems:
        context["is_faulty"] = True
        for sentence in problems.sentences:
            form.add_error(None, sentence)
    except Unreadable as problem:
        context["is_faulty"] = True
        form.add_error(None, str(problem))
    except DomainError as refusal:
        if refusal.code != "file":
            raise
        form.add_error(None, str(refusal.message))
    return []


def named(off: list[Any]) -> list[dict[str, Any]]:
    """Accounts that are off, as a table shows them."""
    return [
        {"name": AccountStatement.Kind(account.kind).label, "opening": account.opening, "closing": account.closing,
         "totals": sums, "computed": sums.reckoned.computed_closing, "difference": difference}
        for account, sums, difference in off
    ]  # fmt: skip


def landed(request: HttpRequest, rows: list[AccountStatement]) -> HttpResponse:
    """To the draft, or to all of them; which of them is off is said at once."""
    told = ngettext("%(number)s account brought in.", "%(number)s accounts brought in.", len(rows))
    messages.success(request, told % {"number": len(rows)})
    for row in rows:
        sums = statements.totals_of(row)
        if not sums.reckoned.reconciles:
            messages.warning(
                request,
                _("%(account)s is off by %(difference)s %(currency)s. Nobody can mark it as prepared until it comes out.")
                % {"account": row.get_kind_display(), "difference": sums.reckoned.difference, "currency": row.currency},
            )  # fmt: skip
    return redirect("disclosures:statement", rows[0].pk) if len(rows) == 1 else redirect("disclosures:index")
