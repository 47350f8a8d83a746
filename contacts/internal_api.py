"""Requests between departments for programs: the same rules and verbs as on the pages."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import HeldFilesField
from contacts import internal_queries as queries
from contacts.models import InternalRequest
from contacts.services import internal
from contacts.services.internal import Asking
from owners.queries import estates_visible_to
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

NEWEST_FIRST = Keyset("asked_at", is_falling=True)
Department, State = InternalRequest.Department, InternalRequest.State


class InternalRequestSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    estate = serializers.UUIDField(source="estate_id")
    from_department = serializers.ChoiceField(choices=Department.choices)
    to_department = serializers.ChoiceField(choices=Department.choices)
    need = serializers.CharField()
    wanted_on = serializers.DateField(allow_null=True)
    asked_by = serializers.CharField(source="asked_by.name")
    asked_at = serializers.DateTimeField()
    answer_due_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.CharField()
    result = serializers.CharField()
    rating = serializers.IntegerField(allow_null=True)
    rating_words = serializers.CharField()


class AskedSerializer(serializers.Serializer):
    estate = serializers.UUIDField()
    from_department = serializers.ChoiceField(choices=Department.choices)
    to_department = serializers.ChoiceField(choices=Department.choices)
    need = serializers.CharField(max_length=2000)
    wanted_on = serializers.DateField(required=False, allow_null=True, default=None)

    def asking(self, member: Membership) -> Asking:
        """Raises ValidationError at the field."""
        said: dict[str, Any] = dict(self.validated_data)
        said["estate"] = estates_visible_to(member).filter(pk=said["estate"]).first()
        if said["estate"] is None:
            raise serializers.ValidationError({"estate": [_("There is no such estate.")]})
        return Asking(**said)


class DeclinedSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class FinishedSerializer(serializers.Serializer):
    result = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    files = HeldFilesField(required=False, default=list)


class RatedSerializer(serializers.Serializer):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    words = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class SoughtRequestSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    department = serializers.ChoiceField(choices=Department.choices, required=False)
    which = serializers.ChoiceField(choices=["running", "late", *State.values], required=False)
    mine = serializers.BooleanField(required=False)


class InternalRequests(Endpoint):
    """For the staff; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "internal_request.read"):
            raise NotFound("no requests for this member")

    def whole(self, request_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        rows = queries.requests_visible_to(self.member).select_related("asked_by")
        row = rows.filter(pk=request_id).first()
        if row is None:
            raise NotFound("no such request")
        return dict(InternalRequestSerializer(row).data)


class InternalRequestList(InternalRequests):
    @extend_schema(
        operation_id="internal_requests_list",
        summary=gettext_lazy("Requests between departments, the newest first"),
        parameters=[SoughtRequestSerializer, CURSOR],
        responses=page_of(InternalRequestSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtRequestSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        rows = queries.listed(
            self.member, now=timezone.now(), today=timezone.localdate(), text=said.get("q", ""),
            which=said.get("which", ""), department=said.get("department", ""), mine=said.get("mine", False),
        )  # fmt: skip
        page, following = NEWEST_FIRST.page(request, rows)
        return Response({"next": following, "results": InternalRequestSerializer(page, many=True).data})

    @extend_schema(
        operation_id="internal_requests_ask",
        summary=gettext_lazy("Ask another department"),
        request=AskedSerializer,
        responses={201: InternalRequestSerializer},
    )
    def post(self, request: Request) -> Response:
        if not can(self.member, "internal_request.write"):  # before anything of the request is read
            raise NotAllowed(_("Your role does not ask other departments."))
        given = AskedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = internal.ask(asking=given.asking(self.member), actor=self.member, now=timezone.now())
        location = {"Location": f"/api/v1/internal-requests/{row.pk}/"}
        return Response(self.whole(row.pk), status=201, headers=location)


class InternalRequestDetail(InternalRequests):
    @extend_schema(
        operation_id="internal_requests_read",
        summary=gettext_lazy("A request of a department"),
        responses=InternalRequestSerializer,
    )
    def get(self, request: Request, request_id: UUID) -> Response:
        return Response(self.whole(request_id))


def _act(name: str, summary: Any, body: Any, verb: Any) -> type[Endpoint]:
    """An endpoint of one verb."""

    class Act(InternalRequests):
        @extend_schema(
            operation_id=f"internal_requests_{name}", summary=summary, request=body, responses=InternalRequestSerializer
        )
        def post(self, request: Request, request_id: UUID) -> Response:
            internal.locked(request_id, self.member)
            self.check_version(lambda: self.whole(request_id))
            said: dict[str, Any] = {}
            if body is not None:
                given = body(data=request.data, context={"member": self.member})
                given.is_valid(raise_exception=True)
                said = dict(given.validated_data)
            verb(request_id=request_id, actor=self.member, now=timezone.now(), **said)
            return self.versioned(self.whole(request_id))

    Act.__name__ = Act.__qualname__ = f"InternalRequest{name.title()}"
    return Act


ACTS = {
    "accept": _act("accept", gettext_lazy("The department will do it"), None, internal.accept),
    "decline": _act(
        "decline", gettext_lazy("The department will not do it, and why"), DeclinedSerializer, internal.decline
    ),
    "done": _act("done", gettext_lazy("It is done"), FinishedSerializer, internal.finish),
    "rate": _act("rate", gettext_lazy("Rate what was done"), RatedSerializer, internal.rate),
}
