"""Relay times for programs: the figures of the page."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import queries
from reports.relay_forms import RelaysForm
from reports.relay_queries import relays_in
from reports.rules.relays import figures
from tenancy.api.endpoints import Endpoint
from tenancy.errors import NotAllowed
from tenancy.models import Membership
from tenancy.policy import can


class RelayDaysSerializer(serializers.Serializer):
    """The days asked about: without them the last three months of all your estates."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    estate = serializers.UUIDField(required=False)


class RelayFiguresSerializer(serializers.Serializer):
    """Times are whole minutes, from receiving to leaving."""

    received = serializers.IntegerField()
    relayed = serializers.IntegerField()
    judged = serializers.IntegerField(help_text=gettext_lazy("Relayed, or late already."))
    in_time = serializers.IntegerField()
    median_minutes = serializers.IntegerField(allow_null=True)
    longest_minutes = serializers.IntegerField(allow_null=True)


class NamedRelayFiguresSerializer(RelayFiguresSerializer):
    name = serializers.CharField()


class RelayTimesSerializer(serializers.Serializer):
    first = serializers.DateField()
    last = serializers.DateField()
    total = RelayFiguresSerializer()
    utilities = NamedRelayFiguresSerializer(many=True)
    estates = NamedRelayFiguresSerializer(many=True)


class RelayTimes(Endpoint):
    scopes: ClassVar = {"GET": "reports:read"}

    def admit(self, member: Membership) -> None:
        if not can(member, "outage.report"):
            raise NotAllowed(_("Your role does not read the reports."))

    @extend_schema(
        operation_id="relay_times",
        summary=gettext_lazy("How fast outages were relayed"),
        parameters=[RelayDaysSerializer],
        responses=RelayTimesSerializer,
    )
    def get(self, request: Request) -> Response:
        now = timezone.now()
        asked = RelayDaysSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        form = RelaysForm(
            request.query_params, estates=queries.estates_of(self.member), today=timezone.localdate(now)
        )  # fmt: skip
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        (first, last), estates = form.days, form.chosen
        rows = relays_in([estate.pk for estate in estates], first, last)
        names = sorted({row.utility for row in rows})
        by_utility = [(name, [row for row in rows if row.utility == name]) for name in names]
        by_estate = [(each.name, [row for row in rows if each.name in row.estates]) for each in estates]

        def named(groups: list[tuple[str, list[Any]]]) -> list[dict[str, Any]]:
            return [{"name": name, **vars(figures(found, now))} for name, found in groups if found]

        told = {"first": first, "last": last, "total": vars(figures(rows, now)), "utilities": named(by_utility),
                "estates": named(by_estate)}  # fmt: skip
        return Response(RelayTimesSerializer(told).data)
