"""What is to be done because of a contact, for programs."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import register_queries as queries
from contacts.models import FollowUp
from contacts.register_api import EntrySerializer, EntryTaskSerializer, Register
from contacts.services import register
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound


def _day(value: Any) -> Any:
    return serializers.DateField().to_internal_value(value)


FIRST_DUE_FIRST = Keyset("due_on", read=_day)


class SoughtTaskSerializer(serializers.Serializer):
    mine = serializers.BooleanField(required=False, default=False, help_text=gettext_lazy("One's own only."))


class OpenTaskSerializer(EntryTaskSerializer):
    record = serializers.UUIDField(source="record_id")
    record_number = serializers.CharField(source="record.number")


class TaskAddedSerializer(serializers.Serializer):
    task = serializers.CharField(max_length=500)
    due_on = serializers.DateField()
    assignee = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("A member; without one, oneself.")
    )


class TaskDoneSerializer(serializers.Serializer):
    outcome = serializers.CharField(max_length=500, help_text=gettext_lazy("What came of it."))


class TaskList(Register):
    @extend_schema(
        operation_id="register_tasks",
        summary=gettext_lazy("What is still to be done because of contacts, the first due before the others"),
        parameters=[SoughtTaskSerializer, CURSOR],
        responses=page_of(OpenTaskSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtTaskSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        rows = queries.open_follow_ups(self.member, mine=asked.validated_data["mine"])
        page, following = FIRST_DUE_FIRST.page(request, rows)
        return Response({"next": following, "results": OpenTaskSerializer(page, many=True).data})


class EntryTasks(Register):
    @extend_schema(
        operation_id="register_task",
        summary=gettext_lazy("Note what somebody does because of a contact"),
        request=TaskAddedSerializer,
        responses=EntrySerializer,
    )
    def post(self, request: Request, record_id: UUID) -> Response:
        row = register.writable(record_id, self.member)
        given = TaskAddedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(given.validated_data)
        by = said.pop("assignee")
        found = self.member if by in (None, self.member.pk) else queries.staff_of([row.estate]).filter(pk=by).first()
        if found is None:
            words = _("This person does not work there. Choose somebody else.")
            raise serializers.ValidationError({"assignee": [words]})
        register.add_follow_up(record_id=record_id, assignee=found, actor=self.member, now=timezone.now(), **said)
        return self.versioned(self.whole(record_id))


class TaskDone(Register):
    @extend_schema(
        operation_id="register_task_done",
        summary=gettext_lazy("A task is done, and what came of it"),
        request=TaskDoneSerializer,
        responses=EntrySerializer,
    )
    def post(self, request: Request, task_id: UUID) -> Response:
        task = FollowUp.objects.filter(pk=task_id).first()
        if task is None:
            raise NotFound("no such task")
        register.writable(task.record_id, self.member)
        given = TaskDoneSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        register.finish_follow_up(
            follow_up_id=task_id, outcome=given.validated_data["outcome"], actor=self.member, now=timezone.now()
        )
        return self.versioned(self.whole(task.record_id))
