"""Who the API takes the caller for."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from owners.api.shapes import EstateBriefSerializer
from owners.queries import estates_visible_to
from tenancy.api.endpoints import Endpoint
from tenancy.models import ApiToken, Membership


class OrganisationSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()


class TokenSerializer(serializers.Serializer):
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class MeSerializer(serializers.Serializer):
    """The member, and the token when one was sent."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    email = serializers.EmailField(source="user.email")
    role = serializers.ChoiceField(choices=Membership.Role.choices)
    post = serializers.CharField()
    is_staff = serializers.BooleanField(source="is_staff_role")
    organisation = OrganisationSerializer()
    estates = EstateBriefSerializer(many=True)
    token = TokenSerializer(allow_null=True)


class Me(Endpoint):
    scopes: ClassVar = {}

    @extend_schema(operation_id="me", summary=gettext_lazy("Who you are here"), responses=MeSerializer)
    def get(self, request: Request) -> Response:
        member: Any = self.member
        member.organisation = request._request.organisation
        member.estates = list(estates_visible_to(member).order_by("name", "id"))
        member.token = request.auth if isinstance(request.auth, ApiToken) else None
        return Response(MeSerializer(member).data)
