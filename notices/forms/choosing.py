"""How somebody wants to be told of things, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import Delivery, Preference, QuietTime
from notices.rules.wanted import CHOICES, Mode

TOPICS = dict(Preference.Topic.choices)
CHANNELS = dict(Delivery.Channel.choices)
MODES = dict(Mode.choices)


class PreferencesForm(forms.Form):
    """One field for each topic and channel that may be chosen, and the hours without SMS and push messages."""

    own_hours = forms.BooleanField(
        label=_("My own quiet hours"), required=False,
        help_text=_("Else those of the management count. Emergencies come at any hour."),
    )  # fmt: skip
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, chosen: dict[tuple[str, str], str], quiet: QuietTime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics: list[tuple[str, list[str]]] = []
        for topic, channels in CHOICES.items():
            names = []
            for channel, modes in channels.items():
                name = f"{topic}_{channel}"
                names.append(name)
                self.fields[name] = forms.ChoiceField(
                    label=CHANNELS[channel], choices=[(mode, MODES[mode]) for mode in modes],
                    initial=chosen.get((topic, channel), Mode.AT_ONCE),
                )  # fmt: skip
            self.topics.append((topic, names))
        if quiet is not None:
            self.initial = {
                **self.initial,
                "own_hours": True,
                "quiet_from": quiet.quiet_from,
                "quiet_until": quiet.quiet_until,
            }

    def groups(self) -> list[dict[str, Any]]:
        """The fields topic by topic, for the page."""
        return [{"title": TOPICS[topic], "fields": [self[name] for name in names]} for topic, names in self.topics]

    def hours(self) -> list[Any]:
        return [self["own_hours"], self["quiet_from"], self["quiet_until"]]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("own_hours"):
            for name in ("quiet_from", "quiet_until"):
                if said.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Say when, or use the hours of the management."))
        return said

    @property
    def choices(self) -> dict[tuple[str, str], str]:
        return {
            (topic, name.removeprefix(f"{topic}_")): self.cleaned_data[name]
            for topic, names in self.topics
            for name in names
        }

    @property
    def quiet(self) -> tuple[Any, Any] | None:
        said = self.cleaned_data
        return (said["quiet_from"], said["quiet_until"]) if said["own_hours"] else None
