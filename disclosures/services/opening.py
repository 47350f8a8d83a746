"""Answers on accounts opened to all owners, in words that name nobody, and taken back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from disclosures import queries
from disclosures.models import Remark
from disclosures.services.scrubbing import known_by, must_name_nobody
from disclosures.services.statements import locked
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can


@transaction.atomic
def open_answer(*, remark_id: UUID, question: str, answer: str, actor: Membership | None, now: datetime) -> Remark:
    """Let all owners read an answered question of published accounts; again, in other words.

    Raises NotFound, NotAllowed, DomainError at the field where a name, a unit or a number of who asked stands.
    """
    said = _answered(remark_id, actor)
    if not said.statement.is_published:
        raise DomainError(_("Before publication an answer is for the committee alone."), code="state")
    if not question.strip():
        raise DomainError(_("Write the question as all may read it, without names."), code="public_body")
    if not answer.strip():
        raise DomainError(_("Write the answer as all may read it."), code="public_answer")
    must_name_nobody(known_by(said.asked_by), public_body=question, public_answer=answer)
    words = (True, question.strip(), answer.strip())
    if (said.is_public, said.public_body, said.public_answer) != words:
        said.is_public, said.public_body, said.public_answer = words
        said.save(update_fields=["is_public", "public_body", "public_answer"])
        record(action="statement.answer_opened", subject=said.statement, actor=actor, now=now, changes=_which(said))
    return said


@transaction.atomic
def take_answer_back(*, remark_id: UUID, actor: Membership | None, now: datetime) -> Remark:
    """Only whoever asked, staff and committee read it from now on. A second click changes nothing. Raises NotFound,
    NotAllowed, DomainError."""
    said = _answered(remark_id, actor)
    if said.is_public:
        said.is_public, said.public_body, said.public_answer = False, "", ""
        said.save(update_fields=["is_public", "public_body", "public_answer"])
        record(action="statement.answer_taken_back", subject=said.statement, actor=actor, now=now, changes=_which(said))
    return said


def _answered(remark_id: UUID, actor: Membership | None) -> Remark:
    """The question, its accounts locked."""
    statement_id = Remark.objects.filter(pk=remark_id).values_list("statement", flat=True).first()
    if statement_id is None:
        raise NotFound("no such question")
    row = locked(statement_id, actor)
    said = queries.remarks_visible_to(actor, row).filter(pk=remark_id, is_question=True).first()
    if said is None:
        raise NotFound("no such question")
    if not can(actor, "statement.answer", row):
        raise NotAllowed(_("You may read these questions, but not answer them."))
    if said.answered_at is None:
        raise DomainError(_("Answer it first."), code="state")
    said.statement = row
    return said


def _which(said: Remark) -> dict[str, str]:
    return {"question": str(said.pk)}
