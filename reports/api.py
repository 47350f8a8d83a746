"""Reports and what is past due."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.models.settings import LadderStep, TargetKind
from complaints.rules.targets import business_minutes_left
from complaints.services.clocks import rules_calendar
from owners.api.shapes import EstateBriefSerializer
from reports import queries, services
from reports.models import ReportRun
from reports.rules import access
from reports.serving import TYPES, report_file
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import BY_ID_FALLING, Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.stepping_up import is_proven

LONGEST_LATE_FIRST = Keyset("due_at")


class Reading(Endpoint):
    """For the roles that read reports."""

    scopes: ClassVar = {"GET": "reports:read", "POST": "reports:write"}

    def admit(self, member: Membership) -> None:
        if not access.may_read_reports(member):
            raise NotAllowed(_("Your role does not read the reports."))

    def run(self, run_id: UUID, *, is_whole: bool = False) -> ReportRun:
        """Unknown, another organisation's and another estate's look the same. Raises NotFound."""
        runs = queries.runs_visible_to(self.member).filter(pk=run_id)
        run: ReportRun | None = (runs.defer("listing") if is_whole else runs).first()
        if run is None:
            raise NotFound("no such report")
        return run


class ReportRowSerializer(serializers.Serializer):
    """A report that was asked for."""

    id = serializers.UUIDField(source="pk")
    kind = serializers.ChoiceField(choices=ReportRun.Kind.choices)
    month = serializers.DateField(help_text=gettext_lazy("The first day of the month."))
    estate = EstateBriefSerializer(allow_null=True, help_text=gettext_lazy("Null: all estates of who asked."))
    language = serializers.CharField()
    state = serializers.ChoiceField(choices=ReportRun.State.choices)
    progress = serializers.IntegerField(help_text=gettext_lazy("Per cent."))
    requested_by = serializers.CharField(source="requested_by.name", default="")
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ReportSerializer(ReportRowSerializer):
    figures = serializers.DictField(help_text=gettext_lazy("Empty until it is made."))


class WantedSerializer(serializers.Serializer):
    """Which report to make."""

    month = serializers.DateField(help_text=gettext_lazy("Any day of the month."))
    estate = serializers.UUIDField(required=False, allow_null=True, default=None)
    language = serializers.ChoiceField(choices=[code for code, _name in settings.LANGUAGES], required=False)


class ReportList(Reading):
    @extend_schema(
        operation_id="reports_list",
        summary=gettext_lazy("Reports that were asked for, the newest first"),
        parameters=[CURSOR],
        responses=page_of(ReportRowSerializer),
    )
    def get(self, request: Request) -> Response:
        rows, following = BY_ID_FALLING.page(request, queries.runs_visible_to(self.member))
        return Response({"next": following, "results": ReportRowSerializer(rows, many=True).data})

    @extend_schema(
        operation_id="reports_make",
        summary=gettext_lazy("Have the complaints of a month made into a report"),
        request=WantedSerializer,
        responses={202: ReportRowSerializer},
    )
    def post(self, request: Request) -> Response:
        said = WantedSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        month: date = said.validated_data["month"]
        run = services.request_report(
            month=month,
            estate_id=said.validated_data["estate"],
            language=said.validated_data.get("language") or translation.get_language() or settings.LANGUAGE_CODE,
            actor=self.member,
            now=timezone.now(),
        )
        location = reverse("api:report", args=[run.pk])
        return Response(ReportRowSerializer(run).data, status=202, headers={"Location": location})


class ReportDetail(Reading):
    @extend_schema(
        operation_id="reports_read", summary=gettext_lazy("A report and its figures"), responses=ReportSerializer
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        return Response(ReportSerializer(self.run(run_id, is_whole=True)).data)


class ReportAgain(Reading):
    @extend_schema(
        operation_id="reports_retry",
        summary=gettext_lazy("Have a report that failed made again"),
        request=None,
        responses={202: ReportRowSerializer},
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        run = services.retry_report(run_id=run_id, actor=self.member, now=timezone.now())
        return Response(ReportRowSerializer(run).data, status=202)


class Export(Reading):
    """A file to take away: by a session only after a recent proof, as on the page; a token was made with one."""

    def admit(self, member: Membership) -> None:
        super().admit(member)
        if self.request.auth is None and not is_proven(self.request._request):
            raise NotAllowed(_("Please confirm that it is you: sign in again, then download."))


class ReportPdf(Export):
    has_version = False

    @extend_schema(
        operation_id="reports_pdf",
        summary=gettext_lazy("A report as PDF"),
        responses={(200, TYPES["pdf"]): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, run_id: UUID) -> FileResponse:
        return report_file(self.run(run_id), "pdf", actor=self.member, now=timezone.now())


class ReportXlsx(Export):
    has_version = False

    @extend_schema(
        operation_id="reports_xlsx",
        summary=gettext_lazy("A report as XLSX"),
        responses={(200, TYPES["xlsx"]): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, run_id: UUID) -> FileResponse:
        return report_file(self.run(run_id), "xlsx", actor=self.member, now=timezone.now())


class PastDueSerializer(serializers.Serializer):
    """A promise that is broken now and not yet made good."""

    id = serializers.UUIDField(source="pk")
    complaint = serializers.CharField(source="complaint.number")
    category = serializers.CharField(source="complaint.category.name")
    estate = EstateBriefSerializer(source="complaint.estate")
    place = serializers.CharField(source="complaint.place_words")
    handler = serializers.CharField(source="complaint.handler.name", default="")
    kind = serializers.ChoiceField(choices=TargetKind.choices)
    due_at = serializers.DateTimeField()
    late_minutes = serializers.IntegerField(help_text=gettext_lazy("In minutes of service time."))
    level = serializers.ChoiceField(
        choices=LadderStep.Level.choices, allow_null=True, help_text=gettext_lazy("How far it was passed on.")
    )
    is_acknowledged = serializers.BooleanField()


class PastDueList(Reading):
    def admit(self, member: Membership) -> None:
        if not access.may_read_past_due(member):
            raise NotAllowed(_("Your role does not read the reports."))

    @extend_schema(
        operation_id="past_due_list",
        summary=gettext_lazy("Broken promises, the longest late first"),
        parameters=[CURSOR],
        responses=page_of(PastDueSerializer),
    )
    def get(self, request: Request) -> Response:
        now, size = timezone.now(), settings.API["PAGE_ROWS"]
        late = queries.past_due(self.member, now)
        found = queries.past_due_rows(late, reader=self.member, after=LONGEST_LATE_FIRST.place(request), size=size)
        rows, following = LONGEST_LATE_FIRST.cut(request, found, size)
        taken_up = queries.acknowledged(clock.pk for clock in rows)
        for clock in rows:
            calendar = rules_calendar(clock.calendar, round_the_clock=clock.round_the_clock)
            clock.late_minutes = -business_minutes_left(calendar, now, clock.due_at)
            clock.level = queries.LEVELS[clock.rank - 1].value if clock.rank else None
            clock.is_acknowledged = (clock.pk, clock.level) in taken_up
        return Response({"next": following, "results": PastDueSerializer(rows, many=True).data})
