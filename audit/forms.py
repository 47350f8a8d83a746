"""What narrows the log, and what of it is exported."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import AuditEntry
from audit.queries import done_by
from audit.words import ANY, SENTENCES
from tenancy.models import Membership, OrganisationModel
from tenancy.names import member_name_for

SYSTEM = "system"


def _actions() -> list[tuple[str, str]]:
    """Every action as its sentence, with nobody in particular in it."""
    blank = {"who": "…", "what": "…"}
    pairs = {**SENTENCES, **{f".{verb}": pattern for verb, pattern in ANY.items()}}
    return sorted(((code, str(pattern) % blank) for code, pattern in pairs.items()), key=lambda pair: pair[1])


def _kinds() -> list[tuple[str, str]]:
    """The organisation's models that have a name: what has none is the object of nobody's act."""
    models = [model._meta for model in apps.get_models() if issubclass(model, OrganisationModel)]
    named = [
        (meta.label_lower, capfirst(str(meta.verbose_name))) for meta in models if "verbose_name" in meta.original_attrs
    ]
    return sorted(named, key=lambda pair: pair[1])


class LogFilterForm(forms.Form):
    """Reads the query string of the log; what cannot be read narrows nothing and is named."""

    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    who = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of object"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, reader: Membership | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        anything = ("", _("All"))
        staff = Membership.objects.filter(role__in=Membership.STAFF).order_by("name", "id").values_list("pk", "name")
        people = [(str(pk), name) for pk, name in staff]
        people += self._somebody_else({pk for pk, _name in people})
        choices = {"action": _actions(), "who": [(SYSTEM, _("The system")), *people], "kind": _kinds()}
        for name, pairs in choices.items():
            self.fields[name].choices = [anything, *pairs]  # type: ignore[attr-defined]

    def _somebody_else(self, known: set[str]) -> list[tuple[str, str]]:
        """An owner or occupant is too many to list, but may be asked for from one of their entries."""
        asked = self.data.get("who", "")
        try:
            found = Membership.objects.filter(pk=asked).first() if asked and asked not in known else None
        except (ValueError, forms.ValidationError):
            return []
        return [(str(found.pk), member_name_for(self.reader, found))] if found is not None else []

    def narrow(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        self.is_valid()
        said = self.cleaned_data
        if action := said.get("action"):
            entries = entries.filter(**{"action__endswith" if action.startswith(".") else "action": action})
        if who := said.get("who"):
            entries = entries.filter(actor=None) if who == SYSTEM else done_by(entries, who)
        if kind := said.get("kind"):
            entries = entries.filter(subject_type=kind)
        if since := said.get("since"):
            entries = entries.filter(at__gte=_midnight(since))
        if until := said.get("until"):
            entries = entries.filter(at__lt=_midnight(until + timedelta(days=1)))
        return entries


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
