"""Who may open the pages of accounts, and how one statement or line is found."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from disclosures import queries
from disclosures.models import AccountStatement, StatementLine
from disclosures.rules import figures
from disclosures.services.statements import totals_of
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

readers = staff_only(lambda member: can(member, "statement.read"))
writers = staff_only(lambda member: can(member, "statement.write"))
checkers = staff_only(lambda member: can(member, "statement.check"))
reviewers = staff_only(lambda member: can(member, "statement.review"))
answerers = staff_only(lambda member: can(member, "statement.answer"))
PEOPLE = ("estate", "prepared_by", "checked_by", "published_by", "corrects")


def found(request: HttpRequest, statement_id: UUID) -> AccountStatement:
    """Raises NotFound for unknown, foreign and not yet open alike."""
    rows = queries.statements_visible_to(actor_of(request)).select_related(*PEOPLE)
    row = rows.filter(pk=statement_id).first()
    if row is None:
        raise NotFound("no such statement")
    return row


def found_line(request: HttpRequest, line_id: UUID) -> StatementLine:
    """Raises NotFound like ``found``."""
    visible = queries.statements_visible_to(actor_of(request))
    row = StatementLine.objects.filter(pk=line_id, statement__in=visible).select_related("statement__estate").first()
    if row is None:
        raise NotFound("no such line")
    return row


def figures_of(row: AccountStatement, reader: Membership) -> dict[str, Any]:
    """What page, PDF and spreadsheet show alike: totals, categories against the period before, of each hundred."""
    booked, prior = queries.booked_of(row), queries.before(row, reader)
    categories = figures.compared(booked, queries.sums_of(prior), flag_share=queries.flag_share())
    return {
        "totals": totals_of(row, booked), "prior": prior, "categories": [_named(shown) for shown in categories],
        "has_budget": any(shown.booked.budget is not None for shown in categories),
        "hundred": [
            {"name": queries.in_language(dict(shown.booked.names), shown.booked.category), "part": part}
            for shown, part in figures.of_each_hundred(categories)
        ],
    }  # fmt: skip


def _named(shown: figures.Category) -> dict[str, Any]:
    return {
        "name": queries.in_language(dict(shown.booked.names), shown.booked.category), "code": shown.booked.category,
        "direction": shown.booked.direction, "amount": shown.booked.amount, "count": shown.booked.count,
        "budget": shown.booked.budget, "prior": shown.prior, "share": shown.share, "change": shown.change,
        "over_budget": shown.over_budget, "is_flagged": shown.is_flagged,
    }  # fmt: skip
