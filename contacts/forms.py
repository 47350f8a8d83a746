"""What staff fill in of an outside party. Phones may be written in any way; what was typed stays where it was."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts import queries
from contacts.exchange.tables import EMPTY
from contacts.models import Certificate, ContactPerson, Contract, Evaluation, OutsideParty
from contacts.rules import access
from contacts.rules.defaults import is_plausible
from contacts.rules.phones import UnknownNumberError, normal, shown
from contacts.services.agreements import CertificateFacts, ContractFacts, EvaluationFacts
from contacts.services.directory import PartyFacts, PersonFacts
from tenancy.models import Membership
from tenancy.reach import Reach

POINTS = [(str(number), str(number)) for number in range(1, 6)]


class PhoneField(forms.CharField):
    """A number in any writing, cleaned to what is kept of it. The form says in which country (``region``)."""

    region = "GB"

    def __init__(self, **given: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "class": "input-short", "autocomplete": "off"})
        super().__init__(required=False, max_length=60, widget=widget, **given)

    def prepare_value(self, value: Any) -> Any:
        return shown(value) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return normal(text, self.region)
        except UnknownNumberError as error:
            raise ValidationError(
                _("This is no phone number we know. Write it with the area code, or with + and the country code."),
                code="phone",
            ) from error


class WithPhones(forms.BaseForm):
    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            if isinstance(each, PhoneField):
                each.region = region


class FactsForm(forms.ModelForm):
    """Asks what the columns ask of a value, and writes nothing to the row: the verb does."""

    def _post_clean(self) -> None:
        for column in self._meta.model._meta.fields:
            if column.name in self.fields and column.name in self.cleaned_data:
                try:
                    column.run_validators(self.cleaned_data[column.name])
                except ValidationError as refusal:
                    self.add_error(column.name, refusal)


def check_year(value: date) -> None:
    """For days and moments. Raises ValidationError."""
    if not is_plausible(value.year):
        raise forms.ValidationError(_("Check the year."), code="year")


def day(**given: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, validators=[check_year], **given)


class ListForm(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Name, person or phone"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All kinds")), *OutsideParty.Kind.choices],
    )
    branch = forms.ChoiceField(
        label=gettext_lazy("Utility or trade"),
        required=False,
        choices=[("", gettext_lazy("All")), *OutsideParty.Branch.choices],
    )
    estate = forms.ChoiceField(label=gettext_lazy("Serves"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("Those we deal with")),
            ("ending", gettext_lazy("Something ends soon")),
            ("past", gettext_lazy("Those of before")),
        ],
    )

    def __init__(self, *args: Any, estates: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.choices = [("", _("Any estate")), *((str(estate.pk), estate.name) for estate in estates)]


class PartyForm(WithPhones, FactsForm):
    phone = PhoneField(label=gettext_lazy("Phone"))
    emergency_phone = PhoneField(
        label=gettext_lazy("Emergency number"),
        help_text=gettext_lazy("Stands on the emergency card of every building it serves. Short numbers are fine."),
    )
    website = forms.URLField(label=gettext_lazy("Website"), required=False, max_length=300, assume_scheme="https")
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Where it serves"), required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = OutsideParty
        fields = (
            "name", "kind", "branch", "phone", "emergency_phone", "emergency_note", "email", "website", "address", "hours",
            "note", "serves_everywhere", "areas", "is_active",
        )  # fmt: skip
        help_texts = {
            "branch": gettext_lazy("For a utility or a professional company."),
            "emergency_note": gettext_lazy("For example: people shut in a lift, smell of gas."),
            "hours": gettext_lazy("In words, for example: Mon-Fri 8:30-17:00."),
            "is_active": gettext_lazy("Without the tick it stands among those of before, and on no emergency card."),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = access.reach_for(actor, "contact.write")
        areas: Any = self.fields["areas"]
        areas.choices = area_choices(reach)
        if not reach.everywhere:
            del self.fields["serves_everywhere"]

    def build_upon(self, version: int) -> None:
        """Somebody else saved meanwhile: what is typed stays, and saving again builds upon theirs."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        self.data = data

    def facts(self) -> PartyFacts:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("areas", "version")}
        return PartyFacts(**said, areas=areas_from(self.cleaned_data["areas"]))


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, XLSX or vCard, in either language. An exported file shows how it looks."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.vcf,text/vcard"}),
        error_messages={"required": gettext_lazy("Choose the file of outside parties."), "empty": EMPTY},
    )
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Where those serve that do not say"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["areas"]
        areas.choices = area_choices(access.reach_for(actor, "contact.write"))


