"""Who hears of what becomes of an enquiry."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from disclosures.models import Enquiry, EnquiryTurn
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.models import Membership


def message(row: Enquiry, step: str, member: Membership, *, turn: EnquiryTurn | None = None) -> Item:
    """One message, which is sent once however often it is queued.

    ``step``: asked, assigned, back, due or late to staff; answered or converted to whoever asked. ``turn`` is what was
    asked last, and answered: who asked back reads and waits for that, not for what was asked first.
    """
    route = "enquiries:own" if row.membership_id == member.pk else "enquiries:enquiry"
    about = f"{row.pk}:{step}:{row.due_on if step in ('due', 'late') else row.moved_at.isoformat()}"
    return Item(
        recipient=recipient_for_member(member), event=f"enquiry.{step}", template="disclosures/enquiry",
        context={"row": row, "step": step, "turn": turn}, about=row, link=reverse(route, args=[row.pk]),
        dedupe=f"enquiry:{about}:{member.pk}",
    )  # fmt: skip


def tell(
    row: Enquiry, step: str, members: Iterable[Membership], *, now: datetime, turn: EnquiryTurn | None = None
) -> None:
    """Queue one message each."""
    queue_many([message(row, step, member, turn=turn) for member in members], now=now)


def tell_asker(row: Enquiry, step: str, *, now: datetime, turn: EnquiryTurn | None = None) -> None:
    """Whoever asked in the portal; who asked otherwise is told by whoever answers."""
    if row.membership is not None and row.membership.is_active:
        queue_many([message(row, step, row.membership, turn=turn)], now=now)
