"""What is filled in about accounts: the file, reasons, decisions, questions and answers."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.register_forms import plain_text
from disclosures.models import AccountStatement
from disclosures.rules.defaults import defaults
from owners.models import Estate


class BringInForm(forms.Form):
    estate = forms.ChoiceField(label=gettext_lazy("Estate"))
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy(
            "An .xlsx file with three sheets: the period (Statement), the balances of each account (Balances) and the "
            "lines (Lines). English or Chinese headings are understood."
        ),
        error_messages={"required": gettext_lazy("Choose the file with the accounts.")},
    )
    by_hand = forms.BooleanField(
        label=gettext_lazy("Let me choose the columns myself"), required=False,
        help_text=gettext_lazy("You are asked by itself when the headings of the file are not understood."),
    )  # fmt: skip

    def __init__(self, *args: Any, estates: Sequence[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {str(estate.pk): estate for estate in estates}
        choices = [(key, estate.name) for key, estate in self.estates.items()]
        field: Any = self.fields["estate"]
        field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]

    def clean_file(self) -> Any:
        file, limit = self.cleaned_data["file"], defaults()["import"]["megabytes"]
        if file.size > limit * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        return file

    def chosen(self) -> Estate:
        return self.estates[self.cleaned_data["estate"]]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What is to be mended?"), max_length=2000, widget=plain_text(4),
        error_messages={"required": gettext_lazy("Say what is to be mended.")},
    )  # fmt: skip


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why do you return it?"), max_length=2000, widget=plain_text(4),
        error_messages={"required": gettext_lazy("Say why. Whoever mends it needs your reasons.")},
    )  # fmt: skip


class CorrectForm(forms.Form):
    explanation = forms.CharField(
        label=gettext_lazy("What is corrected, and why?"), max_length=2000, widget=plain_text(4),
        help_text=gettext_lazy("Everybody who reads the new version reads this."),
        error_messages={"required": gettext_lazy("Say what is corrected, and why. Everybody reads it.")},
    )  # fmt: skip


class RemarkForm(forms.Form):
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    body = forms.CharField(
        label=gettext_lazy("Your words"), max_length=2000, widget=plain_text(3),
        error_messages={"required": gettext_lazy("Write what you want to say.")},
    )  # fmt: skip
    is_question = forms.TypedChoiceField(
        label=gettext_lazy("Is it a question?"), widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", gettext_lazy("A question, to be answered")), ("no", gettext_lazy("A comment"))], initial="yes",
    )  # fmt: skip

    def __init__(self, *args: Any, only_questions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only_questions:
            del self.fields["is_question"]
            self.fields["body"].label = _("Your question")

    def said(self) -> dict[str, Any]:
        return {
            "body": self.cleaned_data["body"], "is_question": self.cleaned_data.get("is_question", True),
            "entry_key": self.cleaned_data["entry_key"],
        }  # fmt: skip


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Answer"), max_length=4000, widget=plain_text(4),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )  # fmt: skip
    is_public = forms.BooleanField(label=gettext_lazy("Open question and answer to all owners"), required=False)
    public_body = forms.CharField(
        label=gettext_lazy("The question as all may read it"), max_length=2000, required=False, widget=plain_text(3),
        help_text=gettext_lazy("Take out names, units and whatever tells who asked."),
    )  # fmt: skip
    public_answer = forms.CharField(
        label=gettext_lazy("The answer as all may read it"), max_length=4000, required=False, widget=plain_text(4),
        help_text=gettext_lazy("Left empty, all read the answer above."),
    )  # fmt: skip

    def __init__(self, *args: Any, may_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_open:
            del self.fields["is_public"], self.fields["public_body"], self.fields["public_answer"]


class OpenAnswerForm(forms.Form):
    public_body = forms.CharField(
        label=gettext_lazy("The question as all may read it"), max_length=2000, widget=plain_text(3),
        help_text=gettext_lazy("Take out names, units and whatever tells who asked."),
        error_messages={"required": gettext_lazy("Write the question as all may read it, without names.")},
    )  # fmt: skip
    public_answer = forms.CharField(
        label=gettext_lazy("The answer as all may read it"), max_length=4000, widget=plain_text(4),
        error_messages={"required": gettext_lazy("Write the answer as all may read it.")},
    )  # fmt: skip


class VoucherForm(UploadsFormMixin, forms.Form):
    documents = UploadsField(label=gettext_lazy("Scans of the voucher"))


class StatementFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words or number"), required=False, max_length=100)
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Account"), required=False,
        choices=[("", gettext_lazy("Any account")), *AccountStatement.Kind.choices],
    )  # fmt: skip
    which = forms.ChoiceField(label=gettext_lazy("Show"), required=False)

    def __init__(
        self, *args: Any, estates: Iterable[Estate], states: Iterable[str], reviews: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        estate: Any = self.fields["estate"]
        estate.choices = [("", _("Any estate")), *((str(row.pk), row.name) for row in estates)]
        which: Any = self.fields["which"]
        shown = [(state, label) for state, label in AccountStatement.State.choices if state in states]
        mine = [("mine", _("Waiting for my decision"))] if reviews else []
        which.choices = [("", _("All")), *mine, *shown]


class LineFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words or voucher"), required=False, max_length=100)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    which = forms.ChoiceField(label=gettext_lazy("Show"), required=False)

    def __init__(self, *args: Any, categories: Iterable[tuple[str, str]], reviews: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.choices = [("", _("All categories")), *categories]
        which: Any = self.fields["which"]
        unseen = [("unseen", _("Not gone through yet"))] if reviews else []
        which.choices = [
            ("", _("All lines")), *unseen, ("asked", _("With questions or comments")),
            ("flagged", _("Of categories that differ a lot")),
        ]  # fmt: skip
