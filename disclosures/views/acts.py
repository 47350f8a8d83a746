"""What is done with accounts: brought in, moved on, decided, corrected, gone through, shown by vouchers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from attachments.rules import UploadRefused
from contacts.rules.access import reach_for
from disclosures.columns_queries import remembered
from disclosures.exchange import workbook
from disclosures.exchange.columns import NotUnderstood
from disclosures.forms import BringInForm, CorrectForm, ReasonForm, ReturnForm, VoucherForm
from disclosures.models import AccountStatement
from disclosures.services import discarding, reviewing, statements
from disclosures.showing import name_line
from disclosures.views.columns import can_be_chosen, keep_for_choosing, landed
from disclosures.views.doors import checkers, found, found_line, readers, reviewers, writers
from owners.queries import estates_visible_to
from owners.registry.problems import Unreadable
from owners.registry.workbook import open_sheets
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership

form_page = require_http_methods(["GET", "HEAD", "POST"])
TOLD = {
    "prepare": gettext_lazy("Prepared. Somebody else checks it now."),
    "check": gettext_lazy("Checked. Put it before the committee next."),
    "submit": gettext_lazy("Put before the committee. Its members are told."),
    "publish": gettext_lazy("Published. Owners of the estate can read it now."),
    "close": gettext_lazy("Closed."),
}


@form_page
@writers
@never_cache
def bring_in(request: HttpRequest) -> HttpResponse:
    """Choose a file: each account in it becomes a draft, or all that is wrong is said; what its headings mean can be
    chosen when they are not understood."""
    actor, now = actor_of(request), timezone.now()
    reach = reach_for(actor, "statement.write")
    estates = [estate for estate in estates_visible_to(actor) if reach.covers(estate.pk)]
    form = BringInForm(request.POST or None, request.FILES or None, estates=estates)
    if request.method == "POST" and form.is_valid() and (there := _bring_in(request, form, actor, now)):
        return there
    status = 422 if request.method == "POST" else 200
    return render(request, "disclosures/bring_in.html", {"form": form}, status=status)


def _bring_in(request: HttpRequest, form: BringInForm, actor: Membership, now: datetime) -> HttpResponse | None:
    """Where it goes on; nothing when something is wrong, which the form then says."""
    file = form.cleaned_data["file"]
    try:
        sheets = open_sheets(file.read(), file.name or "")
        if form.cleaned_data["by_hand"] and can_be_chosen(sheets):
            return redirect(keep_for_choosing(file, form.chosen(), actor, now))
        try:
            book = workbook.book_of(sheets, remembered=remembered())
        except NotUnderstood:
            if not can_be_chosen(sheets):
                raise
            return redirect(keep_for_choosing(file, form.chosen(), actor, now))
        return landed(request, statements.bring_in(book=book, estate=form.chosen(), actor=actor, now=now))
    except workbook.Problems as problems:
        for sentence in problems.sentences:
            form.add_error("file", sentence)
    except Unreadable as problem:
        form.add_error("file", str(problem))
    except DomainError as refusal:
        if refusal.code != "file" and not isinstance(refusal, UploadRefused):
            raise
        form.add_error("file", str(refusal.message))
    return None


@require_POST
@readers
@never_cache
def act(request: HttpRequest, statement_id: UUID, name: str) -> HttpResponse:
    if name not in TOLD:
        raise NotFound("no such act")
    row = found(request, statement_id)
    request.way_back = request.path.partition("do/")[0]  # type: ignore[attr-defined]
    statements.act(statement_id=row.pk, name=name, actor=actor_of(request), now=timezone.now())
    messages.success(request, TOLD[name])
    return redirect("disclosures:statement", row.pk)


def _act(
    request: HttpRequest, row: AccountStatement, title: str, form: Any, do: Callable[[dict[str, Any]], Any], told: str
) -> HttpResponse:
    """One form that carries a statement on."""
    if request.method == "POST" and form.is_valid():
        try:
            there = do(form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, told)
            return redirect("disclosures:statement", there.pk)
    context = {"form": form, "row": row, "title": title}
    return render(request, "disclosures/act.html", context, status=422 if request.method == "POST" else 200)


@form_page
@writers
@never_cache
def discard(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Asked once more first: it is gone for good."""
    row, actor = found(request, statement_id), actor_of(request)
    request.way_back = request.path.removesuffix("discard/")  # type: ignore[attr-defined]
    if request.method == "POST":
        discarding.discard(statement_id=row.pk, actor=actor, now=timezone.now())
        messages.success(request, _("The draft is gone."))
        return redirect("disclosures:statement", row.corrects_id) if row.corrects_id else redirect("disclosures:index")
    discarding.must_be_discardable(row, actor)
    warning = _("It is deleted for good, with its lines and the vouchers that were added to it.")
    context = {"form": Form(), "row": row, "title": pgettext("accounts", "Discard the draft"), "warning": warning}
    return render(request, "disclosures/act.html", context)