def area_choices(reach: Reach) -> list[tuple[str, str]]:
    """Every estate and building the member may name, each building under its estate."""
    buildings: dict[UUID, list[Any]] = {}
    for building in queries.buildings_offered(reach):
        buildings.setdefault(building.estate_id, []).append(building)
    rows, whole = [], {estate.pk: estate for estate in queries.estates_offered(reach)}
    for estate_id in [*whole, *(key for key in buildings if key not in whole)]:
        inside = buildings.get(estate_id, [])
        name = whole[estate_id].name if estate_id in whole else inside[0].estate.name
        if estate_id in whole:
            rows.append((f"{estate_id}:", _("%(estate)s, all of it") % {"estate": name}))
        rows += [(f"{estate_id}:{building.pk}", f"{name} · {building.name}") for building in inside]
    return rows


def area_value(estate: UUID, building: UUID | None) -> str:
    return f"{estate}:{building or ''}"


def areas_from(values: Iterable[str]) -> tuple[access.Place, ...]:
    pairs = (value.split(":") for value in values)
    return tuple((UUID(estate), UUID(building) if building else None) for estate, building in pairs)


class PersonForm(WithPhones, FactsForm):
    phone = PhoneField(label=gettext_lazy("Phone"))
    mobile = PhoneField(label=gettext_lazy("Mobile phone"))

    class Meta:
        model = ContactPerson
        fields = ("name", "post", "phone", "mobile", "email", "hours", "is_for_emergencies", "note")

    def facts(self) -> PersonFacts:
        return PersonFacts(**self.cleaned_data)


class ContractForm(UploadsFormMixin, FactsForm):
    starts_on = day(label=gettext_lazy("Begins"))
    ends_on = day(
        label=gettext_lazy("Ends"),
        required=False,
        help_text=gettext_lazy("Empty when it goes on until somebody ends it."),
    )
    documents = UploadsField(label=gettext_lazy("Documents"))

    class Meta:
        model = Contract
        fields = (
            "title", "number", "scope", "starts_on", "ends_on", "notice_days", "is_renewed", "fee", "currency", "fee_period",
            "service_levels",
        )  # fmt: skip
        help_texts = {
            "currency": gettext_lazy("Three letters, for example GBP or CNY."),
            "service_levels": gettext_lazy(
                "What was promised, for example: at the site within 60 minutes, day and night."
            ),
        }
        widgets = {
            "scope": forms.Textarea(attrs={"rows": 5}),
            "service_levels": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise ValidationError(_("Write the three letters of the currency, for example GBP or CNY."))
        return code

    def clean_fee(self) -> Any:
        fee = self.cleaned_data["fee"]
        if fee is not None and fee < 0:
            raise ValidationError(_("A fee is not below zero."))
        return fee

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        starts, ends = said.get("starts_on"), said.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It ends before it begins."))
        if said.get("fee") is not None and "currency" in said and not said["currency"]:
            self.add_error("currency", _("Say in which currency the fee is."))
        return said

    def facts(self) -> ContractFacts:
        return ContractFacts(**{name: value for name, value in self.cleaned_data.items() if name != "documents"})


class CertificateForm(FactsForm):
    expires_on = day(label=gettext_lazy("Valid until"))

    class Meta:
        model = Certificate
        fields = ("kind", "title", "number", "issuer", "expires_on")

    def facts(self) -> CertificateFacts:
        return CertificateFacts(**self.cleaned_data)


def _points(label: Any) -> forms.TypedChoiceField:
    hint = gettext_lazy("1 is poor, 5 is very good.")
    return forms.TypedChoiceField(label=label, choices=POINTS, coerce=int, widget=forms.RadioSelect, help_text=hint)


class EvaluationForm(FactsForm):
    from_on = day(label=gettext_lazy("From"))
    to_on = day(label=gettext_lazy("To"))
    quality = _points(gettext_lazy("Quality of the work"))
    punctuality = _points(gettext_lazy("Punctuality"))
    cooperation = _points(gettext_lazy("Cooperation"))

    class Meta:
        model = Evaluation
        fields = ("from_on", "to_on", "quality", "punctuality", "cooperation", "words")
        widgets = {"words": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        first, last = said.get("from_on"), said.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("It ends before it begins."))
        return said

    def facts(self) -> EvaluationFacts:
        return EvaluationFacts(**self.cleaned_data)
