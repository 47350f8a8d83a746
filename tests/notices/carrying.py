"""Messages and providers for the tests of channels."""

from typing import Any
from uuid import uuid4

from notices.models import Delivery, Provider
from notices.secrets import seal_secrets
from notices.writing import Words
from tests.factories.house import NOON
from tests.notices.gateway import RECEIPTS_KEY, SENDING_KEY

WORDS = Words("No water on Monday", "From 9 to 12.", "From 9 to 12.\n", "")


def provider(channel: str, code: str, **options: Any) -> Provider:
    secrets = {"sending_key": SENDING_KEY, "receipts_key": RECEIPTS_KEY}
    return Provider.objects.create(channel=channel, code=code, options=options, sealed=seal_secrets(secrets))


def message(house: Any, channel: str = "sms", **fields: Any) -> Delivery:
    address = {"sms": "+442079460123", "email": "owner@lakeside.example", "letter": "Flat 1\n1 Lake Road"}
    given = {
        "channel": channel, "event": "notice.ordinary", "dedupe_key": str(uuid4()), "membership": house.owner,
        "person": house.people["owner"], "recipient_name": "Owner of Lakeside", "address": address.get(channel, ""),
        "language": "en", "subject": WORDS.subject, "text": WORDS.text, "link": "/notices/1/", "created_at": NOON,
        "next_attempt_at": NOON,
    }  # fmt: skip
    return Delivery.objects.create(**given | fields)
