"""A message as a letter: what a print shop needs to know, and the paper when the printing room is there."""

import hashlib
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.utils import translation

from notices.channels.short import number_of
from notices.models import Delivery, Notice, NoticeRecipient, NoticeSettings
from notices.writing import Words
from tenancy.context import scope
from tenancy.models import Organisation
from tenancy.origins import origin_of

# The printing room, imported when there is something to print: its libraries are heavy.
PAPER, SETTING, WORDS = "notices.paper.letters", "notices.paper.pdf", "notices.rendering"


@dataclass(frozen=True)
class Letter:
    manifest: dict[str, Any]
    pdf: bytes | None


def letter_of(delivery: Delivery, words: Words, organisation: Organisation) -> Letter:
    """The letter, and its paper. Raises ValueError without a postal address."""
    if not delivery.address.strip():
        raise ValueError("no postal address")
    pdf = _paper(delivery, organisation)
    manifest = {
        "id": str(delivery.pk),
        "number": number_of(delivery),
        "name": delivery.recipient_name,
        "address": delivery.address,
        "language": delivery.language,
        "subject": words.subject or delivery.subject,
        "text": words.text,
        "sha256": hashlib.sha256(pdf).hexdigest() if pdf is not None else "",
    }
    return Letter(manifest, pdf)


def _paper(delivery: Delivery, organisation: Organisation) -> bytes | None:
    """The letter's one sheet or more. None for messages that are no notices: their words stand in the manifest."""
    if delivery.notice_id is None or delivery.recipient_id is None or find_spec(WORDS) is None:
        return None
    paper = import_module(PAPER)
    with scope(organisation.pk):
        recipient = NoticeRecipient.objects.select_related("estate", "building").get(pk=delivery.recipient_id)
        notice = Notice.objects.get(pk=delivery.notice_id)
        version = notice.versions.order_by("-number").first()
        options = NoticeSettings.objects.first() or NoticeSettings()
        link = f"{origin_of(organisation)}{delivery.link}" if delivery.link else origin_of(organisation)
        letter = paper.letter_for(recipient, version=version, organisation=organisation, link=link)
        with translation.override(letter.language):
            html = paper.letters_html([letter], notice=notice, organisation=organisation, options=options)
    # Setting takes a while: no connection is held meanwhile.
    with translation.override(letter.language):
        content: bytes = import_module(SETTING).write(html)
    return content
