"""Who hears of what becomes of a statement."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from disclosures.models import AccountStatement, Remark
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.models import Membership


def tell(
    row: AccountStatement, step: str, members: Iterable[Membership], *, now: datetime, remark: Remark | None = None
) -> None:
    """Queue one message each. ``step``: submitted, draft, returned, approved, asked, answered or unanswered."""
    about = f"{row.pk}:{step}:{remark.pk if remark else row.moved_at.isoformat()}"
    queue_many(
        [
            Item(
                recipient=recipient_for_member(member), event=f"statement.{step}", template="disclosures/statement",
                context={"row": row, "step": step, "remark": remark}, about=row,
                link=reverse("disclosures:statement", args=[row.pk]), dedupe=f"statement:{about}:{member.pk}",
            )
            for member in members
        ],
        now=now,
    )  # fmt: skip
