"""From a template and its context to the words of one message, in one person's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
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
PARAGRAPH = '<p style="margin:0 0 16px;overflow-wrap:anywhere;">{}</p>\n'
# Where words go in a frame. No words hold a NUL: the database keeps none.
Parts = tuple[str, ...]
MARKS = re.compile("\x00([a-z_]+)\x00")
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


@dataclass(frozen=True)
class Said:
    """What a message says. ``button`` names the button of its e-mail; empty, it has the usual one."""

    subject: str
    body: str
    button: str = ""


def say(
    *, template: str, context: dict[str, Any], organisation: Organisation, name: str, language: str, link: str
) -> Said:
    """Render ``templates/emails/<template>.txt``: its first line is the subject, the rest the body.

    The template sees ``context`` and also ``organisation``, ``recipient_name``, ``link`` (the full address).
    ``context["button"]`` names the button of the e-mail. Times are the organisation's.
    """
    known = {"organisation": organisation, "recipient_name": one_line(name), "link": _full(link, organisation)}
    with translation.override(language), timezone.override(ZoneInfo(organisation.time_zone)):
        whole = _template(template).render({**known, **context})
        button = str(context.get("button") or "")
    first, _line_end, rest = whole.replace("\x00", "").strip().partition("\n")
    return Said(one_line(first), "\n\n".join("\n".join(lines) for lines in paragraphs(rest)), button)


def framed(said: Said, *, organisation: Organisation, language: str, link: str) -> Words:
    """The two parts of the e-mail that says this."""
    address = _full(link, organisation)
    house = (organisation.name, organisation.address, organisation.phone, organisation.accent)
    text, html = _frame(house, language, said.button, has_link=bool(address))
    plain = _fill(text, {"body": said.body, "link": address}).strip()
    lines = "".join(PARAGRAPH.format("<br>\n".join(map(escape, block))) for block in paragraphs(said.body))
    shown = {"subject": escape(said.subject), "html_body": lines, "link": escape(address)}
    return Words(said.subject, said.body, f"{plain}\n", _fill(html, shown))


def write(
    *, template: str, context: dict[str, Any], organisation: Organisation, name: str, language: str, link: str
) -> Words:
    """What is said, and the e-mail that says it. See `say` for what the template sees."""
    said = say(
        template=template, context=context, organisation=organisation, name=name, language=language, link=link
    )  # fmt: skip
    return framed(said, organisation=organisation, language=language, link=link)


def names_the_reader(template: str) -> bool:
    """Whether two readers of one language may read different words."""
    source = _template(template).template.source
    return any(word in source for word in ("recipient_name", "{% include", "{% extends"))


def _template(name: str) -> Any:
    return plain_text().get_template(f"emails/{name}.txt")


def _full(link: str, organisation: Organisation) -> str:
    return f"{origin_of(organisation)}{link}" if link else ""


@lru_cache(maxsize=256)
def _frame(house: tuple[str, str, str, str], language: str, button: str, *, has_link: bool) -> tuple[Parts, Parts]:
    """Text and HTML of an e-mail around its words, cut at what differs from message to message.

    The layouts run once for an organisation and language, not once for each of its messages.
    """
    name, address, phone, accent = house
    frame = {
        "organisation": {"name": name, "address": address, "phone": phone},
        "subject": _mark("subject"),
        "body": _mark("body"),
        "html_body": _mark("html_body"),
        "link": _mark("link") if has_link else "",
        "button": button,
        "accent": ACCENTS.get(accent, ACCENTS["teal"]),
        "language": HTML_LANGUAGES.get(language, language),
    }
    with translation.override(language):
        text = plain_text().get_template("emails/layout.txt").render(frame)
        html = get_template("emails/layout.html").render(frame)
    return tuple(MARKS.split(text)), tuple(MARKS.split(html))


def _mark(name: str) -> str:
    return f"\x00{name}\x00"


def _fill(parts: Parts, words: Mapping[str, str]) -> str:
    """Every second part is the name of what stands there."""
    return "".join(words[part] if place % 2 else part for place, part in enumerate(parts))
