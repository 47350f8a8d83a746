"""What has happened in a case since somebody opened it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from complaints.models import Complaint, Message, Move
from tenancy.models import Membership


@dataclass(frozen=True)
class News:
    """That somebody else moved a case or wrote in it; ``actor`` is a member of staff, or empty."""

    actor: str


def newest_by_others(complaint: Complaint, actor: Membership, since: datetime | None) -> News | None:
    """The newest move or message of anybody else after ``since``; nothing when that is not known."""
    if since is None:
        return None
    after = Q(at__gt=since + timedelta(seconds=1))  # the page's own second
    rows = [
        Move.objects.filter(after, complaint=complaint).exclude(actor=actor),
        Message.objects.filter(after, complaint=complaint).exclude(author=actor),
    ]
    move, message = (row.order_by("-at").first() for row in rows)
    if move is None and message is None:
        return None
    by = message.author if message and (move is None or message.at > move.at) else move.actor if move else None
    return News(by.name if by is not None and by.is_staff_role else "")
