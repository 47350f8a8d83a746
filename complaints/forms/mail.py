"""What a clerk says of a mail."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms.counter import people_choices, person_words
from complaints.forms.portal import spot_choices
from complaints.models import Category
from complaints.services.mail_queue import Said
from owners.models import Building, Estate, Person


class MailCaseForm(forms.Form):
    who = forms.ChoiceField(
        label=gettext_lazy("Who complains?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Find the person first, then choose them.")},
    )
    category = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    description = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write what happened. A sentence is enough.")},
    )
    spot = forms.ChoiceField(
        label=gettext_lazy("Which building?"),
        required=False,
        help_text=gettext_lazy("Only where it is not about the unit."),
    )
    place = forms.CharField(label=gettext_lazy("Which place?"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        people: Iterable[Person],
        estates: Sequence[Estate],
        buildings: Iterable[Building],
        grounds: Sequence[Estate],
        categories: Sequence[Category],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people_choices(people, estates)
        self.spots: dict[str, tuple[Estate, Building | None]] = {
            **{f"building:{each.pk}": (each.estate, each) for each in buildings},
            **{f"estate:{each.pk}": (each, None) for each in grounds},
        }
        self.kinds = {category.code: category for category in categories}
        fields: dict[str, Any] = self.fields
        fields["who"].choices = [(key, person_words(*pair)) for key, pair in self.people.items()]
        fields["category"].choices = [("", ""), *((code, kind.name) for code, kind in self.kinds.items())]
        fields["spot"].choices = [("", _("About the unit")), *spot_choices(estates, buildings, grounds)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        pair = self.people.get(said.get("who", ""))
        if pair and pair[1] is None and not said.get("spot"):
            self.add_error("spot", _("This person has no unit here: choose the building."))
        return said

    def said(self) -> Said:
        cleaned = self.cleaned_data
        person, unit = self.people[cleaned["who"]]
        spot = self.spots.get(cleaned["spot"])
        estate, building = spot or (unit.estate, unit.building) if unit else self.spots[cleaned["spot"]]
        return Said(
            person=person,
            estate=estate,
            building=building,
            unit=None if spot else unit,
            place=cleaned["place"].strip(),
            category=self.kinds[cleaned["category"]],
            description=cleaned["description"].strip(),
        )


class AttachForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number of the case"),
        max_length=40,
        error_messages={"required": gettext_lazy("Write the number of the case.")},
    )


class DiscardForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is discarded"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write why it is discarded.")},
    )
