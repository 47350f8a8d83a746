"""A message that cannot arrive: its reader is told another way."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import override

from notices.models import Delivery, NoticeRecipient
from notices.rules import SECRET_EVENTS
from notices.services import chain
from notices.writing import write
from tenancy.context import current_organisation_id
from tenancy.models import Organisation

Channel, State = Delivery.Channel, Delivery.State
UNDELIVERABLE = "undeliverable"


def tell_elsewhere(lost: Sequence[Delivery], *, now: datetime) -> None:
    """Have the next channel tell whoever these did not reach.

    A notice's reader: the next step of its chain is due at once. Anybody else who signs in: what they were not sent
    stands in their inbox, as does, once a day and address, that it cannot be reached. Nothing of people's sign-ins.
    """
    recipients = [row.recipient_id for row in lost if row.recipient_id]
    if recipients:
        chain.hurry(NoticeRecipient.objects.filter(pk__in=recipients), now=now)  # type: ignore[arg-type]
    others = [row for row in lost if _has_inbox(row)]
    if others:
        organisation = Organisation.objects.get(pk=current_organisation_id())
        copies = [_copy(row, now) for row in others]
        copies += [_word_of_address(row, organisation, now) for row in others if row.address]
        Delivery.objects.bulk_create(copies, ignore_conflicts=True)


def _has_inbox(row: Delivery) -> bool:
    is_open = bool(row.text) and not row.event.startswith(Delivery.ACCOUNT_EVENTS) and row.event not in SECRET_EVENTS
    return row.recipient_id is None and row.membership_id is not None and is_open


def _copy(row: Delivery, now: datetime) -> Delivery:
    """The same words in the inbox; where they stand there already the key says so, and nothing is written."""
    return Delivery(
        channel=Channel.PORTAL, state=State.HANDED, handed_at=now, created_at=now, text=row.text, subject=row.subject,
        event=row.event, dedupe_key=row.dedupe_key, person_id=row.person_id, membership_id=row.membership_id,
        recipient_name=row.recipient_name, language=row.language, link=row.link, about_type=row.about_type,
        about_id=row.about_id,
    )  # fmt: skip


def _word_of_address(row: Delivery, organisation: Organisation, now: datetime) -> Delivery:
    with override(row.language):
        channel = row.get_channel_display()
    words = write(
        template="notices/undeliverable", context={"channel": channel, "address": row.address},
        organisation=organisation, name=row.recipient_name, language=row.language, link="",
    )  # fmt: skip
    mark = hashlib.sha256(f"{row.channel}:{row.address.lower()}".encode()).hexdigest()[:16]
    return Delivery(
        channel=Channel.PORTAL, state=State.HANDED, handed_at=now, created_at=now, text=words.body,
        subject=words.subject, event=UNDELIVERABLE,
        dedupe_key=f"{UNDELIVERABLE}:{row.membership_id}:{mark}:{now:%Y-%m-%d}",
        person_id=row.person_id, membership_id=row.membership_id, recipient_name=row.recipient_name,
        language=row.language,
    )  # fmt: skip
