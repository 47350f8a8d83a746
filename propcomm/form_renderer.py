"""Selects and inputs written by a function instead of a template for each option: what Django writes, letter by letter.

A page with a filter of eighty options spent half of its time in the templates of the options and their attributes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

WIDGETS = "django/forms/widgets/"
PLAIN_OPTION = f"{WIDGETS}select_option.html"
# The kinds of input that Django writes with one and the same template.
INPUTS = ("date", "datetime", "email", "hidden", "number", "search", "tel", "text", "time", "url")


class FormRenderer(DjangoTemplates):
    """Django's own templates, but for those of `WRITERS`."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        write = WRITERS.get(template_name)
        if write is None or not _is_plain(context["widget"]):
            return super().render(template_name, context, request)
        return mark_safe(write(context["widget"]))  # each part is escaped where it is put in


def _is_plain(widget: Mapping[str, Any]) -> bool:
    """Whether no option is written in a way of its own."""
    groups = widget.get("optgroups", ())
    return all(option["template_name"] == PLAIN_OPTION for _group, options, _index in groups for option in options)


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _select(widget: Mapping[str, Any]) -> str:
    written = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            written.append(f'\n  <optgroup label="{conditional_escape(group)}">')
        written += [f"\n  {_option(option)}" for option in options]
        if group:
            written.append("\n  </optgroup>")
    return "".join([*written, "\n</select>"])


def _option(option: Mapping[str, Any]) -> str:
    value, label = conditional_escape(str(option["value"])), conditional_escape(localize(option["label"]))
    return f'<option value="{value}"{_attributes(option["attrs"])}>{label}</option>\n'


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


WRITERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    f"{WIDGETS}select.html": _select,
    **{f"{WIDGETS}{kind}.html": _input for kind in INPUTS},
}
