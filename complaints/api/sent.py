"""What is sent with each act on a complaint. The names of the fields are the arguments of the verbs."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from attachments.api import HeldFilesField
from complaints.models import Complaint, ReturnVisit
from complaints.models.settings import Priority
from complaints.services.handling import Action

LONG, SHORT = 5000, 2000


class NothingSerializer(serializers.Serializer):
    """Nothing: the address says it all."""


class AssignSerializer(serializers.Serializer):
    handler_id = serializers.UUIDField(help_text=gettext_lazy("A member who works with complaints of this estate."))


class JoinSerializer(serializers.Serializer):
    leading_number = serializers.CharField(
        max_length=40, help_text=gettext_lazy("The number of an open complaint of the same estate.")
    )


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=SHORT)


class ReferSerializer(ReasonSerializer):
    referred_to = serializers.CharField(max_length=200, help_text=gettext_lazy("The body whose duty it is."))


class QuestionSerializer(serializers.Serializer):
    question = serializers.CharField(max_length=SHORT)


class AccessSerializer(serializers.Serializer):
    words = serializers.CharField(max_length=SHORT)


class PartySerializer(serializers.Serializer):
    matter_id = serializers.UUIDField(help_text=gettext_lazy("A dealing of this estate that waits for its party."))


class ExtendSerializer(ReasonSerializer):
    days = serializers.IntegerField(min_value=1, max_value=999, help_text=gettext_lazy("Working days more."))


class UpdateSerializer(serializers.Serializer):
    on = serializers.DateField(
        help_text=gettext_lazy("The day by whose close of business the complainant hears from you.")
    )


class ProposeSerializer(serializers.Serializer):
    remedy = serializers.CharField(max_length=SHORT)


class ActionSerializer(serializers.Serializer):
    """What will be done by a day: it is tracked as a promise."""

    text = serializers.CharField(max_length=500)
    due_on = serializers.DateField()

    def to_internal_value(self, data: Any) -> Any:
        return Action(**super().to_internal_value(data))


class AnswerSerializer(serializers.Serializer):
    decision = serializers.CharField(max_length=LONG)
    reasons = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    remedy = serializers.CharField(max_length=SHORT, required=False, allow_blank=True, default="")
    actions = serializers.ListField(child=ActionSerializer(), max_length=20, required=False, default=list)


class ResolveSerializer(serializers.Serializer):
    resolution = serializers.CharField(max_length=LONG)


class PrioritySerializer(serializers.Serializer):
    priority = serializers.ChoiceField(choices=Priority.choices)


class SeveritySerializer(serializers.Serializer):
    severity = serializers.ChoiceField(choices=Complaint.Severity.choices)


class VisitSerializer(serializers.Serializer):
    """The return visit, or a failed attempt at one."""

    method = serializers.ChoiceField(
        choices=[choice for choice in ReturnVisit.Method.choices if choice[0] != ReturnVisit.Method.PORTAL]
    )
    is_reached = serializers.BooleanField()
    is_solved = serializers.BooleanField(required=False, allow_null=True, default=None)
    rating = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=5)
    comment = serializers.CharField(max_length=SHORT, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["is_reached"]:
            return {**attrs, "is_solved": None, "rating": None}
        if attrs["is_solved"] is None:
            raise serializers.ValidationError({"is_solved": [_("Say whether the complainant calls it solved.")]})
        return attrs


class WordsSerializer(serializers.Serializer):
    """Words, files, or both."""

    body = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    files = HeldFilesField(source="attachments", required=False, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["body"].strip() and not attrs["attachments"]:
            raise serializers.ValidationError({"body": [_("Write something, or add a photo.")]})
        return attrs


class SolvedSerializer(serializers.Serializer):
    rating = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=5,
        help_text=gettext_lazy("With 1 or 2 stars we open the complaint again."),
    )  # fmt: skip
    comment = serializers.CharField(max_length=SHORT, required=False, allow_blank=True, default="")


class NotSolvedSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=SHORT)


class ComplainSerializer(serializers.Serializer):
    """Why a request becomes a complaint."""

    why = serializers.CharField(max_length=LONG)


class TaskSerializer(serializers.Serializer):
    """What is to be done inside the house."""

    text = serializers.CharField(max_length=300)
    assignee_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class TickSerializer(serializers.Serializer):
    task_id = serializers.UUIDField()
    is_done = serializers.BooleanField(required=False, default=True)


class ChecklistSerializer(serializers.Serializer):
    checklist_id = serializers.UUIDField()


class AsideSerializer(serializers.Serializer):
    on = serializers.DateField(help_text=gettext_lazy("The day on whose morning it comes back."))


# What the acts of complaints.acts.ACTS ask for.
SENT: dict[str, type[serializers.Serializer]] = {
    "accept": NothingSerializer,
    "assign": AssignSerializer,
    "take": NothingSerializer,
    "give-back": ReasonSerializer,
    "investigate": NothingSerializer,
    "resume": NothingSerializer,
    "answer": AnswerSerializer,
    "propose": ProposeSerializer,
    "send-back": ReasonSerializer,
    "start-work": NothingSerializer,
    "resolve": ResolveSerializer,
    "wait": QuestionSerializer,
    "wait-access": AccessSerializer,
    "wait-party": PartySerializer,
    "promise-update": UpdateSerializer,
    "extend": ExtendSerializer,
    "visit": VisitSerializer,
    "close": NothingSerializer,
    "reopen": ReasonSerializer,
    "reject": ReasonSerializer,
    "refer": ReferSerializer,
    "make-complaint": ComplainSerializer,
    "join": JoinSerializer,
    "part": NothingSerializer,
    "priority": PrioritySerializer,
    "severity": SeveritySerializer,
    "reply": WordsSerializer,
    "task": TaskSerializer,
    "tick": TickSerializer,
    "checklist": ChecklistSerializer,
    "watch": NothingSerializer,
    "unwatch": NothingSerializer,
    "aside": AsideSerializer,
    "back": NothingSerializer,
    "note": WordsSerializer,
}
SENT_BY_OWNER: dict[str, type[serializers.Serializer]] = {
    "words": WordsSerializer,
    "solved": SolvedSerializer,
    "not-solved": NotSolvedSerializer,
    "second-look": NothingSerializer,
    "complain": ComplainSerializer,
}
