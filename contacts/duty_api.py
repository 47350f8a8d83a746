"""The calendar of what recurs, for programs: the agenda, duties, and that one was done."""

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import HeldFilesField
from attachments.queries import of_subjects
from contacts import duty_queries as queries
from contacts.api import AreaSerializer
from contacts.duty_calendars import summary_of
from contacts.models import Duty
from contacts.rules import duties as rules
from contacts.rules.defaults import duty_defaults
from contacts.services import duties
from contacts.services.duties import DoneFacts, DutyFacts
from owners.models import Estate
from owners.queries import estates_visible_to
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership

SOURCES = [
    ("duty", gettext_lazy("A duty")),
    ("certificate", gettext_lazy("The end of a certificate")),
    ("contract", gettext_lazy("The end of a contract")),
    ("notice", gettext_lazy("The last day for notice of a contract")),
]
SHOWN = [("late", gettext_lazy("Late")), ("month", gettext_lazy("This month")), ("later", pgettext_lazy("agenda", "Later")),
         ("mine", gettext_lazy("What I see to"))]  # fmt: skip
KINDS = [
    *Duty.Kind.choices,
    ("certificate", gettext_lazy("Certificates of parties")),
    ("contract", gettext_lazy("Contracts")),
]
BY_DAY = Keyset("on", read=serializers.DateField().to_internal_value)


class AgendaEntrySerializer(serializers.Serializer):
    """``id`` is that of the duty, or of the certificate or contract, which are of a party."""

    id = serializers.UUIDField(source="pk")
    source = serializers.ChoiceField(choices=SOURCES)
    on = serializers.DateField()
    is_late = serializers.BooleanField()
    title = serializers.SerializerMethodField()
    party = serializers.UUIDField(source="row.party_id", allow_null=True)

    def get_title(self, entry: queries.Entry) -> str:
        return summary_of(entry)


class DoneSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    due_on = serializers.DateField()
    done_on = serializers.DateField()
    next_due_on = serializers.DateField(allow_null=True)
    words = serializers.CharField()
    noted_at = serializers.DateTimeField(source="at")
    files = serializers.ListField(child=serializers.UUIDField())


class DutySerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=Duty.Kind.choices)
    place = AreaSerializer(source="*")
    party = serializers.UUIDField(source="party_id", allow_null=True)
    responsible = serializers.UUIDField(source="responsible_id", allow_null=True)
    every = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=Duty.Unit.choices)
    counts_from = serializers.ChoiceField(choices=Duty.CountsFrom.choices)
    due_on = serializers.DateField()
    lead_days = serializers.IntegerField()
    basis = serializers.CharField()
    note = serializers.CharField()
    is_active = serializers.BooleanField()
    done = DoneSerializer(many=True, source="done_shown")


class DutyWrittenSerializer(serializers.Serializer):
    """What is said of a duty. When one is changed, what is left out stays as it is."""

    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Duty.Kind.choices)
    place = AreaSerializer()
    party = serializers.UUIDField(source="party_id", required=False, allow_null=True)
    responsible = serializers.UUIDField(source="responsible_id", required=False, allow_null=True)
    every = serializers.IntegerField(min_value=1, max_value=32767, required=False)
    unit = serializers.ChoiceField(choices=Duty.Unit.choices)
    counts_from = serializers.ChoiceField(choices=Duty.CountsFrom.choices, required=False)
    due_on = serializers.DateField()
    lead_days = serializers.IntegerField(min_value=0, max_value=32767, required=False)
    basis = serializers.CharField(max_length=300, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)

    def validate_title(self, text: str) -> str:
        return " ".join(text.split())

    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = dict(self.validated_data)
        if place := said.pop("place", None):
            said["place"] = (place["estate_id"], place.get("building_id"))
        return said


class DoneWrittenSerializer(serializers.Serializer):
    """``due_on`` is the day it was done for, as the duty says: when it says another, somebody was quicker."""

    due_on = serializers.DateField()
    done_on = serializers.DateField()
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    files = HeldFilesField(required=False, default=list)


