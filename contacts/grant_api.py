"""Links for outside parties, for programs."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import grant_queries, queries
from contacts.models import AccessGrant, OutsideParty
from contacts.services import grants
from contacts.services.grants import Wish
from tenancy.api.endpoints import Endpoint
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.origins import origin_of
from tenancy.policy import can
from tenancy.stepping_up import is_proven


class GrantSerializer(serializers.Serializer):
    """A link in force; the link itself is told once, when it is made."""

    id = serializers.UUIDField(source="pk")
    subject_type = serializers.CharField()
    subject = serializers.UUIDField(source="subject_id", allow_null=True)
    contact = serializers.UUIDField(source="contact_id", allow_null=True)
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    uses = serializers.IntegerField()


class GrantGivenSerializer(GrantSerializer):
    link = serializers.CharField(help_text=gettext_lazy("Told now and never again; empty when it was mailed."))


class GrantWishSerializer(serializers.Serializer):
    """Whom to let in to what."""

    subject_type = serializers.CharField(max_length=60)
    subject = serializers.UUIDField(required=False, allow_null=True, default=None)
    contact = serializers.UUIDField(required=False, allow_null=True, default=None)
    days = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=10_000)
    is_mailed = serializers.BooleanField(required=False, default=False)

    def wish(self) -> Wish:
        said = self.validated_data
        return Wish(said["subject_type"], said["subject"], said["contact"], said["days"], said["is_mailed"])


class Grants(Endpoint):
    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "grant.write"):
            raise NotFound("no links for this member")


class GrantList(Grants):
    def party(self, party_id: UUID) -> OutsideParty:
        found: OutsideParty | None = queries.parties_visible_to(self.member, "grant.write").filter(pk=party_id).first()
        if found is None:
            raise NotFound("no such party")
        return found

    @extend_schema(
        operation_id="grants_list",
        summary=gettext_lazy("The links of an outside party that are in force"),
        responses=GrantSerializer(many=True),
    )
    def get(self, request: Request, party_id: UUID) -> Response:
        rows = grant_queries.grants_in_force(self.party(party_id), timezone.now())
        return Response(GrantSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="grants_give",
        summary=gettext_lazy("Let an outside party in by a link"),
        request=GrantWishSerializer,
        responses={201: GrantGivenSerializer},
    )
    def post(self, request: Request, party_id: UUID) -> Response:
        self.party(party_id)
        if request.auth is None and not is_proven(request._request):
            raise NotAllowed(_("Confirm who you are first, on a page of your account."))
        said = GrantWishSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        wish = said.wish()
        given = grants.give(party_id=party_id, wish=wish, form_key=None, actor=self.member, now=timezone.now())
        self.forget_answer()  # it would keep the link
        link = "" if wish.is_mailed else f"{origin_of(request._request.organisation)}{given.path}"
        told: Any = given.grant
        told.link = link
        return Response(GrantGivenSerializer(told).data, status=201)


class GrantEnd(Grants):
    @extend_schema(
        operation_id="grants_end", summary=gettext_lazy("End a link"), request=None, responses=GrantSerializer
    )
    def post(self, request: Request, grant_id: UUID) -> Response:
        grant: AccessGrant = grants.end(grant_id=grant_id, actor=self.member, now=timezone.now())
        return Response(GrantSerializer(grant).data)
