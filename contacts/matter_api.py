"""Dealings with outside parties for programs: the same rules and verbs as on the pages."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import matter_queries as queries
from contacts.models import Matter
from contacts.queries import parties_visible_to
from contacts.services import matters
from contacts.services.matters import Dealing
from owners.queries import estates_visible_to
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

LAST_MOVED_FIRST = Keyset("moved_at", is_falling=True)
ENDS = [(state.value, state.label) for state in (Matter.State.DONE, Matter.State.DROPPED)]


class DealingRowSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    estate = serializers.UUIDField(source="estate_id")
    party = serializers.UUIDField(source="party_id")
    party_name = serializers.CharField(source="party.name")
    kind = serializers.ChoiceField(choices=Matter.Kind.choices)
    title = serializers.CharField()
    responsible = serializers.CharField(source="responsible.name")
    due_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=Matter.State.choices)
    waiting_for = serializers.CharField()
    waiting_since = serializers.DateField(allow_null=True)
    promised_on = serializers.DateField(allow_null=True)
    moved_at = serializers.DateTimeField()


class StepSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    text = serializers.CharField()
    responsible = serializers.CharField(source="responsible.name")
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()


class WaitSerializer(serializers.Serializer):
    since = serializers.DateField()
    what = serializers.CharField()
    promised_on = serializers.DateField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class DealingSerializer(DealingRowSerializer):
    description = serializers.CharField()
    outcome = serializers.CharField()
    opened_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    steps = StepSerializer(many=True, source="steps_shown")
    waits = WaitSerializer(many=True, source="waits_shown")
    cases = serializers.ListField(child=serializers.CharField(), source="cases_shown")


class DealingOpenedSerializer(serializers.Serializer):
    estate = serializers.UUIDField()
    party = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Matter.Kind.choices)
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    responsible = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("A membership; you when left out.")
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    case_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")

    def dealing(self, member: Membership) -> Dealing:
        """Raises ValidationError at the field."""
        said: dict[str, Any] = {name: value for name, value in self.validated_data.items() if name != "case_number"}
        said["estate"] = estates_visible_to(member).filter(pk=said["estate"]).first()
        said["party"] = parties_visible_to(member).filter(pk=said["party"]).first()
        for name in ("estate", "party"):
            if said[name] is None:
                raise serializers.ValidationError({name: [_("There is no such thing that you may see.")]})
        by = said["responsible"]
        found = member if by in (None, member.pk) else queries.staff_for([said["estate"]]).filter(pk=by).first()
        if found is None:
            raise serializers.ValidationError(
                {"responsible": [_("This person does not work there. Choose somebody else.")]}
            )
        return Dealing(**said | {"responsible": found})


class DealingWaitsSerializer(serializers.Serializer):
    what = serializers.CharField(max_length=300)
    since = serializers.DateField()
    promised_on = serializers.DateField(required=False, allow_null=True, default=None)


class DealingEndedSerializer(serializers.Serializer):
    to = serializers.ChoiceField(choices=ENDS)
    outcome = serializers.CharField(max_length=2000)


class StepAddedSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=500)
    due_on = serializers.DateField()
    responsible = serializers.UUIDField(required=False, allow_null=True, default=None)


class StepDoneSerializer(serializers.Serializer):
    outcome = serializers.CharField(max_length=500)


class SoughtDealingSerializer(serializers.Serializer):
    """What the list is narrowed to; without ``which`` all that has not ended."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    which = serializers.ChoiceField(choices=["late", "all", *Matter.State.values], required=False)
    kind = serializers.ChoiceField(choices=Matter.Kind.choices, required=False)


