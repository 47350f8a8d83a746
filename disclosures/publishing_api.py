"""Fees, publications and duties to publish for programs: what the pages show, to read."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import fee_queries, publication_queries, publicduty_queries
from disclosures.closing import refuse_closed
from disclosures.models import FeeItem, FeeSchedule, Publication, PublicationPlace
from disclosures.services import publications
from disclosures.showing import publication_acts_open_to
from owners.queries import estates_visible_to
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))


RATE: dict[str, Any] = {"max_digits": 14, "decimal_places": 4}
STANDINGS = ("waiting", "missed", "kept", "late")
VERDICTS = ("new", "gone", "up", "down", "same", "other")
LATEST_IN_FORCE = Keyset("valid_from", is_falling=True, read=_day)
NEWEST_FIRST = Keyset("moved_at", is_falling=True)
LATEST_DUE = Keyset("due_on", is_falling=True, read=_day)


class FeeScheduleRowSerializer(serializers.Serializer):
    """One version of what the units of an estate are charged."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    version = serializers.IntegerField()
    estate = serializers.UUIDField(source="estate_id")
    unit_kind = serializers.CharField(help_text=gettext_lazy("Empty for all units."))
    valid_from = serializers.DateField()
    currency = serializers.CharField()
    state = serializers.ChoiceField(choices=FeeSchedule.State.choices)
    is_rise = serializers.BooleanField()
    published_at = serializers.DateTimeField(allow_null=True)


class FeeChargeSerializer(serializers.Serializer):
    name_en = serializers.CharField(source="row.name_en")
    name_zh = serializers.CharField(source="row.name_zh")
    per = serializers.ChoiceField(source="row.per", choices=FeeItem.Per.choices)
    note = serializers.CharField(source="row.note")
    rate = serializers.DecimalField(source="now.rate", **RATE, allow_null=True, default=None)
    rate_before = serializers.DecimalField(source="before.rate", **RATE, allow_null=True, default=None)
    verdict = serializers.ChoiceField(
        choices=VERDICTS,
        help_text=gettext_lazy("new, gone, up, down, same or other: compared with the version before."),
    )
    difference = serializers.DecimalField(**RATE, allow_null=True)
    percent = serializers.DecimalField(max_digits=12, decimal_places=1, allow_null=True)


class FeeScheduleSerializer(FeeScheduleRowSerializer):
    explanation = serializers.CharField()
    decision = serializers.CharField()
    decided_on = serializers.DateField(allow_null=True)
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True)
    charges = FeeChargeSerializer(many=True)


