"""What is filled in of duties of publication."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from contacts.forms import day
from disclosures import publication_queries, publicduty_queries
from disclosures.models import Publication
from disclosures.rules.packs import pack, pack_codes, title_of
from disclosures.services.publicduties import Wish
from owners.models import Estate


class PlanForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    pack = forms.ChoiceField(
        label=gettext_lazy("Rules the estate follows"), widget=forms.RadioSelect,
        help_text=gettext_lazy("Check them against the rules of your place: they differ, and they change."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What must be published"), widget=forms.CheckboxSelectMultiple, required=False
    )
    from_on = day(
        label=gettext_lazy("From which day on?"),
        help_text=gettext_lazy("Periods that ended before it are not asked for. It may lie in the past."),
        error_messages={"required": gettext_lazy("Say from which day on.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        packs: Any = self.fields["pack"]
        packs.choices = [
            (code, f"{title_of(pack(code), language)} – {title_of(pack(code), language, 'basis')}")
            for code in pack_codes()
        ]
        kinds: Any = self.fields["kinds"]
        kinds.choices = list(publicduty_queries.kinds_offered().items())

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(said["pack"], said["kinds"], said["from_on"])


class KeeperForm(forms.Form):
    publication = forms.ChoiceField(
        label=gettext_lazy("Which publication kept it?"),
        error_messages={"required": gettext_lazy("Choose something that was published in this estate.")},
    )  # fmt: skip

    def __init__(self, *args: Any, publications: Iterable[Publication], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["publication"]
        field.choices = [
            ("", _("Choose")), *((str(row.pk), f"{row.number} · {publication_queries.title_of(row)}") for row in publications),
        ]  # fmt: skip


class TaskFilter(forms.Form):
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)
    which = forms.ChoiceField(
        label=pgettext_lazy("filter", "Show"), required=False,
        choices=[
            ("", gettext_lazy("All")), ("waiting", pgettext_lazy("duty", "Waiting")),
            ("missed", pgettext_lazy("duty", "Missed")), ("kept", pgettext_lazy("duty", "Kept in time")),
            ("late", pgettext_lazy("duty", "Kept late")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, estates: Iterable[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        estate: Any = self.fields["estate"]
        estate.choices = [("", _("Any estate")), *((str(row.pk), row.name) for row in estates)]
