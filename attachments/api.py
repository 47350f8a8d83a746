"""Files: sent through the gate and held for what they will belong to, read by whom their subject lets in."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from attachments import queries, services
from attachments.limits import upload_limits
from attachments.models import Attachment
from attachments.rules import holder_key
from attachments.serving import file_response
from audit.services import record
from tenancy.api.endpoints import Endpoint
from tenancy.errors import NotFound
from tenancy.models import Membership


def holder_of(member: Membership) -> str:
    return holder_key(membership_id=member.pk, visitor="")


class HeldFilesField(serializers.ListField):
    """Ids of files the member has sent and nothing has yet. Reads ``context["member"]``; cleans to attachments."""

    child = serializers.UUIDField()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Ids of files you sent before with POST /files/."))
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Attachment]:
        if isinstance(data, list) and len(data) > upload_limits().files_per_subject:
            raise serializers.ValidationError(
                _("At most %(files)s files can be sent here.") % {"files": upload_limits().files_per_subject}
            )
        wanted = list(dict.fromkeys(super().to_internal_value(data)))
        found = queries.held_by(holder_of(self.context["member"])).in_bulk(wanted) if wanted else {}
        if len(found) < len(wanted):
            raise serializers.ValidationError(_("A file is no longer here. Send it again."))
        return [found[key] for key in wanted]


class FileSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="original_name")
    type = serializers.CharField(source="mime")
    size = serializers.IntegerField(help_text=gettext_lazy("In bytes, as it is kept."))
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


@extend_schema_field(OpenApiTypes.BINARY)
class AnyFileField(serializers.Field):
    """The file as it came; the gate judges it."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, UploadedFile):
            raise serializers.ValidationError(_("Send a file, as multipart/form-data."))
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class UploadSerializer(serializers.Serializer):
    file = AnyFileField()


class FileList(Endpoint):
    scopes: ClassVar = {"*": "files:write"}
    parser_classes: ClassVar = [MultiPartParser]

    @extend_schema(
        operation_id="files_send",
        summary=gettext_lazy("Send a file"),
        description=gettext_lazy(
            "It is checked and cleaned, and held for a day: name its id when you file a complaint or write on one."
        ),
        request={"multipart/form-data": UploadSerializer},
        responses={201: FileSerializer},
    )
    def post(self, request: Request) -> Response:
        said = UploadSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        held = services.receive_upload(file=said.validated_data["file"], actor=self.member, now=timezone.now())
        location = reverse("api:file", args=[held.pk])
        return Response(FileSerializer(held).data, status=201, headers={"Location": location})


class FileDetail(Endpoint):
    has_version = False
    scopes: ClassVar = {"GET": "files:read", "DELETE": "files:write"}

    @extend_schema(
        operation_id="files_read",
        summary=gettext_lazy("The bytes of a file"),
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, file_id: UUID) -> FileResponse:
        found = readable(self.member, file_id)
        record(action="attachment.downloaded", subject=found, actor=self.member, now=timezone.now())
        return file_response(found)

    @extend_schema(
        operation_id="files_drop",
        summary=gettext_lazy("Drop a file that belongs to nothing yet"),
        responses={204: None},
    )
    def delete(self, request: Request, file_id: UUID) -> Response:
        held = queries.held_by(holder_of(self.member)).filter(pk=file_id).first()
        if held is None:
            raise NotFound("no such file")
        services.discard(attachment=held, now=timezone.now())
        return Response(status=204)


class FileThumb(Endpoint):
    has_version = False
    scopes: ClassVar = {"GET": "files:read"}

    @extend_schema(
        operation_id="files_thumb",
        summary=gettext_lazy("A small picture of an image"),
        responses={(200, "image/*"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, file_id: UUID) -> FileResponse:
        return file_response(readable(self.member, file_id), thumb=True)


def readable(member: Membership, file_id: UUID) -> Attachment:
    """The file the member may read. Raises NotFound for unknown, somebody else's and dropped alike."""
    found: Attachment | None = Attachment.objects.filter(pk=file_id).first()
    if found is None or not queries.may_read(found, membership=member, holder=holder_of(member)):
        raise NotFound("no such file")
    return found