class PublicationRowSerializer(serializers.Serializer):
    """Something shown to an estate for a minimum time."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    estate = serializers.UUIDField(source="estate_id")
    kind = serializers.ChoiceField(choices=Publication.Kind.choices)
    title_en = serializers.CharField()
    title_zh = serializers.CharField()
    state = serializers.ChoiceField(choices=Publication.State.choices)
    start_on = serializers.DateField(allow_null=True)
    min_until = serializers.DateField(allow_null=True)
    end_on = serializers.DateField(allow_null=True)
    moved_at = serializers.DateTimeField()


class PublicationPlaceSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    kind = serializers.ChoiceField(choices=PublicationPlace.Kind.choices)
    where = serializers.CharField()
    from_on = serializers.DateField()
    to_on = serializers.DateField(allow_null=True)
    has_photos = serializers.BooleanField()


class PublicationSerializer(PublicationRowSerializer):
    """Of withdrawn accounts and fees the text is empty for others than staff and committee."""

    text_en = serializers.CharField()
    text_zh = serializers.CharField()
    subject_number = serializers.CharField()
    period_from = serializers.DateField(allow_null=True)
    period_to = serializers.DateField(allow_null=True)
    withdrawal_reason = serializers.SerializerMethodField()
    withdrawal_asked_at = serializers.DateTimeField(
        source="asked_at_shown", allow_null=True, help_text=gettext_lazy("While a second person decides; for staff.")
    )
    places = PublicationPlaceSerializer(many=True)
    acts = serializers.ListField(
        child=serializers.CharField(), help_text=gettext_lazy("What you may do now: addresses below this one.")
    )

    def get_withdrawal_reason(self, row: Any) -> str:
        """Why it was withdrawn; while that is only asked for, for staff alone."""
        return row.withdrawal_reason if row.state == Publication.State.WITHDRAWN or row.asked_at_shown else ""


class PublicationTaskSerializer(serializers.Serializer):
    """One duty to publish for one period."""

    id = serializers.UUIDField(source="pk")
    estate = serializers.UUIDField(source="estate_id")
    kind = serializers.CharField()
    title = serializers.CharField()
    period_from = serializers.DateField()
    period_to = serializers.DateField()
    due_on = serializers.DateField()
    standing = serializers.ChoiceField(
        source="standing_now", choices=STANDINGS, help_text=gettext_lazy("waiting, missed, kept or late.")
    )
    kept_on = serializers.DateField(allow_null=True)
    publication = serializers.UUIDField(source="publication_id", allow_null=True)


class OfEstateSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    estate = serializers.UUIDField(required=False)


class _Open(Endpoint):
    """For whoever reads such things; for others there is nothing here."""

    action = ""
    scopes: ClassVar = {"GET": "accounts:read", "*": "accounts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, self.action):
            raise NotFound("nothing of this for this member")

    def of_estate(self, request: Request, rows: Any) -> Any:
        asked = OfEstateSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        if key := asked.validated_data.get("estate"):
            if not estates_visible_to(self.member).filter(pk=key).exists():
                raise NotFound("no such estate")
            rows = rows.filter(estate=key)
        return rows


class FeeSchedules(_Open):
    action = "fee.read"

    @extend_schema(
        operation_id="fees_list", summary=gettext_lazy("Fees, the latest in force first"),
        parameters=[OfEstateSerializer, CURSOR], responses=page_of(FeeScheduleRowSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = self.of_estate(request, fee_queries.schedules_visible_to(self.member))
        page, following = LATEST_IN_FORCE.page(request, rows)
        return Response({"next": following, "results": FeeScheduleRowSerializer(page, many=True).data})


class FeeScheduleDetail(_Open):
    action = "fee.read"

    @extend_schema(
        operation_id="fees_read", summary=gettext_lazy("One version of the fees with its charges"),
        responses=FeeScheduleSerializer,
    )  # fmt: skip
    def get(self, request: Request, schedule_id: UUID) -> Response:
        row: Any = fee_queries.schedules_visible_to(self.member).filter(pk=schedule_id).first()
        if row is None:
            refuse_closed(fee_queries.schedules_named_to(self.member), schedule_id)
            raise NotFound("no such fee schedule")
        row.charges = fee_queries.compared_with(row, fee_queries.before_shown_to(row, self.member))
        return Response(FeeScheduleSerializer(row).data)


class Publications(_Open):
    action = "publication.read"

    @extend_schema(
        operation_id="publications_list", summary=gettext_lazy("Publications, the newest first"),
        parameters=[OfEstateSerializer, CURSOR], responses=page_of(PublicationRowSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = self.of_estate(request, publication_queries.publications_visible_to(self.member))
        page, following = NEWEST_FIRST.page(request, rows)
        return Response({"next": following, "results": PublicationRowSerializer(page, many=True).data})


class OfPublications(_Open):
    action = "publication.read"

    def found(self, publication_id: UUID) -> Publication:
        row = publication_queries.publications_visible_to(self.member).filter(pk=publication_id).first()
        if row is None:
            raise NotFound("no such publication")
        return row

    def whole(self, publication_id: UUID) -> dict[str, Any]:
        row: Any = self.found(publication_id)
        if not row.shows_text_to(self.member):
            row.text_en = row.text_zh = ""
        row.asked_at_shown = row.withdrawal_asked_at if row.is_asked_back and self.member.is_staff_role else None
        row.acts = publication_acts_open_to(self.member, row)  # before its places take the name the policy asks by
        row.places = publication_queries.places_of(row, with_photos=False)
        return dict(PublicationSerializer(row).data)


class PublicationDetail(OfPublications):
    @extend_schema(
        operation_id="publication_read", summary=gettext_lazy("One publication"), responses=PublicationSerializer
    )
    def get(self, request: Request, publication_id: UUID) -> Response:
        row = self.found(publication_id)
        if request.method == "GET":  # as opening its page is noted
            publications.note_read(publication=row, actor=self.member, now=timezone.now())
        return Response(self.whole(publication_id))


class PublicationTasks(_Open):
    action = "publicduty.read"

    @extend_schema(
        operation_id="publication_duties_list",
        summary=gettext_lazy("What must be published, what is due latest first"),
        parameters=[OfEstateSerializer, CURSOR], responses=page_of(PublicationTaskSerializer),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = self.of_estate(request, publicduty_queries.tasks_visible_to(self.member))
        page, following = LATEST_DUE.page(request, rows)
        today = timezone.localdate()
        shown: list[Any] = list(page)
        for row in shown:
            row.title, row.standing_now = publicduty_queries.title_of_task(row), row.standing(today)
        return Response({"next": following, "results": PublicationTaskSerializer(shown, many=True).data})
