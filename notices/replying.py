"""Addresses for replies to mails about a case: each is signed, and means one person and one case."""

import base64
import hmac
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from notices.models import Delivery

CASE_EVENTS = "complaint."
SALT = "notices.reply"
SIGNED_BYTES = 10


@dataclass(frozen=True)
class Answered:
    """The message that a reply address belongs to: where it lies, whom it went to, what it was about."""

    organisation_id: int
    delivery_id: UUID
    about_id: UUID
    person_id: UUID | None
    membership_id: UUID | None


def reply_address(delivery: Delivery) -> str:
    """``NAME+TOKEN@HOST`` beside PROPCOMM_INBOUND_ADDRESS; "" without one, or for what nobody can reply to.

    The token is the message's id and its signature, 42 small letters and digits: an address may lose its case.
    """
    name, _at, host = settings.INBOUND_ADDRESS.partition("@")
    if not host or not delivery.event.startswith(CASE_EVENTS) or delivery.about_id is None:
        return ""
    told = base64.b32encode(delivery.pk.bytes + _signature(delivery)).decode().rstrip("=").lower()
    return f"{name}+{told}@{host}"


def reply_headers(delivery: Delivery) -> dict[str, str]:
    address = reply_address(delivery)
    return {"Reply-To": address} if address else {}


def answered(token: str) -> Answered | None:
    """What a token of a reply address means; None for a forged one. Asked as the system's role, by the key alone."""
    try:
        told = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        key = UUID(bytes=told[:16])
    except ValueError:
        return None
    row = Delivery.across.using("system").filter(pk=key).defer("text", "html").first()
    if (
        row is None
        or row.organisation_id is None
        or row.about_id is None
        or not hmac.compare_digest(told[16:], _signature(row))
    ):
        return None
    return Answered(row.organisation_id, row.pk, row.about_id, row.person_id, row.membership_id)


def _signature(delivery: Delivery) -> bytes:
    """Over whom and what it is about: a row that was tied to somebody else since no longer fits."""
    said = ":".join(
        str(part)
        for part in (
            delivery.organisation_id, delivery.pk, delivery.about_id, delivery.person_id, delivery.membership_id,
        )
    )  # fmt: skip
    return salted_hmac(SALT, said, algorithm="sha256").digest()[:SIGNED_BYTES]
