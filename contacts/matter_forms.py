"""What is filled in of a dealing: what it is, what one waits for, its steps, its end."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.forms import day
from contacts.models import Matter, OutsideParty
from contacts.register_forms import plain_text
from contacts.services.matters import Dealing
from owners.models import Building, Estate
from tenancy.models import Membership


class MatterForm(UploadsFormMixin, forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label=gettext_lazy("What is it about?"), max_length=200,
        error_messages={"required": gettext_lazy("Write what it is about.")},
    )  # fmt: skip
    party = forms.ChoiceField(label=gettext_lazy("With whom?"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", gettext_lazy("Choose")), *Matter.Kind.choices])
    place = forms.ChoiceField(label=gettext_lazy("Where?"))
    responsible = forms.ChoiceField(label=gettext_lazy("Who sees to it?"))
    due_on = day(label=gettext_lazy("To be finished by"), required=False)
    description = forms.CharField(
        label=gettext_lazy("What is known?"), max_length=4000, required=False, widget=plain_text(5)
    )
    case_number = forms.CharField(
        label=gettext_lazy("Number of a complaint that hangs on it"), max_length=40, required=False,
        help_text=gettext_lazy("Whoever complained reads what you wait for and what was promised."),
    )  # fmt: skip
    documents = UploadsField(label=gettext_lazy("Documents"), audience="staff")

    def __init__(
        self, *args: Any, parties: Iterable[OutsideParty], estates: Sequence[Estate], buildings: Iterable[Building],
        staff: Iterable[Membership], matter: Matter | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.parties = {str(party.pk): party for party in parties}
        self.staff = {str(member.pk): member for member in staff}
        self.places: dict[str, tuple[Estate, Building | None]] = {f"{one.pk}:": (one, None) for one in estates}
        self.places |= {f"{one.estate_id}:{one.pk}": (one.estate, one) for one in buildings}
        offered: dict[str, list[tuple[str, str]]] = {
            "party": [(key, party.name) for key, party in self.parties.items()],
            "responsible": [(key, member.name) for key, member in self.staff.items()],
            "place": [
                (key, f"{estate.name} · {building.name}" if building else estate.name)
                for key, (estate, building) in sorted(self.places.items(), key=_by_name)
            ],
        }
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]
        for name in ("version",) if matter is None else ("entry_key", "case_number"):
            del self.fields[name]

    def dealing(self) -> Dealing:
        said = self.cleaned_data
        estate, building = self.places[said["place"]]
        return Dealing(
            estate=estate, building=building, party=self.parties[said["party"]], kind=said["kind"],
            title=said["title"].strip(), responsible=self.staff[said["responsible"]], due_on=said["due_on"],
            description=said["description"].strip(),
        )  # fmt: skip


def _by_name(place: tuple[str, tuple[Estate, Building | None]]) -> tuple[str, bool, str]:
    estate, building = place[1]
    return estate.name, building is not None, building.name if building else ""


def initial_of(row: Matter) -> dict[str, Any]:
    """What a dealing says, as the form that changes it begins."""
    names = ("title", "kind", "due_on", "description", "version")
    return {name: getattr(row, name) for name in names} | {
        "party": str(row.party_id), "responsible": str(row.responsible_id),
        "place": f"{row.estate_id}:{row.building_id or ''}",
    }  # fmt: skip


class WaitForm(forms.Form):
    what = forms.CharField(
        label=gettext_lazy("What do you wait for?"), max_length=300,
        help_text=gettext_lazy("Whoever complained reads it, for example: the new pump."),
        error_messages={"required": gettext_lazy("Say what you wait for.")},
    )  # fmt: skip
    since = day(label=gettext_lazy("Since when?"))
    promised_on = day(label=gettext_lazy("By when did they promise it?"), required=False)


class StepForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is to be done?"), max_length=500,
        error_messages={"required": gettext_lazy("Write what is to be done.")},
    )  # fmt: skip
    responsible = forms.ChoiceField(label=gettext_lazy("Who does it?"))
    due_on = day(label=gettext_lazy("By when?"))

    def __init__(self, *args: Any, staff: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(member.pk): member for member in staff}
        field: Any = self.fields["responsible"]
        field.choices = [("", _("Choose")), *((key, member.name) for key, member in self.staff.items())]


class EndForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("How does it end?"), widget=forms.RadioSelect,
        choices=[(state, Matter.State(state).label) for state in ("done", "dropped")],
    )  # fmt: skip
    outcome = forms.CharField(
        label=gettext_lazy("What came of it?"), max_length=2000, widget=plain_text(3),
        error_messages={"required": gettext_lazy("Write what came of it.")},
    )  # fmt: skip


class LinkForm(forms.Form):
    case_number = forms.CharField(
        label=gettext_lazy("Number of a complaint that hangs on it"), max_length=40,
        error_messages={"required": gettext_lazy("Write the number of the case.")},
    )  # fmt: skip


class MatterFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words, company or number"), required=False, max_length=100)
    which = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False,
        choices=[
            ("", gettext_lazy("All that go on")), ("late", gettext_lazy("Late, or promised and not kept")),
            *Matter.State.choices, ("all", gettext_lazy("All")),
        ],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All kinds")), *Matter.Kind.choices]
    )
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.choices = [("", _("Any estate")), *((str(estate.pk), estate.name) for estate in estates)]
