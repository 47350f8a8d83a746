"""Whether an answer that lies open to all helped: said once a member, who may change their mind."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from disclosures import enquiry_queries, vote_queries
from disclosures.models import Enquiry, EnquiryVote, Remark, RemarkVote
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership


@transaction.atomic
def vote_on_enquiry(*, enquiry_id: UUID, was_helpful: bool, actor: Membership | None, now: datetime) -> EnquiryVote:
    """By whoever reads it where they are at home. Raises NotFound; also once it is no longer open to all."""
    row = (
        Enquiry.objects.select_for_update()
        .filter(pk__in=enquiry_queries.opened_to(actor).filter(pk=enquiry_id))
        .first()
    )
    if row is None or actor is None:
        raise NotFound("no such question")
    return _say(EnquiryVote, {"enquiry": row}, row.number, was_helpful, actor, now)


@transaction.atomic
def vote_on_remark(*, remark_id: UUID, was_helpful: bool, actor: Membership | None, now: datetime) -> RemarkVote:
    """By owners and committee who read the account. Raises NotFound, DomainError for staff: it is their answer."""
    seen = vote_queries.remarks_open_to(actor).filter(pk=remark_id)
    row = Remark.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None or actor is None:
        raise NotFound("no such question")
    if actor.is_staff_role:
        raise DomainError(_("Whether it helped is for those to say who asked."), code="state")
    return _say(RemarkVote, {"remark": row}, str(row.statement), was_helpful, actor, now)


def _say(model: Any, of: dict[str, Any], label: str, was_helpful: bool, actor: Membership, now: datetime) -> Any:
    """The row of what it is about is locked: two clicks at once are one vote."""
    said, is_new = model.objects.get_or_create(**of, membership=actor, defaults={"was_helpful": was_helpful, "at": now})
    if is_new or said.was_helpful != was_helpful:
        said.was_helpful, said.at = was_helpful, now
        said.save(update_fields=["was_helpful", "at"])
        (subject,) = of.values()
        action = "enquiry.voted" if model is EnquiryVote else "statement.question_voted"
        about = subject if model is EnquiryVote else subject.statement
        record(action=action, subject=about, label=label, actor=actor, now=now, changes={"helpful": was_helpful})
    return said
