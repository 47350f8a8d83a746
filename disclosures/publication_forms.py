"""What is filled in of a publication: its text, its places, its withdrawal."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.forms import day
from contacts.register_forms import plain_text
from disclosures.models import Publication, PublicationPlace
from disclosures.services.placing import Spot
from disclosures.services.publications import Terms, Words
from owners.models import Estate

MOST_DAYS = 3650
Place = PublicationPlace.Kind


class WordsForm(UploadsFormMixin, forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    # What it was begun with: `prefilling.begun_with`.
    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    estate = forms.ChoiceField(
        label=gettext_lazy("Estate"), error_messages={"required": gettext_lazy("Choose the estate.")}
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("Choose")), *Publication.Kind.choices],
        help_text=gettext_lazy("By it the rules say how long it is shown at least."),
    )  # fmt: skip
    title_en = forms.CharField(label=gettext_lazy("Title, English"), max_length=200, required=False)
    title_zh = forms.CharField(label=gettext_lazy("Title, Chinese"), max_length=200, required=False)
    text_en = forms.CharField(
        label=gettext_lazy("Text, English"), max_length=8000, required=False, widget=plain_text(6)
    )
    text_zh = forms.CharField(
        label=gettext_lazy("Text, Chinese"), max_length=8000, required=False, widget=plain_text(6)
    )
    period_from = day(
        label=gettext_lazy("Period from"), required=False,
        help_text=gettext_lazy("What span of time it is about: so the duty to publish it is found kept."),
    )  # fmt: skip
    period_to = day(label=gettext_lazy("Period to"), required=False)
    min_days = forms.IntegerField(
        label=gettext_lazy("Shown for at least so many days"), min_value=0, max_value=MOST_DAYS, required=False,
        help_text=gettext_lazy("Leave it empty for what the rules of the estate ask. More is possible, less is not."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    end_on = day(
        label=gettext_lazy("Shown until"),
        required=False,
        help_text=gettext_lazy("Empty: it stays until it is withdrawn."),
    )
    documents = UploadsField(
        label=pgettext_lazy("publication", "Documents"), help_text=gettext_lazy("Everybody who reads it can open them.")
    )

    def __init__(self, *args: Any, estates: Sequence[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {str(estate.pk): estate for estate in estates}
        choices = [(key, estate.name) for key, estate in self.estates.items()]
        field: Any = self.fields["estate"]
        field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]
        if not estates:  # of a draft: it stays where it is
            del self.fields["estate"], self.fields["entry_key"], self.fields["about"]

    def chosen(self) -> Estate:
        return self.estates[self.cleaned_data["estate"]]

    def words(self) -> Words:
        said = self.cleaned_data
        texts = {name: said[name].strip() for name in ("title_en", "title_zh", "text_en", "text_zh")}
        days = {name: said[name] for name in ("end_on", "period_from", "period_to")}
        return Words(kind=said["kind"], min_days=said["min_days"] or 0, **texts, **days)


class PublishForm(forms.Form):
    """How accounts or fees are shown; left as it is, by the rules of the estate and without a message."""

    min_days = forms.IntegerField(
        label=gettext_lazy("Shown for at least so many days"), max_value=MOST_DAYS, required=False,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    end_on = day(
        label=gettext_lazy("Shown until"),
        required=False,
        help_text=gettext_lazy("Empty: it stays until it is withdrawn."),
    )
    by_mail = forms.BooleanField(
        label=gettext_lazy("Tell the owners by mail"), required=False,
        help_text=gettext_lazy("Each owner of the estate gets one message. That it went out by mail is noted by itself."),
    )  # fmt: skip

    def __init__(self, *args: Any, needed: int, **kwargs: Any) -> None:
        """``needed``: so many days the rules of the estate ask."""
        super().__init__(*args, **kwargs)
        self.needed = needed
        self.fields["min_days"].help_text = _(
            "Leave it empty for the %(days)s days that the rules of the estate ask. More is possible, less is not."
        ) % {"days": needed}  # fmt: skip

    def clean_min_days(self) -> int:
        said: int | None = self.cleaned_data["min_days"]
        if said is not None and said < self.needed:
            raise forms.ValidationError(_("The rules of the estate ask for %(days)s days.") % {"days": self.needed})
        return said or 0

    def terms(self) -> Terms:
        return Terms(**self.cleaned_data)


class WithdrawForm(UploadsFormMixin, forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"), max_length=2000, widget=plain_text(4),
        help_text=gettext_lazy("Its text stays, and everybody who reads it reads this."),
        error_messages={"required": gettext_lazy("Say why. Everybody who reads it reads this.")},
    )  # fmt: skip
    legal_order = forms.CharField(
        label=gettext_lazy("Legal order"), max_length=200, required=False,
        help_text=gettext_lazy("Needed before its minimum time is over: whose order it is, and its number."),
    )  # fmt: skip
    documents = UploadsField(
        label=gettext_lazy("Document of the legal order"), audience="staff",
        help_text=gettext_lazy("Staff and committee can open it."),
    )  # fmt: skip


class PlaceForm(UploadsFormMixin, forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("How is it shown?"), widget=forms.RadioSelect, initial=Place.BOARD,
        choices=[(one.value, one.label) for one in (Place.BOARD, Place.MAIL)],
    )  # fmt: skip
    where = forms.CharField(
        label=gettext_lazy("Where?"), max_length=200, required=False,
        help_text=gettext_lazy("For example: board in the hall of building 3."),
    )  # fmt: skip
    from_on = day(label=gettext_lazy("Since when?"))
    to_on = day(
        label=gettext_lazy("Until when?"), required=False, help_text=gettext_lazy("Empty while it hangs there.")
    )
    documents = UploadsField(
        label=gettext_lazy("Photos as proof"),
        help_text=gettext_lazy("Of the board with the sheet on it. Staff and committee can open them."),
    )

    def spot(self) -> Spot:
        said = self.cleaned_data
        return Spot(said["kind"], said["where"].strip(), said["from_on"], said["to_on"])


class AmendPlaceForm(UploadsFormMixin, forms.Form):
    to_on = day(
        label=gettext_lazy("Until when?"), required=False, help_text=gettext_lazy("Empty while it hangs there.")
    )
    documents = UploadsField(
        label=gettext_lazy("Photos as proof"),
        help_text=gettext_lazy("Of the board with the sheet on it. Staff and committee can open them."),
    )


class PublicationFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words or number"), required=False, max_length=100)
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False,
        choices=[("", gettext_lazy("All kinds")), *Publication.Kind.choices],
    )  # fmt: skip
    which = forms.ChoiceField(label=pgettext_lazy("filter", "Show"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate], is_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        estate: Any = self.fields["estate"]
        estate.choices = [("", _("Any estate")), *((str(row.pk), row.name) for row in estates)]
        shown = [(code, words) for code, words in Publication.State.choices if is_staff or code in Publication.SHOWN]
        asked = [("asked", _("Withdrawal asked for"))] if is_staff else []
        which: Any = self.fields["which"]
        which.choices = [("", _("All")), *shown, *asked]
