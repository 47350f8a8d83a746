"""The list of accounts, one statement with its lines, one line with its vouchers."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from disclosures import queries, vote_queries
from disclosures.closing import closed_of
from disclosures.correction_showing import prior_shown_to
from disclosures.forms import LineFilter, StatementFilter
from disclosures.models import AccountStatement, Publication, Remark, StatementLine
from disclosures.models.publications import reads_withdrawn
from disclosures.models.statements import states_shown_to
from disclosures.publication_queries import newer_of, title_of
from disclosures.rules.defaults import defaults
from disclosures.rules.figures import percent_off
from disclosures.services import asking, publications, reviewing
from disclosures.showing import decided, may_of, name_line, rounds_of, with_lines, without_strangers
from disclosures.views.doors import found, found_line, readers
from disclosures.views.kept import category_shown, comparison_shown, figures_shown, lines_shown
from disclosures.views.line_rows import COLUMNS, Piece, compiled, rows_of
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor
from tenancy.models import Membership
from tenancy.policy import can

State = AccountStatement.State


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    states = AccountStatement.State.values if actor.is_staff_role else states_shown_to(actor)
    reviews = can(actor, "statement.review")
    form = StatementFilter(request.GET, estates=estates.values(), states=states, reviews=reviews)
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(
        actor, estate=estates.get(said.get("estate") or ""), kind=said.get("kind") or "",
        which=said.get("which") or "", text=said.get("q") or "",
    )  # fmt: skip
    page, ways = paged(request, rows, 50)
    context = {
        "rows": page, "form": form, "is_narrowed": any(said.values()), "now": timezone.now(),
        "may_write": can(actor, "statement.write"), "reviews": reviews, "reads_withdrawn": reads_withdrawn(actor),
        **ways,
    }  # fmt: skip
    log_auditor(request, "statement.list")
    return render(request, "disclosures/index.html", context)


class _Counted(Paginator):
    """Of rows whose number is known."""

    def __init__(self, rows: Any, size: int, number: int) -> None:
        super().__init__(rows, size)
        self.count = number


def paged(request: HttpRequest, rows: Any, size: int) -> tuple[list[Any], dict[str, Any]]:
    """One page of rows, and the addresses of the pages before and after it."""
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    return list(page), ways_of(request, page)


def ways_of(request: HttpRequest, page: Page) -> dict[str, Any]:
    """The addresses of the pages before and after this one."""
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}

    def way(number: int) -> str:
        return "?" + urlencode({**kept, "page": number})

    return {
        "newer": way(page.previous_page_number()) if page.has_previous() else "",
        "older": way(page.next_page_number()) if page.has_next() else "", "total": page.paginator.count,
    }  # fmt: skip


@require_safe
@readers
@never_cache
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Figures first, then every line. Opening it is noted for a committee member it was put before. Of what was withdrawn
    owners read that, when and why."""
    actor, now = actor_of(request), timezone.now()
    if not reads_withdrawn(actor) and (closed := closed_of(queries.statements_named_to(actor), statement_id)):
        return withdrawn_page(request, closed, back="disclosures:index", back_words=_("Accounts of the estate"))
    row = found(request, statement_id)
    log_auditor(request, "accountstatement", row)
    reviews = can(actor, "statement.review", row)
    if reviews and row.state == State.COMMITTEE_REVIEW and request.method == "GET":
        reviewing.note_look(statement=row, actor=actor, now=now)
    shown = figures_shown(row, actor, reviews=reviews)
    form = LineFilter(request.GET, reviews=reviews, categories=shown["choices"])
    form.is_valid()
    said = form.cleaned_data
    is_narrowed = any(said.values())
    pieces, ways = _pieces(request, row, actor, said if is_narrowed else None, shown)
    remarks = _remarks(row, actor, now)
    publication = publications.note_read_of(row=row, actor=actor, now=now)
    context = {
        "row": row, "rows": _rows(pieces, row, actor, remarks, shown["flagged"], is_whole=not is_narrowed), "has_lines": bool(pieces),
        "form": form, "is_narrowed": is_narrowed, "reviews": reviews, "now": now, "remarks": remarks,
        **_reviews(row, actor), **may_of(actor, row, now), **ways, "figures": shown["figures"],
        "narrow": shown["narrow"],
        "correction": _correction(row, actor), "review_over": row.is_review_over(now),
        "publication": publication, "withdrawn": publication if publication and publication.is_withdrawn else None,
        **_comparison(row, actor),
        **_progress(row, actor, reviews, shown["line_count"]), "loose_files": _loose_files(row, actor),
    }  # fmt: skip
    return render(request, "disclosures/statement.html", context)


def withdrawn_page(
    request: HttpRequest, closed: tuple[Any, Publication], *, back: str, back_words: str
) -> HttpResponse:
    """In the place of accounts or fees that are closed to the reader: that they were withdrawn, when, on what ground."""
    row, publication = closed
    context = {
        "row": row, "publication": publication, "title": title_of(publication), "back": reverse(back),
        "back_words": back_words, "newer": newer_of(publication, actor_of(request)),
    }  # fmt: skip
    return render(request, "disclosures/withdrawn.html", context)


def _comparison(row: AccountStatement, actor: Membership) -> dict[str, Any]:
    """What a correction changes, beside the version before as far as that is open to the reader."""
    prior = prior_shown_to(row, actor)
    return {"prior": prior, "comparison": comparison_shown(row, prior)} if prior is not None else {}


def _correction(row: AccountStatement, actor: Membership) -> AccountStatement | None:
    """Only what is published is corrected by another version; the rest is mended as it is."""
    if not row.is_published:
        return None
    return row.corrections.filter(pk__in=queries.statements_visible_to(actor).values("pk")).first()


