"""A complaint as the API shows it: to its complainant what their page says, to staff what theirs does."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from attachments.models import Attachment
from complaints import acts, case_queries, queries, words
from complaints.conditions import Case
from complaints.letters import actions_of
from complaints.models import Clock, Complaint, Escalation, LadderStep, Message, Move, Pause
from complaints.models.settings import Priority, TargetKind
from complaints.rules import moving
from complaints.rules.veiling import veiled
from contacts.models import Commitment
from owners.api.shapes import EstateBriefSerializer, NamedSerializer, UnitBriefSerializer
from owners.rules import may_read_registry
from tenancy.models import Membership
from tenancy.names import member_name_for, name_for

State = Complaint.State


class CategoryBriefSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(help_text=_("In the reader's language."))


class StaffSerializer(serializers.Serializer):
    """A member of staff as owners know them."""

    name = serializers.CharField()
    post = serializers.CharField()


class PromiseSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=TargetKind.choices)
    round = serializers.IntegerField(help_text=_("A reopened complaint has a new round of promised times."))
    state = serializers.ChoiceField(choices=Clock.State.choices)
    due_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)


class MessageSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Message.Kind.choices)
    at = serializers.DateTimeField()
    author = serializers.CharField(help_text=_("Empty when the complainant wrote it."))
    body = serializers.CharField()


class FileBriefSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="original_name")
    type = serializers.CharField(source="mime")
    size = serializers.IntegerField(help_text=_("In bytes."))
    audience = serializers.ChoiceField(choices=Attachment.Audience.choices)


class MoveSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    from_state = serializers.CharField()
    to_state = serializers.ChoiceField(choices=State.choices)
    actor = serializers.CharField()
    by_complainant = serializers.BooleanField()
    reason = serializers.CharField()


class ComplainantSerializer(serializers.Serializer):
    id = serializers.UUIDField(
        allow_null=True, help_text=_("Of the person in the registry, for those who may read it.")
    )
    name = serializers.CharField()
    phone = serializers.CharField(help_text=_("Masked for auditors."))


class CaseTaskSerializer(serializers.Serializer):
    """Something to be done for a case inside the house."""

    id = serializers.UUIDField(source="pk")
    text = serializers.CharField()
    assignee = serializers.CharField(source="assignee.name", default="")
    due_on = serializers.DateField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


class EscalationSerializer(serializers.Serializer):
    """A step up the ladder: to whom, and whether they took it up."""

    id = serializers.UUIDField()
    level = serializers.ChoiceField(choices=LadderStep.Level.choices)
    to = serializers.CharField(help_text=_("Empty when nobody has this post."))
    is_mine = serializers.BooleanField(help_text=_("Whether it was passed to the reader, who can take it up."))
    at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField()


class DeskSerializer(serializers.Serializer):
    """What only staff see."""

    priority = serializers.ChoiceField(choices=Priority.choices)
    severity = serializers.ChoiceField(choices=Complaint.Severity.choices)
    channel = serializers.ChoiceField(choices=Complaint.Channel.choices)
    complainant = ComplainantSerializer(allow_null=True)
    handler_id = serializers.UUIDField(allow_null=True)
    subject_staff = serializers.CharField()
    taken_by = serializers.CharField()
    stage = serializers.IntegerField()
    times_reopened = serializers.IntegerField()
    moves = MoveSerializer(many=True)
    escalations = EscalationSerializer(many=True)
    tasks = CaseTaskSerializer(many=True)
    is_watched = serializers.BooleanField(help_text=_("By the reader."))
    aside_until = serializers.DateTimeField(allow_null=True, help_text=_("Until when the reader has put it aside."))


class RowDeskSerializer(serializers.Serializer):
    """What only staff see."""

    priority = serializers.ChoiceField(choices=Priority.choices)
    complainant = serializers.CharField()
    times_reopened = serializers.IntegerField()


class ComplaintRowSerializer(serializers.Serializer):
    """A complaint in a list."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Complaint.Kind.choices)
    state = serializers.ChoiceField(choices=State.choices)
    is_open = serializers.BooleanField()
    is_late = serializers.BooleanField()
    category = CategoryBriefSerializer()
    estate = EstateBriefSerializer()
    building = NamedSerializer(allow_null=True)
    unit = UnitBriefSerializer(allow_null=True)
    place = serializers.CharField()
    received_at = serializers.DateTimeField()
    next_due_at = serializers.DateTimeField(allow_null=True)
    handler = StaffSerializer(allow_null=True)


