"""How a notice will look by each channel, for who writes it and who approves it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.rendering import render_notice
from notices.rules.sms import segments_of
from notices.writing import Words
from tenancy.models import Organisation

Channel = Delivery.Channel
SHOWN: tuple[tuple[str, str | Promise], ...] = (
    (Channel.PORTAL, _("Portal")), (Channel.EMAIL, _("E-mail")), (Channel.SMS, _("SMS")),
    (Channel.PUSH, _("Push message")), (Channel.LETTER, _("Letter")), (Channel.DOOR, _("Notice at the door")),
)  # fmt: skip


@dataclass(frozen=True)
class Preview:
    """One channel in one language. ``segments`` counts what an SMS is paid as."""

    channel: str
    label: str | Promise
    language: str
    words: Words
    segments: int = 0


def previews_of(
    notice: Notice, version: NoticeVersion, organisation: Organisation, reader: NoticeRecipient
) -> list[list[Preview]]:
    """For each language that it is written in, the organisation's first, every channel, as the sample reader would get it. Saves nothing."""
    version.notice = notice
    found = []
    for language in sorted(version.languages(), key=lambda code: code != organisation.language):
        row = []
        for channel, label in SHOWN:
            words = render_notice(version, reader, organisation, language, channel, link=f"/notices/read/{notice.pk}/")
            row.append(
                Preview(channel, label, language, words, segments_of(words.text) if channel == Channel.SMS else 0)
            )
        found.append(row)
    return found
