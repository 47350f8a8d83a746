"""Who may open the pages of accounts, and how one statement or line is found."""

from uuid import UUID

from django.http import HttpRequest

from disclosures import queries
from disclosures.closing import refuse_closed
from disclosures.models import AccountStatement, StatementLine
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import NotFound
from tenancy.policy import can

readers = staff_only(lambda member: can(member, "statement.read"))
writers = staff_only(lambda member: can(member, "statement.write"))
checkers = staff_only(lambda member: can(member, "statement.check"))
reviewers = staff_only(lambda member: can(member, "statement.review"))
answerers = staff_only(lambda member: can(member, "statement.answer"))
standard_readers = staff_only(lambda member: can(member, "standard.read"))
standard_writers = staff_only(lambda member: can(member, "standard.write"))
standard_recorders = staff_only(lambda member: can(member, "standard.record"))


def found(request: HttpRequest, statement_id: UUID) -> AccountStatement:
    """Raises NotFound for unknown, foreign and not yet open alike, Gone for what was withdrawn and is closed to them."""
    actor = actor_of(request)
    row = queries.statements_visible_to(actor).select_related("estate").filter(pk=statement_id).first()
    if row is None:
        refuse_closed(queries.statements_named_to(actor), statement_id)
        raise NotFound("no such statement")
    return row


def found_line(request: HttpRequest, line_id: UUID) -> StatementLine:
    """Raises like ``found``."""
    row = StatementLine.objects.filter(pk=line_id).select_related("statement__estate").first()
    if row is None:
        raise NotFound("no such line")
    found(request, row.statement_id)
    return row
