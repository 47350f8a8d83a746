"""Our writing of selects and inputs is Django's own, letter by letter."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from propcomm.form_renderer import FormRenderer

OURS, THEIRS = FormRenderer(), DjangoTemplates()
HOSTILE = "\"><script>alert('1')</script>&amp;"
CHOICES = [
    ("", gettext_lazy("All")), ("a&b", "A <b> & 'c'"), (1, 12345), (None, "none"), (True, mark_safe("<i>safe</i>")),
    ("A group of \"<words>\"", [("x", "X"), (2, "Two")]),
]  # fmt: skip


class Shouting(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


class Disabled(forms.Select):
    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"] |= {"disabled": True, "data-n": 0, "hidden": False, "title": HOSTILE}
        return option


WIDGETS = [
    (forms.Select(choices=CHOICES), "a&b"), (forms.Select(choices=CHOICES), None), (forms.Select(choices=CHOICES), 2),
    (forms.Select(attrs={"class": HOSTILE, "required": True, "autofocus": False}), HOSTILE),
    (forms.SelectMultiple(choices=CHOICES), ["x", "a&b"]), (forms.NullBooleanSelect(), True),
    (Shouting(choices=CHOICES), "x"), (Disabled(choices=CHOICES), "x"),
    (forms.TextInput(attrs={"maxlength": 10, "data-x": 1.5, "placeholder": gettext_lazy("All")}), HOSTILE),
    (forms.TextInput(), None), (forms.TextInput(), ""), (forms.TextInput(), "1 < 2"), (forms.NumberInput(), 12345),
    (forms.NumberInput(), 1234.5), (forms.EmailInput(), "a@b.example"), (forms.URLInput(), "https://a.example/?a=1&b"),
    (forms.HiddenInput(), 0), (forms.DateInput(), date(2026, 3, 5)), (forms.TimeInput(), "12:30"),
    (forms.DateTimeInput(), datetime(2026, 3, 5, 12, 30, tzinfo=UTC)), (forms.PasswordInput(), "kept"),
    (forms.SplitDateTimeWidget(), None), (forms.RadioSelect(choices=CHOICES), "x"), (forms.Textarea(), HOSTILE),
    (forms.CheckboxInput(), True), (forms.ClearableFileInput(), None),
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("number", range(len(WIDGETS)))
def test_a_widget_reads_as_django_writes_it(number: int, language: str) -> None:
    widget, value = WIDGETS[number]
    with translation.override(language):
        ours = widget.render("field", value, attrs={"id": "id_field"}, renderer=OURS)
        theirs = widget.render("field", value, attrs={"id": "id_field"}, renderer=THEIRS)
    assert ours == theirs


def test_a_hostile_name_is_escaped_as_django_escapes_it() -> None:
    widget = forms.Select(choices=CHOICES)
    assert widget.render(HOSTILE, "x", renderer=OURS) == widget.render(HOSTILE, "x", renderer=THEIRS)
    assert "<script>" not in widget.render(HOSTILE, "x", renderer=OURS)
