"""Mail that carries a code or tells of somebody's sign-in: in the outbox like any other, but never readable there.

Its words are encrypted with a key made from SECRET_KEY until the mail server has them, and dropped then. Who reads the
database or a backup, or administers the organisation, reads no code. A code's mail is not sent after the code has run out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notices import rules
from notices.models import Delivery
from notices.sealing import seal
from notices.services.queueing import nudge_after_commit
from notices.writing import write
from tenancy.models import Organisation, uuid7


@dataclass(frozen=True)
class SealedMail:
    """``expires_at`` is when its code runs out; None when it carries none."""

    email: str
    name: str
    language: str
    event: str
    template: str
    context: dict[str, Any]
    link: str = ""
    expires_at: datetime | None = None


def queue_sealed(mail: SealedMail, *, organisation: Organisation, now: datetime) -> Delivery:
    """Write one sealed e-mail into the outbox of the organisation in force; it leaves after commit. No network."""
    words = write(
        template=mail.template, context=mail.context, organisation=organisation,
        name=mail.name, language=mail.language, link=mail.link,
    )  # fmt: skip
    row = Delivery(
        pk=uuid7(),
        channel=Delivery.Channel.EMAIL,
        event=mail.event,
        recipient_name=rules.one_line(mail.name),
        address=mail.email,
        language=mail.language,
        subject=words.subject,
        sealed=seal({"text": words.text, "html": words.html}),
        expires_at=mail.expires_at,
        created_at=now,
        next_attempt_at=now,
    )
    row.dedupe_key = f"{mail.event}:{row.pk}"
    row.save(force_insert=True)
    nudge_after_commit()
    return row