class ComplaintInListSerializer(ComplaintRowSerializer):
    first_words = serializers.CharField(help_text=_("The beginning of what happened."))
    desk = RowDeskSerializer(allow_null=True)


class PromisedActionSerializer(serializers.Serializer):
    text = serializers.CharField()
    due_on = serializers.DateField()
    state = serializers.ChoiceField(choices=Commitment.State.choices)


class PauseSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(choices=Pause.Reason.choices)
    words = serializers.CharField(help_text=_("What is waited for."))
    party = serializers.CharField(help_text=_("The outside party, when one waits for one."))
    promised_on = serializers.DateField(allow_null=True)
    began_at = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text=_("When it ends by itself."))
    ended_at = serializers.DateTimeField(allow_null=True)
    ending = serializers.CharField()


class ExtensionSerializer(serializers.Serializer):
    days = serializers.IntegerField(help_text=_("Working days more."))
    reason = serializers.CharField()
    due_before = serializers.DateTimeField()
    due_after = serializers.DateTimeField()
    at = serializers.DateTimeField()


class ComplaintSerializer(ComplaintRowSerializer):
    """A complaint with its messages, files and promised times."""

    description = serializers.CharField()
    demand = serializers.CharField()
    related = serializers.CharField(
        help_text=_("The request a complaint arose from, or the complaint a request became; empty without one.")
    )
    is_anonymous = serializers.BooleanField()
    is_confidential = serializers.BooleanField(help_text=_("Only those who decide on it see who filed it."))
    question = serializers.CharField(help_text=_("What the complainant was asked and has not answered yet."))
    accepted_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_how = serializers.CharField(help_text=_("Empty while it is open."))
    decision = serializers.CharField()
    reasons = serializers.CharField()
    remedy = serializers.CharField()
    resolution = serializers.CharField()
    ended_reason = serializers.CharField()
    referred_to = serializers.CharField()
    is_solved = serializers.BooleanField(allow_null=True)
    rating = serializers.IntegerField(allow_null=True)
    actions = PromisedActionSerializer(many=True, help_text=_("What was promised with the answer."))
    pauses = PauseSerializer(many=True, help_text=_("Stretches in which the clocks stood still."))
    extensions = ExtensionSerializer(many=True)
    promises = PromiseSerializer(many=True)
    level = serializers.CharField(
        help_text=_("How far up it has been passed for a promise that still runs; empty when it was not.")
    )
    messages = MessageSerializer(many=True)
    files = FileBriefSerializer(many=True)
    acts = serializers.ListField(
        child=serializers.CharField(), help_text=_("What the reader may do now: names of addresses below this one.")
    )
    desk = DeskSerializer(allow_null=True)


FIRST_WORDS = 160
PLAIN = (
    "number", "kind", "state", "is_open", "place", "received_at", "next_due_at", "description", "demand", "is_anonymous", "is_confidential",
    "accepted_at", "answered_at", "resolved_at", "closed_at", "closed_how", "decision", "reasons", "resolution",
    "referred_to", "is_solved", "rating",
)  # fmt: skip
OWN_ACTS = ("words", "solved", "not-solved", "second-look", "complain")


def _staff(member: Membership | None) -> dict[str, str] | None:
    return {"name": member.name, "post": member.post or str(member.get_role_display())} if member else None


def _common(complaint: Complaint, now: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(complaint, name) for name in PLAIN},
        "is_late": words.is_late(complaint, now=now),
        "category": complaint.category,
        "estate": complaint.estate,
        "building": complaint.building,
        "unit": complaint.unit,
        "handler": _staff(complaint.handler),
    }


def row(complaint: Complaint, *, reader: Membership, is_desk: bool, now: datetime) -> dict[str, Any]:
    """One complaint of a list that `queries.list_rows` has loaded."""
    complaint = veiled(complaint, reader) if is_desk else complaint
    who = complaint.complainant.name if complaint.complainant else complaint.caller_name
    desk = {
        "priority": complaint.priority,
        "complainant": name_for(reader, who),
        "times_reopened": complaint.times_reopened,
    }
    shown = {
        **_common(complaint, now),
        "first_words": complaint.description[:FIRST_WORDS],
        "desk": desk if is_desk else None,
    }
    if not is_desk and not complaint.is_open:
        shown["handler"] = None
    return dict(ComplaintInListSerializer(shown).data)


