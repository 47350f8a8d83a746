"""What is filled in about service standards: the promise, its end, that it was done, that a record was wrong."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.models import Contract
from contacts.register_forms import plain_text
from disclosures.models import StandardVersion
from disclosures.services.standards import Done, Promise
from disclosures.standard_sources import sources
from owners.models import Building, Estate

Day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
NUMBER, DATE = ("required", "invalid", "min_value", "max_value"), ("required", "invalid")
TIMES = dict.fromkeys(NUMBER, gettext_lazy("Write a whole number from 1 to 1000."))
CHOOSE_DAY = gettext_lazy("Choose the day.")


class PromiseForm(forms.Form):
    """A first version asks for the estate, a later one for the reason; what stands in the last one is filled in."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    based_on = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False, min_value=0, max_value=32000)
    estate = forms.ChoiceField(
        label=gettext_lazy("Estate"), error_messages={"required": gettext_lazy("Choose the estate.")}
    )
    item_zh = forms.CharField(label=gettext_lazy("Service, in Chinese"), max_length=120, required=False)
    item_en = forms.CharField(label=gettext_lazy("Service, in English"), max_length=120, required=False)
    level_zh = forms.CharField(
        label=gettext_lazy("What is promised, in Chinese"), max_length=1000, widget=plain_text(3), required=False
    )
    level_en = forms.CharField(
        label=gettext_lazy("What is promised, in English"), max_length=1000, widget=plain_text(3), required=False,
        help_text=gettext_lazy("So that anybody can tell whether it is kept. One of the languages is enough."),
    )  # fmt: skip
    times = forms.IntegerField(
        label=gettext_lazy("How many times"), min_value=1, max_value=1000, initial=1, error_messages=TIMES
    )
    every = forms.IntegerField(
        label=gettext_lazy("in how many"), min_value=1, max_value=366, initial=1,
        error_messages=dict.fromkeys(NUMBER, gettext_lazy("Write a whole number from 1 to 366.")),
    )  # fmt: skip
    unit = forms.ChoiceField(label=gettext_lazy("Days, weeks, months or years"), choices=StandardVersion.Unit.choices)
    evidence = forms.ChoiceField(
        label=gettext_lazy("Where it is seen whether it is kept"),
        error_messages={"required": gettext_lazy("Choose where it is seen whether it is kept.")},
    )
    measure_zh = forms.CharField(
        label=gettext_lazy("How it is measured, in Chinese"), max_length=1000, widget=plain_text(2), required=False
    )
    measure_en = forms.CharField(
        label=gettext_lazy("How it is measured, in English"), max_length=1000, widget=plain_text(2), required=False
    )
    least_percent = forms.DecimalField(
        label=gettext_lazy("Kept from, per cent"), min_value=Decimal("0.01"), max_value=Decimal(100), max_digits=5,
        decimal_places=2, initial=Decimal(100),
        error_messages=dict.fromkeys(NUMBER, gettext_lazy("Write a number above 0 and up to 100.")),
        help_text=gettext_lazy("A month is kept when at least this part was as promised."),
    )  # fmt: skip
    per_building = forms.BooleanField(label=gettext_lazy("Promised for each building"), required=False)
    contract = forms.ChoiceField(label=gettext_lazy("Contract it is bought with"), required=False)
    from_on = forms.DateField(
        label=gettext_lazy("In force from"), widget=Day, error_messages=dict.fromkeys(DATE, CHOOSE_DAY)
    )
    explanation = forms.CharField(
        label=gettext_lazy("What is changed, and why?"), max_length=2000, widget=plain_text(3),
        help_text=gettext_lazy("Everybody who reads the promise reads this."),
        error_messages={"required": gettext_lazy("Say what is changed, and why. Everybody reads it.")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, estates: Sequence[Estate] = (), contracts: Sequence[Contract] = (),
        last: StandardVersion | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if last is not None:
            kwargs["initial"] = _initial_of(last) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.estates = {str(estate.pk): estate for estate in estates}
        self.contracts = {str(contract.pk): contract for contract in contracts}
        if last is not None and last.contract is not None:
            self.contracts.setdefault(str(last.contract.pk), last.contract)
        choices: Any = self.fields
        if last is None:
            named = [(key, estate.name) for key, estate in self.estates.items()]
            choices["estate"].choices = named if len(named) == 1 else [("", _("Choose")), *named]
            del self.fields["explanation"], self.fields["based_on"]
        else:
            del self.fields["estate"], self.fields["entry_key"]
        choices["evidence"].choices = [("", _("Choose")), *evidence_choices()]
        choices["contract"].choices = [
            ("", _("None")),
            *((key, f"{contract.title} · {contract.party.name}") for key, contract in self.contracts.items()),
        ]

    def clean(self) -> dict[str, Any]:
        """What the verb refuses for want of words is said together with the rest."""
        said = self.cleaned_data
        for name, words in (
            ("item", _("Name the service in one of the languages at least.")),
            ("level", _("Say what is promised in one of the languages at least.")),
        ):
            both = (f"{name}_en", f"{name}_zh")
            if not any(said.get(key) or key in self.errors for key in both):
                self.add_error(both[0], words)
        return said

    def chosen(self) -> Estate:
        return self.estates[self.cleaned_data["estate"]]

    def promise(self) -> Promise:
        said = self.cleaned_data
        source, key = said["evidence"].split(":", 1)
        words = {name: said[name].strip() for name in said if name.rsplit("_", 1)[-1] in ("en", "zh")}
        return Promise(
            from_on=said["from_on"], unit=said["unit"], source=source, source_key=key, times=said["times"],
            every=said["every"], per_building=said["per_building"], least_percent=said["least_percent"],
            contract=self.contracts.get(said["contract"]), **words,
        )  # fmt: skip


def evidence_choices() -> list[tuple[str, Any]]:
    """Every source with what can be promised of it; one with a single kind stands alone."""
    made: list[tuple[str, Any]] = []
    for source in sources().values():
        keys = [(f"{source.code}:{key}", str(label)) for key, label in source.kinds()]
        if len(keys) == 1:
            made.append((keys[0][0], str(source.label)))
        else:
            made.append((str(source.label), keys))
    return made


def _initial_of(last: StandardVersion) -> dict[str, Any]:
    named = ("item_en", "item_zh", "level_en", "level_zh", "measure_en", "measure_zh", "times", "every", "unit",
             "per_building", "least_percent")  # fmt: skip
    said = {name: getattr(last, name) for name in named}
    return said | {
        "least_percent": f"{last.least_percent.normalize():f}",
        "based_on": last.number, "evidence": f"{last.source}:{last.source_key}",
        "contract": str(last.contract_id) if last.contract_id else "",
    }  # fmt: skip


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label=gettext_lazy("Promised no more from"), widget=Day, error_messages=dict.fromkeys(DATE, CHOOSE_DAY)
    )
    reason = forms.CharField(
        label=gettext_lazy("Why does it end?"), max_length=2000, widget=plain_text(3),
        help_text=gettext_lazy("Everybody who reads the promise reads this."),
        error_messages={"required": gettext_lazy("Say why it is promised no more. Everybody reads it.")},
    )  # fmt: skip


class DoneForm(UploadsFormMixin, forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    on = forms.DateField(
        label=gettext_lazy("Day it was done"), widget=Day, error_messages=dict.fromkeys(DATE, CHOOSE_DAY)
    )
    building = forms.ChoiceField(label=gettext_lazy("Building"), required=False)
    times = forms.IntegerField(
        label=gettext_lazy("How many times"), min_value=1, max_value=1000, initial=1, error_messages=TIMES,
        help_text=gettext_lazy("One record may speak of a week: write how often it was done until that day."),
    )  # fmt: skip
    note = forms.CharField(label=pgettext_lazy("a record", "Note"), max_length=1000, widget=plain_text(3), required=False,
                           help_text=gettext_lazy("Owners read it. Name nobody."))  # fmt: skip
    documents = UploadsField(label=gettext_lazy("Photos and files"))

    def __init__(self, *args: Any, buildings: Sequence[Building], per_building: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buildings = {str(building.pk): building for building in buildings}
        field: Any = self.fields["building"]
        first = _("Choose") if per_building else _("The whole estate")
        field.choices = [("", first), *((key, building.name) for key, building in self.buildings.items())]

    def done(self) -> Done:
        said = self.cleaned_data
        return Done(said["on"], self.buildings.get(said["building"]), said["times"], said["note"])


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it taken back?"), max_length=500, widget=plain_text(3),
        error_messages={"required": gettext_lazy("Say why it is taken back.")},
    )  # fmt: skip
