"""The inbox: what we wrote to the member."""

from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notices import queries
from notices.models import Delivery
from notices.services import acknowledging, outbox
from notices.wording import in_words
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership, Organisation

NEWEST_FIRST = Keyset("created_at", is_falling=True)


class NoticeRowSerializer(serializers.Serializer):
    """A message in the list."""

    id = serializers.UUIDField(source="pk")
    subject = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticeSerializer(NoticeRowSerializer):
    event = serializers.CharField()
    text = serializers.CharField()
    link = serializers.CharField(help_text=gettext_lazy("The page it leads to, on this host; may be empty."))


class NoticeList(Endpoint):
    scopes: ClassVar = {"GET": "notices:read"}

    @extend_schema(
        operation_id="notices_list",
        summary=gettext_lazy("Your inbox, the newest first"),
        parameters=[CURSOR],
        responses=page_of(NoticeRowSerializer),
    )
    def get(self, request: Request) -> Response:
        rows, following = NEWEST_FIRST.page(request, queries.inbox_page(self.member))
        in_words(rows, organisation_of(request), get_language() or "", is_short=True)
        return Response({"next": following, "results": NoticeRowSerializer(rows, many=True).data})


def message_of(request: Request, member: Membership, delivery_id: UUID) -> Delivery:
    """With the words of its notice in the language asked for. Raises NotFound for unknown and anybody else's."""
    found = queries.inbox_page(member).filter(pk=delivery_id)
    if not found:
        raise NotFound("no such message")
    return in_words(found, organisation_of(request), get_language() or "")[0]


def organisation_of(request: Request) -> Organisation:
    return request._request.organisation


class NoticeDetail(Endpoint):
    scopes: ClassVar = {"GET": "notices:read"}

    @extend_schema(
        operation_id="notices_read",
        summary=gettext_lazy("One message"),
        description=gettext_lazy("Reading it here does not mark it as read."),
        responses=NoticeSerializer,
    )
    def get(self, request: Request, delivery_id: UUID) -> Response:
        return Response(NoticeSerializer(message_of(request, self.member, delivery_id)).data)


class NoticeMark(Endpoint):
    scopes: ClassVar = {"POST": "notices:read"}

    @extend_schema(
        operation_id="notices_mark_read",
        summary=gettext_lazy("Mark a message as read"),
        request=None,
        responses=NoticeSerializer,
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        delivery, now = message_of(request, self.member, delivery_id), timezone.now()
        outbox.mark_read(delivery=delivery, now=now)
        acknowledging.note_read(delivery=delivery, now=now)
        return self.versioned(NoticeSerializer(message_of(request, self.member, delivery_id)).data)
