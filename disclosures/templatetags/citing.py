"""Clauses as pages show them: how they are cited, their paragraphs and items. No queries, no rules."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from disclosures.rules.citing import citation, is_item

register = template.Library()
ITEM = mark_safe(' class="item"')


@register.simple_tag
def cite(version: Any, clause: Any = None) -> str:
    """How the version, or a clause of it, is cited in the language in force."""
    number, plain = (clause.number or clause.heading, clause.plain_number) if clause else ("", "")
    return citation(version.called, number, plain, reader=get_language() or "en")


@register.filter
def paragraphs(body: str) -> SafeString:
    """Each paragraph by itself, items of lists indented. What was typed is escaped."""
    return format_html_join(
        "\n", "<p{}>{}</p>",
        ((ITEM if is_item(line) else "", line) for line in body.split("\n") if line),
    )  # fmt: skip


@register.filter
def pieces(hit: Any) -> SafeString:
    """A stretch of text with what was found in it marked. What was typed is escaped."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if marked else text,) for text, marked in hit)
    )
