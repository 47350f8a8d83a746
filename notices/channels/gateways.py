"""Messages handed to an HTTP gateway: one signed JSON POST each, which may be repeated. See docs/channels.md."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from notices.channels import calling
from notices.channels.fates import Fate, Outcome
from notices.channels.letters import letter_of
from notices.channels.short import sms_of
from notices.models import Delivery, Provider
from notices.rules import one_line
from notices.rules.pace import pace
from notices.rules.signatures import signature_of
from notices.secrets import secrets_of
from notices.writing import Words
from tenancy.models import Organisation

Payload = Callable[[Delivery, Words, Organisation], dict[str, Any]]
REFERENCE_LENGTH = 120
DETAIL_LENGTH = 200
# Our key, address or method is wrong: the message is kept for when that is mended.
MISFIT = frozenset({401, 402, 403, 404, 405, 407, 426})
LONGEST_REST = 3600


class HttpGateway:
    """One conversation with a gateway. ``rests_seconds`` is how long it asked to be left alone, when it did."""

    def __init__(self, provider: Provider, organisation: Organisation, payload: Payload) -> None:
        self._url = str(provider.options.get("url", ""))
        self._secrets = secrets_of(provider)
        self._organisation = organisation
        self._payload = payload
        self.is_down = False
        self.rests_seconds = 0

    def send(self, delivery: Delivery, words: Words) -> Outcome:
        """Hand one message over. Never raises for what gateway, network or message may do.

        The Idempotency-Key is the message's id at every try, so a second try of the same message is no second message.
        """
        try:
            body = json.dumps(self._payload(delivery, words, self._organisation), ensure_ascii=False).encode()
        except ValueError as error:
            return Outcome(Fate.REFUSED, one_line(str(error), length=DETAIL_LENGTH))
        began = time.monotonic()
        try:
            answer = calling.post(self._url, body, self._headers(delivery, body), seconds=settings.GATEWAY_SECONDS)
        except calling.NotReached as error:
            self.is_down = True
            return Outcome(Fate.UNREACHABLE, one_line(str(error), length=DETAIL_LENGTH))
        except calling.BrokenOff as error:
            # One that hangs is left alone for a while: the messages of others are behind it in this line.
            self.is_down = time.monotonic() - began > pace().slow_seconds
            return Outcome(Fate.UNSURE, one_line(str(error), length=DETAIL_LENGTH))
        return self._answered(delivery, answer)

    def close(self) -> None:
        """Each POST ends its own connection."""

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        key = self._secrets.get("sending_key", "")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "PropComm",
            "Idempotency-Key": str(delivery.pk),
            "X-PropComm-Timestamp": timestamp,
        }
        if key:
            headers["X-PropComm-Signature"] = signature_of(key, timestamp, body)
        return headers

    def _answered(self, delivery: Delivery, answer: calling.Answer) -> Outcome:
        status = answer.status
        if 200 <= status < 300:
            return Outcome(Fate.HANDED, str(status), reference=_reference(answer.body) or str(delivery.pk))
        said = one_line(answer.body.decode("utf-8", "replace"), length=DETAIL_LENGTH)
        detail = f"{status} {said}".strip()
        if status == 429 or status in MISFIT or 300 <= status < 400:
            self.is_down = True
            self.rests_seconds = _seconds(answer.headers.get("retry-after", ""))
        is_its_fault = 400 <= status < 500 and status not in MISFIT and status not in (408, 409, 425, 429)
        return Outcome(Fate.REFUSED if is_its_fault else Fate.LATER, detail)


def _reference(body: bytes) -> str:
    """What the gateway calls the message, when it says so."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = said.get("reference") if isinstance(said, dict) else None
    return found if isinstance(found, str) and len(found) <= REFERENCE_LENGTH and found.isprintable() else ""


def _seconds(said: str) -> int:
    """Retry-After in seconds; a date or nonsense is no wish we know."""
    return min(int(said), LONGEST_REST) if said.isascii() and said.isdecimal() and len(said) < 9 else 0


def _sms(delivery: Delivery, words: Words, organisation: Organisation) -> dict[str, Any]:
    sms = sms_of(delivery, words, organisation)
    return {"id": str(delivery.pk), "to": sms.to, "text": sms.text, "segments": sms.segments}


def _letter(delivery: Delivery, words: Words, organisation: Organisation) -> dict[str, Any]:
    letter = letter_of(delivery, words, organisation)
    paper = base64.b64encode(letter.pdf).decode() if letter.pdf is not None else None
    return {**letter.manifest, "pdf": paper}


def sms_gateway(provider: Provider, organisation: Organisation) -> HttpGateway:
    return HttpGateway(provider, organisation, _sms)


def letter_gateway(provider: Provider, organisation: Organisation) -> HttpGateway:
    return HttpGateway(provider, organisation, _letter)