class Dealings(Endpoint):
    """For the roles that see dealings; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "matter.read"):
            raise NotFound("no dealings for this member")

    def whole(self, matter_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        row: Any = (
            queries.matters_visible_to(self.member).select_related("party", "responsible").filter(pk=matter_id).first()
        )
        if row is None:
            raise NotFound("no such dealing")
        row.steps_shown = list(row.steps.select_related("responsible").order_by("due_on", "id"))
        row.waits_shown = list(row.waits.order_by("noted_at", "id"))
        row.cases_shown = list(queries.cases_shown(self.member, row).values_list("linked_number", flat=True))
        return dict(DealingSerializer(row).data)

    def held(self, matter_id: UUID) -> None:
        matters.locked(matter_id, self.member)
        self.check_version(lambda: self.whole(matter_id))


class DealingList(Dealings):
    @extend_schema(
        operation_id="dealings_list",
        summary=gettext_lazy("Dealings with outside parties, the last moved first"),
        parameters=[SoughtDealingSerializer, CURSOR],
        responses=page_of(DealingRowSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtDealingSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        rows = queries.listed(
            self.member, today=timezone.localdate(), text=said.get("q", ""), which=said.get("which", ""),
            kind=said.get("kind", ""),
        )  # fmt: skip
        page, following = LAST_MOVED_FIRST.page(request, rows)
        return Response({"next": following, "results": DealingRowSerializer(page, many=True).data})

    @extend_schema(
        operation_id="dealings_open",
        summary=gettext_lazy("Open a dealing"),
        request=DealingOpenedSerializer,
        responses={201: DealingSerializer},
    )
    def post(self, request: Request) -> Response:
        if not can(self.member, "matter.write"):  # before anything of the request is read
            raise NotAllowed(_("Your role does not open dealings."))
        given = DealingOpenedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = matters.open_matter(
            dealing=given.dealing(self.member), case_number=given.validated_data["case_number"], actor=self.member,
            now=timezone.now(),
        )  # fmt: skip
        return Response(self.whole(row.pk), status=201, headers={"Location": f"/api/v1/dealings/{row.pk}/"})


class DealingDetail(Dealings):
    @extend_schema(operation_id="dealings_read", summary=gettext_lazy("A dealing"), responses=DealingSerializer)
    def get(self, request: Request, matter_id: UUID) -> Response:
        return Response(self.whole(matter_id))


class StepList(Dealings):
    @extend_schema(
        operation_id="dealings_step",
        summary=gettext_lazy("What is to be done next"),
        request=StepAddedSerializer,
        responses=DealingSerializer,
    )
    def post(self, request: Request, matter_id: UUID) -> Response:
        row = matters.locked(matter_id, self.member)
        given = StepAddedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        by = said["responsible"]
        found = self.member if by in (None, self.member.pk) else queries.staff_for([row.estate]).filter(pk=by).first()
        if found is None:
            raise serializers.ValidationError(
                {"responsible": [_("This person does not work there. Choose somebody else.")]}
            )
        matters.add_step(
            matter_id=matter_id, text=said["text"], responsible=found, due_on=said["due_on"], actor=self.member,
            now=timezone.now(),
        )  # fmt: skip
        return self.versioned(self.whole(matter_id))


class StepDone(Dealings):
    @extend_schema(
        operation_id="dealings_step_done",
        summary=gettext_lazy("A step is done, and what came of it"),
        request=StepDoneSerializer,
        responses=DealingSerializer,
    )
    def post(self, request: Request, step_id: UUID) -> Response:
        step = queries.step_seen_by(self.member, step_id)
        if step is None:
            raise NotFound("no such step")
        self.held(step.matter_id)
        given = StepDoneSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        matters.finish_step(
            step_id=step_id, outcome=given.validated_data["outcome"], actor=self.member, now=timezone.now()
        )
        return self.versioned(self.whole(step.matter_id))


def _act(name: str, summary: Any, body: Any, verb: Any) -> type[Endpoint]:
    """An endpoint of one verb."""

    class Act(Dealings):
        @extend_schema(operation_id=f"dealings_{name}", summary=summary, request=body, responses=DealingSerializer)
        def post(self, request: Request, matter_id: UUID) -> Response:
            self.held(matter_id)
            said: dict[str, Any] = {}
            if body is not None:
                given = body(data=request.data)
                given.is_valid(raise_exception=True)
                said = dict(given.validated_data)
            verb(matter_id=matter_id, actor=self.member, now=timezone.now(), **said)
            return self.versioned(self.whole(matter_id))

    Act.__name__ = Act.__qualname__ = f"Dealing{name.title()}"
    return Act


ACTS = {
    "wait": _act("wait", gettext_lazy("The party is to act"), DealingWaitsSerializer, matters.wait),
    "resume": _act("resume", gettext_lazy("It is with us again"), None, matters.resume),
    "end": _act("end", gettext_lazy("It is done, or dropped"), DealingEndedSerializer, matters.end),
}
