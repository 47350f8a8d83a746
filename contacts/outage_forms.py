"""What staff fill in of an outage. Times are the organisation's; what was typed stays where it was."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import outage_queries
from contacts.forms import area_choices, areas_from
from contacts.models import Outage
from contacts.models.outages import BRANCHES as SWITCHED
from contacts.rules import access
from contacts.services.outages import Change, OutageFacts
from notices.notice_forms import WhenField, WordsForm
from tenancy.models import Membership

BRANCHES: list[tuple[str, Any]] = [(branch.value, branch.label) for branch in SWITCHED]
SOURCES = [choice for choice in Outage.Source.choices if choice[0] != Outage.Source.FORM]
NOT_KNOWN = gettext_lazy("Empty when nobody knows yet.")


def when(label: Any, *, required: bool = True, **given: Any) -> WhenField:
    field = WhenField(label=label, **given)
    field.required = field.widget.is_required = required
    return field


class OutageListForm(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Number, place, party or cause"), required=False, max_length=100)
    branch = forms.ChoiceField(
        label=gettext_lazy("What is off"), required=False, choices=[("", gettext_lazy("All")), *BRANCHES]
    )
    time = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("Off now")),
            (outage_queries.COMING, gettext_lazy("Coming")),
            (outage_queries.PAST, gettext_lazy("Over")),
        ],
    )


class OutageForm(forms.Form):
    """What was said on the phone, in under a minute: what, when, where, by whom."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    party = forms.ChoiceField(label=gettext_lazy("Who said so"), required=False)
    branch = forms.ChoiceField(
        label=gettext_lazy("What is off"),
        required=False,
        choices=[("", gettext_lazy("As the party supplies")), *BRANCHES],
        help_text=gettext_lazy("Only when you do not know who it comes from."),
    )
    starts_at = when(gettext_lazy("Begins"))
    ends_at = when(gettext_lazy("Expected to end"), required=False, help_text=NOT_KNOWN)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Where"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Say where it is off: at least one estate or building.")},
    )
    cause = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The people concerned read it, for example: work on the main pipe."),
    )  # fmt: skip
    is_planned = forms.BooleanField(
        label=gettext_lazy("Planned"), required=False, initial=True,
        help_text=gettext_lazy("Without the tick it is a fault."),
    )  # fmt: skip
    source = forms.ChoiceField(label=gettext_lazy("How it came"), choices=SOURCES)
    received_at = when(
        gettext_lazy("Received"), required=False, help_text=gettext_lazy("Empty for now. The time to relay it runs from here.")
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Membership, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.parties = {str(party.pk): party for party in outage_queries.utilities_offered(actor)}
        names = [(key, f"{party.name} ({party.get_branch_display()})") for key, party in self.parties.items()]
        self.fields["party"].choices = [("", _("Not known, or nobody of these")), *names]  # type: ignore[attr-defined]
        self.fields["areas"].choices = area_choices(access.reach_for(actor, "outage.write"))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        party = self.parties.get(said.get("party", ""))
        if party is None and not said.get("branch") and not self.errors.get("party"):
            self.add_error("branch", _("Say what is off."))
        if party is not None and not said.get("branch"):
            said["branch"] = party.branch
        return said

    def facts(self) -> OutageFacts:
        said = self.cleaned_data
        party = self.parties.get(said["party"])
        return OutageFacts(
            branch=said["branch"], starts_at=said["starts_at"], ends_at=said["ends_at"],
            received_at=said["received_at"] or self.now, areas=areas_from(said["areas"]),
            party_id=party.pk if party else None, is_planned=said["is_planned"], cause=said["cause"].strip(),
            source=said["source"],
        )  # fmt: skip


class VerifyForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("How you know"), required=False, max_length=500,
        help_text=gettext_lazy("For example: called their control room. Only staff read it."),
    )  # fmt: skip


class ChangeForm(forms.Form):
    starts_at = when(gettext_lazy("Begins"))
    ends_at = when(gettext_lazy("Expected to end"), required=False, help_text=NOT_KNOWN)
    cause = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=gettext_lazy("What has changed"), required=False, max_length=500,
        help_text=gettext_lazy("Who was told of it reads this above the new times."),
    )  # fmt: skip

    def said(self) -> Change:
        said = self.cleaned_data
        return Change(said["starts_at"], said["ends_at"], said["cause"].strip(), said["reason"].strip())


class RelayForm(WordsForm):
    """The notice's words as we would write them, to be mended before they leave."""

    is_urgent = forms.BooleanField(
        label=gettext_lazy("Send as an emergency"), required=False,
        help_text=gettext_lazy("Also by SMS and phone, at night too. For what cannot wait."),
    )  # fmt: skip


class RestoreForm(forms.Form):
    restored_at = when(gettext_lazy("Over since"), required=False, help_text=gettext_lazy("Empty for now."))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=500,
        error_messages={"required": gettext_lazy("Say why it is withdrawn. Who was told of it reads this.")},
    )  # fmt: skip
