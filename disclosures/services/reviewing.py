"""The committee's review: who has looked, which lines were gone through, who signs and who returns with reasons."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from disclosures import queries
from disclosures.models import AccountStatement, LineSeen, Review, StatementLine
from disclosures.rules.statements import decision_of
from disclosures.services.statements import locked, moved
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

State = AccountStatement.State
Decision = Review.Decision


def note_look(*, statement: AccountStatement, actor: Membership, now: datetime) -> None:
    """The first time a member opens what was put before them. Writes nothing the second time."""
    mine = queries.reviews_now(statement).filter(member=actor, looked_at__isnull=True)
    mine.update(looked_at=now)


@transaction.atomic
def decide(
    *, statement_id: UUID, decision: str, reason: str, actor: Membership | None, now: datetime
) -> AccountStatement:
    """One member signs it off, or returns it with reasons. What more than half of all say, is decided.

    Only its last round counts. Writes the review and an audit entry, with the reasons of a return, and the state when it
    is decided. Raises NotFound, NotAllowed, DomainError.
    """
    row = locked(statement_id, actor)
    if not can(actor, "statement.review", row) or actor is None:
        raise NotAllowed(_("The committee reviews accounts."))
    review = queries.reviews_now(row).filter(member=actor).first()
    if review is not None and review.decision == decision:
        return row
    if row.state != State.COMMITTEE_REVIEW:
        raise DomainError(
            _("This is not possible now: the statement is in the state “%(state)s”.")
            % {"state": row.get_state_display()},
            code="state",
        )
    if decision == Decision.RETURNED and not reason.strip():
        raise DomainError(_("Say why. Whoever mends it needs your reasons."), code="reason")
    if decision not in (Decision.SIGNED, Decision.RETURNED):
        raise DomainError(_("Sign it off, or return it."), code="decision")
    review = review or Review(statement=row, member=actor, round=row.review_round)
    review.decision, review.reason, review.decided_at = decision, reason.strip(), now
    review.looked_at = review.looked_at or now
    review.save()
    told = {"reason": review.reason} if decision == Decision.RETURNED else {}
    record(action=f"statement.review_{decision}", subject=row, actor=actor, now=now, changes=told)
    decisions = list(queries.reviews_now(row).values_list("decision", flat=True))
    outcome = decision_of(
        members=len(decisions), signed=decisions.count(Decision.SIGNED), returned=decisions.count(Decision.RETURNED)
    )
    return moved(row, outcome, None, now, reason=_reasons(row) if outcome == State.RETURNED else "") if outcome else row


def _reasons(row: AccountStatement) -> str:
    """Of all who returned it in this round."""
    said = queries.reviews_now(row).filter(decision=Decision.RETURNED).order_by("decided_at", "id")
    return "\n".join(said.values_list("reason", flat=True))


@transaction.atomic
def mark_seen(*, line_id: UUID, is_seen: bool, actor: Membership | None, now: datetime) -> StatementLine:
    """A member has gone through a line, or not after all. Raises NotFound, NotAllowed."""
    visible = queries.statements_visible_to(actor)
    line = StatementLine.objects.filter(pk=line_id, statement__in=visible).select_related("statement").first()
    if line is None:
        raise NotFound("no such line")
    if not can(actor, "statement.review", line.statement) or actor is None:
        raise NotAllowed(_("The committee reviews accounts."))
    if is_seen:
        _mark, is_new = LineSeen.objects.get_or_create(line=line, member=actor, defaults={"at": now})
        changed = is_new
    else:
        changed = bool(LineSeen.objects.filter(line=line, member=actor).delete()[0])
    if changed:
        action = "statement.line_seen" if is_seen else "statement.line_unseen"
        record(action=action, subject=line.statement, actor=actor, now=now, changes={"line": line.place})
    return line
