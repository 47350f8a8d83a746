"""What an outside party fills in by its link, and what staff say when they make one."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.forms import area_choices, areas_from
from contacts.models import Outage, OutsideParty
from contacts.models.outages import BRANCHES as SWITCHED
from contacts.outage_forms import BRANCHES, NOT_KNOWN, when
from contacts.rules.defaults import defaults
from contacts.services.grants import Wish
from contacts.services.outages import OutageFacts
from contacts.services.outside import served_by

SHOWN, MAILED = "shown", "mailed"


class ReportOutageForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    branch = forms.ChoiceField(
        label=gettext_lazy("What is off"), choices=BRANCHES, error_messages={"required": gettext_lazy("Say what is off.")}
    )  # fmt: skip
    starts_at = when(gettext_lazy("Begins"))
    ends_at = when(gettext_lazy("Expected to end"), required=False, help_text=NOT_KNOWN)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Where"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Say where it is off: at least one estate or building.")},
    )  # fmt: skip
    cause = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The people concerned read it, for example: work on the main pipe."),
    )  # fmt: skip
    is_planned = forms.BooleanField(
        label=gettext_lazy("Planned"), required=False, initial=True,
        help_text=gettext_lazy("Without the tick it is a fault."),
    )  # fmt: skip

    def __init__(self, *args: Any, party: OutsideParty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.party = party
        self.fields["areas"].choices = area_choices(served_by(party))  # type: ignore[attr-defined]
        if party.branch in SWITCHED:
            del self.fields["branch"]

    def facts(self, now: Any) -> OutageFacts:
        said = self.cleaned_data
        return OutageFacts(
            branch=said.get("branch", self.party.branch), starts_at=said["starts_at"], ends_at=said["ends_at"],
            received_at=now, areas=areas_from(said["areas"]), is_planned=said["is_planned"],
            cause=said["cause"].strip(), source=Outage.Source.FORM,
        )  # fmt: skip


class TellOutageForm(forms.Form):
    over_at = when(gettext_lazy("Over since"), required=False, help_text=gettext_lazy("When it is over already."))
    ends_at = when(gettext_lazy("Expected to end"), required=False, help_text=gettext_lazy("When it still lasts."))
    words = forms.CharField(label=gettext_lazy("Anything to add?"), required=False, max_length=500)


class GrantForm(forms.Form):
    """To whom, for what, how long, and how the link gets there."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    subject = forms.ChoiceField(label=gettext_lazy("What for"), widget=forms.RadioSelect)
    contact = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("Valid for days"), min_value=1, widget=forms.NumberInput(attrs={"class": "input-short"})
    )  # fmt: skip
    how = forms.ChoiceField(
        label=gettext_lazy("How the link gets there"), widget=forms.RadioSelect, initial=MAILED,
        choices=[(MAILED, gettext_lazy("By e-mail")), (SHOWN, gettext_lazy("I pass it on: show it to me once"))],
    )  # fmt: skip

    def __init__(self, *args: Any, party: OutsideParty, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = defaults()["grants"]
        days: Any = self.fields["days"]
        days.initial, days.max_value = limits["days"], limits["most_days"]
        days.validators.append(forms.IntegerField(max_value=limits["most_days"]).validators[-1])
        self.subjects = {f"{name}:{key or ''}": (name, key) for name, key, _title, _words in offered}
        choices = [
            (f"{name}:{key or ''}", f"{title} · {words}" if words else title) for name, key, title, words in offered
        ]
        self.fields["subject"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["subject"].initial = choices[0][0]
        there = list(party.people.all())
        if not party.email and not any(person.email for person in there):
            self.fields["how"].initial = SHOWN  # nobody to mail it to
        people = [(str(person.pk), person.name) for person in there]
        self.fields["contact"].choices = [("", _("Nobody in particular")), *people]  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        said = self.cleaned_data
        name, key = self.subjects[said["subject"]]
        contact = uuid.UUID(said["contact"]) if said["contact"] else None
        return Wish(name, key, contact, said["days"], said["how"] == MAILED)
