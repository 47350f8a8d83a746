"""The answer to a complaint as a letter: decision, reasons, remedy, actions with their days, how to go further."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from complaints import queries
from complaints.models import Complaint
from complaints.services.intake import SUBJECT_TYPE
from complaints.words import member_words
from contacts.models import Commitment
from tenancy.errors import NotFound


@dataclass(frozen=True)
class Letter:
    """The answer, whole. ``actions`` are promises of the register, with what became of them; it may be looked at again
    until a second look was taken."""

    complaint: Complaint
    at: datetime
    signed_by: str
    actions: list[Commitment]
    bodies: list[str]
    may_look_again: bool


def actions_of(complaint: Complaint) -> QuerySet[Commitment]:
    """What was promised to the complainant in this case, the next due first."""
    made = Commitment.objects.filter(linked_type=SUBJECT_TYPE, linked_id=complaint.pk)
    if complaint.is_confidential:  # made out to the number alone
        made = made.filter(person=None, party=None, unit=None, to_whom=complaint.number)
    else:
        made = made.filter(person=complaint.complainant_id)
    return made.order_by("due_on", "id")


def letter_of(complaint: Complaint) -> Letter:
    """The letter of an answered complaint. Raises NotFound while there is no answer."""
    if not complaint.decision or complaint.answered_at is None:
        raise NotFound("no answer yet")
    answered = complaint.moves.filter(to_state=Complaint.State.ANSWERED).select_related("actor").order_by("-at").first()
    return Letter(
        complaint=complaint,
        at=answered.at if answered else complaint.answered_at,
        signed_by=member_words(answered.actor if answered else complaint.handler),
        actions=list(actions_of(complaint)),
        bodies=queries.handling_rules().outside_bodies,
        may_look_again=complaint.stage == 1,
    )
