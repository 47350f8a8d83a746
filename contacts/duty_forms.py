"""What staff fill in of what recurs."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts import duty_queries as queries
from contacts.forms import FactsForm, area_choices, area_value, areas_from, day
from contacts.models import Duty
from contacts.rules import access
from contacts.services.duties import DoneFacts, DutyFacts
from tenancy.models import Membership

SHOWN = [
    ("", gettext_lazy("All that is open")),
    ("late", gettext_lazy("Late")),
    ("month", gettext_lazy("This month")),
    ("later", pgettext_lazy("agenda", "Later")),
    ("mine", gettext_lazy("What I see to")),
    ("stopped", gettext_lazy("Stopped or over")),
]
KINDS = [
    *Duty.Kind.choices,
    ("certificate", gettext_lazy("Certificates of parties")),
    ("contract", gettext_lazy("Contracts")),
]


class AgendaForm(forms.Form):
    """What the agenda is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Title, basis or party"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All kinds")), *KINDS]
    )
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)
    show = forms.ChoiceField(label=gettext_lazy("Show"), required=False, choices=SHOWN)

    def __init__(self, *args: Any, estates: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.choices = [("", _("Any estate")), *((str(estate.pk), estate.name) for estate in estates)]

    def sought(self, estates: Mapping[str, Any]) -> queries.Sought:
        """What of it is good; the rest narrows nothing."""
        self.is_valid()
        said = self.cleaned_data
        return queries.Sought(
            text=said.get("q", ""), kind=said.get("kind", ""), estate=estates.get(said.get("estate", "")),
            show=said.get("show", ""),
        )  # fmt: skip


class DutyForm(FactsForm):
    place = forms.ChoiceField(label=gettext_lazy("Where"))
    party = forms.ChoiceField(
        label=gettext_lazy("Who does it"),
        required=False,
        help_text=gettext_lazy("An outside party; empty for ourselves."),
    )
    responsible = forms.ChoiceField(
        label=gettext_lazy("Who sees to it"),
        required=False,
        help_text=gettext_lazy("Is reminded. When empty, the managers of the estate are."),
    )
    due_on = day(label=gettext_lazy("Due on"))
    counts_from = forms.ChoiceField(
        label=gettext_lazy("The next time is counted from"),
        choices=Duty.CountsFrom.choices,
        initial=Duty.CountsFrom.DONE,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("From the day it was due: every day of the rhythm stands, also when one was missed."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = Duty
        fields = (
            "title", "kind", "place", "due_on", "every", "unit", "counts_from", "party", "responsible", "lead_days", "basis",
            "note",
        )  # fmt: skip
        labels = {"unit": gettext_lazy("Days, months or years")}
        help_texts = {
            "basis": gettext_lazy("The law, contract or rule that asks for it."),
            "lead_days": gettext_lazy("0 reminds on the day itself."),
        }
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "every": forms.NumberInput(attrs={"class": "input-short", "min": "1"}),
            "lead_days": forms.NumberInput(attrs={"class": "input-short", "min": "0"}),
        }

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        duty = kwargs.get("instance")
        if duty is not None:
            kwargs["initial"] = {
                "place": area_value(duty.estate_id, duty.building_id), "party": str(duty.party_id or ""),
                "responsible": str(duty.responsible_id or ""), "version": duty.version,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        reach = access.reach_for(actor, "duty.write")
        self._offer("place", area_choices(reach))
        parties = [(str(row.pk), row.name) for row in queries.parties_offered(actor)]
        members = [(str(row.pk), row.name) for row in queries.doers_for(reach)]
        self._offer("party", _with([("", _("Ourselves")), *parties], duty and duty.party))
        self._offer("responsible", _with([("", _("The managers of the estate")), *members], duty and duty.responsible))

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def build_upon(self, version: int) -> None:
        """Somebody else saved meanwhile: what is typed stays, and saving again builds upon theirs."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        self.data = data

    def facts(self) -> DutyFacts:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "form_key")}
        (place,) = areas_from([said.pop("place")])
        party, responsible = said.pop("party"), said.pop("responsible")
        return DutyFacts(
            **said, place=place, party_id=UUID(party) if party else None,
            responsible_id=UUID(responsible) if responsible else None,
        )  # fmt: skip


def _with(choices: list[tuple[str, str]], row: Any) -> list[tuple[str, str]]:
    """The choices, and what stands there already though it is offered no more."""
    if row is None or any(value == str(row.pk) for value, _words in choices):
        return choices
    return [*choices, (str(row.pk), row.name)]


class DoneForm(UploadsFormMixin, forms.Form):
    """``due_on`` is the day it is done for: when it is not the duty's any more, somebody was quicker."""

    due_on = forms.DateField(widget=forms.HiddenInput)
    done_on = day(label=gettext_lazy("Done on"))
    words = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The result, who was there, the number of the report."),
    )
    documents = UploadsField(label=gettext_lazy("Reports and photos"))

    def facts(self) -> DoneFacts:
        return DoneFacts(done_on=self.cleaned_data["done_on"], words=self.cleaned_data["words"])
