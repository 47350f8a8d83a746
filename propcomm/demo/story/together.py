"""Two households complain of the same: the supervisor has them dealt with together."""

from collections import defaultdict
from datetime import datetime

from complaints.models import Complaint
from complaints.rules import moving
from complaints.services.joining import join_complaint
from propcomm.demo.story.cast import Cast


def join_two(cast: Cast, *, now: datetime) -> None:
    """One of two open complaints of a kind is joined to the other, that somebody has in hand."""
    rows = Complaint.objects.filter(
        estate=cast.main, is_open=True, is_anonymous=False, subject_staff=None, state__in=moving.JOINABLE
    )
    kinds: dict[object, list[Complaint]] = defaultdict(list)
    for row in rows.order_by("received_at", "id"):
        kinds[row.category_id].append(row)
    for alike in kinds.values():
        leading = next((row for row in alike if row.handler_id and not row.is_late), None)
        other = next((row for row in alike if leading and row.complainant_id != leading.complainant_id), None)
        if leading is not None and other is not None:
            join_complaint(
                complaint_id=other.pk, actor=cast.members["supervisor"], leading_number=leading.number, now=now
            )
            return
