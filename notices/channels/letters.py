"""A message as a letter: what a print shop needs to know, and the paper when the printing room is there."""

import hashlib
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from notices.channels.short import number_of
from notices.models import Delivery
from notices.writing import Words
from tenancy.context import scope
from tenancy.models import Organisation

PAPER = "notices.paper.letters"


@dataclass(frozen=True)
class Letter:
    manifest: dict[str, Any]
    pdf: bytes | None


def letter_of(delivery: Delivery, words: Words, organisation: Organisation) -> Letter:
    """The letter, and its paper. Raises ValueError without a postal address."""
    if not delivery.address.strip():
        raise ValueError("no postal address")
    pdf = _paper([delivery], organisation)
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


def _paper(deliveries: list[Delivery], organisation: Organisation) -> bytes | None:
    if find_spec("notices.paper") is None:
        return None
    with scope(organisation.pk):  # it reads the words of the notice
        pdf: bytes = import_module(PAPER).letter_pdf(deliveries)
    return pdf
