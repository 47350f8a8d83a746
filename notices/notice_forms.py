"""What staff fill in of a notice: words, whom it is for, times, files; reasons; when it is to leave."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from attachments.forms import UploadsField, UploadsFormMixin
from notices import audience_queries, notice_queries
from notices.models import Notice, NoticeVersion
from notices.models.notice import Kind
from notices.rules.audience import FLOORS, Audience, Role
from notices.services import composing
from notices.services.composing import Draft, Words
from owners.models import Unit
from tenancy.errors import DomainError
from tenancy.models import Membership

PASTED_LINES = 2000
WHEN = "%Y-%m-%dT%H:%M"


class WhenField(forms.DateTimeField):
    """A minute in the organisation's time. An hour that a clock change skips or repeats is refused with a sentence."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input-short"}, format=WHEN)
        super().__init__(required=False, widget=widget, input_formats=[WHEN, f"{WHEN}:%S", "%Y-%m-%d %H:%M"], **given)


class WordsForm(forms.Form):
    """A notice's words in both languages."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=200, required=False)
    body_en = forms.CharField(
        label=gettext_lazy("Words in English"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=200, required=False)
    body_zh = forms.CharField(
        label=gettext_lazy("Words in Chinese"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def words(self) -> Words:
        names = ("title_en", "body_en", "title_zh", "body_zh")
        return Words(**{name: str(self.cleaned_data.get(name, "")) for name in names})

    def clean(self) -> dict[str, Any]:
        first = "title_zh" if (get_language() or "").startswith("zh") else "title_en"
        self.refuse_as_domain(lambda: composing.check_words(self.words()), first)
        return self.cleaned_data

    def refuse_as_domain(self, check: Callable[[], Any], field: str) -> None:
        """What a verb would refuse stands at its field, while everything typed is still there."""
        try:
            check()
        except DomainError as refusal:
            self.add_error(field, str(refusal.message))


class ComposerForm(UploadsFormMixin, WordsForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.ORDINARY
    )
    estates = forms.MultipleChoiceField(
        label=gettext_lazy("Whole estates"), required=False, widget=forms.CheckboxSelectMultiple
    )
    buildings = forms.MultipleChoiceField(
        label=gettext_lazy("Single buildings"), required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who there"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=Role.choices, initial=[Role.OWNER, Role.OCCUPANT],
    )  # fmt: skip
    floor_from = forms.IntegerField(
        label=gettext_lazy("From floor"), required=False, min_value=FLOORS.start, max_value=FLOORS.stop - 1
    )
    floor_to = forms.IntegerField(
        label=gettext_lazy("To floor"), required=False, min_value=FLOORS.start, max_value=FLOORS.stop - 1
    )
    unit_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only these kinds of unit"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=Unit.Kind.choices,
    )  # fmt: skip
    pasted = forms.CharField(
        label=gettext_lazy("A list of units or people"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line: a unit, a reference, an e-mail address or a phone number."),
    )  # fmt: skip
    unread_of = forms.ChoiceField(label=gettext_lazy("Only who has not read"), required=False)
    event_starts_at = WhenField(label=gettext_lazy("Begins"))
    event_ends_at = WhenField(label=gettext_lazy("Ends"))
    event_place = forms.CharField(label=gettext_lazy("Where"), max_length=200, required=False)
    must_acknowledge = forms.BooleanField(
        label=gettext_lazy("Readers must confirm that they have read it"), required=False
    )
    acknowledge_by = WhenField(label=gettext_lazy("Confirm by"))
    expires_at = WhenField(label=gettext_lazy("Of use until"))
    is_on_board = forms.BooleanField(label=gettext_lazy("Also on the notice board"), required=False, initial=True)
    files = UploadsField(label=gettext_lazy("Files for the readers"))  # type: ignore[assignment]

    def __init__(self, *args: Any, actor: Membership, now: datetime, **given: Any) -> None:
        super().__init__(*args, actor=actor, now=now, **given)
        self.actor, self.now = actor, now
        self.resolved: audience_queries.Pasted | None = None
        self._choose("estates", ((str(row.pk), row.name) for row in notice_queries.estates_to_write_to(actor)))
        rows = notice_queries.buildings_to_write_to(actor)
        self._choose("buildings", ((str(row.pk), f"{row.name} · {row.estate.name}") for row in rows))
        sent = notice_queries.recently_sent(actor)
        self._choose("unread_of", [("", _("Everybody, whatever they read")), *((str(pk), words) for pk, words in sent)])

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def clean_pasted(self) -> str:
        words = str(self.cleaned_data["pasted"])
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        if len(lines) > PASTED_LINES:
            raise ValidationError(_("A list has at most %(most)s lines.") % {"most": PASTED_LINES})
        self.resolved = audience_queries.resolved(lines, self.actor)
        if self.resolved.unknown:
            shown = ", ".join(self.resolved.unknown[:20])
            raise ValidationError(
                _("We do not find: %(lines)s. Correct these lines or take them out.") % {"lines": shown}
            )
        return words

    def audience(self) -> Audience:
        """What was chosen, read anew from the words: also from a form that has errors elsewhere."""
        said = {name: self.cleaned_data.get(name) or [] for name in ("estates", "buildings", "unit_kinds", "roles")}
        said |= {name: self.cleaned_data.get(name) for name in ("floor_from", "floor_to")}
        said["unread_of"] = self.cleaned_data.get("unread_of") or None
        if self.resolved:
            said |= {"units": list(self.resolved.units), "persons": list(self.resolved.persons)}
        return audience_queries.of_notice(said)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            self.refuse_as_domain(lambda: composing.check_times(self.draft(), self.now), self._time_field())
            self.refuse_as_domain(lambda: composing.check_audience(self.audience(), self.actor), "estates")
        return self.cleaned_data

    def _time_field(self) -> str:
        said = self.cleaned_data
        if said.get("must_acknowledge") and (not said.get("acknowledge_by") or said["acknowledge_by"] <= self.now):
            return "acknowledge_by"
        return "event_ends_at" if said.get("event_ends_at") else "expires_at"

    def draft(self) -> Draft:
        said = self.cleaned_data
        names = (
            "kind", "must_acknowledge", "acknowledge_by", "event_starts_at", "event_ends_at", "event_place",
            "expires_at", "is_on_board",
        )  # fmt: skip
        fields = {name: said.get(name) for name in names}
        return Draft(
            words=self.words(), audience=self.audience(), attachments=said.get("files") or (),
            **{name: value for name, value in fields.items() if value is not None},
        )  # fmt: skip


def composer_initial(notice: Notice, version: NoticeVersion) -> dict[str, Any]:
    """What the composer shows of a draft."""
    audience = audience_queries.of_notice(notice.audience)
    return {
        **words_initial(version), **audience_initial(audience), "kind": notice.kind,
        "event_starts_at": notice.event_starts_at, "event_ends_at": notice.event_ends_at,
        "event_place": notice.event_place, "must_acknowledge": notice.must_acknowledge,
        "acknowledge_by": notice.acknowledge_by, "expires_at": notice.expires_at, "is_on_board": notice.is_on_board,
    }  # fmt: skip


def words_initial(version: NoticeVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in ("title_en", "body_en", "title_zh", "body_zh")}


def audience_initial(audience: Audience) -> dict[str, Any]:
    return {
        "estates": [str(pk) for pk in audience.estates], "buildings": [str(pk) for pk in audience.buildings],
        "roles": list(audience.roles), "floor_from": audience.floor_from, "floor_to": audience.floor_to,
        "unit_kinds": list(audience.unit_kinds), "pasted": "\n".join(audience_queries.as_lines(audience)),
        "unread_of": str(audience.unread_of or ""),
    }  # fmt: skip


class ReasonForm(forms.Form):
    """Why a notice comes back or is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why, in a sentence.")},
    )  # fmt: skip


class ScheduleForm(forms.Form):
    """When a notice is to leave; without a time at once."""

    at = WhenField(label=gettext_lazy("Send at"))


class CorrectionForm(WordsForm):
    """The words anew, what was wrong, and whether everybody is told again."""

    reason = forms.CharField(
        label=gettext_lazy("What was corrected and why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The readers see this sentence above the words."),
        error_messages={"required": gettext_lazy("Say what was corrected and why. The readers see it.")},
    )  # fmt: skip
    tell_again = forms.BooleanField(label=gettext_lazy("Tell everybody again"), required=False)


class KeepForm(forms.Form):
    """The name under which an audience is kept."""

    segment_name = forms.CharField(label=gettext_lazy("Keep this audience as"), max_length=80, required=False)
    is_shared = forms.BooleanField(label=gettext_lazy("For everybody who writes notices"), required=False)


class ListForm(forms.Form):
    """Narrows the list of notices."""

    q = forms.CharField(label=gettext_lazy("Number or title"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("Any state")), *Notice.State.choices]
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("Any kind")), *Kind.choices]
    )
