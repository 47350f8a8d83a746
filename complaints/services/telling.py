"""Who is told what. The words are in templates/emails/complaints/; the outbox carries them."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse

from complaints import queries
from complaints.models import Complaint
from complaints.models.settings import Priority
from complaints.rules.veiling import veiled
from notices.models import Delivery
from notices.services.queueing import Item, Recipient, queue_many, recipient_for_member, recipient_for_person
from tenancy.models import Membership


def case_link(complaint: Complaint) -> str:
    return reverse("complaints:case", args=[complaint.number])


def desk_link(complaint: Complaint) -> str:
    return _desk_path(complaint.number)


@lru_cache(maxsize=1024)  # the sweep asks several times for each case
def _desk_path(number: str) -> str:
    return reverse("triage:case", args=[number])


def tell_complainant(
    complaint: Complaint, event: str, *, now: datetime, key: str = "", is_by_itself: bool = False, **context: Any
) -> None:
    """Queue one message to whoever complained, in their language. Nobody is told of an anonymous complaint."""
    items = to_complainant(complaint, event, now=now, key=key, is_by_itself=is_by_itself, **context)
    queue_many(items, now=now)


def tell_staff(
    complaint: Complaint,
    event: str,
    members: Iterable[Membership | None],
    *,
    now: datetime,
    key: str = "",
    is_urgent: bool = True,
    is_by_itself: bool = False,
    **context: Any,
) -> None:
    """Queue one message to each member once; never to the person complained of."""
    said: dict[str, Any] = {"now": now, "key": key, "is_urgent": is_urgent, "is_by_itself": is_by_itself}
    queue_many(to_staff(complaint, event, members, **said, **context), now=now)


def can_be_told(complaint: Complaint) -> bool:
    """Whether a message would reach whoever complained: at their sign-in, or by e-mail."""
    person = complaint.complainant
    if person is None or complaint.is_anonymous:
        return False
    recipient = recipient_for_person(person)
    return recipient.membership is not None or bool(recipient.email)


def to_complainant(
    complaint: Complaint, event: str, *, now: datetime, key: str = "", is_by_itself: bool = False, **context: Any
) -> list[Item]:
    """The message, not queued yet. Without a sign-in it links to the page that needs no account.

    ``is_by_itself`` of what a worker says, not a person: it wakes nobody, unless it is about danger.
    """
    person = complaint.complainant
    if person is None or complaint.is_anonymous:
        return []
    link = case_link(complaint) if person.membership_id else follow_link(complaint)
    read = {"complaint": complaint, **context}
    return [_item(complaint, recipient_for_person(person), event, link, now, key, read, is_by_itself=is_by_itself)]


def to_staff(
    complaint: Complaint,
    event: str,
    members: Iterable[Membership | None],
    *,
    now: datetime,
    key: str = "",
    is_urgent: bool = True,
    is_by_itself: bool = False,
    **context: Any,
) -> list[Item]:
    """The messages, not queued yet. Of danger they wake people, unless ``is_urgent`` is off.

    ``is_by_itself`` as in `to_complainant`.
    """
    told = {member.pk: member for member in members if member is not None and member.is_active}
    whole = {"complaint": complaint, **context}  # one for all who may read it: they share their words
    link = desk_link(complaint)
    # Danger wakes whoever can act; nothing else does.
    urgency = Delivery.Urgency.NOW if is_urgent and complaint.priority == Priority.P1 else Delivery.Urgency.CASE
    items = []
    for member in told.values():
        if member.pk == complaint.subject_staff_id:
            continue
        shown = veiled(complaint, member)
        read = whole if shown is complaint else {**whole, "complaint": shown}
        to = recipient_for_member(member)
        items.append(_item(complaint, to, event, link, now, key, read, urgency=urgency, is_by_itself=is_by_itself))
    return items


def follow_link(complaint: Complaint) -> str:
    return reverse("complaints:follow", args=[queries.follow_token(complaint)])


def _item(
    complaint: Complaint,
    recipient: Recipient,
    event: str,
    link: str,
    now: datetime,
    key: str,
    context: dict[str, Any],
    *,
    urgency: int = Delivery.Urgency.CASE,
    is_by_itself: bool = False,
) -> Item:
    who = recipient.membership or recipient.person
    return Item(
        recipient=recipient,
        event=f"complaint.{event}",
        template=f"complaints/{event}",
        context=context,
        about=complaint,
        link=link,
        urgency=urgency,
        is_by_itself=is_by_itself and complaint.priority != Priority.P1,
        dedupe=f"{complaint.pk}:{event}:{key or now.isoformat()}:{who.pk if who else recipient.email}",
    )