class SoughtEntrySerializer(serializers.Serializer):
    """What the agenda is narrowed to."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    kind = serializers.ChoiceField(choices=KINDS, required=False)
    estate = serializers.UUIDField(required=False)
    show = serializers.ChoiceField(choices=SHOWN, required=False)


class Recurring(Endpoint):
    """For the roles that read the calendar; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}

    def admit(self, member: Membership) -> None:
        if not rules.may_read(member):
            raise NotFound("no calendar for this member")

    def whole(self, duty_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        duty: Any = queries.duty_seen_by(self.member, duty_id)
        if duty is None:
            raise NotFound("no such duty")
        duty.done_shown = list(queries.history_of(duty)[: duty_defaults()["history_rows"]])
        files = of_subjects(duties.DOCUMENTS_OF, [row.pk for row in duty.done_shown])
        for row in duty.done_shown:
            row.files = [file.pk for file in files.get(row.pk, ()) if file.is_clean]
        return dict(DutySerializer(duty).data)


class Agenda(Recurring):
    @extend_schema(
        operation_id="calendar_list",
        summary=gettext_lazy("What is due and what ends, by its day"),
        parameters=[SoughtEntrySerializer, CURSOR],
        responses=page_of(AgendaEntrySerializer),
    )
    def get(self, request: Request) -> Response:
        said = SoughtEntrySerializer(data=request.query_params.dict())
        said.is_valid(raise_exception=True)
        wanted, size = said.validated_data, duty_defaults()["page_rows"]
        sought = queries.Sought(
            text=wanted.get("q", ""), kind=wanted.get("kind", ""), show=wanted.get("show", ""),
            estate=self._estate(wanted["estate"]) if "estate" in wanted else None,
        )  # fmt: skip
        found: list[Any] = queries.agenda(
            self.member, sought, today=timezone.localdate(), limit=size + 1, after=BY_DAY.place(request)
        )
        rows, following = BY_DAY.cut(request, found, size)
        return Response({"next": following, "results": AgendaEntrySerializer(rows, many=True).data})

    def _estate(self, estate_id: UUID) -> Estate:
        estate: Estate | None = estates_visible_to(self.member).filter(pk=estate_id).first()
        if estate is None:
            raise NotFound("no such estate")
        return estate

    @extend_schema(
        operation_id="duty_add",
        summary=gettext_lazy("Enter what recurs"),
        request=DutyWrittenSerializer,
        responses={201: DutySerializer},
    )
    def post(self, request: Request) -> Response:
        duties.must_write(self.member)  # before anything of the request is read
        said = DutyWrittenSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        duty = duties.add_duty(facts=DutyFacts(**said.said()), actor=self.member, now=timezone.now())
        return Response(self.whole(duty.pk), status=201, headers={"Location": f"/api/v1/calendar/{duty.pk}/"})


class DutyDetail(Recurring):
    knows_version: ClassVar[bool] = True

    @extend_schema(
        operation_id="duty_read", summary=gettext_lazy("A duty and when it was done"), responses=DutySerializer
    )
    def get(self, request: Request, duty_id: UUID) -> Response:
        return Response(self.whole(duty_id))

    @extend_schema(
        operation_id="duty_change",
        summary=gettext_lazy("Change a duty; what is left out stays as it is"),
        request=DutyWrittenSerializer,
        responses=DutySerializer,
    )
    def post(self, request: Request, duty_id: UUID) -> Response:
        duty = duties.locked_for(duty_id, "duty.write", self.member)
        self.check_version(lambda: self.whole(duty_id))
        said = DutyWrittenSerializer(data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        facts = replace(duties.facts_of(duty), **said.said())
        duties.change_duty(duty_id=duty_id, facts=facts, version=None, actor=self.member, now=timezone.now())
        return Response(self.whole(duty_id))


class DutyNoted(Recurring):
    @extend_schema(
        operation_id="duty_done",
        summary=gettext_lazy("Note that a duty was done, with its evidence"),
        request=DoneWrittenSerializer,
        responses=DutySerializer,
    )
    def post(self, request: Request, duty_id: UUID) -> Response:
        duties.locked_for(duty_id, "duty.do", self.member)
        said = DoneWrittenSerializer(data=request.data, context={"member": self.member})
        said.is_valid(raise_exception=True)
        given = said.validated_data
        duties.note_done(
            duty_id=duty_id, due_on=given["due_on"], facts=DoneFacts(given["done_on"], given["words"]),
            files=given["files"], actor=self.member, now=timezone.now(),
        )  # fmt: skip
        return Response(self.whole(duty_id))


class DutyStopped(Recurring):
    is_active: ClassVar[bool] = False

    @extend_schema(
        operation_id="duty_stop",
        summary=gettext_lazy("Stop a duty: nobody is reminded of it any more"),
        request=None,
        responses=DutySerializer,
    )
    def post(self, request: Request, duty_id: UUID) -> Response:
        duties.set_active(duty_id=duty_id, is_active=self.is_active, actor=self.member, now=timezone.now())
        return Response(self.whole(duty_id))


class DutyResumed(DutyStopped):
    is_active = True

    @extend_schema(
        operation_id="duty_resume",
        summary=gettext_lazy("Let a stopped duty go on"),
        request=None,
        responses=DutySerializer,
    )
    def post(self, request: Request, duty_id: UUID) -> Response:
        return super().post(request, duty_id)
