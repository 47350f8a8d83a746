"""Who hears of what becomes of a statement."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from disclosures.models import AccountStatement, Remark
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.models import Membership


def message(row: AccountStatement, step: str, member: Membership, *, remark: Remark | None = None) -> Item:
    """One message, which is sent once however often it is queued.

    ``step``: submitted, ending or over of the committee's review; draft, returned, approved; asked, due, late or
    answered of a question.
    """
    about = f"{row.pk}:{step}:{remark.pk if remark else row.moved_at.isoformat()}"
    return Item(
        recipient=recipient_for_member(member), event=f"statement.{step}", template="disclosures/statement",
        context={"row": row, "step": step, "remark": remark}, about=row,
        link=reverse("disclosures:statement", args=[row.pk]), dedupe=f"statement:{about}:{member.pk}",
    )  # fmt: skip


def tell(
    row: AccountStatement, step: str, members: Iterable[Membership], *, now: datetime, remark: Remark | None = None
) -> None:
    """Queue one message each."""
    queue_many([message(row, step, member, remark=remark) for member in members], now=now)