@form_page
@checkers
@never_cache
def send_back(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    row, actor, now = found(request, statement_id), actor_of(request), timezone.now()
    form = ReasonForm(request.POST or None)

    def do(said: dict[str, Any]) -> AccountStatement:
        return statements.act(statement_id=row.pk, name="send_back", reason=said["reason"], actor=actor, now=now)

    return _act(request, row, _("Send it back"), form, do, _("Sent back. Whoever prepared it is told."))


@require_POST
@reviewers
@never_cache
def sign(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    row = found(request, statement_id)
    request.way_back = request.path.removesuffix("sign/")  # type: ignore[attr-defined]
    reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Signed off. Thank you."))
    return redirect("disclosures:statement", row.pk)


@form_page
@reviewers
@never_cache
def give_back(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    row, actor, now = found(request, statement_id), actor_of(request), timezone.now()
    form = ReturnForm(request.POST or None)

    def do(said: dict[str, Any]) -> AccountStatement:
        return reviewing.decide(statement_id=row.pk, decision="returned", reason=said["reason"], actor=actor, now=now)

    return _act(request, row, _("Return it with reasons"), form, do, _("Your reasons are noted."))


@form_page
@writers
@never_cache
def correct(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    row, actor, now = found(request, statement_id), actor_of(request), timezone.now()
    form = CorrectForm(request.POST or None)

    def do(said: dict[str, Any]) -> AccountStatement:
        return statements.correct(statement_id=row.pk, explanation=said["explanation"], actor=actor, now=now)

    told = _("A new version is begun. Bring in the mended file; what is published stays as it is.")
    return _act(request, row, _("Correct it"), form, do, told)


@require_POST
@reviewers
@never_cache
def seen(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Gone through, or not after all; then to the next line when that was asked for."""
    line = reviewing.mark_seen(
        line_id=line_id, is_seen=request.POST.get("seen") != "no", actor=actor_of(request), now=timezone.now()
    )
    way = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(way, allowed_hosts=None):
        return redirect(way)
    return redirect("disclosures:line", line.pk)


@form_page
@writers
@never_cache
def vouchers(request: HttpRequest, line_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    line: Any = found_line(request, line_id)
    request.way_back = request.path.removesuffix("vouchers/")  # type: ignore[attr-defined]
    statements.must_take_vouchers(line.statement)
    name_line(line)
    form = VoucherForm(request.POST or None, request.FILES or None, actor=actor, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            statements.add_vouchers(line_id=line.pk, files=form.cleaned_data["documents"], actor=actor, now=now)
        except DomainError as refusal:
            form.add_error("documents", str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("disclosures:line", line.pk)
    context = {"form": form, "row": line.statement, "line": line, "title": _("Add vouchers")}
    return render(request, "disclosures/act.html", context, status=422 if request.method == "POST" else 200)
