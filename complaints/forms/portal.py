"""What an owner or occupant fills in: a complaint, more words, solved or not."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from complaints.joining_queries import Spot
from complaints.models import Category, Complaint
from complaints.services.intake import ABOUT_STAFF, Filing
from owners.models import Building, Estate, Person, Unit
from tenancy.models import Membership

COMMON = "common"
Choices = list[tuple[Any, Any]]


def unit_words(unit: Unit) -> str:
    return f"{unit.code} · {unit.building.name}"


def spot_choices(
    estates: Sequence[Estate], buildings: Iterable[Building], grounds: Sequence[Estate] | None = None
) -> Choices:
    """Each building, and what lies between them (of all estates, or of those in ``grounds``); grouped by estate when
    there are several."""
    groups: Choices = []
    for estate in estates:
        spots = [
            (f"building:{building.pk}", building.name) for building in buildings if building.estate_id == estate.pk
        ]
        if grounds is None or estate in grounds:
            spots.append((f"estate:{estate.pk}", _("Grounds, gate or garage")))
        groups.append((estate.name, spots))
    return groups[0][1] if len(groups) == 1 else groups


def staff_choices(staff: Iterable[Membership]) -> Choices:
    return [
        ("", _("No")),
        *((str(member.pk), f"{member.name}, {member.post or member.get_role_display()}") for member in staff),
    ]


class KindField(forms.ChoiceField):
    """A first word that something is to be done, or a complaint; without a choice it is a complaint."""

    OWN = (
        (Complaint.Kind.COMPLAINT, gettext_lazy("A complaint: I am not content with something")),
        (Complaint.Kind.REQUEST, gettext_lazy("A request: something is to be done, and I ask for the first time")),
    )
    THEIRS = (
        (Complaint.Kind.COMPLAINT, gettext_lazy("A complaint: they are not content with something")),
        (Complaint.Kind.REQUEST, gettext_lazy("A request: something is to be done, and they ask for the first time")),
    )

    def __init__(self, *, for_others: bool = False) -> None:
        super().__init__(
            label=gettext_lazy("What is it?"),
            choices=self.THEIRS if for_others else self.OWN,
            initial=Complaint.Kind.COMPLAINT,
            required=False,
            widget=forms.RadioSelect,
        )

    def clean(self, value: Any) -> str:
        return super().clean(value) or Complaint.Kind.COMPLAINT


class PlaceMixin(forms.BaseForm):
    """Where it is, of what kind, and about whom: what the owner's form and the counter's share."""

    estates: Sequence[Estate]
    buildings: Iterable[Building]
    kinds: dict[str, Category]
    staff: Iterable[Membership]
    cleaned_data: dict[str, Any]

    def know(
        self,
        *,
        estates: Sequence[Estate],
        buildings: Iterable[Building],
        categories: Sequence[Category],
        staff: Iterable[Membership],
    ) -> None:
        """What is long and seldom chosen is read and worded when it is shown or chosen, not with every filing."""
        self.estates, self.buildings = estates, buildings
        self.kinds = {category.code: category for category in categories}
        self.staff = staff
        self._offer("category", [(code, category.name) for code, category in self.kinds.items()])
        self._offer("subject_staff", cache(lambda: staff_choices(staff)))

    def _offer(self, name: str, choices: Choices | Callable[[], Choices]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def chosen_staff(self) -> Membership | None:
        """The member of staff it is about."""
        key = self.cleaned_data["subject_staff"]
        return next((member for member in self.staff if str(member.pk) == key), None) if key else None

    def check_kind(self) -> None:
        """What is about somebody of ours is never a mere request."""
        if self.cleaned_data.get("kind") == Complaint.Kind.REQUEST and self.cleaned_data.get("subject_staff"):
            self.add_error("kind", str(ABOUT_STAFF))

    def chosen_spot(self) -> tuple[Estate, Building | None] | None:
        """The estate and building of the chosen common part."""
        kind, _colon, key = self.cleaned_data.get("spot", "").partition(":")
        if kind == "building":
            building = next((building for building in self.buildings if str(building.pk) == key), None)
            return (building.estate, building) if building else None
        estate = next((estate for estate in self.estates if str(estate.pk) == key), None)
        return (estate, None) if estate else None


class FilingForm(PlaceMixin, UploadsFormMixin, forms.Form):
    filing_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    kind = KindField()
    where = forms.ChoiceField(
        label=gettext_lazy("Where is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose where it is.")},
    )
    spot = forms.ChoiceField(label=gettext_lazy("Which building?"), required=False)
    place = forms.CharField(
        label=gettext_lazy("Which place?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example lift 2, the garage on level -1, the door to the yard."),
    )
    category = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    description = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write what happened. A sentence is enough.")},
    )
    photos = UploadsField()
    demand = forms.CharField(
        label=gettext_lazy("What do you ask for?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    subject_staff = forms.ChoiceField(
        label=gettext_lazy("Is it about a member of our staff?"),
        required=False,
        help_text=gettext_lazy("The person you name never handles your complaint and does not see it."),
    )
    is_confidential = forms.BooleanField(
        label=gettext_lazy("Keep my name confidential"),
        required=False,
        help_text=gettext_lazy(
            "Only those who decide on it see the name and the unit: the front desk, supervisors and managers. Whoever "
            "handles it, the owners' committee and neighbours do not."
        ),
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Do not show my name"),
        required=False,
        help_text=gettext_lazy(
            "We then store neither your name nor your unit, only the building, and cannot write back. "
            "You follow it with a link that we show you once, after sending."
        ),
    )

    def __init__(
        self,
        *args: Any,
        units: Sequence[Unit],
        estates: Sequence[Estate],
        buildings: Iterable[Building],
        categories: Sequence[Category],
        staff: Iterable[Membership],
        actor: Membership | None,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, actor=actor, now=now, **kwargs)
        self.know(estates=estates, buildings=buildings, categories=categories, staff=staff)
        self.units = {f"unit:{unit.pk}": unit for unit in units}
        places: Choices = [(key, unit_words(unit)) for key, unit in self.units.items()]
        self._offer("where", [*places, (COMMON, _("A common part: lift, stairs, garage, grounds"))])
        self._offer("spot", cache(lambda: spot_choices(estates, buildings)))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.check_kind()
        if cleaned.get("where") == COMMON:
            if not cleaned.get("place", "").strip():
                self.add_error("place", _("Say where it is, for example lift 2."))
            if not self.errors.get("spot") and self.chosen_spot() is None:
                self.add_error("spot", _("Choose the building."))
        return cleaned

    def where_it_is(self) -> Spot | None:
        """Where it is, as far as it is said; also while the rest is not."""
        unit = self.units.get(self.cleaned_data.get("where", ""))
        if unit is not None:
            return Spot(unit.estate, unit.building, unit)
        chosen = self.chosen_spot() if self.cleaned_data.get("where") == COMMON else None
        return Spot(*chosen, None) if chosen else None

    def what_it_is(self) -> Category | None:
        return self.kinds.get(self.cleaned_data.get("category", ""))

    def filing(self, complainant: Person) -> Filing:
        """The complaint as said. An anonymous one names the building alone: a unit would name the household."""
        cleaned = self.cleaned_data
        anonymous = cleaned["is_anonymous"]
        spot = self.where_it_is() or Spot(self.estates[0], None, None)
        unit = spot.unit
        return Filing(
            estate=spot.estate,
            building=spot.building,
            unit=None if anonymous else unit,
            place="" if unit else cleaned["place"].strip(),
            category=self.kinds[cleaned["category"]],
            description=cleaned["description"].strip(),
            demand=cleaned["demand"].strip(),
            channel=Complaint.Channel.PORTAL,
            complainant=complainant,
            is_anonymous=anonymous,
            is_confidential=cleaned["is_confidential"],
            subject_staff=self.chosen_staff(),
            filing_key=cleaned["filing_key"],
            kind=cleaned["kind"],
        )


class WordsForm(UploadsFormMixin, forms.Form):
    body = forms.CharField(
        label=gettext_lazy("Your words"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = UploadsField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("body", "").strip() and not cleaned.get("photos"):
            self.add_error("body", _("Write something, or add a photo."))
        return cleaned


class SolvedForm(forms.Form):
    STARS = (
        (1, gettext_lazy("1, very poor")),
        (2, gettext_lazy("2, poor")),
        (3, gettext_lazy("3, all right")),
        (4, gettext_lazy("4, good")),
        (5, gettext_lazy("5, very good")),
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("How did we do?"),
        choices=STARS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("With 1 or 2 stars we open the complaint again."),
    )
    comment = forms.CharField(
        label=gettext_lazy("Anything to add?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ComplainForm(forms.Form):
    """Of a request that was not done, or not well."""

    why = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write what is wrong. A sentence is enough.")},
    )


class NotSolvedForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("What is not solved?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Tell us what is not solved.")},
    )
