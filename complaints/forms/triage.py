"""The triage list's filter, a name for it, and the acts on several complaints at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.models.settings import Priority
from complaints.triage_queries import SORTS, TABS, Filters

ANY = ("", _("Any"))
SORT_WORDS = {
    "due": _("Next due first"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "priority": _("Gravest first"),
}
MOST_TICKED = 100


def _date() -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class HandlerField(forms.Field):
    """A member's id, or ``none``."""

    widget = forms.Select

    def to_python(self, value: Any) -> UUID | str | None:
        if not value or value == "none":
            return value or None
        try:
            return UUID(str(value))
        except ValueError as error:
            raise forms.ValidationError(_("Choose somebody from the list."), code="invalid") from error


class FilterForm(forms.Form):
    """Reads the query string. Choices are only loaded when the form is shown, see ``give_choices``."""

    q = forms.CharField(label=_("Search"), required=False, max_length=120, strip=True)
    estate = forms.UUIDField(label=_("estate"), required=False, widget=forms.Select)
    building = forms.UUIDField(label=_("building"), required=False, widget=forms.Select)
    category = forms.UUIDField(label=_("category"), required=False, widget=forms.Select)
    kind = forms.ChoiceField(label=_("complaint or request"), required=False, choices=[ANY, *Complaint.Kind.choices])
    priority = forms.ChoiceField(label=_("priority"), required=False, choices=[ANY, *Priority.choices])
    handler = HandlerField(label=_("handler"), required=False)
    state = forms.ChoiceField(label=_("state"), required=False, choices=[ANY, *Complaint.State.choices])
    received_from = _date()
    received_to = _date()
    sort = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("As the list needs it")), *SORT_WORDS.items()]
    )
    tab = forms.ChoiceField(required=False, choices=[(tab, tab) for tab in TABS], widget=forms.HiddenInput)

    NARROWING = (
        "estate",
        "building",
        "category",
        "kind",
        "priority",
        "handler",
        "state",
        "received_from",
        "received_to",
        "sort",
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter_%s", use_required_attribute=False)
        self.fields["received_from"].label = _("received from")
        self.fields["received_to"].label = _("received to")
        for field in self.fields.values():
            field.label = capfirst(field.label) if field.label else field.label

    def filters(self) -> Filters:
        """What could be read; a value that could not is left out and named at its field."""
        self.is_valid()
        read = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(words=read.pop("q", ""), **read)

    def clean_sort(self) -> str:
        sort: str = self.cleaned_data["sort"]
        return sort if sort in SORTS else ""

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.NARROWING)

    def give_choices(self, places: list[Any], categories: list[Any], handlers: list[Any]) -> None:
        """Put names into the selects: (estate, name, building, name) rows, categories, members."""
        estates = {str(estate): name for estate, name, _building, _name in places}
        chosen = self.data.get("estate", "")
        in_estate = [row for row in places if row[2] and (str(row[0]) == chosen or len(estates) == 1)]
        self._choices("estate", estates.items())
        self._choices("building", [(str(row[2]), row[3]) for row in in_estate])
        self._choices("category", [(str(row.pk), row.name) for row in categories])
        self._choices("handler", [("none", _("Nobody yet")), *((str(row.pk), row.name) for row in handlers)])
        if len(estates) < 2:
            del self.fields["estate"]
        if not in_estate:
            del self.fields["building"]

    def _choices(self, name: str, choices: Any) -> None:
        self.fields[name].widget.choices = [ANY, *choices]


def clean_query(data: QueryDict) -> str:
    """The query string that names a filter: known words only, no page."""
    kept = QueryDict(mutable=True)
    for name in ("tab", "q", *FilterForm.NARROWING):
        if data.get(name):
            kept[name] = str(data[name])
    return kept.urlencode()


class SaveFilterForm(forms.Form):
    name = forms.CharField(label=_("Name of this filter"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    is_shared = forms.BooleanField(label=_("for all colleagues"), required=False)

    def clean_query(self) -> str:
        return clean_query(QueryDict(self.cleaned_data["query"]))


class BulkForm(forms.Form):
    """Which act on which complaints; the act's own value is asked for on the page that previews it."""

    act = forms.ChoiceField(choices=[("accept", _("Accept")), ("assign", _("Assign")), ("priority", _("Priority"))])
    handler = forms.UUIDField(label=_("Assign to"), required=False, widget=forms.Select)
    priority = forms.ChoiceField(label=_("Priority"), required=False, choices=Priority.choices)
    back = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def ticked(self) -> list[UUID]:
        """The ticked ids that are ids, each once."""
        given: Any = self.data
        ids: dict[UUID, None] = {}
        for text in given.getlist("tick")[:MOST_TICKED]:
            try:
                ids[UUID(text)] = None
            except ValueError:
                continue
        return list(ids)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "confirmed" not in self.data:
            return cleaned
        if cleaned.get("act") == "assign" and not cleaned.get("handler"):
            self.add_error("handler", _("Choose who gets them."))
        if cleaned.get("act") == "priority" and not cleaned.get("priority"):
            self.add_error("priority", _("Choose a priority."))
        return cleaned
