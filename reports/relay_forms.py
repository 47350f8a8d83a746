"""Which days, and which estate, the report of relay times is about."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from owners.models import Estate

USUAL_DAYS, MOST_DAYS, EARLIEST_YEAR = 90, 1100, 2000


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False)


class RelaysForm(forms.Form):
    """What is left out is the last three months, and all estates."""

    first = _day(gettext_lazy("From"))
    last = _day(gettext_lazy("To"))
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)

    def __init__(self, data: Mapping[str, Any], *, estates: Iterable[Estate], today: date) -> None:
        self.today = today
        self.estates = {str(row.pk): row for row in estates}
        usual = {"first": str(today - timedelta(days=USUAL_DAYS)), "last": str(today), "estate": ""}
        super().__init__({name: data.get(name) or words for name, words in usual.items()})
        field: Any = self.fields["estate"]
        field.choices = [("", _("All my estates")), *((key, row.name) for key, row in self.estates.items())]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", _("It ends before it begins."))
        elif first and last and (last - first).days > MOST_DAYS:
            self.add_error("first", _("At most three years at once."))
        elif first and first.year < EARLIEST_YEAR:
            self.add_error("first", _("That is too long ago."))
        elif last and last.year > self.today.year + 1:
            self.add_error("last", _("That is too far ahead."))
        return said

    @property
    def days(self) -> tuple[date, date]:
        """The days asked for, or the usual ones when they cannot be."""
        if self.is_valid():
            return self.cleaned_data["first"], self.cleaned_data["last"]
        return self.today - timedelta(days=USUAL_DAYS), self.today

    @property
    def chosen(self) -> list[Estate]:
        only = self.estates.get(str(self.data.get("estate", "")))
        return [only] if only else list(self.estates.values())
