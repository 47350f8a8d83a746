"""What is filled in about articles: the file of a law, the text, its review, why it goes."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contacts.forms import day
from contacts.register_forms import plain_text
from disclosures.models import Article
from disclosures.rules.defaults import defaults
from disclosures.rules.law_text import read_law
from disclosures.services.articles import Wording
from owners.models import Estate
from tenancy.models import Membership

EVERYWHERE = "all"
TEXT_LENGTH = 600_000


class ArticleFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words or article number"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False,
        choices=[("", gettext_lazy("All kinds")), *Article.Kind.choices],
    )  # fmt: skip
    which = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False,
        choices=[
            ("", pgettext_lazy("articles", "In force")), ("mine", gettext_lazy("I am responsible")),
            ("draft", pgettext_lazy("articles", "With a draft")), ("to_review", gettext_lazy("By the day of review")),
            ("withdrawn", pgettext_lazy("articles", "Withdrawn")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, writes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not writes:
            del self.fields["which"]


class LawFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Text file"),
        help_text=gettext_lazy(
            "A .md or .txt file: chapters as headings, articles numbered as 第二百七十八条, Article 12 or Section 3. "
            "You see what was understood before anything is stored."
        ),
        error_messages={"required": gettext_lazy("Choose the file with the text.")},
    )

    def clean_file(self) -> Any:
        file, limit = self.cleaned_data["file"], defaults()["articles"]["megabytes"]
        if file.size > limit * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        return file


class ArticleForm(forms.Form):
    """A text and what belongs to it. ``text`` is read as it is saved; what stops it is said at the field."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, error_messages={"required": gettext_lazy("Enter the title.")}
    )
    short_title = forms.CharField(
        label=gettext_lazy("Short title"), max_length=80, required=False,
        help_text=gettext_lazy("As it is cited: “Civil Code”."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Article.Kind.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Article.Language.choices)
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Where it holds"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose where it holds.")},
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=300, required=False,
        help_text=gettext_lazy("Who made it, and where the text was taken from."),
    )  # fmt: skip
    valid_from = day(
        label=gettext_lazy("Valid from"), required=False,
        help_text=gettext_lazy("With a day to come it stays a draft; publish it when that day is there."),
    )  # fmt: skip
    keeper = forms.ChoiceField(
        label=gettext_lazy("Responsible"), help_text=gettext_lazy("Hears of it before the day of its review.")
    )
    review_on = day(label=gettext_lazy("Look through again by"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=TEXT_LENGTH, widget=plain_text(18), strip=False,
        help_text=gettext_lazy(
            "A line beginning with # is a heading; articles begin with their number. A blank line parts paragraphs."
        ),
        error_messages={"required": gettext_lazy("Enter the text.")},
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("What is new in this version"), max_length=1000, required=False, widget=plain_text(2)
    )

    def __init__(
        self, *args: Any, estates: Sequence[Estate], may_everywhere: bool, keepers: Iterable[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.estates = {str(estate.pk): estate for estate in estates}
        self.keepers = {str(member.pk): member for member in keepers}
        everywhere = [(EVERYWHERE, _("All estates"))] if may_everywhere else []
        places: Any = self.fields["places"]
        places.choices = [*everywhere, *((key, estate.name) for key, estate in self.estates.items())]
        keeper: Any = self.fields["keeper"]
        keeper.choices = [(key, member.name) for key, member in self.keepers.items()]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_text(self) -> str:
        said: str = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        if not said.strip():
            raise forms.ValidationError(_("Enter the text."))
        stops = [problem for problem in read_law(said).problems if problem.stops]
        if stops:
            raise forms.ValidationError(
                [_("Line %(line)s: %(words)s") % {"line": one.line, "words": one.words} for one in stops[:20]]
            )
        return said

    def wording(self) -> Wording:
        said = self.cleaned_data
        chosen = [] if EVERYWHERE in said["places"] else [self.estates[key] for key in said["places"]]
        return Wording(
            kind=said["kind"], language=said["language"], title=said["title"], text=said["text"],
            keeper=self.keepers[said["keeper"]], short_title=said["short_title"], source=said["source"],
            note=said["note"], valid_from=said["valid_from"], review_on=said["review_on"], estates=chosen,
            entry_key=said["entry_key"],
        )  # fmt: skip


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"), max_length=1000, widget=plain_text(3),
        help_text=gettext_lazy("Whoever is led to it by a link reads this."),
        error_messages={"required": gettext_lazy("Say why it is withdrawn. Its readers see it.")},
    )  # fmt: skip


class LookThroughForm(forms.Form):
    next_on = day(
        label=gettext_lazy("Look through again by"),
        error_messages={"required": gettext_lazy("Choose the day of the next review.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_next_on(self) -> date:
        chosen: date = self.cleaned_data["next_on"]
        if chosen <= self.today:
            raise forms.ValidationError(_("Choose a day after today."))
        return chosen
