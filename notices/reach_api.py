"""Reach by programs: the figures of a notice, its recipients, deliveries by hand; and a reader's confirmation."""

import uuid
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notices import reach_queries as queries
from notices.api import NoticeSerializer, message_of
from notices.models import HandDelivery, Notice, NoticeRecipient
from notices.reach_figures import figures_of
from notices.services.acknowledging import acknowledge
from notices.services.by_hand import Handed, record_hand_delivery
from owners.rules import masked_email, masked_phone, sees_contacts
from owners.services.reading import note_reading
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.names import masked_name
from tenancy.policy import can

BY_ID = Keyset()


class ChannelReachSerializer(serializers.Serializer):
    """Messages by one channel; the stages add up to the total."""

    channel = serializers.CharField(source="code")
    total = serializers.IntegerField()
    stages = serializers.DictField(child=serializers.IntegerField())


class PlaceReachSerializer(serializers.Serializer):
    building = serializers.UUIDField(source="building_id", allow_null=True)
    name = serializers.CharField(source="label")
    total = serializers.IntegerField()
    reached = serializers.IntegerField()


class ReachSerializer(serializers.Serializer):
    """Of the recipients the member looks after."""

    total = serializers.IntegerField()
    reached = serializers.IntegerField(help_text=gettext_lazy("Confirmed, where the notice asks for that."))
    read = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    overdue = serializers.IntegerField()
    by_hand = serializers.IntegerField()
    stuck = serializers.IntegerField(help_text=gettext_lazy("Not reached, and nothing more is sent by itself."))
    channels = ChannelReachSerializer(many=True)
    places = PlaceReachSerializer(many=True)


class FateSerializer(serializers.Serializer):
    """One message, and what became of it."""

    channel = serializers.CharField()
    state = serializers.CharField()
    because = serializers.CharField()
    handed_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    bounced_at = serializers.DateTimeField(allow_null=True)


class HandSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    method = serializers.CharField()
    at = serializers.DateTimeField()
    to_whom = serializers.CharField()
    note = serializers.CharField()


class RecipientSerializer(serializers.Serializer):
    """Somebody a notice was for; contacts are masked for who may not see them."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="shown_name")
    email = serializers.CharField(source="shown_email")
    phone = serializers.CharField(source="shown_phone")
    building = serializers.UUIDField(source="building_id", allow_null=True)
    floor = serializers.IntegerField(allow_null=True)
    units = serializers.CharField()
    reached_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    next_step_at = serializers.DateTimeField(allow_null=True)
    deliveries = serializers.SerializerMethodField()
    by_hand = serializers.SerializerMethodField()

    @extend_schema(responses=FateSerializer(many=True))
    def get_deliveries(self, row: NoticeRecipient) -> list[Any]:
        return list(FateSerializer(row.deliveries.all(), many=True).data)

    def get_by_hand(self, row: NoticeRecipient) -> list[Any]:
        return list(HandSerializer(row.hand_deliveries.all(), many=True).data)


class HandBodySerializer(serializers.Serializer):
    method = serializers.ChoiceField(choices=HandDelivery.Method.choices)
    at = serializers.DateTimeField(required=False, help_text=gettext_lazy("Now, when left out."))
    to_whom = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    acknowledged = serializers.BooleanField(
        required=False, default=False, help_text=gettext_lazy("They said that they have read it.")
    )


def shown(row: NoticeRecipient, member: Membership) -> NoticeRecipient:
    """With what the member may see of who it is."""
    is_whole = sees_contacts(member)
    words = {
        "shown_name": row.name if is_whole else masked_name(row.name),
        "shown_email": row.email if is_whole else masked_email(row.email),
        "shown_phone": row.phone if is_whole else masked_phone(row.phone),
    }
    for name, value in words.items():
        setattr(row, name, value)
    return row


class _Reach(Endpoint):
    action = "notice.see_reach"

    def admit(self, member: Membership) -> None:
        if not can(member, self.action):
            raise NotAllowed(gettext_lazy("Your role does not see whom notices reach."))

    def notice(self, notice_id: UUID) -> Notice:
        found: Notice | None = queries.notices_seen_by(self.member, self.action).filter(pk=notice_id).first()
        if found is None:
            raise NotFound("no such notice")
        note_reading(actor=self.member, what="notice", subject=found, now=timezone.now())
        return found


class NoticeReach(_Reach):
    scopes: ClassVar = {"GET": "reach:read"}

    @extend_schema(
        operation_id="reach_read", summary=gettext_lazy("How many a notice has reached"), responses=ReachSerializer
    )
    def get(self, request: Request, notice_id: UUID) -> Response:
        notice = self.notice(notice_id)
        rows = queries.recipients_seen_by(self.member, notice)
        return Response(ReachSerializer(figures_of(notice, rows, now=timezone.now())).data)


class NoticeRecipients(_Reach):
    scopes: ClassVar = {"GET": "reach:read"}

    @extend_schema(
        operation_id="reach_recipients",
        summary=gettext_lazy("Whom a notice was for, and what became of it for each"),
        parameters=[CURSOR],
        responses=page_of(RecipientSerializer),
    )
    def get(self, request: Request, notice_id: UUID) -> Response:
        rows = queries.with_fates(queries.recipients_seen_by(self.member, self.notice(notice_id)))
        page, following = BY_ID.page(request, rows)
        people = [shown(row, self.member) for row in page]
        return Response({"next": following, "results": RecipientSerializer(people, many=True).data})


class NoticeHand(_Reach):
    action = "notice.chase"
    scopes: ClassVar = {"POST": "reach:write"}

    @extend_schema(
        operation_id="reach_by_hand",
        summary=gettext_lazy("Note a delivery made by hand"),
        request=HandBodySerializer,
        responses={201: HandSerializer},
    )
    def post(self, request: Request, recipient_id: UUID) -> Response:
        body, now = HandBodySerializer(data=request.data), timezone.now()
        if not queries.recipients_to_chase(self.member).filter(pk=recipient_id).exists():
            raise NotFound("no such recipient")
        body.is_valid(raise_exception=True)
        said = body.validated_data
        handed = Handed(
            method=said["method"], at=said.get("at", now), form_key=str(uuid.uuid4()), to_whom=said["to_whom"],
            note=said["note"], is_acknowledged=said["acknowledged"],
        )  # fmt: skip
        made = record_hand_delivery(recipient_id=recipient_id, handed=handed, actor=self.member, now=now)
        return Response(HandSerializer(made).data, status=201)


class NoticeConfirm(Endpoint):
    scopes: ClassVar = {"POST": "notices:confirm"}

    @extend_schema(
        operation_id="notices_confirm",
        summary=gettext_lazy("Confirm that you have read a notice"),
        description=gettext_lazy("Confirming it again changes nothing."),
        request=None,
        responses=NoticeSerializer,
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        delivery = message_of(request, self.member, delivery_id)
        if delivery.recipient_id is None or not can(self.member, "notice.acknowledge"):
            raise NotFound("no such message")
        how = NoticeRecipient.How.PORTAL
        acknowledge(recipient_id=delivery.recipient_id, how=how, actor=self.member, now=timezone.now())
        return self.versioned(NoticeSerializer(message_of(request, self.member, delivery_id)).data)