def whole(case: Case, *, is_desk: bool) -> dict[str, Any]:
    """Everything this reader sees of the complaint, and what they may do with it."""
    complaint, parts = case.complaint, case_queries.case_parts(case.complaint)
    messages = [each for each in parts["messages"] if is_desk or each.kind != Message.Kind.NOTE]
    files = [each for each in parts["files"] if is_desk or each.audience == Attachment.Audience.PARTIES]
    shown = {
        **_common(complaint, case.now),
        # What is proposed stays inside until it is answered.
        "remedy": complaint.remedy if is_desk or complaint.decision else "",
        "ended_reason": complaint.ended_reason if is_desk or not complaint.is_open else "",
        "related": getattr(queries.related_to(complaint), "number", ""),
        "question": _question(complaint, parts["moves"]),
        "actions": list(actions_of(complaint)) if complaint.decision else [],
        "pauses": parts["pauses"],
        "extensions": parts["extensions"],
        "promises": [each for each in parts["clocks"] if is_desk or each.state != Clock.State.CANCELLED],
        "level": words.level_reached(parts["escalations"], complaint),
        "messages": [_message(each, is_desk) for each in messages],
        "files": [each for each in files if each.state == Attachment.State.CLEAN],
        "acts": acts.offered(case) if is_desk else own_acts(case),
        "desk": _desk(case, parts) if is_desk else None,
    }
    if not is_desk and not complaint.is_open:
        shown["handler"] = None
    return dict(ComplaintSerializer(shown).data)


def own_acts(case: Case) -> list[str]:
    """What the complainant may do now."""
    complaint = case.complaint
    asked = complaint.state in moving.ASKED_SOLVED
    possible = {
        "words": True,
        "solved": asked,
        "not-solved": queries.may_reopen(complaint, now=case.now),
        "complain": queries.may_convert(complaint, now=case.now),
        "second-look": State.STAGE_2 in complaint.next_states,
    }
    return [name for name in OWN_ACTS if possible[name]]


def _question(complaint: Complaint, moves: list[Move]) -> str:
    asking = (State.WAITING_FOR_COMPLAINANT, State.WAITING_FOR_ACCESS)
    if complaint.state not in asking:
        return ""
    asked = [move.reason for move in moves if move.to_state in asking]
    return asked[-1] if asked else ""


def _message(message: Message, is_desk: bool) -> dict[str, Any]:
    author = "" if message.kind == Message.Kind.WORDS else _author(message.author, is_desk)
    return {"id": message.pk, "kind": message.kind, "at": message.at, "author": author, "body": message.body}


def _author(member: Membership | None, is_desk: bool) -> str:
    if member is None:
        return ""
    return member.name if is_desk else words.member_words(member)


def _desk(case: Case, parts: dict[str, Any]) -> dict[str, Any]:
    complaint = case.complaint
    return {
        "priority": complaint.priority,
        "severity": complaint.severity,
        "channel": complaint.channel,
        "complainant": _complainant(case),
        "handler_id": complaint.handler_id,
        "subject_staff": complaint.subject_staff.name if complaint.subject_staff else "",
        "taken_by": complaint.taken_by.name if complaint.taken_by else "",
        "stage": complaint.stage,
        "times_reopened": complaint.times_reopened,
        "moves": [
            {
                "at": move.at,
                "from_state": move.from_state,
                "to_state": move.to_state,
                "actor": member_name_for(case.actor, move.actor) if move.actor and not move.by_complainant else "",
                "by_complainant": move.by_complainant,
                "reason": move.reason,
            }
            for move in parts["moves"]
        ],
        "escalations": [escalation(each, case.actor) for each in parts["escalations"]],
        "tasks": parts["tasks"],
        "is_watched": case.is_watched,
        "aside_until": case.aside_until,
    }


def escalation(row: Escalation, reader: Membership) -> dict[str, Any]:
    def named(member: Membership | None) -> str:
        return member_name_for(reader, member) if member else ""

    return dict(
        EscalationSerializer(
            {
                "id": row.pk,
                "level": row.level,
                "to": named(row.to),
                "is_mine": row.to_id == reader.pk,
                "at": row.at,
                "acknowledged_at": row.acknowledged_at,
                "acknowledged_by": named(row.acknowledged_by),
            }
        ).data
    )


def _complainant(case: Case) -> dict[str, Any] | None:
    complaint = case.complaint
    if complaint.is_anonymous or complaint.is_veiled:
        return None
    person = complaint.complainant
    phone = person.phone if person else complaint.caller_phone
    return {
        "id": person.pk if person and may_read_registry(case.actor) else None,
        "name": name_for(case.actor, person.name if person else complaint.caller_name),
        "phone": words.phone_words(phone, actor=case.actor, complaint=complaint),
    }
