"""Who is told what. The words are in templates/emails/complaints/; the outbox carries them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from complaints import queries
from complaints.models import Complaint
from notices.services import Recipient, queue_delivery, recipient_for_member, recipient_for_person
from tenancy.models import Membership


def case_link(complaint: Complaint) -> str:
    return reverse("complaints:case", args=[complaint.number])


def desk_link(complaint: Complaint) -> str:
    return reverse("triage:case", args=[complaint.number])


def tell_complainant(
    complaint: Complaint, event: str, *, now: datetime, key: str = "", **context: Any
) -> None:
    """Queue one message to whoever complained, in their language. Nobody is told of an anonymous complaint.

    Without a sign-in the message links to the page that needs no account.
    """
    person = complaint.complainant
    if person is None or complaint.is_anonymous:
        return
    link = case_link(complaint) if person.membership_id else follow_link(complaint)
    _queue(complaint, recipient_for_person(person), event, link, now, key, context)


def follow_link(complaint: Complaint) -> str:
    return reverse("complaints:follow", args=[queries.follow_token(complaint)])


def tell_staff(
    complaint: Complaint,
    event: str,
    members: Iterable[Membership | None],
    *,
    now: datetime,
    key: str = "",
    **context: Any,
) -> None:
    """Queue one message to each member once; never to the person complained of."""
    told = {member.pk: member for member in members if member is not None and member.is_active}
    for member in told.values():
        if member.pk != complaint.subject_staff_id:
            _queue(complaint, recipient_for_member(member), event, desk_link(complaint), now, key, context)


def _queue(
    complaint: Complaint,
    recipient: Recipient,
    event: str,
    link: str,
    now: datetime,
    key: str,
    context: dict[str, Any],
) -> None:
    who = recipient.membership or recipient.person
    queue_delivery(
        recipient=recipient,
        event=f"complaint.{event}",
        template=f"complaints/{event}",
        context={"complaint": complaint, **context},
        about=complaint,
        link=link,
        dedupe=f"{complaint.pk}:{event}:{key or int(now.timestamp() * 1000)}:{who.pk if who else recipient.email}",
        now=now,
    )
