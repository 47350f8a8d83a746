"""What is asked for: a month, an estate, a language; and what the past-due register is narrowed to."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from complaints.models import LadderStep
from owners.models import Estate
from reports.rules import months, wording


class ReportForm(forms.Form):
    month = forms.TypedChoiceField(label=_("Month"), coerce=date.fromisoformat)
    estate = forms.TypedChoiceField(label=_("Estate"), coerce=UUID, required=False, empty_value=None)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, today: date, estates: Iterable[Estate], language: str
    ) -> None:
        offered = months.months_offered(today)
        # The month that is over is what a manager prints.
        super().__init__(data, initial={"month": offered[1].isoformat(), "language": language})
        running, *past = offered
        so_far = _("%(month)s, so far") % {"month": wording.month_words(running)}
        estates = list(estates)
        self._choices(
            "month", [(running.isoformat(), so_far), *((row.isoformat(), wording.month_words(row)) for row in past)]
        )
        all_estates = [("", _("All my estates"))] if len(estates) != 1 else []
        self._choices("estate", [*all_estates, *((str(row.pk), row.name) for row in estates)])

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


class PastDueForm(forms.Form):
    """Reads the query string; what it does not know it leaves out."""

    estate = forms.ChoiceField(label=_("Estate"), required=False)
    handler = forms.ChoiceField(label=_("Handler"), required=False)
    level = forms.ChoiceField(label=_("Passed on to"), required=False)

    def __init__(
        self, data: Mapping[str, Any], *, estates: Iterable[Estate], handlers: Iterable[tuple[UUID, str]]
    ) -> None:
        super().__init__(data)
        levels = [("none", _("Nobody yet")), *LadderStep.Level.choices]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "estate": [(str(row.pk), row.name) for row in estates],
            "handler": [("none", _("Nobody yet")), *((str(pk), name) for pk, name in handlers)],
            "level": levels,
        }
        for name, known in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("Any")), *known]

    def wanted(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))
