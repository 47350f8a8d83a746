"""Estates, one's own units, and for staff the registry of units and people."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from owners import queries, rules
from owners.api import shapes
from owners.models import Estate, Occupancy, Ownership
from owners.services.reading import note_reading
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import BY_CODE, BY_NAME, Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.names import sees_names

# The cursor tells the value of its column: who sees no names gets one that tells none.
BY_ID = Keyset()


class EstateList(Endpoint):
    scopes: ClassVar = {"GET": "complaints:read"}

    @extend_schema(
        operation_id="estates_list",
        summary=gettext_lazy("Your estates and their buildings"),
        parameters=[CURSOR],
        responses=page_of(shapes.EstateSerializer),
    )
    def get(self, request: Request) -> Response:
        near = queries.buildings_shown_to(self.member).order_by("code")
        listed = Prefetch("buildings", near, to_attr="listed")
        rows, following = BY_NAME.page(request, queries.estates_visible_to(self.member).prefetch_related(listed))
        return Response({"next": following, "results": shapes.EstateSerializer(rows, many=True).data})


class OwnUnitList(Endpoint):
    scopes: ClassVar = {"GET": "complaints:read"}

    @extend_schema(
        operation_id="units_list",
        summary=gettext_lazy("The units you own or use"),
        responses=page_of(shapes.OwnUnitSerializer),
    )
    def get(self, request: Request) -> Response:
        rows: list[Any] = []
        for unit, relation in queries.units_of(self.member):
            unit.my_relation = relation  # type: ignore[attr-defined]
            rows.append(unit)
        return Response({"next": None, "results": shapes.OwnUnitSerializer(rows, many=True).data})


class SoughtSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    q = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text=gettext_lazy("A name, a phone number or a unit.")
    )
    estate_id = serializers.UUIDField(required=False)


class Registry(Endpoint):
    """For the roles that read the registry; for others there is nothing here. An auditor's reading is written down."""

    scopes: ClassVar = {"GET": "registry:read"}
    what = ""

    def admit(self, member: Membership) -> None:
        if not rules.may_read_registry(member):
            raise NotFound("no registry for this member")

    def note(self, subject: Any = None) -> None:
        note_reading(actor=self.member, what=self.what, subject=subject, now=timezone.now())

    def sought(self, request: Request) -> tuple[str, Estate | None]:
        """The words and the estate to look in. Raises NotFound for an estate that is not this member's."""
        said = SoughtSerializer(data=request.query_params.dict())
        said.is_valid(raise_exception=True)
        key = said.validated_data.get("estate_id")
        estate = queries.estates_visible_to(self.member).filter(pk=key).first() if key else None
        if key and estate is None:
            raise NotFound("no such estate")
        return said.validated_data.get("q", ""), estate


class UnitList(Registry):
    what = "units"

    @extend_schema(
        operation_id="registry_units_list",
        summary=gettext_lazy("Units with their present owners and occupants"),
        parameters=[SoughtSerializer, CURSOR],
        responses=page_of(shapes.RegistryUnitSerializer),
    )
    def get(self, request: Request) -> Response:
        self.note()
        text, estate = self.sought(request)
        rows, following = BY_CODE.page(request, queries.units_page(self.member, text=text, estate=estate))
        found = [shapes.unit_data(row, [*row.owned_now, *row.occupied_now], self.member) for row in rows]
        return Response({"next": following, "results": found})


class UnitDetail(Registry):
    what = "unit"

    @extend_schema(
        operation_id="registry_units_read",
        summary=gettext_lazy("A unit, its people now and before"),
        responses=shapes.RegistryUnitSerializer,
    )
    def get(self, request: Request, unit_id: UUID) -> Response:
        unit = queries.unit_visible_to(self.member, unit_id)
        if unit is None:
            raise NotFound("no such unit")
        self.note(unit)
        rows = [
            *Ownership.objects.filter(unit=unit).select_related("person").order_by("person__name", "id"),
            *Occupancy.objects.filter(unit=unit).select_related("person").order_by("person__name", "id"),
        ]
        return Response(shapes.unit_data(unit, rows, self.member))


class PersonList(Registry):
    what = "people"

    @extend_schema(
        operation_id="registry_people_list",
        summary=gettext_lazy("People with their present units"),
        parameters=[SoughtSerializer, CURSOR],
        responses=page_of(shapes.PersonSerializer),
    )
    def get(self, request: Request) -> Response:
        self.note()
        text, estate = self.sought(request)
        people = queries.people_page(self.member, text=text, estate=estate, on=timezone.localdate())
        rows, following = (BY_NAME if sees_names(self.member) else BY_ID).page(request, people)
        found = [shapes.person_data(row, [*row.owned_now, *row.occupied_now], self.member) for row in rows]
        return Response({"next": following, "results": found})


class PersonDetail(Registry):
    what = "person"

    @extend_schema(
        operation_id="registry_people_read",
        summary=gettext_lazy("A person, their units now and before"),
        responses=shapes.PersonSerializer,
    )
    def get(self, request: Request, person_id: UUID) -> Response:
        person = queries.people_visible_to(self.member).filter(pk=person_id).first()
        if person is None:
            raise NotFound("no such person")
        self.note(person)
        owned, used = queries.shares_shown_of(person, self.member)
        rows = [*owned.order_by("unit__code", "id"), *used.order_by("unit__code", "id")]
        return Response(shapes.person_data(person, rows, self.member))
