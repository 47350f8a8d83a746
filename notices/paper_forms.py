"""What is to be printed of a notice."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import PaperRun
from owners.models import Building


class PrintForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What"), choices=PaperRun.Kind.choices, initial=PaperRun.Kind.LETTERS,
        error_messages={"required": _("Choose letters or notices for doors."), "invalid_choice": _("Choose letters or notices for doors.")},
    )  # fmt: skip
    whom = forms.ChoiceField(
        label=_("Letters for whom"), required=False,
        error_messages={"invalid_choice": _("Choose for whom the letters are.")},
    )  # fmt: skip
    building = forms.TypedChoiceField(
        label=_("Building"), required=False, coerce=UUID, empty_value=None,
        error_messages={"invalid_choice": _("Choose a building from the list.")},
    )  # fmt: skip

    def __init__(self, *args: Any, buildings: Sequence[Building], counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whom: Any = self.fields["whom"]
        whom.choices = [(value, f"{label} ({counts[value]})") for value, label in PaperRun.Whom.choices]
        building: Any = self.fields["building"]
        building.choices = [("", _("All buildings")), *((str(row.pk), row.name) for row in buildings)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == PaperRun.Kind.LETTERS and not cleaned.get("whom") and "whom" not in self.errors:
            self.add_error("whom", _("Choose for whom the letters are."))
        return cleaned
