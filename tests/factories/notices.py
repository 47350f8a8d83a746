"""A notice that went out to the people of a house, as sending leaves it."""

from datetime import datetime, timedelta
from typing import Any

from notices.models import Delivery, Notice, NoticePlace, NoticeRecipient, NoticeVersion
from notices.services.chain import dedupe_key
from owners.models import Unit
from tests.factories.house import NOON, House

STATUTORY = [
    {"channel": "portal", "after_minutes": 0},
    {"channel": "email", "after_minutes": 0},
    {"channel": "sms", "after_minutes": 240},
    {"channel": "letter", "after_minutes": 1440},
    {"channel": "door", "after_minutes": 4320},
]


def sent_notice(house: House, *, at: datetime = NOON, chain: Any = None, **fields: Any) -> Notice:
    """Sent to the whole estate; its people are added by `received_by`."""
    given = {
        "number": f"N-2026-{Notice.objects.count() + 1:06}", "kind": "statutory", "state": "sent",
        "chain": STATUTORY if chain is None else chain, "author": house.clerk, "created_at": at, "approver": house.manager,
        "submitted_at": at, "approved_at": at, "sends_at": at, "frozen_at": at, "sent_at": at, **fields,
    }  # fmt: skip
    notice = Notice.objects.create(**given)
    NoticeVersion.objects.create(
        notice=notice, title_en="Water off on Friday", body_en="From nine to noon.", title_zh="周五停水",
        body_zh="九点至十二点。", author=house.clerk, created_at=at,
    )  # fmt: skip
    NoticePlace.objects.create(notice=notice, estate=house.estate)
    return notice


def received_by(notice: Notice, unit: Unit | None, *, steps: int = 2, **fields: Any) -> NoticeRecipient:
    """A recipient for whom the chain's first ``steps`` were taken: their messages went out."""
    sent_at = notice.sent_at
    following = notice.chain[steps : steps + 1]
    given = {
        "name": "Ada Moor", "language": "en", "email": "ada@example.net", "phone": "+442079460000",
        "estate": unit and unit.estate, "building": unit and unit.building, "floor": unit and unit.floor,
        "units": unit.code if unit else "", "chain_step": steps,
        "next_step_at": sent_at + timedelta(minutes=following[0]["after_minutes"]) if following else None, **fields,
    }  # fmt: skip
    row = NoticeRecipient.objects.create(notice=notice, **given)
    for step in notice.chain[:steps]:
        if step["channel"] != "portal" or row.membership_id:
            delivery_to(row, step["channel"])
    Notice.objects.filter(pk=notice.pk).update(recipients_count=notice.recipients.count())
    return row


def delivery_to(row: NoticeRecipient, channel: str, state: str = "handed", **fields: Any) -> Delivery:
    at = row.notice.sent_at
    return Delivery.objects.create(
        notice=row.notice, recipient=row, person=row.person, membership=row.membership, recipient_name=row.name,
        address=row.email if channel == "email" else "", language=row.language, subject="", text="", channel=channel,
        state=state, event="notice", dedupe_key=dedupe_key(row.notice_id, row.pk), created_at=at,
        handed_at=at if state != "queued" else None, next_attempt_at=at if state == "queued" else None, **fields,
    )  # fmt: skip
