"""What an outside party says of a dealing by its link."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from contacts.models import AccessGrant, Matter, MatterAnswer
from contacts.services.grants import locked_grant
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.errors import DomainError, IllegalMove, NotFound

MATTER = "contacts.matter"


@transaction.atomic
def answer_matter(*, grant: AccessGrant, words: str, promised_on: date | None, now: datetime) -> MatterAnswer:
    """Note what the party says, and tell whoever sees to the dealing, who acts. The same words again make nothing.

    Writes the answer, a message and an audit entry without an actor. Raises NotFound when the link is valid no more,
    IllegalMove when the dealing has ended, DomainError (its code names the field).
    """
    grant = locked_grant(grant, MATTER, now)
    rows = Matter.objects.select_for_update(of=("self",)).select_related("responsible__user", "party", "estate")
    row: Matter | None = rows.filter(pk=grant.subject_id, party=grant.party).first()
    if row is None:
        raise NotFound(_("There is no such dealing."))
    if row.is_ended:
        raise IllegalMove(_("It has ended already. Thank you."))
    if promised_on is not None and promised_on < timezone.localdate(now):
        raise DomainError(_("This day is over."), code="promised_on")
    last = row.answers.order_by("-at", "-id").first()
    if last is not None and (last.words, last.promised_on) == (words.strip(), promised_on):
        return last
    answer = MatterAnswer.objects.create(matter=row, at=now, words=words.strip(), promised_on=promised_on)
    record(action="grant.answered", subject=grant, actor=None, now=now, changes={"matter": str(row.pk)})
    item = Item(
        recipient=recipient_for_member(row.responsible), event="matter.answered", template="contacts/dealing",
        context={"what": "answered", "matter": row, "answer": answer, "day": promised_on}, about=row,
        link=reverse("register:matter", args=[row.pk]), dedupe=f"matter:answered:{answer.pk}:{row.responsible_id}",
    )  # fmt: skip
    queue_many([item], now=now)
    return answer
