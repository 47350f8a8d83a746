"""Outside parties and emergency cards for programs."""

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import queries
from contacts.models import ContactPerson, OutsideParty
from contacts.rules import access
from contacts.rules.card import public_numbers
from contacts.rules.phones import UnknownNumberError, normal
from contacts.services import directory
from contacts.services.directory import PartyFacts
from owners.services.imports import phone_region
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import BY_NAME
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.names import masked_name


class AreaSerializer(serializers.Serializer):
    """An estate, or one building of it."""

    estate = serializers.UUIDField(source="estate_id")
    building = serializers.UUIDField(source="building_id", allow_null=True, required=False, default=None)


class PersonAtPartySerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    post = serializers.CharField()
    phone = serializers.CharField()
    mobile = serializers.CharField()
    email = serializers.CharField()
    hours = serializers.CharField()
    is_for_emergencies = serializers.BooleanField()
    note = serializers.CharField()


class PartyRowSerializer(serializers.Serializer):
    """Phones are E.164 (with ;ext= for an extension) or a short number."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=OutsideParty.Kind.choices)
    branch = serializers.CharField()
    phone = serializers.CharField()
    emergency_phone = serializers.CharField()
    serves_everywhere = serializers.BooleanField()
    areas = AreaSerializer(many=True, source="areas_shown")
    is_active = serializers.BooleanField()


class PartySerializer(PartyRowSerializer):
    emergency_note = serializers.CharField()
    email = serializers.CharField()
    website = serializers.CharField()
    address = serializers.CharField()
    hours = serializers.CharField()
    note = serializers.CharField()
    people = PersonAtPartySerializer(many=True, source="people_shown")


class PartyWrittenSerializer(serializers.Serializer):
    """What is said of a party. Phones in any writing. When one is changed, what is left out stays as it is."""

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=OutsideParty.Kind.choices)
    branch = serializers.ChoiceField(choices=OutsideParty.Branch.choices, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=60, required=False, allow_blank=True)
    emergency_phone = serializers.CharField(max_length=60, required=False, allow_blank=True)
    emergency_note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    website = serializers.URLField(max_length=300, required=False, allow_blank=True)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    hours = serializers.CharField(max_length=200, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    serves_everywhere = serializers.BooleanField(required=False)
    areas = AreaSerializer(many=True, required=False)
    is_active = serializers.BooleanField(required=False)

    def validate_phone(self, text: str) -> str:
        try:
            return normal(text, self.context["region"])
        except UnknownNumberError as error:
            raise serializers.ValidationError(_("This is no phone number we know.")) from error

    validate_emergency_phone = validate_phone

    def facts(self, before: PartyFacts) -> PartyFacts:
        said: dict[str, Any] = dict(self.validated_data)
        if "areas" in said:
            said["areas"] = tuple((area["estate_id"], area.get("building_id")) for area in said["areas"])
        return replace(before, **said)


class SoughtPartySerializer(serializers.Serializer):
    """What the list is narrowed to."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    kind = serializers.ChoiceField(choices=OutsideParty.Kind.choices, required=False)
    branch = serializers.ChoiceField(choices=OutsideParty.Branch.choices, required=False)


def masked_people(people: list[ContactPerson], reader: Membership) -> list[ContactPerson]:
    """To who may not know them by name, as on the page."""
    if not access.sees_people(reader):
        for person in people:
            person.name, person.phone, person.mobile, person.email = masked_name(person.name), "", "", ""
            person.note = ""
    return people


class Directory(Endpoint):
    """For the roles that read the directory; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}

    def admit(self, member: Membership) -> None:
        if not access.may_read(member):
            raise NotFound("no directory for this member")

    def whole(self, party_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        rows = queries.parties_visible_to(self.member).prefetch_related(queries.with_areas())
        party: Any = rows.filter(pk=party_id).first()
        if party is None:
            raise NotFound("no such party")
        party.people_shown = masked_people(list(party.people.all()), self.member)
        return dict(PartySerializer(party).data)

    def written(self, request: Request, *, partial: bool) -> PartyWrittenSerializer:
        region = phone_region(request._request.organisation)
        said = PartyWrittenSerializer(data=request.data, context={"region": region}, partial=partial)
        said.is_valid(raise_exception=True)
        return said


class PartyList(Directory):
    @extend_schema(
        operation_id="contacts_list",
        summary=gettext_lazy("Outside parties that serve where you work"),
        parameters=[SoughtPartySerializer, CURSOR],
        responses=page_of(PartyRowSerializer),
    )
    def get(self, request: Request) -> Response:
        said = SoughtPartySerializer(data=request.query_params.dict())
        said.is_valid(raise_exception=True)
        wanted = said.validated_data
        parties = queries.listed(
            self.member, text=wanted.get("q", ""), kind=wanted.get("kind", ""), branch=wanted.get("branch", ""),
            today=timezone.localdate(),
        )  # fmt: skip
        rows, following = BY_NAME.page(request, parties)
        return Response({"next": following, "results": PartyRowSerializer(rows, many=True).data})

    @extend_schema(
        operation_id="contacts_add",
        summary=gettext_lazy("Enter an outside party"),
        request=PartyWrittenSerializer,
        responses={201: PartySerializer},
    )
    def post(self, request: Request) -> Response:
        directory.must_enter(self.member)  # before anything of the request is read
        facts = self.written(request, partial=False).facts(PartyFacts(name="", kind=""))
        party = directory.add_party(facts=facts, actor=self.member, now=timezone.now())
        return Response(self.whole(party.pk), status=201, headers={"Location": f"/api/v1/contacts/{party.pk}/"})


class PartyDetail(Directory):
    knows_version: ClassVar[bool] = True

    @extend_schema(operation_id="contacts_read", summary=gettext_lazy("An outside party"), responses=PartySerializer)
    def get(self, request: Request, party_id: UUID) -> Response:
        return Response(self.whole(party_id))

    @extend_schema(
        operation_id="contacts_change",
        summary=gettext_lazy("Change an outside party; what is left out stays as it is"),
        request=PartyWrittenSerializer,
        responses=PartySerializer,
    )
    def post(self, request: Request, party_id: UUID) -> Response:
        party = directory.locked_for(party_id, "contact.write", self.member)
        self.check_version(lambda: self.whole(party_id))
        facts = self.written(request, partial=True).facts(directory.facts_of(party))
        directory.change_party(party_id=party_id, facts=facts, version=None, actor=self.member, now=timezone.now())
        return Response(self.whole(party_id))


class CallSerializer(serializers.Serializer):
    """Whom to call, and for what."""

    name = serializers.CharField()
    branch = serializers.CharField()
    phone = serializers.CharField(source="emergency_phone")
    note = serializers.CharField(source="emergency_note")


class CardSerializer(serializers.Serializer):
    building = serializers.UUIDField()
    name = serializers.CharField()
    calls = CallSerializer(many=True)


class EmergencyCard(Endpoint):
    scopes: ClassVar = {"GET": "notices:read"}

    @extend_schema(
        operation_id="emergency_card",
        summary=gettext_lazy("The emergency card of a building"),
        responses=CardSerializer,
    )
    def get(self, request: Request, building_id: UUID) -> Response:
        building = queries.buildings_with_card(self.member).filter(pk=building_id).first()
        if building is None:
            raise NotFound("no such building")
        organisation = request._request.organisation
        public = public_numbers(phone_region(organisation), organisation.language)
        calls = [OutsideParty(name=words, emergency_phone=number) for number, words in public]
        said = {"building": building.pk, "name": building.name, "calls": [*calls, *queries.emergency_parties(building)]}
        return Response(CardSerializer(said).data)
