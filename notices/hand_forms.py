"""What staff write down of a delivery by hand."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attachments.forms import UploadsField, UploadsFormMixin
from notices.models import HandDelivery
from notices.services.by_hand import Handed

AT = "%Y-%m-%dT%H:%M"


class TapForm(forms.Form):
    """One tap: this way, now."""

    method = forms.ChoiceField(choices=HandDelivery.Method)
    form_key = forms.UUIDField()

    def handed(self, now: datetime) -> Handed:
        return Handed(method=self.cleaned_data["method"], at=now, form_key=str(self.cleaned_data["form_key"]))


class FloorForm(TapForm):
    """The same for a whole floor."""

    building = forms.UUIDField()
    floor = forms.IntegerField(required=False, min_value=-99, max_value=999)


class HandForm(UploadsFormMixin, forms.Form):
    """Everything there is to say of one delivery by hand."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        label=_("How"), choices=HandDelivery.Method, widget=forms.RadioSelect,
        error_messages={"required": _("Say how it was delivered.")},
    )  # fmt: skip
    at = forms.DateTimeField(
        label=_("When"), input_formats=[AT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AT),
        error_messages={"required": _("Say when it was delivered."), "invalid": _("Write the day and the time.")},
    )  # fmt: skip
    to_whom = forms.CharField(label=_("To whom"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_acknowledged = forms.BooleanField(label=_("They confirmed that they have read it"), required=False)
    photos = UploadsField(label=_("Photo"))

    def __init__(self, *args: Any, must_acknowledge: bool = False, now: datetime, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"form_key": uuid.uuid4(), "at": timezone.localtime(now).replace(second=0)})
        super().__init__(*args, now=now, **kwargs)
        if not must_acknowledge:
            del self.fields["is_acknowledged"]

    def handed(self) -> Handed:
        said = self.cleaned_data
        return Handed(
            method=said["method"], at=said["at"], form_key=str(said["form_key"]), to_whom=said["to_whom"],
            note=said["note"], is_acknowledged=said.get("is_acknowledged", False),
        )  # fmt: skip


class ChaseFilter(forms.Form):
    """Which part of the list. What cannot be read narrows nothing."""

    building = forms.UUIDField(label=_("Building"), required=False, widget=forms.Select)
    floor = forms.IntegerField(label=_("Floor"), required=False, min_value=-99, max_value=999)
    untouched = forms.BooleanField(label=_("Only those nobody has tried by hand"), required=False)

    def __init__(self, *args: Any, buildings: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].widget.choices = [("", _("All")), *buildings]

    def narrowed(self) -> dict[str, Any]:
        self.is_valid()
        said = self.cleaned_data
        return {name: said[name] for name in self.fields if said.get(name) not in (None, "", False)}