def _pieces(
    request: HttpRequest, row: AccountStatement, actor: Membership, said: dict[str, Any] | None, shown: dict[str, Any]
) -> tuple[list[Piece], dict[str, Any]]:
    """One page of the lines, and the ways to the others: all of them, or those that ``said`` narrows down to."""
    size = defaults()["page"]
    if said is not None:
        rows = queries.lines_listed(row, actor, text=said["q"], category=said["category"], which=said["which"],
                                    flagged=shown["flagged"])  # fmt: skip
        lines, ways = paged(request, rows.values(*COLUMNS), size)
        return compiled(lines), ways
    page = _Counted((), size, shown["line_count"]).get_page(request.GET.get("page"))
    return lines_shown(row, page.number), ways_of(request, page)


def _rows(
    pieces: list[Piece], row: AccountStatement, actor: Membership, remarks: list[Any],
    flagged: Iterable[tuple[str, str]], *, is_whole: bool,
) -> SafeString:  # fmt: skip
    """The rows of the table; what they show beside their own columns is asked for all of them at once."""
    lines: Any = [piece[0] for piece in pieces]
    if is_whole and lines:  # a page of all lines is a stretch of them, which takes two numbers to name
        lines = queries.lines_from(row, lines[0], len(lines))
    seen = queries.seen_by(actor, lines) if can(actor, "statement.review", row) else set()
    scans = queries.vouchers_of(row, lines) if queries.sees_vouchers(actor) else {}
    said = Counter(remark.line_id for remark in remarks if remark.line_id)
    return rows_of(pieces, seen=seen, scans=scans, said=said, flagged=flagged)


def _remarks(
    row: AccountStatement, actor: Membership, now: datetime, line: StatementLine | None = None
) -> list[Remark]:
    """On the whole statement, or on one line; those of others without their names to owners."""
    rows = queries.remarks_visible_to(actor, row)
    rows = rows.filter(line=line) if line else rows
    if not rows.exists():  # most statements have none, and the joins cost more than the question
        return []
    remarks, today = with_lines(without_strangers(rows, row, actor)), timezone.localdate(now)
    opened = [one.pk for one in remarks if one.is_public and one.answered_at is not None] if row.is_published else []
    staff = actor.is_staff_role
    counts = vote_queries.remark_counts(opened) if staff and opened else {}
    said = vote_queries.remark_votes_of(actor, opened) if opened and not staff else {}
    answers = can(actor, "statement.answer", row)
    for one in remarks:
        one.may_vote, one.my_vote, one.counts = one.pk in opened and not staff, said.get(one.pk), counts.get(one.pk)
        one.late = one.is_late(today)
        one.may_answer = answers and one.is_question and one.answered_at is None
        one.may_open = answers and one.is_question and one.answered_at is not None and row.is_published
    return remarks


def _reviews(row: AccountStatement, actor: Membership) -> dict[str, Any]:
    """Who was asked to review, who looked and what they said, in the last round and in those before it: for staff and
    committee, and for owners how many of the last."""
    reviews: list[Any] = list(row.reviews.select_related("member"))
    last, *former = rounds_of(reviews) or [[]]
    mine = next((one for one in last if one.member_id == actor.pk), None)
    shown = {"members": last, "former_rounds": former} if queries.sees_vouchers(actor) else {}
    return {**shown, "my_review": mine, **decided(reviews)}


def _progress(row: AccountStatement, actor: Membership, reviews: bool, number: int) -> dict[str, Any]:
    """How many lines this member has gone through, and where to go on."""
    if not reviews:
        return {}
    seen = row.lines.filter(seen__member=actor).count()
    unseen = queries.lines_listed(row, actor, which="unseen").first()
    return {"lines_seen": seen, "lines_all": number, "go_on": unseen}


def _loose_files(row: AccountStatement, actor: Membership) -> list[Any]:
    """Asks nothing unless a mended file has taken lines away that had vouchers."""
    is_theirs = row.has_loose_vouchers and queries.sees_vouchers(actor)
    return list(queries.loose_vouchers(row)) if is_theirs else []


def _vouchers(line: StatementLine, actor: Membership) -> dict[str, list[Any]]:
    """Pictures are shown as they are, beside the line; the rest as files."""
    files = list(queries.voucher_files(line)) if queries.sees_vouchers(actor) else []
    scans = [file for file in files if file.is_clean and file.width and file.height]
    return {"scans": scans, "files": [file for file in files if file not in scans]}


def _variance(line: StatementLine, actor: Membership) -> dict[str, Any]:
    """The line against its own budget, and its category as the figures of the account show it."""
    over = None if line.budget is None else line.amount - line.budget
    return {
        "over": over,
        "over_percent": percent_off(line.amount, line.budget),
        "category": category_shown(line, actor),
    }


@require_safe
@readers
@never_cache
def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """One line: what it says, its vouchers, what was asked; and the next and the one before it."""
    actor, now = actor_of(request), timezone.now()
    found_one: Any = found_line(request, line_id)
    row = found_one.statement
    log_auditor(request, "accountstatement", row)
    name_line(found_one)
    near = row.lines.order_by("place")
    context = {
        "line": found_one, "row": row, **_variance(found_one, actor), "remarks": _remarks(row, actor, now, found_one),
        **_vouchers(found_one, actor),
        "sees_vouchers": queries.sees_vouchers(actor), "is_seen": bool(queries.seen_by(actor, [found_one.pk])),
        "reviews": can(actor, "statement.review", row), "may_ask": asking.may_remark(actor, row),
        "may_write": can(actor, "statement.write", row) and not row.is_published,
        "before": near.filter(place__lt=found_one.place).last(), "after": near.filter(place__gt=found_one.place).first(),
    }  # fmt: skip
    return render(request, "disclosures/line.html", context)
