"""The signed way out that every mail which may be switched off carries (RFC 8058)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.urls import reverse

from notices.models import Delivery, Preference
from notices.rules.wanted import ONE_CLICK, topic_of_kind
from owners.models import Person
from tenancy.context import current_organisation_id
from tenancy.errors import NotFound
from tenancy.models import Membership, Organisation
from tenancy.origins import origin_of

SALT = "notices.unsubscribe"
DIGEST_EVENT = "notice.digest"
MEMBER, PERSON = "m", "p"


@dataclass(frozen=True)
class WayOut:
    """What a token switches off, and for whom."""

    holder: Membership | Person
    topic: str
    channel: str


def topic_of(delivery: Delivery) -> str | None:
    """What a message is about; None for what cannot be switched off or is about a sign-in.

    Asks the database nothing: a notice's message tells its kind by the notice read with it, or by its event
    (``notice.ordinary``); without either it counts as one that cannot be switched off.
    """
    if delivery.event == DIGEST_EVENT:
        return Preference.Topic.ORDINARY
    if delivery.notice_id:
        if Delivery._meta.get_field("notice").is_cached(delivery) and delivery.notice is not None:
            return topic_of_kind(delivery.notice.kind)
        kind = delivery.event.partition(".")[2]
        return topic_of_kind(kind) if kind in ("ordinary", "emergency") else None
    return None if delivery.sealed or delivery.event.startswith(Delivery.ACCOUNT_EVENTS) else Preference.Topic.CASES


def token_for(delivery: Delivery) -> str:
    """What switches this kind of message off by this channel; "" when nothing may."""
    topic = topic_of(delivery)
    kind, key = (MEMBER, delivery.membership_id) if delivery.membership_id else (PERSON, delivery.person_id)
    if topic not in ONE_CLICK or key is None:
        return ""
    told: list[Any] = [delivery.organisation_id, kind, UUID(str(key)).hex, topic, delivery.channel]
    return signing.dumps(told, salt=SALT, compress=False)


def headers_of(delivery: Delivery, organisation: Organisation) -> dict[str, str]:
    """The two headers by which a mail reader shows its own button; none for what cannot be switched off."""
    token = token_for(delivery)
    if not token:
        return {}
    address = f"{origin_of(organisation)}{reverse('notices:stop', args=[token])}"
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def way_out(token: str) -> WayOut:
    """What the token switches off. Raises NotFound for forged, another organisation's, and people who are gone."""
    try:
        organisation_id, kind, key, topic, channel = signing.loads(token, salt=SALT)
        wanted = UUID(hex=key)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound("no such way out") from error
    if organisation_id != current_organisation_id():
        raise NotFound("no such way out")
    rows: Any = Membership.objects if kind == MEMBER else Person.objects
    holder = rows.filter(pk=wanted).first()
    if holder is None:
        raise NotFound("nobody there")
    return WayOut(holder, topic, channel)
