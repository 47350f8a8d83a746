"""What is typed on the privacy pages, parsed and checked. No writing, no rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy import rules
from privacy.models import DataRequest

Kind = DataRequest.Kind
NEEDS_WORDS = (Kind.CORRECTION, Kind.OBJECTION)


class AskForm(forms.Form):
    """Somebody asks about their data."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=[(kind.value, kind.label) for kind in Kind],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what you ask for.")},
    )
    words = forms.CharField(
        label=_("In your words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is wrong, or what we shall stop doing. Not needed for a copy or for erasing."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") in NEEDS_WORDS and not said.get("words", "").strip():
            self.add_error("words", _("Say what is wrong, or what we shall stop doing."))
        return said


class EnterForm(AskForm):
    """Staff enter what somebody asked by letter, phone or at the counter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = _("What is asked for?")
        self.fields["words"].label = _("In their words")
        self.fields["words"].help_text = _("Needed for a correction and for an objection.")


class AnswerForm(forms.Form):
    reply = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person who asked reads it. A refusal needs the reason."),
    )
    outcome = forms.ChoiceField(choices=[("done", _("Done")), ("refused", _("Refused"))])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("outcome") == "refused" and not said.get("reply", "").strip():
            self.add_error("reply", _("Give the reason. The person who asked reads it."))
        return said


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("For example the number of a court case. Colleagues who look after privacy read it."),
        error_messages={"required": _("Say why this must be kept.")},
    )


class HoldComplaintForm(HoldForm):
    number = forms.CharField(
        label=_("Number of the complaint"),
        max_length=40,
        error_messages={"required": _("Write the number of the complaint.")},
    )
    field_order = ("number", "reason")


class EraseForm(forms.Form):
    """The last question before an erasure. The word guards against a slip of the hand."""

    include_open = forms.BooleanField(label=_("Also erase the words of complaints that are still open"), required=False)
    include_short = forms.BooleanField(label=_("Also take the short name out wherever it stands alone"), required=False)
    word = forms.CharField(
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the word to confirm.")},
    )

    def __init__(self, *args: Any, has_open: bool, has_short: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.confirming = str(pgettext_lazy("typed to confirm an erasure", "ERASE"))
        self.fields["word"].label = _("Type %(word)s to confirm") % {"word": self.confirming}
        if not has_open:
            del self.fields["include_open"]
        if not has_short:
            del self.fields["include_short"]

    def clean_word(self) -> str:
        word = str(self.cleaned_data["word"]).strip()
        if word.casefold() != self.confirming.casefold():
            raise forms.ValidationError(_("Type %(word)s to confirm.") % {"word": self.confirming})
        return word


class TermForm(forms.Form):
    """An organisation's own number for one term, within its bounds."""

    key = forms.ChoiceField(label=_("Term"), choices=[])
    amount = forms.IntegerField(
        label=_("How many days or months"), min_value=1, error_messages={"required": _("Write a number.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [(key, _term_words(key)) for key in rules.settable_terms()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "key" in said and "amount" in said:
            bounds = rules.shipped_terms()[said["key"]]
            if not bounds.least <= said["amount"] <= bounds.most:
                self.add_error(
                    "amount",
                    _("Between %(least)d and %(most)d: %(basis)s.")
                    % {"least": bounds.least, "most": bounds.most, "basis": rules.BASIS_WORDS[bounds.basis]},
                )
        return said


def _term_words(key: str) -> str:
    """The term with the unit its number is in."""
    unit = _("in days") if rules.shipped_terms()[key].unit == "days" else _("in months")
    return f"{rules.TERM_WORDS[key]} ({unit})"
