"""What is filled in of a fee schedule."""

import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.forms import day
from contacts.register_forms import plain_text
from disclosures.models import FeeItem
from disclosures.rules.packs import publishing
from disclosures.services.fees import Facts, ItemFacts
from owners.models import Estate, Unit


class FactsForm(forms.Form):
    valid_from = day(
        label=gettext_lazy("In force from"), error_messages={"required": gettext_lazy("Say from which day on.")}
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label=gettext_lazy("Currency"), max_length=3, initial=lambda: publishing()["currency"],
        widget=forms.TextInput(attrs={"class": "input-short", "autocomplete": "off"}),
        help_text=gettext_lazy("Three letters, for example CNY."),
        error_messages={"invalid": gettext_lazy("A currency has three letters, for example CNY.")},
    )  # fmt: skip
    explanation = forms.CharField(
        label=gettext_lazy("Why is it so?"), max_length=2000, required=False, widget=plain_text(3),
        help_text=gettext_lazy("Everybody who reads the fees reads this."),
    )  # fmt: skip
    decision = forms.CharField(
        label=gettext_lazy("Decision of the owners' congress"), max_length=200, required=False,
        help_text=gettext_lazy("A rise needs it: its number, or what it is called."),
    )  # fmt: skip
    decided_on = day(label=gettext_lazy("Decided on"), required=False)

    def facts(self) -> Facts:
        said = self.cleaned_data
        return Facts(
            valid_from=said["valid_from"], currency=said["currency"].upper(), explanation=said["explanation"].strip(),
            decision=said["decision"].strip(), decided_on=said["decided_on"],
        )  # fmt: skip


class BeginForm(FactsForm):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    estate = forms.ChoiceField(
        label=gettext_lazy("Estate"), error_messages={"required": gettext_lazy("Choose the estate.")}
    )
    unit_kind = forms.ChoiceField(
        label=gettext_lazy("For which units?"), required=False,
        choices=[("", gettext_lazy("All units")), *Unit.Kind.choices],
    )  # fmt: skip
    field_order = ("entry_key", "estate", "unit_kind", "valid_from", "currency", "explanation")

    def __init__(self, *args: Any, estates: Sequence[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {str(estate.pk): estate for estate in estates}
        choices = [(key, estate.name) for key, estate in self.estates.items()]
        field: Any = self.fields["estate"]
        field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]

    def chosen(self) -> Estate:
        return self.estates[self.cleaned_data["estate"]]


class ItemForm(forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name, English"), max_length=200, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name, Chinese"), max_length=200, required=False)
    rate = forms.DecimalField(
        label=gettext_lazy("Rate"), max_digits=14, decimal_places=4, min_value=Decimal(0),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-short", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Write the rate."), "invalid": gettext_lazy("Write a number, for example 2.85."),
            "min_value": gettext_lazy("The rate cannot be below zero."),
        },
    )  # fmt: skip
    per = forms.ChoiceField(label=gettext_lazy("Charged"), choices=FeeItem.Per.choices)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def facts(self) -> ItemFacts:
        said = self.cleaned_data
        return ItemFacts(
            name_en=said["name_en"].strip(), name_zh=said["name_zh"].strip(), rate=said["rate"], per=said["per"],
            note=said["note"].strip(),
        )  # fmt: skip


class AuditReportForm(UploadsFormMixin, forms.Form):
    documents = UploadsField(label=gettext_lazy("Audit report"))


class EstateFilter(forms.Form):
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.choices = [("", _("Any estate")), *((str(row.pk), row.name) for row in estates)]
