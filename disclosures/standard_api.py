"""Service standards for programs: what is promised to an estate, and month by month how it was kept. Read only."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import standard_queries as queries
from disclosures.models import ServiceStandard, StandardVersion
from disclosures.rules.defaults import defaults
from disclosures.rules.standards import Cell, months_until
from disclosures.standard_showing import STATES
from owners.models import Building
from owners.queries import estates_visible_to
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

ENTERED = Keyset("created_at")
STATE_CHOICES = [(code, word) for code, (_tone, _icon, word) in STATES.items()]


class StandardVersionSerializer(serializers.Serializer):
    """What a promise says from a day on. It is never changed; a later version takes its place."""

    number = serializers.IntegerField()
    from_on = serializers.DateField()
    item_en = serializers.CharField()
    item_zh = serializers.CharField()
    level_en = serializers.CharField()
    level_zh = serializers.CharField()
    measure_en = serializers.CharField()
    measure_zh = serializers.CharField()
    times = serializers.IntegerField()
    every = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=StandardVersion.Unit.choices)
    source = serializers.CharField(help_text=gettext_lazy("Where it is seen whether it is kept."))
    source_key = serializers.CharField()
    per_building = serializers.BooleanField()
    least_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    explanation = serializers.CharField()


class StandardRowSerializer(serializers.Serializer):
    """A promise to an estate, with its versions, the oldest first."""

    id = serializers.UUIDField(source="pk")
    estate = serializers.UUIDField(source="estate_id")
    ends_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField()
    versions = StandardVersionSerializer(many=True, source="in_order")


class StandardMonthSerializer(serializers.Serializer):
    """How a month went. ``kept`` and ``of`` are empty where nothing was due, or too few to be shown."""

    month = serializers.DateField(help_text=gettext_lazy("Its first day."))
    building = serializers.UUIDField(allow_null=True, help_text=gettext_lazy("Empty: the whole estate."))
    state = serializers.ChoiceField(choices=STATE_CHOICES)
    kept = serializers.IntegerField(allow_null=True)
    of = serializers.IntegerField(allow_null=True)


class StandardSerializer(StandardRowSerializer):
    months = StandardMonthSerializer(many=True)


class SoughtStandardSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    estate = serializers.UUIDField(required=False)


class Standards(Endpoint):
    """For whoever reads what is promised; for others there is nothing here."""

    scopes: ClassVar = {"GET": "accounts:read", "*": "accounts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "standard.read"):
            raise NotFound("no promises for this member")


def _in_order(row: Any) -> Any:
    row.in_order = sorted(row.versions.all(), key=lambda version: version.from_on)
    return row


class StandardList(Standards):
    @extend_schema(
        operation_id="standards_list",
        summary=gettext_lazy("What is promised, in the order it was entered"),
        parameters=[SoughtStandardSerializer, CURSOR],
        responses=page_of(StandardRowSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtStandardSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        rows = queries.standards_visible_to(self.member)
        if key := dict(asked.validated_data).get("estate"):
            if not estates_visible_to(self.member).filter(pk=key).exists():
                raise NotFound("no such estate")
            rows = rows.filter(estate=key)
        page, following = ENTERED.page(request, queries.with_versions(rows))
        found = [_in_order(row) for row in page]
        return Response({"next": following, "results": StandardRowSerializer(found, many=True).data})


class StandardDetail(Standards):
    @extend_schema(
        operation_id="standard_read",
        summary=gettext_lazy("A promise with the last twelve months"),
        responses=StandardSerializer,
    )
    def get(self, request: Request, standard_id: UUID) -> Response:
        row: Any = queries.standard_seen_by(self.member, standard_id)
        if row is None:
            raise NotFound("no such standard")
        row.months = _months(row, self.member)
        return Response(StandardSerializer(_in_order(row)).data)


def _months(row: ServiceStandard, member: Membership) -> list[dict[str, Any]]:
    today = timezone.localdate()
    months = months_until(today, defaults()["standards"]["months"])
    (kept,) = queries.kept_of([row], row.estate, member, months=months, now=timezone.now(), today=today)
    places: list[tuple[Building | None, list[Cell]]] = [(None, kept.whole), *kept.buildings]
    return [
        {"month": month, "building": building.pk if building else None, "state": cell.state, "kept": cell.kept,
         "of": cell.of}
        for building, cells in places
        for month, cell in zip(months, cells, strict=True)
    ]  # fmt: skip
