"""What stands beside complaints for programs: cases alike before one is filed, escalations taken up, the answer as PDF."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import portal_queries, queries
from complaints.alike import offered
from complaints.api import filing, shapes
from complaints.api.cases import NUMBER, own_case, worked_case
from complaints.joining_queries import Spot
from complaints.letter_paper import document
from complaints.models import Category, Complaint
from complaints.outages_near import lasting_where
from complaints.services import escalation
from owners.queries import estates_visible_to, person_of, unit_visible_to
from owners.rules import registry_reach
from owners.services.reading import note_reading
from tenancy.api.endpoints import Endpoint
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership


class SoughtAlikeSerializer(serializers.Serializer):
    """The place and the class of what is about to be filed: a unit, a building or an estate."""

    unit = serializers.UUIDField(required=False)
    building = serializers.UUIDField(required=False)
    estate = serializers.UUIDField(required=False)
    category = serializers.CharField(max_length=40, help_text=gettext_lazy("The code of a category."))
    kind = serializers.ChoiceField(choices=Complaint.Kind.choices, default=Complaint.Kind.COMPLAINT.value)

    def sought(self, member: Membership) -> tuple[Spot, Category, str]:
        """Raises ValidationError at the field."""
        said: dict[str, Any] = dict(self.validated_data)
        category = queries.categories().filter(code=said["category"]).first()
        if category is None:
            raise filing.wrong("category", _("Choose what it is about."))
        return self._spot(said, member), category, said["kind"]

    @staticmethod
    def _spot(said: dict[str, Any], member: Membership) -> Spot:
        if "unit" in said:
            unit = unit_visible_to(member, said["unit"])
            if unit is None:
                raise filing.wrong("unit", _("Choose one of your units."))
            return Spot(unit.estate, unit.building, unit)
        estates = {estate.pk: estate for estate in estates_visible_to(member)}
        if "building" in said:
            reach = registry_reach(member) if member.is_staff_role else None
            there = portal_queries.buildings_of(list(estates.values()), *([reach] if reach else []))
            building = there.filter(pk=said["building"]).first()
            if building is None:
                raise filing.wrong("building", _("Choose the building."))
            return Spot(estates[building.estate_id], building, None)
        estate = estates.get(said.get("estate"))  # type: ignore[arg-type]
        if estate is None:
            raise filing.wrong("estate", _("There is no such estate here."))
        return Spot(estate, None, None)


class AlikeSerializer(serializers.Serializer):
    """An open case of the same place and class: neither who filed it nor what they said."""

    id = serializers.UUIDField(source="pk", help_text=gettext_lazy("To be sent as “leading”."))
    category = shapes.CategoryBriefSerializer()
    place = serializers.CharField(source="place_shown")
    received_at = serializers.DateTimeField()
    state = serializers.CharField(source="state_shown", help_text=gettext_lazy("In words, in the reader's language."))
    households = serializers.IntegerField(help_text=gettext_lazy("How many complaints are dealt with together."))
    own_number = serializers.CharField(help_text=gettext_lazy("Its number when you filed it yourself, else empty."))


class AlikeListSerializer(serializers.Serializer):
    outages = filing.OutageNearSerializer(many=True, help_text=gettext_lazy("Look at these first: it may be this."))
    results = AlikeSerializer(many=True)


class ComplaintsAlike(Endpoint):
    """For whoever may file: for their own place, or for others at the counter."""

    scopes: ClassVar = {"GET": "complaints:read"}

    def admit(self, member: Membership) -> None:
        if member.is_staff_role:
            filing.check_may_enter(member)
        elif person_of(member) is None:
            raise NotAllowed(_("Ask for your unit first: without one there is nothing to complain of here."))

    @extend_schema(
        operation_id="complaints_alike",
        summary=gettext_lazy("Open cases of the same place and class, and what is off there, before one is filed"),
        parameters=[SoughtAlikeSerializer],
        responses=AlikeListSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = SoughtAlikeSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        spot, category, kind = asked.sought(self.member)
        rows = offered(spot, category, self.member, kind)
        for row in rows:
            row.own_number = row.number if row.is_mine else ""
        building = spot.building.pk if spot.building else None
        lasting = lasting_where(spot.estate.pk, building, category.code, timezone.now())
        return Response(AlikeListSerializer({"outages": lasting, "results": rows}).data)


class EscalationTaken(Endpoint):
    """Whom it was passed to takes it up; for everybody else it is not there."""

    scopes: ClassVar = {"*": "complaints:write"}

    def admit(self, member: Membership) -> None:
        if not member.is_staff_role:
            raise NotAllowed(_("This is done by the staff of the property management."))

    @extend_schema(
        operation_id="complaints_escalation_acknowledge",
        summary=gettext_lazy("Take up an escalation that was passed to you"),
        request=None,
        responses=shapes.EscalationSerializer,
    )
    def post(self, request: Request, escalation_id: UUID) -> Response:
        taken = escalation.acknowledge_escalation(
            escalation_id=escalation_id, actor=self.member, now=timezone.now()
        )  # fmt: skip
        return Response(shapes.escalation(taken, self.member))


class ComplaintLetter(Endpoint):
    has_version = False
    scopes: ClassVar = {"GET": "complaints:read"}

    @extend_schema(
        operation_id="complaints_letter",
        summary=gettext_lazy("The answer as its complainant gets it, as PDF"),
        parameters=[NUMBER],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, number: str) -> HttpResponseBase:
        member = self.member
        try:
            case = worked_case(member, number) if member.is_staff_role else own_case(member, number)
        except NotFound:
            if not member.is_staff_role:
                raise
            case = own_case(member, number)
        note_reading(actor=member, what="complaint", subject=case.complaint, now=case.now)
        return document(request._request.organisation, case.complaint)
