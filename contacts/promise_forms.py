"""What is filled in when a promise is written down, kept, broken or taken back."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.forms import day
from contacts.models import Commitment, CommunicationRecord
from contacts.register_forms import plain_text
from contacts.services.commitments import Promise
from owners.models import Estate
from tenancy.models import Membership


class PromiseForm(forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    text = forms.CharField(
        label=gettext_lazy("What is promised?"), max_length=1000, widget=plain_text(3),
        error_messages={"required": gettext_lazy("Write what is promised.")},
    )  # fmt: skip
    to_whom = forms.CharField(
        label=gettext_lazy("To whom?"), max_length=200,
        error_messages={"required": gettext_lazy("Say to whom it is promised.")},
    )  # fmt: skip
    estate = forms.ChoiceField(label=gettext_lazy("Estate"))
    promised_by = forms.ChoiceField(label=gettext_lazy("Who promised it?"))
    promised_on = day(label=gettext_lazy("When was it promised?"))
    due_on = day(label=gettext_lazy("Due"))
    is_public = forms.BooleanField(
        label=gettext_lazy("Public"), required=False,
        help_text=gettext_lazy("Made to all owners: it joins the contract with them, and their committee sees it."),
    )  # fmt: skip
    case_number = forms.CharField(
        label=gettext_lazy("Number of the case, notice or dealing it belongs to"), max_length=40, required=False
    )

    def __init__(
        self, *args: Any, estates: Sequence[Estate], staff: Iterable[Membership],
        record: CommunicationRecord | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.record = record
        self.estates = {str(estate.pk): estate for estate in estates}
        self.staff = {str(member.pk): member for member in staff}
        offered: dict[str, list[tuple[str, str]]] = {
            "estate": [(key, estate.name) for key, estate in self.estates.items()],
            "promised_by": [(key, member.name) for key, member in self.staff.items()],
        }
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]
        if record is not None:
            del self.fields["estate"], self.fields["case_number"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("promised_on"), said.get("due_on")
        if first and last and last < first:
            self.add_error("due_on", _("It is due before it was promised."))
        return said

    def promise(self) -> Promise:
        said = {name: value for name, value in self.cleaned_data.items() if name != "entry_key"}
        said["promised_by"] = self.staff[said["promised_by"]]
        said["case_number"] = said.get("case_number", "").strip()
        if self.record is not None:
            names = ("estate", "building", "unit", "person", "party")
            said |= {name: getattr(self.record, name) for name in names}
            return Promise(**said | {"record": self.record, "case_number": ""})
        return Promise(**said | {"estate": self.estates[said["estate"]]})


class KeepForm(UploadsFormMixin, forms.Form):
    kept_on = day(label=gettext_lazy("On which day was it kept?"))
    evidence = forms.CharField(
        label=gettext_lazy("How does one see that?"), max_length=2000, required=False, widget=plain_text(3),
        help_text=gettext_lazy("In words, or by a photo."),
    )  # fmt: skip
    documents = UploadsField(label=gettext_lazy("Photos and scans"))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=500, error_messages={"required": gettext_lazy("Say why.")}
    )


class PromiseFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words, name or number"), required=False, max_length=100)
    which = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False,
        choices=[("", gettext_lazy("All")), ("overdue", gettext_lazy("Overdue")), *Commitment.State.choices],
    )  # fmt: skip
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.choices = [("", _("Any estate")), *((str(estate.pk), estate.name) for estate in estates)]


def initial_of(
    record: CommunicationRecord | None, today: date, actor: Membership, who: str, case: str
) -> dict[str, Any]:
    """What is filled in already: of a promise made in a contact, to whom and when."""
    said: dict[str, Any] = {"promised_by": str(actor.pk), "promised_on": today, "case_number": case}
    if record is not None:
        said |= {"to_whom": who, "promised_on": record.occurred_at.date()}
    return said
