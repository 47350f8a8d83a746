"""What each act on a complaint asks for. The names of the fields are the arguments of the verbs."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attachments.forms import UploadsField, UploadsFormMixin
from attachments.models import Attachment
from complaints.models import Complaint, ReturnVisit
from complaints.models.settings import Priority
from complaints.services.handling import Action

LONG, SHORT = 5000, 2000


def _words(label: Any, *, hint: Any = "", most: int = SHORT, rows: int = 3, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class ActForm(forms.Form):
    """Carries the state the page showed, so that nobody acts on what is no longer so."""

    seen = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class PlainForm(ActForm):
    """An act that needs nothing but the press."""


class AssignForm(ActForm):
    handler_id = forms.UUIDField(label=_("Handler"), widget=forms.Select)


class ConvertForm(ActForm):
    why = _words(
        _("What is wrong?"), most=LONG, hint=_("In the words of whoever asked for it: they read it as their complaint.")
    )


class TaskForm(ActForm):
    text = forms.CharField(label=_("What is to be done?"), max_length=300)
    assignee_id = forms.UUIDField(label=_("By whom?"), required=False, widget=forms.Select)
    due_on = forms.DateField(label=_("By which day?"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class TickForm(ActForm):
    task_id = forms.UUIDField(widget=forms.HiddenInput)
    is_done = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ChecklistForm(ActForm):
    checklist_id = forms.UUIDField(widget=forms.HiddenInput)


class AsideForm(ActForm):
    on = forms.DateField(
        label=_("Until the morning of"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "It leaves your own lists until then, and comes back before that when it moves, when the complainant writes "
            "or when a promise is late. Nobody else notices."
        ),
    )


class JoinForm(ActForm):
    leading_number = forms.CharField(
        label=_("Number of the leading complaint"),
        max_length=40,
        help_text=_(
            "Both are dealt with together from now on: what is written, answered and resolved there goes to all. Each "
            "complainant keeps their number, and is asked themselves whether it is solved."
        ),
    )


class RejectForm(ActForm):
    reason = _words(_("Reason"), hint=_("The complainant is sent these words."))


class ReferForm(ActForm):
    referred_to = forms.CharField(label=_("Referred to"), max_length=200, help_text=_("The body whose duty it is."))
    reason = _words(_("Reason"), hint=_("The complainant is sent these words."))


class QuestionForm(ActForm):
    question = _words(
        _("What you need to know"),
        hint=_("The complainant is sent this question. The clocks stop until they reply, and go on by themselves."),
    )


class AccessForm(ActForm):
    words = _words(
        _("What you need access to, and when you could come"),
        hint=_("The complainant is sent these words. The clocks stop until you are let in, and go on by themselves."),
    )


class PartyForm(ActForm):
    matter_id = forms.UUIDField(
        label=_("Dealing"),
        widget=forms.Select,
        help_text=_(
            "Those of this estate that wait for their party. The complainant reads whom one waits for, since when, and "
            "what they promised. The clocks stop until the promised day at most."
        ),
    )


class ExtendForm(ActForm):
    days = forms.IntegerField(label=_("Working days more"), min_value=1, max_value=999, widget=forms.NumberInput)
    reason = _words(_("Reason"), hint=_("The complainant is sent these words now. More time is given once."))


class UpdateForm(ActForm):
    on = forms.DateField(
        label=_("They hear from us by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("By the close of business. Any reply keeps it; other promised times stay as they are."),
    )


class GiveBackForm(ActForm):
    reason = _words(_("Why you give it back"), hint=_("Colleagues read this."))


class ProposeForm(ActForm):
    remedy = _words(_("Proposed solution"), hint=_("Stays inside until it is answered."))


class SendBackForm(ActForm):
    reason = _words(_("What is missing"), hint=_("The handler reads this."))


class AnswerForm(ActForm):
    """The answer letter: what was decided, why, what is done about it, and up to three actions with their days."""

    ACTIONS = 3
    decision = _words(_("Decision"), hint=_("The complainant is sent the whole answer as a letter."), most=LONG, rows=4)
    reasons = _words(_("Reasons"), hint=_("What you found, and why you decide so."), most=LONG, rows=4, required=False)
    remedy = _words(_("What we do about it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, self.ACTIONS + 1):
            self.fields[f"action_{place}"] = forms.CharField(
                label=_("Action %(number)d") % {"number": place}, max_length=500, required=False
            )
            self.fields[f"action_{place}_by"] = forms.DateField(
                label=_("by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
            )
        self.fields["action_1"].help_text = _(
            "It is tracked as a promise until it is kept. Leave empty what you do not need."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for place in range(1, self.ACTIONS + 1):
            text, by = cleaned.get(f"action_{place}"), cleaned.get(f"action_{place}_by")
            if text and not by and f"action_{place}_by" not in self.errors:
                self.add_error(f"action_{place}_by", _("Say by which day."))
            if by and not text and f"action_{place}" not in self.errors:
                self.add_error(f"action_{place}", _("Write what will be done by this day."))
            if by and by < timezone.localdate():
                self.add_error(f"action_{place}_by", _("An action is done by a day that is still to come."))
        return cleaned

    def values(self) -> dict[str, Any]:
        given = super().values()
        pairs = [(given.pop(f"action_{n}"), given.pop(f"action_{n}_by")) for n in range(1, self.ACTIONS + 1)]
        return {**given, "actions": [Action(text, by) for text, by in pairs if text]}


class ResolveForm(ActForm):
    resolution = _words(_("What was done"), hint=_("The complainant is sent these words."), most=LONG)


class VisitForm(ActForm):
    """The return visit, or a failed attempt at one."""

    YES_NO = [("yes", _("Yes")), ("no", _("No"))]
    method = forms.ChoiceField(
        label=_("How"),
        choices=[choice for choice in ReturnVisit.Method.choices if choice[0] != ReturnVisit.Method.PORTAL],
        initial=ReturnVisit.Method.PHONE,
        widget=forms.RadioSelect,
    )
    is_reached = forms.ChoiceField(
        label=_("Result"),
        choices=[("yes", _("Spoke to the complainant")), ("no", _("Not reached"))],
        widget=forms.RadioSelect,
    )
    is_solved = forms.ChoiceField(
        label=_("Does the complainant call it solved?"), required=False, choices=YES_NO, widget=forms.RadioSelect
    )
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("Not given")),
            ("5", _("5, very good")),
            ("4", "4"),
            ("3", "3"),
            ("2", "2"),
            ("1", _("1, very bad")),
        ],
        help_text=_("A rating of 1 or 2 reopens the complaint."),
    )
    comment = _words(_("What the complainant said"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_reached") == "yes" and not cleaned.get("is_solved"):
            self.add_error("is_solved", _("Say whether the complainant calls it solved."))
        return cleaned

    def values(self) -> dict[str, Any]:
        given, reached = super().values(), self.cleaned_data["is_reached"] == "yes"
        solved = given["is_solved"] == "yes" if reached else None
        return {**given, "is_reached": reached, "is_solved": solved, "rating": given["rating"] if reached else None}


class ReopenForm(ActForm):
    reason = _words(_("Why it is reopened"), hint=_("Colleagues read this."))


class PriorityForm(ActForm):
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices)


class SeverityForm(ActForm):
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=Complaint.Severity.choices,
        help_text=_("The answer to a major complaint is signed by the estate manager."),
    )


class _WritingForm(UploadsFormMixin, ActForm):
    body: forms.CharField
    attachments: UploadsField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("body") or cleaned.get("attachments") or self.errors):
            self.add_error("body", _("Write something, or add a photo."))
        return cleaned


class ReplyForm(_WritingForm):
    body = _words(_("Reply"), hint=_("Goes to the complainant."), most=LONG, required=False)
    attachments = UploadsField(label=_("Photos and files for the complainant"))


class NoteForm(_WritingForm):
    body = _words(_("Note"), hint=_("Stays inside: only staff read it."), most=LONG, required=False)
    attachments = UploadsField(label=_("Photos and files for colleagues"), audience=Attachment.Audience.STAFF)
