"""What a clerk fills in for somebody on the phone or at the counter."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from complaints.forms.portal import KindField, PlaceMixin, spot_choices, unit_words
from complaints.joining_queries import Spot
from complaints.models import Category, Complaint
from complaints.models.settings import Priority
from complaints.services.intake import Filing
from owners.models import Building, Estate, Person, Unit
from owners.registry.problems import Wrong
from owners.registry.values import read_phone
from tenancy.models import Membership

UNLISTED = "unlisted"


def people_choices(people: Iterable[Person], estates: Sequence[Estate]) -> dict[str, tuple[Person, Unit | None]]:
    """Each person with each unit they have now in these estates, under the value of its radio button."""
    known = {estate.pk for estate in estates}
    found: dict[str, tuple[Person, Unit | None]] = {}
    for person in people:
        held = [*getattr(person, "owned_now", []), *getattr(person, "occupied_now", [])]
        units = {row.unit.pk: row.unit for row in held if row.unit.estate_id in known}
        for unit in units.values():
            found[f"{person.pk}:{unit.pk}"] = (person, unit)
        if not units:
            found[f"{person.pk}:"] = (person, None)
    return found


def person_words(person: Person, unit: Unit | None) -> str:
    parts = [person.name, unit_words(unit) if unit else "", str(person.phone or "")]
    return " · ".join(part for part in parts if part)


class EnterForm(PlaceMixin, UploadsFormMixin, forms.Form):
    filing_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    q = forms.CharField(
        label=gettext_lazy("Name, phone or unit"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "autofocus": True}),
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Who complains?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who complains, or say that they are not in the registry."),
            "invalid_choice": gettext_lazy("Search again and choose who complains."),
        },
    )
    caller_name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    caller_phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    kind = KindField(for_others=True)
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come?"),
        choices=[choice for choice in Complaint.Channel.choices if choice[0] != Complaint.Channel.PORTAL],
        initial=Complaint.Channel.PHONE,
    )
    category = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), error_messages={"required": gettext_lazy("Choose what it is about.")}
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    description = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write what happened. A sentence is enough.")},
    )
    spot = forms.ChoiceField(label=gettext_lazy("Where is it?"), required=False)
    place = forms.CharField(
        label=gettext_lazy("Which place?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example lift 2, floor 5."),
    )
    demand = forms.CharField(
        label=gettext_lazy("What do they ask for?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    subject_staff = forms.ChoiceField(label=gettext_lazy("Is it about a member of our staff?"), required=False)
    is_confidential = forms.BooleanField(
        label=gettext_lazy("Wants the name kept confidential"),
        required=False,
        help_text=gettext_lazy(
            "Only those who decide on it see the name and the unit: the front desk, supervisors and managers. Whoever "
            "handles it, the owners' committee and neighbours do not."
        ),
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Wants to stay anonymous"),
        required=False,
        help_text=gettext_lazy("Neither name, phone nor unit is stored. Give them the link to follow it."),
    )
    photos = UploadsField()

    def __init__(
        self,
        *args: Any,
        people: Iterable[Person],
        region: str,
        estates: Sequence[Estate],
        buildings: Iterable[Building],
        categories: Sequence[Category],
        staff: Iterable[Membership],
        actor: Membership | None,
        now: datetime,
        grounds: Sequence[Estate] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, actor=actor, now=now, **kwargs)
        self.know(estates=estates, buildings=buildings, categories=categories, staff=staff)
        self.region = region
        self.people = people_choices(people, estates)
        listed = [(key, person_words(*pair)) for key, pair in self.people.items()]
        self._offer("who", [*listed, (UNLISTED, _("Not in the registry"))])
        self._offer("category", [("", _("Choose")), *((code, kind.name) for code, kind in self.kinds.items())])
        self._offer("priority", [("", _("As usual for the category")), *Priority.choices])
        self._offer("spot", [("", _("In the unit chosen above")), *spot_choices(estates, buildings, grounds)])

    def clean_caller_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["caller_phone"], self.region)
        except Wrong as error:
            raise forms.ValidationError(
                _("Write the number with its area code, abroad with + and country code.")
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.check_kind()
        who, anonymous = cleaned.get("who"), cleaned.get("is_anonymous")
        if who == UNLISTED and not anonymous and not cleaned.get("caller_name", "").strip():
            self.add_error("caller_name", _("Write the name, or that they want to stay anonymous."))
        unit = self.people[who][1] if who in self.people else None
        if who and unit is None and not self.errors.get("spot") and self.chosen_spot() is None:
            self.add_error("spot", _("Choose where it is."))
        return cleaned

    def where_it_is(self) -> Spot | None:
        """Where it is, as far as it is said; also while the rest is not."""
        chosen = self.chosen_spot()
        if chosen is not None:
            return Spot(*chosen, None)
        unit = self.people.get(self.cleaned_data.get("who", ""), (None, None))[1]
        return Spot(unit.estate, unit.building, unit) if unit else None

    def what_it_is(self) -> Category | None:
        return self.kinds.get(self.cleaned_data.get("category", ""))

    def filing(self) -> Filing:
        cleaned = self.cleaned_data
        person, unit = self.people.get(cleaned["who"], (None, None))
        spot, anonymous = self.chosen_spot(), cleaned["is_anonymous"]
        if spot is not None:
            estate, building = spot
            unit = None
        elif unit is not None:
            estate, building = unit.estate, unit.building
        else:
            raise ValueError("filing() is for a valid form: clean() asks for a unit or a place")
        return Filing(
            estate=estate,
            building=building,
            unit=None if anonymous else unit,
            place=cleaned["place"].strip(),
            category=self.kinds[cleaned["category"]],
            priority=cleaned["priority"],
            description=cleaned["description"].strip(),
            demand=cleaned["demand"].strip(),
            channel=cleaned["channel"],
            complainant=person,
            caller_name="" if person else cleaned["caller_name"].strip(),
            caller_phone="" if person else cleaned["caller_phone"],
            is_anonymous=anonymous,
            is_confidential=cleaned["is_confidential"],
            subject_staff=self.chosen_staff(),
            filing_key=cleaned["filing_key"],
            kind=cleaned["kind"],
        )
