"""Promises for programs: the same rules and verbs as on the pages."""

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
from contacts import commitment_queries as queries
from contacts.models import Commitment
from contacts.rules import access
from contacts.services import commitments
from contacts.services.commitments import Promise
from owners.queries import estates_visible_to
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can


def _day(value: Any) -> Any:
    return serializers.DateField().to_internal_value(value)


LAST_DUE_FIRST = Keyset("due_on", is_falling=True, read=_day)
WHICH = [("overdue", gettext_lazy("Overdue")), *Commitment.State.choices]


class CommitmentSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    estate = serializers.UUIDField(source="estate_id")
    text = serializers.CharField()
    to_whom = serializers.CharField(source="shown_to", help_text=gettext_lazy("Empty for who may not know it."))
    promised_by = serializers.CharField(source="promised_by.name")
    promised_on = serializers.DateField()
    due_on = serializers.DateField()
    is_public = serializers.BooleanField()
    is_overdue = serializers.BooleanField(source="overdue")
    state = serializers.ChoiceField(choices=Commitment.State.choices)
    kept_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField()
    reason = serializers.CharField()
    case_number = serializers.CharField(source="linked_number")


class PromiseMadeSerializer(serializers.Serializer):
    """A promise of your own, or of a colleague where your role may write those down."""

    estate = serializers.UUIDField()
    text = serializers.CharField(max_length=1000)
    to_whom = serializers.CharField(max_length=200)
    promised_by = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("A membership; you when left out.")
    )
    promised_on = serializers.DateField(required=False, allow_null=True, default=None)
    due_on = serializers.DateField()
    is_public = serializers.BooleanField(required=False, default=False)
    case_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")

    def promise(self, member: Membership) -> Promise:
        """Raises ValidationError at the field."""
        said: dict[str, Any] = dict(self.validated_data)
        said["estate"] = estates_visible_to(member).filter(pk=said["estate"]).first()
        if said["estate"] is None:
            raise serializers.ValidationError({"estate": [_("There is no such estate.")]})
        by = said["promised_by"]
        found = member if by in (None, member.pk) else queries.promisers([said["estate"]]).filter(pk=by).first()
        if found is None:
            raise serializers.ValidationError(
                {"promised_by": [_("This person does not work there. Choose somebody else.")]}
            )
        said |= {"promised_by": found, "promised_on": said["promised_on"] or timezone.localdate()}
        return Promise(**said)


class PromiseKeptSerializer(serializers.Serializer):
    kept_on = serializers.DateField()
    evidence = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    files = HeldFilesField(required=False, default=list)


class PromiseReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class SoughtPromiseSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    which = serializers.ChoiceField(choices=WHICH, required=False)
    is_public = serializers.BooleanField(required=False)


class Promises(Endpoint):
    """For whoever reads promises; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "commitment.read"):
            raise NotFound("no promises for this member")

    def shown(self, row: Any) -> Any:
        row.shown_to = row.to_whom if access.sees_people(self.member) else ""
        row.overdue = row.is_overdue(timezone.localdate())
        return row

    def whole(self, promise_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        rows = queries.commitments_visible_to(self.member).select_related("promised_by")
        found = rows.filter(pk=promise_id).first()
        if found is None:
            raise NotFound("no such promise")
        return dict(CommitmentSerializer(self.shown(found)).data)

    def held(self, promise_id: UUID) -> None:
        commitments.locked(promise_id, self.member)
        self.check_version(lambda: self.whole(promise_id))


class PromiseList(Promises):
    @extend_schema(
        operation_id="promises_list",
        summary=gettext_lazy("Promises, what is due last first"),
        parameters=[SoughtPromiseSerializer, CURSOR],
        responses=page_of(CommitmentSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtPromiseSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        rows = queries.listed(
            self.member, today=timezone.localdate(), text=said.get("q", ""), which=said.get("which", ""),
            is_public=said.get("is_public", False),
        )  # fmt: skip
        page, following = LAST_DUE_FIRST.page(request, rows)
        return Response({"next": following, "results": CommitmentSerializer(map(self.shown, page), many=True).data})

    @extend_schema(
        operation_id="promises_make",
        summary=gettext_lazy("Write a promise down"),
        request=PromiseMadeSerializer,
        responses={201: CommitmentSerializer},
    )
    def post(self, request: Request) -> Response:
        if not can(self.member, "commitment.write"):  # before anything of the request is read
            raise NotAllowed(_("Your role does not write promises down."))
        given = PromiseMadeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = commitments.make_commitment(promise=given.promise(self.member), actor=self.member, now=timezone.now())
        return Response(self.whole(row.pk), status=201, headers={"Location": f"/api/v1/promises/{row.pk}/"})


class PromiseDetail(Promises):
    @extend_schema(operation_id="promises_read", summary=gettext_lazy("A promise"), responses=CommitmentSerializer)
    def get(self, request: Request, promise_id: UUID) -> Response:
        return Response(self.whole(promise_id))


def _act(name: str, summary: Any, body: Any, verb: Any) -> type[Endpoint]:
    """An endpoint of one verb that says what became of it."""

    class Act(Promises):
        @extend_schema(operation_id=f"promises_{name}", summary=summary, request=body, responses=CommitmentSerializer)
        def post(self, request: Request, promise_id: UUID) -> Response:
            self.held(promise_id)
            given = body(data=request.data, context={"member": self.member})
            given.is_valid(raise_exception=True)
            verb(commitment_id=promise_id, actor=self.member, now=timezone.now(), **given.validated_data)
            return self.versioned(self.whole(promise_id))

    Act.__name__ = Act.__qualname__ = f"Promise{name.title()}"
    return Act


ACTS = {
    "keep": _act("keep", gettext_lazy("It was kept"), PromiseKeptSerializer, commitments.keep),
    "break": _act("break", gettext_lazy("It was not kept"), PromiseReasonSerializer, commitments.break_commitment),
    "withdraw": _act("withdraw", gettext_lazy("Take it back"), PromiseReasonSerializer, commitments.withdraw),
}
