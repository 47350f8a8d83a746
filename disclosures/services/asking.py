"""Questions and comments on accounts, and their answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from disclosures import queries
from disclosures.models import AccountStatement, Remark, StatementLine
from disclosures.rules.defaults import defaults
from disclosures.services.scrubbing import known_by, must_name_nobody
from disclosures.services.statements import locked
from disclosures.services.telling import tell
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can, roles_with

State = AccountStatement.State
OPEN = (State.PUBLISHED, State.QUESTIONED, State.ANSWERED)
UNDER_REVIEW = (State.COMMITTEE_REVIEW, State.RETURNED, State.APPROVED)


@dataclass(frozen=True)
class Asking:
    """What somebody says of a statement, or of one of its lines."""

    body: str
    is_question: bool = True
    line: StatementLine | None = None
    entry_key: UUID | None = None


def may_remark(actor: Membership | None, row: AccountStatement) -> bool:
    """A plain question for pages: while it is under review the committee, once it is published owners too."""
    if row.state in UNDER_REVIEW:
        return can(actor, "statement.review", row) or can(actor, "statement.answer", row)
    return row.state in OPEN and can(actor, "statement.ask", row)


@transaction.atomic
def remark(*, statement_id: UUID, asking: Asking, actor: Membership | None, now: datetime) -> Remark:
    """Say or ask something. A question has a day by which it is answered, and is told to who answers.

    The same ``entry_key`` again finds the one that is there. Raises NotFound, NotAllowed, DomainError.
    """
    row = locked(statement_id, actor)
    if actor is None or not may_remark(actor, row):
        raise NotAllowed(_("Nothing can be asked of these accounts now."))
    if asking.entry_key and (same := Remark.objects.filter(entry_key=asking.entry_key).first()) is not None:
        return same
    if not asking.body.strip():
        raise DomainError(_("Write what you want to say."), code="body")
    if asking.line is not None and asking.line.statement_id != row.pk:
        raise NotFound("no such line")
    due = timezone.localdate(now) + timedelta(days=defaults()["answer_days"])
    said = Remark(
        statement=row, line=asking.line, stage="published" if row.is_published else "review",
        is_question=asking.is_question, body=asking.body.strip(), asked_by=actor, asked_at=now,
        due_on=due if asking.is_question else None, entry_key=asking.entry_key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            said.save(force_insert=True)
    except IntegrityError:
        same = Remark.objects.filter(entry_key=asking.entry_key).first() if asking.entry_key else None
        if same is None:
            raise
        return same
    action = "statement.question_asked" if said.is_question else "statement.commented"
    record(action=action, subject=row, actor=actor, now=now, changes={"line": asking.line.place} if asking.line else {})
    if said.is_question:
        if row.is_published and row.state != State.QUESTIONED:
            row.state, row.moved_at = State.QUESTIONED, now
            row.save(update_fields=["state", "moved_at"])
        tell(row, "asked", who_answers(row), now=now, remark=said)
    return said


def who_answers(row: AccountStatement) -> list[Membership]:
    roles = {Membership.Role.SUPERVISOR, Membership.Role.MANAGER} & set(roles_with("statement.answer"))
    return list(queries.people_of(row.estate_id, *roles))


@transaction.atomic
def answer(
    *, remark_id: UUID, words: str, actor: Membership | None, now: datetime, is_public: bool = False,
    public_body: str = "", public_answer: str = "",
) -> Remark:  # fmt: skip
    """Answer a question, once; also for all to read, with question and answer as they are put for all, without names.

    Without ``public_answer`` all read the same words as whoever asked. Opened or taken back later: opening.py. Tells whoever asked. The statement is answered when no question is open. Raises NotFound, NotAllowed, DomainError.
    """
    statement_id = Remark.objects.filter(pk=remark_id).values_list("statement", flat=True).first()
    if statement_id is None:
        raise NotFound("no such question")
    row = locked(statement_id, actor)
    said = queries.remarks_visible_to(actor, row).filter(pk=remark_id).first()
    if said is None or not said.is_question:
        raise NotFound("no such question")
    if not can(actor, "statement.answer", row):
        raise NotAllowed(_("You may read these questions, but not answer them."))
    if said.answered_at is not None:
        raise DomainError(_("This question has been answered."), code="state")
    if not words.strip():
        raise DomainError(_("Write the answer."), code="words")
    if is_public and not public_body.strip():
        raise DomainError(_("Write the question as all may read it, without names."), code="public_body")
    if is_public and not row.is_published:
        raise DomainError(_("Before publication an answer is for the committee alone."), code="is_public")
    for_all = (public_body.strip(), public_answer.strip() or words.strip()) if is_public else ("", "")
    if is_public:
        field = "public_answer" if public_answer.strip() else "words"
        must_name_nobody(known_by(said.asked_by), **{"public_body": for_all[0], field: for_all[1]})
    said.answer, said.answered_by, said.answered_at = words.strip(), actor, now
    said.is_public, (said.public_body, said.public_answer) = is_public, for_all
    said.save()
    record(action="statement.question_answered", subject=row, actor=actor, now=now, changes={"public": is_public})
    if row.state == State.QUESTIONED and not queries.open_questions(row).exists():
        row.state, row.moved_at = State.ANSWERED, now
        row.save(update_fields=["state", "moved_at"])
    tell(row, "answered", [said.asked_by], now=now, remark=said)
    return said
