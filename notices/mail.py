"""The e-mail channel: one message as MIME, one conversation with the mail server, and what it answered."""

import smtplib
from email.header import Header
from email.message import Message
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notices.channels.fates import Fate, Outcome
from notices.models import Delivery
from notices.replying import reply_headers
from notices.rules import one_line
from notices.rules.pace import pace
from notices.wayout import headers_of
from notices.wording import words_of
from notices.writing import Words
from tenancy.models import Organisation

SERVICE_CLOSING = 421
PERMANENT = 500
DETAIL_LENGTH = 300
NAME_LENGTH = 60
CALENDAR_NAME = "event.ics"


class Mail(EmailMultiAlternatives):
    """A mail whose long Chinese subject begins on the header's own line; Django's begins with a blank one."""

    def message(self, **options: Any) -> Any:
        message = super().message(**options)
        del message["Subject"]
        # Past the check for line breaks, which folding makes on purpose: one_line has removed any others.
        Message.__setitem__(message, "Subject", Header(one_line(str(self.subject)), "utf-8", header_name="Subject"))
        return message


def message_of(delivery: Delivery, organisation: Organisation, words: Words | None = None) -> Mail:
    """The delivery as a mail. Its Message-ID is the same at every try, so readers can tell a double.

    Raises ValueError for sealed words that cannot be opened any more, when they are not given.
    """
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    words = words or words_of(delivery, organisation)
    message = Mail(
        subject=one_line(words.subject),
        body=words.text,
        from_email=formataddr((one_line(organisation.name, length=NAME_LENGTH), sender)),
        to=[formataddr((one_line(delivery.recipient_name, length=NAME_LENGTH), delivery.address))],
        headers={
            "Message-ID": f"<{delivery.pk}@{settings.BASE_DOMAIN}>",
            "Auto-Submitted": "auto-generated",
            "X-PropComm-Organisation": organisation.slug,
            **reply_headers(delivery),
            **headers_of(delivery, organisation),
        },
    )
    if words.html:
        message.attach_alternative(words.html, "text/html")
    if words.calendar:
        message.attach(CALENDAR_NAME, words.calendar, "text/calendar")
    return message


class _Watched:
    """Remembers whether a message's words were on their way when the conversation broke."""

    words_on_their_way = False

    def mail(self, *args: Any, **kwargs: Any) -> Any:
        self.words_on_their_way = False
        return super().mail(*args, **kwargs)  # type: ignore[misc]

    def data(self, *args: Any, **kwargs: Any) -> Any:
        self.words_on_their_way = True
        return super().data(*args, **kwargs)  # type: ignore[misc]


class _WatchedSmtp(_Watched, smtplib.SMTP):
    pass


class _WatchedSmtpSsl(_Watched, smtplib.SMTP_SSL):
    pass


class _WatchedBackend(EmailBackend):
    @property
    def connection_class(self) -> Any:
        return _WatchedSmtpSsl if self.use_ssl else _WatchedSmtp


def _backend() -> BaseEmailBackend:
    stock = f"{EmailBackend.__module__}.{EmailBackend.__qualname__}"
    return _WatchedBackend() if stock == settings.EMAIL_BACKEND else get_connection()


class Post:
    """One conversation with the mail server, opened at the first message, opened again after a break."""

    def __init__(self) -> None:
        self._backend = _backend()
        self._breaks = 0
        self._taken = 0  # by this connection
        self.is_down = False

    def close(self) -> None:
        self._hang_up()

    def send(self, message: EmailMultiAlternatives) -> Outcome:
        """Hand one message over. Never raises for what the server, the network or the message may do."""
        try:
            self._backend.open()
        except OSError as error:  # SMTPException is one too: a refused sign-in, no TLS
            self.is_down = True
            self._hang_up()
            return Outcome(Fate.UNREACHABLE, _said(error))
        try:
            self._backend.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return self._answered(code, words)
        except smtplib.SMTPResponseException as error:
            return self._answered(error.smtp_code, error.smtp_error, is_recipients=not _is_senders(error))
        except OSError as error:
            return self._broken(error)
        except (ValueError, UnicodeError) as error:  # an address or header that cannot be written
            self._hang_up()
            return Outcome(Fate.REFUSED, _said(error))
        self._breaks, self._taken = 0, self._taken + 1
        return Outcome(Fate.HANDED)

    def _answered(self, code: int, words: bytes | str, *, is_recipients: bool = True) -> Outcome:
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        detail = one_line(f"{code} {said}", length=DETAIL_LENGTH)
        if code == SERVICE_CLOSING:
            # A server that took messages before closes after so many: a new connection is welcome.
            self.is_down = not self._taken
            self._hang_up()
            return Outcome(Fate.UNREACHABLE, detail)
        return Outcome(Fate.REFUSED if code >= PERMANENT and is_recipients else Fate.LATER, detail)

    def _broken(self, error: OSError) -> Outcome:
        on_their_way = getattr(getattr(self._backend, "connection", None), "words_on_their_way", True)
        self._breaks += 1
        self.is_down = self._breaks >= pace().breaks
        self._hang_up()
        return Outcome(Fate.UNSURE if on_their_way else Fate.UNREACHABLE, _said(error))

    def _hang_up(self) -> None:
        self._taken = 0
        try:
            self._backend.close()
        except OSError:
            pass  # gone already
        finally:
            if hasattr(self._backend, "connection"):
                self._backend.connection = None


class Mailing:
    """One organisation's part of the conversation: the mail server is the same for all."""

    def __init__(self, post: Post, organisation: Organisation) -> None:
        self._post, self._organisation = post, organisation

    @property
    def is_down(self) -> bool:
        return self._post.is_down

    def send(self, delivery: Delivery, words: Words) -> Outcome:
        try:
            message = message_of(delivery, self._organisation, words)
        except ValueError as error:  # an address that cannot be written
            return Outcome(Fate.REFUSED, _said(error))
        return self._post.send(message)

    def close(self) -> None:
        """The next organisation goes on with it."""


def _is_senders(error: smtplib.SMTPResponseException) -> bool:
    # Our own address refused: the installation's fault, so the recipient's message is kept for when it is mended.
    return isinstance(error, smtplib.SMTPSenderRefused)


def _said(error: Exception) -> str:
    return one_line(f"{type(error).__name__}: {error}", length=DETAIL_LENGTH)
