"""What is filled in about enquiries: the question, the answer and where it is written, what is opened to all."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from contacts.register_forms import plain_text
from disclosures.article_search import Hit
from disclosures.models import Enquiry
from disclosures.rules.citing import citation
from disclosures.services.enquiring import Asking, Sources
from owners.models import Estate
from tenancy.models import Membership

CHANNELS = [choice for choice in Enquiry.Channel.choices if choice[0] != Enquiry.Channel.APP]


class AskForm(forms.Form):
    """Of a member; ``for_caller`` of staff, for somebody who asked otherwise."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    # The clause or version it is asked of, as `source_key` names it.
    of = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    estate = forms.ChoiceField(label=gettext_lazy("Estate"))
    channel = forms.ChoiceField(label=gettext_lazy("How did it come?"), choices=CHANNELS)
    caller_name = forms.CharField(
        label=gettext_lazy("Who asks?"), max_length=200,
        error_messages={"required": gettext_lazy("Write who asked.")},
    )  # fmt: skip
    caller_contact = forms.CharField(
        label=gettext_lazy("How do we reach them?"), max_length=200, required=False,
        help_text=gettext_lazy("Phone, e-mail or unit, if the answer is to be sent."),
    )  # fmt: skip
    topic = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=[("", gettext_lazy("Choose")), *Enquiry.Topic.choices],
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )  # fmt: skip
    question = forms.CharField(
        label=gettext_lazy("Your question"), max_length=4000, widget=plain_text(5),
        error_messages={"required": gettext_lazy("Write your question.")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, estates: Sequence[Estate], for_caller: bool, asked_of: Hit | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked_of = asked_of
        self.estates = {str(estate.pk): estate for estate in estates}
        estate: Any = self.fields["estate"]
        choices = [(key, one.name) for key, one in self.estates.items()]
        estate.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]
        if not for_caller:
            del self.fields["channel"], self.fields["caller_name"], self.fields["caller_contact"]
            if len(choices) == 1:
                estate.widget, estate.initial, estate.required = forms.HiddenInput(), choices[0][0], False
        else:
            self.fields["question"].label = _("Question")

    def asking(self) -> Asking:
        said = self.cleaned_data
        key = said.get("estate") or next(iter(self.estates))
        return Asking(
            estate=self.estates[key], topic=said["topic"], question=said["question"],
            channel=said.get("channel") or Enquiry.Channel.APP, caller_name=said.get("caller_name", ""),
            caller_contact=said.get("caller_contact", ""), entry_key=said["entry_key"],
            of=self.asked_of.version if self.asked_of else None, of_clause=self.asked_of.clause if self.asked_of else None,
        )  # fmt: skip


class EnquiryFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Number or words"), required=False, max_length=100)
    which = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False,
        choices=[
            ("", pgettext_lazy("enquiries", "Waiting")), ("mine", pgettext_lazy("enquiries", "Mine to answer")),
            ("late", pgettext_lazy("enquiries", "Late")), ("answered", pgettext_lazy("enquiries", "Answered")),
            ("closed", pgettext_lazy("enquiries", "Closed or made a complaint")), ("all", pgettext_lazy("enquiries", "All")),
        ],
    )  # fmt: skip
    topic = forms.ChoiceField(
        label=gettext_lazy("About"), required=False,
        choices=[("", gettext_lazy("Anything")), *Enquiry.Topic.choices],
    )  # fmt: skip
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        estate: Any = self.fields["estate"]
        estate.choices = [("", _("Any estate")), *((str(row.pk), row.name) for row in estates)]


class SearchForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)


def source_key(hit: Hit) -> str:
    return f"clause:{hit.clause.pk}" if hit.clause else f"version:{hit.version.pk}"


class EnquiryAnswerForm(forms.Form):
    """The answer, and the hits of a search for where it is written; those chosen stay chosen when it is searched again."""

    words = forms.CharField(
        label=gettext_lazy("Answer"), max_length=6000, widget=plain_text(6),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )  # fmt: skip
    q = forms.CharField(
        label=gettext_lazy("Where is it written?"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=gettext_lazy("Search laws, rules and guides, and tick what the answer names."),
    )  # fmt: skip
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("The answer names"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("One of the clauses is not there any more. Search again.")},
    )  # fmt: skip

    def __init__(self, *args: Any, hits: Sequence[Hit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = get_language() or "en"
        sources: Any = self.fields["sources"]
        shown = {}
        for hit in hits:
            number = (hit.clause.number or hit.clause.heading, hit.clause.plain_number) if hit.clause else ("", "")
            said = "".join(text for text, _marked in hit.pieces)
            shown[source_key(hit)] = f"{citation(hit.version.called, *number, reader=reader)} – {said}"[:200]
        sources.choices = list(shown.items())

    def chosen(self) -> Sources:
        found: dict[str, list[UUID]] = {"clause": [], "version": []}
        for value in self.cleaned_data["sources"]:
            kind, _colon, key = value.partition(":")
            found[kind].append(UUID(key))
        return Sources(tuple(found["clause"]), tuple(found["version"]))


class AssignForm(forms.Form):
    handler = forms.ChoiceField(
        label=gettext_lazy("Who answers"), error_messages={"required": gettext_lazy("Choose who answers.")}
    )

    def __init__(self, *args: Any, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handler: Any = self.fields["handler"]
        handler.choices = [("", _("Choose")), *((str(member.pk), member.name) for member in people)]


class AskBackForm(forms.Form):
    question = forms.CharField(
        label=gettext_lazy("What is still open?"), max_length=4000, widget=plain_text(3),
        error_messages={"required": gettext_lazy("Write what is still open.")},
    )  # fmt: skip


class OpenForm(forms.Form):
    public_question = forms.CharField(
        label=gettext_lazy("The question as all may read it"), max_length=4000, widget=plain_text(4),
        help_text=gettext_lazy("Take out names, units and whatever tells who asked."),
        error_messages={"required": gettext_lazy("Write the question as all may read it, without names.")},
    )  # fmt: skip
    public_answer = forms.CharField(
        label=gettext_lazy("The answer as all may read it"), max_length=6000, widget=plain_text(6),
        error_messages={"required": gettext_lazy("Write the answer as all may read it.")},
    )  # fmt: skip
