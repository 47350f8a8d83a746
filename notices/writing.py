"""From a template and its context to the words of one message, in one person's language."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.backends.django import DjangoTemplates
from django.template.loader import get_template
from django.utils import timezone, translation

from notices.rules import one_line, paragraphs
from tenancy.models import Organisation
from tenancy.origins import origin_of

# Mail readers know no stylesheet variables: the brand colours of static/css/tokens.css, light theme.
ACCENTS = {"teal": "#0b6660", "blue": "#1c5aa6", "plum": "#763a76", "green": "#37682b", "brick": "#98401f"}
HTML_LANGUAGES = {"zh-hans": "zh-Hans"}


@dataclass(frozen=True)
class Words:
    """``body`` is what the portal shows; ``text`` and ``html`` are the two parts of an e-mail, ``calendar`` its event."""

    subject: str
    body: str
    text: str
    html: str
    calendar: bytes = b""


@lru_cache(maxsize=1)
def plain_text() -> DjangoTemplates:
    """Templates that write plain text: nothing is escaped, for there is nothing to escape from."""
    (pages,) = settings.TEMPLATES
    return DjangoTemplates(
        {"NAME": "plain_text", "DIRS": pages["DIRS"], "APP_DIRS": True, "OPTIONS": {"autoescape": False}}
    )


def write(
    *, template: str, context: dict[str, Any], organisation: Organisation, name: str, language: str, link: str
) -> Words:
    """Render ``templates/emails/<template>.txt``: its first line is the subject, the rest the body.

    The template sees ``context`` and also ``organisation``, ``recipient_name``, ``link`` (the full address).
    ``context["button"]`` names the button of the e-mail. Times are the organisation's.
    """
    address = f"{origin_of(organisation)}{link}" if link else ""
    with translation.override(language), timezone.override(ZoneInfo(organisation.time_zone)):
        known = {"organisation": organisation, "recipient_name": one_line(name), "link": address, **context}
        whole = plain_text().get_template(f"emails/{template}.txt").render(known)
        first, _line_end, rest = whole.replace("\x00", "").strip().partition("\n")
        blocks = paragraphs(rest)
        body = "\n\n".join("\n".join(lines) for lines in blocks)
        frame = {
            **known,
            "subject": one_line(first),
            "body": body,
            "paragraphs": blocks,
            "accent": ACCENTS.get(organisation.accent, ACCENTS["teal"]),
            "language": HTML_LANGUAGES.get(language, language),
        }
        text = plain_text().get_template("emails/layout.txt").render(frame)
        html = get_template("emails/layout.html").render(frame)
    return Words(frame["subject"], body, text.strip() + "\n", html)
