"""What is filled in of a campaign: what it explains to whom, when and how; its steps; what came of it."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contacts.forms import day
from contacts.register_forms import plain_text
from disclosures.campaign_queries import ROLES
from disclosures.models import Article, Campaign
from disclosures.services.campaigns import Plan, Step
from notices.rules.audience import Audience, Role
from owners.models import Building, Estate
from tenancy.models import Membership

Boxes = forms.CheckboxSelectMultiple


class CampaignForm(forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name, English"), max_length=120, required=False)
    words_en = forms.CharField(
        label=gettext_lazy("Words for readers, English"), max_length=3000, required=False, widget=plain_text(4),
        help_text=gettext_lazy("What it is about and why it matters to them, in two or three sentences."),
    )  # fmt: skip
    name_zh = forms.CharField(label=gettext_lazy("Name, Chinese"), max_length=120, required=False)
    words_zh = forms.CharField(
        label=gettext_lazy("Words for readers, Chinese"), max_length=3000, required=False, widget=plain_text(4)
    )
    purpose = forms.CharField(
        label=gettext_lazy("What is it to achieve?"), max_length=1000, widget=plain_text(2),
        help_text=gettext_lazy("For staff and committee: by it you judge afterwards whether it worked."),
        error_messages={"required": gettext_lazy("Say what it is to achieve.")},
    )  # fmt: skip
    articles = forms.MultipleChoiceField(
        label=gettext_lazy("Which articles does it explain?"), widget=Boxes,
        error_messages={"required": gettext_lazy("Choose one article at least.")},
    )  # fmt: skip
    estates = forms.MultipleChoiceField(label=gettext_lazy("Whole estates"), required=False, widget=Boxes)
    buildings = forms.MultipleChoiceField(label=gettext_lazy("Single buildings"), required=False, widget=Boxes)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who there"), widget=Boxes, choices=[(role.value, role.label) for role in ROLES],
        error_messages={"required": gettext_lazy("Choose who there.")},
    )  # fmt: skip
    from_on = day(
        label=gettext_lazy("First day"), error_messages={"required": gettext_lazy("Choose the first day.")},
        help_text=gettext_lazy("With a day to come it begins by itself in the morning of that day."),
    )  # fmt: skip
    to_on = day(label=gettext_lazy("Last day"), error_messages={"required": gettext_lazy("Choose the last day.")})
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("How is it told?"), required=False, widget=Boxes, choices=Campaign.Channel.choices,
        help_text=gettext_lazy("Those it is for see it on their page in the portal in any case."),
    )  # fmt: skip
    keeper = forms.ChoiceField(label=gettext_lazy("Responsible"))

    def __init__(
        self, *args: Any, articles: Iterable[Article], estates: Sequence[Estate], buildings: Iterable[Building],
        keepers: Iterable[Membership], is_new: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.keepers = {str(member.pk): member for member in keepers}
        self._choose("articles", ((str(row.pk), f"{row.title} · {row.get_kind_display()}") for row in articles))
        self._choose("estates", ((str(row.pk), row.name) for row in estates))
        self._choose("buildings", ((str(row.pk), f"{row.name} · {row.estate.name}") for row in buildings))
        self._choose("keeper", ((key, member.name) for key, member in self.keepers.items()))
        if not is_new:
            del self.fields["entry_key"]

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not (said.get("estates") or said.get("buildings")):
            self.add_error("estates", _("Choose the estates or buildings it is for."))
        if said.get("from_on") and said.get("to_on") and said["to_on"] < said["from_on"]:
            self.add_error("to_on", _("The last day comes before the first."))
        return said

    def plan(self) -> Plan:
        said = self.cleaned_data
        audience = Audience(
            estates=tuple(map(UUID, said["estates"])), buildings=tuple(map(UUID, said["buildings"])),
            roles=tuple(said["roles"]),
        )  # fmt: skip
        texts = {name: said[name] for name in ("name_en", "name_zh", "words_en", "words_zh", "purpose")}
        return Plan(
            **texts, articles=tuple(map(UUID, said["articles"])), audience=audience, channels=said["channels"],
            from_on=said["from_on"], to_on=said["to_on"], keeper=self.keepers[said["keeper"]],
        )  # fmt: skip


FIRST_ROLES = [Role.OWNER.value, Role.OCCUPANT.value]


class StepForm(forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    words = forms.CharField(
        label=gettext_lazy("What is to be done?"), max_length=200,
        error_messages={"required": gettext_lazy("Say what is to be done.")},
    )  # fmt: skip
    due_on = day(label=gettext_lazy("By when?"), error_messages={"required": gettext_lazy("Choose the day.")})
    keeper = forms.ChoiceField(
        label=gettext_lazy("Who does it?"), help_text=gettext_lazy("They are reminded the day before.")
    )

    def __init__(self, *args: Any, keepers: Iterable[Membership], is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keepers = {str(member.pk): member for member in keepers}
        keeper: Any = self.fields["keeper"]
        keeper.choices = [(key, member.name) for key, member in self.keepers.items()]
        if not is_new:
            del self.fields["entry_key"]

    def step(self) -> Step:
        said = self.cleaned_data
        return Step(said["words"], said["due_on"], self.keepers[said["keeper"]])


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label=gettext_lazy("What came of it?"), max_length=2000, required=False, widget=plain_text(4),
        help_text=gettext_lazy("For staff and committee: did it achieve what it was to achieve, and what is next?"),
    )  # fmt: skip


class CampaignFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)
    which = forms.ChoiceField(label=pgettext_lazy("filter", "Show"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate], is_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        estate: Any = self.fields["estate"]
        estate.choices = [("", _("Any estate")), *((str(row.pk), row.name) for row in estates)]
        states = [(code, words) for code, words in Campaign.State.choices if is_staff or code in Campaign.SHOWN]
        which: Any = self.fields["which"]
        which.choices = [("", _("All")), *([("mine", _("I am responsible"))] if is_staff else []), *states]
