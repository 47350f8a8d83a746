"""What is filled in when a complaint or a request is made of an enquiry."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms.portal import KindField
from complaints.models import Category
from complaints.services.from_enquiry import Becoming
from owners.models import Unit


class FromEnquiryForm(forms.Form):
    kind = KindField(for_others=True)
    category = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), error_messages={"required": gettext_lazy("Choose what it is about.")}
    )
    unit = forms.ChoiceField(label=gettext_lazy("Where is it?"), required=False)
    place = forms.CharField(
        label=gettext_lazy("Which place?"), max_length=200, required=False,
        help_text=gettext_lazy("For example lift 2, floor 5."),
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write what happened. A sentence is enough.")},
    )  # fmt: skip

    def __init__(self, *args: Any, categories: Iterable[Category], units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {kind.code: kind for kind in categories}
        self.units = {str(unit.pk): unit for unit in units}
        category: Any = self.fields["category"]
        category.choices = [("", _("Choose")), *((code, kind.name) for code, kind in self.kinds.items())]
        unit: Any = self.fields["unit"]
        unit.choices = [("", _("Somewhere in the estate")), *((key, one.code) for key, one in self.units.items())]

    def becoming(self) -> Becoming:
        said = self.cleaned_data
        return Becoming(
            category=self.kinds[said["category"]], description=said["description"], unit=self.units.get(said["unit"]),
            place=said["place"], kind=said["kind"],
        )  # fmt: skip
