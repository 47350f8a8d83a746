"""Push messages to the browsers in which a member asked for them."""

import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import timezone

from notices.channels import calling
from notices.channels.encrypting import Keys, authorization, encrypted, private_key, unb64
from notices.channels.fates import Fate, Outcome
from notices.models import Delivery, Provider, PushSubscription
from notices.rules import one_line
from notices.writing import Words
from tenancy.context import scope
from tenancy.models import Organisation
from tenancy.sealing import box

PURPOSE = b"propcomm.push"
GONE = frozenset({404, 410})
# Services take 4096 bytes in all; the title and where it leads need far fewer.
TITLE_LENGTH, KEPT_SECONDS, TOKEN_SECONDS = 200, 24 * 3600, 12 * 3600


@dataclass(frozen=True)
class Browser:
    """Where one browser takes messages, and its keys."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def keys(self) -> Keys:
        return Keys(unb64(self.p256dh), unb64(self.auth))


def seal_browser(browser: Browser) -> str:
    told = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth}
    return box(PURPOSE).encrypt(json.dumps(told).encode()).decode()


def unsealed(sealed: str) -> Browser:
    """Raises ValueError when SECRET_KEY has changed since."""
    try:
        return Browser(**json.loads(box(PURPOSE).decrypt(sealed.encode())))
    except InvalidToken as error:
        raise ValueError("sealed with another SECRET_KEY") from error


def is_push_service(endpoint: str) -> bool:
    """Whether the address a browser gave is one of a known push service: readers choose it, we call it."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    known = any(host == name or (name.startswith(".") and host.endswith(name)) for name in settings.PUSH_HOSTS)
    return parts.scheme == "https" and parts.username is None and parts.port in (None, 443) and known


class WebPush:
    """One run's pushing. A message is handed when any of the member's browsers' services took it."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self.is_down = False

    def send(self, delivery: Delivery, words: Words) -> Outcome:
        with scope(self._organisation.pk):
            mine = PushSubscription.objects.filter(membership=delivery.membership_id, gone_at=None)
            browsers = list(mine.values_list("pk", "sealed"))
        outcomes = [self._send_to(pk, sealed, delivery, words) for pk, sealed in browsers]
        for fate in (Fate.HANDED, Fate.UNSURE, Fate.LATER, Fate.UNREACHABLE):
            for outcome in outcomes:
                if outcome.fate == fate:
                    return outcome
        return Outcome(Fate.REFUSED, "no browser takes messages any more")

    def close(self) -> None:
        """Each message ends its own connection."""

    def _send_to(self, pk: UUID, sealed: str, delivery: Delivery, words: Words) -> Outcome:
        try:
            browser = unsealed(sealed)
            if not is_push_service(browser.endpoint):
                raise ValueError("no known push service")
            body, headers = self._written(browser, delivery, words)
        except ValueError as error:
            return Outcome(Fate.REFUSED, str(error))
        try:
            answer = calling.post(browser.endpoint, body, headers, seconds=settings.GATEWAY_SECONDS)
        except calling.NotReached as error:
            return Outcome(Fate.UNREACHABLE, one_line(str(error)))
        except calling.BrokenOff as error:
            return Outcome(Fate.UNSURE, str(error))
        if answer.status in GONE:
            with scope(self._organisation.pk):
                PushSubscription.objects.filter(pk=pk).update(gone_at=timezone.now())
            return Outcome(Fate.REFUSED, str(answer.status))
        if answer.status < 300:
            return Outcome(Fate.HANDED, str(answer.status))
        return Outcome(Fate.LATER if answer.status in (401, 403, 429) or answer.status >= 500 else Fate.REFUSED,
                       str(answer.status))  # fmt: skip

    def _written(self, browser: Browser, delivery: Delivery, words: Words) -> tuple[bytes, dict[str, str]]:
        title = one_line(words.subject or delivery.subject, length=TITLE_LENGTH)
        told = {"title": self._organisation.name, "body": title, "link": delivery.link or "/notices/"}
        body = encrypted(json.dumps(told).encode(), browser.keys)
        parts = urlsplit(browser.endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        expires = int(time.time()) + TOKEN_SECONDS
        signed = authorization(
            private_key(settings.PUSH_KEY), audience=audience, contact=settings.PUSH_CONTACT, expires=expires
        )
        return body, {
            "Authorization": signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SECONDS),
            # The service replaces an undelivered message of the same topic: a second try is no second message.
            "Topic": delivery.pk.hex,
        }


def web_push(provider: Provider, organisation: Organisation) -> WebPush:
    return WebPush(organisation)
