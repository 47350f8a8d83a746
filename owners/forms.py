"""What is typed on the registry's pages, parsed and checked. No writing, no rules."""

from fractions import Fraction
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from owners import queries
from owners.models import Building, Estate, Person, Unit, UnitClaim
from owners.registry.problems import Unreadable, Wrong
from owners.registry.values import read_phone, read_share
from owners.registry.workbook import MAX_BYTES, TOO_LARGE, refuse_unreadable
from owners.services.imports import Wish
from tenancy.models import Membership
from tenancy.scopes import offered_to

NEW = "new"
TOKEN_DAYS = (7, 30, 90)
CODE = RegexValidator(
    r"^[A-Za-z]{2}[A-Za-z0-9]{0,6}$", _("Two to eight letters or digits, beginning with two letters.")
)


class RegistryFileField(forms.FileField):
    widget = forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload is None:
            return None
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE % {"limit": MAX_BYTES // 1024 // 1024})
        content = upload.read()
        try:
            refuse_unreadable(content)
        except Unreadable as error:
            raise forms.ValidationError(str(error.message)) from error
        upload.content = content
        return upload


class UploadForm(forms.Form):
    """A registry file and where it shall go."""

    file = RegistryFileField(
        label=_("Registry file"),
        help_text=_(
            "An .xlsx workbook, or one table as .csv. At most 10 MB. Nothing is stored before you see the preview."
        ),
        error_messages={
            "required": _("Choose the file with the registry."),
            "empty": _("The file is empty. Choose another."),
        },
    )
    estate = forms.ChoiceField(
        label=_("Estate"), error_messages={"required": _("Choose the estate this registry is for.")}
    )
    estate_name = forms.CharField(
        label=_("Name of the new estate"),
        max_length=200,
        required=False,
        help_text=_("When empty, the name in the file is taken."),
    )
    estate_code = forms.CharField(
        label=_("Code of the new estate"), max_length=8, required=False,
        validators=[CODE],
        help_text=_("Stands in complaint numbers, for example LAK in C-LAK-2026-000123."),
    )  # fmt: skip
    calendar = forms.ChoiceField(
        label=_("Service calendar of the new estate"), required=False,
        help_text=_("When your service is open. Answer times are counted in these hours."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, estates: list[Estate], may_create: bool, calendars: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.may_create = may_create
        choices = [(str(estate.pk), f"{estate.name} ({estate.code})") for estate in estates]
        if may_create:
            choices.append((NEW, str(_("A new estate"))))
            self.fields["calendar"].choices = calendars  # type: ignore[attr-defined]
        else:
            for name in ("estate_name", "estate_code", "calendar"):
                del self.fields[name]
        if len(choices) != 1:
            choices.insert(0, ("", str(_("Choose an estate"))))
        self.fields["estate"].choices = choices  # type: ignore[attr-defined]

    def clean_estate_code(self) -> str:
        code = str(self.cleaned_data["estate_code"]).upper()
        if code and self.data.get("estate") == NEW and Estate.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another estate has this code. Choose another code."))
        return code

    def wish(self) -> Wish:
        """Where the file shall go, in the words of the service."""
        said = self.cleaned_data
        if said["estate"] != NEW:
            return Wish(estate_id=said["estate"])
        return Wish(None, said["estate_name"].strip(), said["estate_code"], said["calendar"])


class RetryForm(forms.Form):
    """A corrected file for an import that had errors; everything else is kept."""

    file = RegistryFileField(
        label=_("Corrected file"),
        error_messages={"required": _("Choose the corrected file."), "empty": _("The file is empty. Choose another.")},
    )


class AskForm(forms.ModelForm):
    """Somebody asks for a unit."""

    class Meta:
        model = UnitClaim
        fields = ("estate", "unit_words", "relation", "name", "phone", "words")
        labels = {
            "unit_words": _("Unit"),
            "relation": _("What is it to you?"),
            "name": _("Your name"),
            "phone": _("Your phone"),
        }
        help_texts = {
            "unit_words": _("As it stands on the door or in your contract, for example A-0101."),
            "words": _("For example the date of the contract. Never send a copy of your identity card here."),
        }
        widgets = {"relation": forms.RadioSelect, "words": forms.Textarea(attrs={"rows": 3})}
        error_messages = {
            "estate": {"required": _("Choose the estate.")},
            "unit_words": {"required": _("Write which unit it is.")},
            "relation": {"required": _("Say what the unit is to you.")},
            "name": {"required": _("Write your name.")},
        }

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["estate"].queryset = Estate.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["estate"].empty_label = _("Choose an estate")  # type: ignore[attr-defined]
        self.fields["relation"].choices = UnitClaim.Relation.choices  # type: ignore[attr-defined]
        self.fields["phone"] = forms.CharField(
            label=_("Your phone"),
            required=False,
            max_length=40,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        )
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.region = region

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data.get("phone", ""), self.region)
        except Wrong as error:
            raise forms.ValidationError(
                _("Write your phone number with the country code, for example +44 20 7946 0000.")
            ) from error


class ApproveForm(forms.Form):
    """Which unit, and which person of the registry, a request is about."""

    unit = forms.CharField(
        label=_("Unit"), max_length=60, error_messages={"required": _("Write the code of the unit.")}
    )
    person = forms.ChoiceField(label=_("Person of the registry"), required=False, widget=forms.RadioSelect)
    new_share = forms.CharField(
        label=_("Share of a new owner"), required=False, max_length=20,
        help_text=_("Only when the claimant is not in the registry as an owner of the unit: a fraction such as 1/2."),
    )  # fmt: skip

    def __init__(self, *args: Any, claim: UnitClaim, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            *((str(person.pk), _person_words(person)) for person in people),
            ("", str(_("Somebody new to the registry"))),
        ]
        if claim.relation != UnitClaim.Relation.OWNER:
            del self.fields["new_share"]

    def clean_unit(self) -> Unit:
        units = queries.units_like(UnitClaim(estate_id=self.claim.estate_id, unit_words=self.cleaned_data["unit"]))
        if not units:
            raise forms.ValidationError(_("There is no such unit in this estate. Write its code as in the registry."))
        exact = units[0].code.casefold() == self.cleaned_data["unit"].strip().casefold()
        if len(units) > 1 and not exact:
            codes = ", ".join(unit.code for unit in units[:6])
            raise forms.ValidationError(
                _("Several units are called so: %(codes)s. Write one of them.") % {"codes": codes}
            )
        return units[0]

    def clean_new_share(self) -> Fraction | None:
        text = self.cleaned_data["new_share"].strip()
        if not text:
            return None
        try:
            return read_share(text)
        except Wrong as error:
            raise forms.ValidationError(_("Write a fraction such as 1/2, or 50%.")) from error


def _person_words(person: Any) -> str:
    units = [row.unit.code for row in [*person.owned_now, *person.occupied_now]]
    parts = [person.name, ", ".join(units[:4]), str(person.phone or ""), person.email]
    return " · ".join(part for part in parts if part)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who asked reads it."),
        error_messages={"required": _("Give a reason. The person who asked reads it.")},
    )  # fmt: skip


class InviteAllForm(forms.Form):
    """Whom to invite: everybody of an estate, or of one building."""

    estate = forms.ModelChoiceField(
        Estate.objects.none(), label=_("Estate"), error_messages={"required": _("Choose an estate.")}
    )
    building = forms.ModelChoiceField(
        Building.objects.none(), label=_("Building"), required=False, empty_label=_("All buildings")
    )

    def __init__(self, *args: Any, estates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["estate"].queryset = estates  # type: ignore[attr-defined]
        self.fields["building"].queryset = Building.objects.filter(estate__in=estates).select_related("estate")  # type: ignore[attr-defined]
        self.fields["building"].label_from_instance = lambda building: f"{building.estate.code} · {building.name}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        building, estate = said.get("building"), said.get("estate")
        if building and estate and building.estate_id != estate.pk:
            self.add_error("building", _("This building belongs to another estate."))
        return said


def _lasting() -> list[tuple[int, str]]:
    """How long a token may last: the setting's days, and shorter."""
    most: int = settings.API["TOKEN_DAYS"]
    return [(days, ngettext("%d day", "%d days", days) % days) for days in sorted({most, *TOKEN_DAYS}) if days <= most]


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        help_text=_("The name of the program that will use it, for example Accounts export."),
        error_messages={"required": _("Write what it is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
        error_messages={"required": _("Choose what the token is good for.")},
    )
    days = forms.TypedChoiceField(label=_("How long is it valid?"), coerce=int, choices=_lasting)

    def __init__(self, data: Any = None, *, member: Membership) -> None:
        super().__init__(data, initial={"days": settings.API["TOKEN_DAYS"]})
        scopes: Any = self.fields["scopes"]
        scopes.choices = offered_to(member)
