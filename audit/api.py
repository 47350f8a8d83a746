"""The audit log, for administrators and auditors."""

from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit import words
from audit.models import AuditEntry
from audit.queries import as_read_by, done_by
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed
from tenancy.models import Membership
from tenancy.policy import can

NEWEST_FIRST = Keyset("at", is_falling=True)


class AuditEntrySerializer(serializers.Serializer):
    """What was done, by whom, to what."""

    id = serializers.UUIDField(source="pk")
    at = serializers.DateTimeField()
    actor = serializers.SerializerMethodField(help_text=gettext_lazy("Empty for the system."))
    actor_id = serializers.SerializerMethodField(
        help_text=gettext_lazy("Empty for the system, and where nobody may be named.")
    )
    action = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.UUIDField()
    subject_label = serializers.CharField()
    changes = serializers.DictField()

    def get_actor_id(self, entry: AuditEntry) -> UUID | None:
        return None if getattr(entry, "hides_actor", False) else entry.actor_id

    def get_actor(self, entry: AuditEntry) -> str:
        return words.who(entry) if entry.actor_id else ""


class LogNarrowedSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    action = serializers.CharField(required=False, max_length=60)
    actor_id = serializers.UUIDField(required=False)
    subject_id = serializers.UUIDField(required=False)


class AuditLog(Endpoint):
    scopes: ClassVar = {"GET": "audit:read"}

    def admit(self, member: Membership) -> None:
        if not can(member, "audit.read"):
            raise NotAllowed(_("Your role does not read the audit log."))

    @extend_schema(
        operation_id="audit_list",
        summary=gettext_lazy("The audit log, the newest first"),
        parameters=[LogNarrowedSerializer, CURSOR],
        responses=page_of(AuditEntrySerializer),
    )
    def get(self, request: Request) -> Response:
        said = LogNarrowedSerializer(data=request.query_params.dict())
        said.is_valid(raise_exception=True)
        entries = as_read_by(AuditEntry.objects.all(), self.member).select_related("actor")
        narrowed = dict(said.validated_data)
        if "actor_id" in narrowed:
            entries = done_by(entries, narrowed.pop("actor_id"))
        entries = entries.filter(**narrowed)
        rows, following = NEWEST_FIRST.page(request, entries)
        return Response({"next": following, "results": AuditEntrySerializer(rows, many=True).data})
