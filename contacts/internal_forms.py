"""What is filled in when one department asks another, and when that answers, does and is rated."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.forms import day
from contacts.models import InternalRequest
from contacts.register_forms import plain_text
from contacts.services.internal import Asking
from owners.models import Estate

Department = InternalRequest.Department


class AskForm(forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    estate = forms.ChoiceField(label=gettext_lazy("Estate"))
    from_department = forms.ChoiceField(
        label=gettext_lazy("Your department"), choices=[("", gettext_lazy("Choose")), *Department.choices]
    )
    to_department = forms.ChoiceField(
        label=gettext_lazy("The department you ask"), choices=[("", gettext_lazy("Choose")), *Department.choices]
    )
    need = forms.CharField(
        label=gettext_lazy("What do you need?"), max_length=2000, widget=plain_text(4),
        error_messages={"required": gettext_lazy("Write what is needed.")},
    )  # fmt: skip
    wanted_on = day(label=gettext_lazy("By which day?"), required=False)

    def __init__(self, *args: Any, estates: Sequence[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {str(estate.pk): estate for estate in estates}
        choices = [(key, estate.name) for key, estate in self.estates.items()]
        field: Any = self.fields["estate"]
        field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]

    def asking(self) -> Asking:
        said = {name: value for name, value in self.cleaned_data.items() if name != "entry_key"}
        return Asking(**said | {"estate": self.estates[said["estate"]]})


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=500, error_messages={"required": gettext_lazy("Say why.")}
    )


class FinishForm(UploadsFormMixin, forms.Form):
    result = forms.CharField(
        label=gettext_lazy("What was done?"), max_length=2000, required=False, widget=plain_text(3),
        help_text=gettext_lazy("In words, or by a photo."),
    )  # fmt: skip
    documents = UploadsField(label=gettext_lazy("Photos and scans"))


class RateForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=gettext_lazy("How well were you served?"), coerce=int, widget=forms.RadioSelect,
        choices=[("5", gettext_lazy("5, very good")), ("4", "4"), ("3", "3"), ("2", "2"), ("1", gettext_lazy("1, very bad"))],
        error_messages={"required": gettext_lazy("Choose a rating.")},
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("What would you say of it?"), max_length=1000, required=False, widget=plain_text(3)
    )


class RequestFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words or number"), required=False, max_length=100)
    department = forms.ChoiceField(
        label=gettext_lazy("Asked of"), required=False,
        choices=[("", gettext_lazy("Any department")), *Department.choices],
    )  # fmt: skip
    which = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False,
        choices=[
            ("", gettext_lazy("All")), ("running", gettext_lazy("Running")), ("late", gettext_lazy("Late")),
            *InternalRequest.State.choices,
        ],
    )  # fmt: skip
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)
    mine = forms.BooleanField(label=gettext_lazy("Only mine"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.choices = [("", _("Any estate")), *((str(estate.pk), estate.name) for estate in estates)]
