"""The timeline of a unit, a person, an outside party or an estate for programs: what every room exchanged."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.models import CommunicationRecord as Record
from contacts.queries import parties_visible_to
from contacts.register_lines import timeline as merged
from owners.queries import estates_visible_to, people_visible_to, units_visible_to
from owners.services.reading import note_reading
from owners.timelines import Asked
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

NEWEST_FIRST = Keyset("at", is_falling=True)
KINDS: dict[str, Callable[[Membership], Any]] = {
    "unit": units_visible_to, "person": people_visible_to, "party": parties_visible_to, "estate": estates_visible_to,
}  # fmt: skip
KIND = OpenApiParameter("kind", {"type": "string", "enum": sorted(KINDS)}, OpenApiParameter.PATH)


class SoughtTimelineSerializer(serializers.Serializer):
    """What the timeline is narrowed to."""

    form = serializers.ChoiceField(choices=Record.Form.choices, required=False)
    method = serializers.ChoiceField(choices=Record.Method.choices, required=False)
    content = serializers.ChoiceField(choices=Record.Content.choices, required=False)
    direction = serializers.ChoiceField(choices=Record.Direction.choices, required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class TimelineLineSerializer(serializers.Serializer):
    """One contact, whichever room had it."""

    id = serializers.UUIDField(source="pk")
    at = serializers.DateTimeField()
    form = serializers.CharField(source="line.form")
    methods = serializers.ListField(source="line.methods", child=serializers.CharField())
    content = serializers.CharField(source="line.content")
    direction = serializers.CharField(source="line.direction")
    title = serializers.CharField(source="line.title")
    words = serializers.CharField(source="line.words")
    who = serializers.CharField(source="line.who")
    link = serializers.CharField(
        source="line.link", help_text=gettext_lazy("Its page on this host; empty without one.")
    )
    marks = serializers.ListField(source="line.marks", child=serializers.CharField())


class Timeline(Endpoint):
    """For the roles that read the register; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read"}

    def admit(self, member: Membership) -> None:
        if not can(member, "register.read"):
            raise NotFound("no timelines for this member")

    @extend_schema(
        operation_id="timeline",
        summary=gettext_lazy("All contacts of a unit, a person, an outside party or an estate, the newest first"),
        parameters=[KIND, SoughtTimelineSerializer, CURSOR],
        responses=page_of(TimelineLineSerializer),
    )
    def get(self, request: Request, kind: str, key: UUID) -> Response:
        found = self._found(kind, key)
        asked = SoughtTimelineSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(asked.validated_data)
        place, size = NEWEST_FIRST.place(request), settings.API["PAGE_ROWS"]
        wanted = Asked(
            member=self.member, kind=kind, key=found.pk, count=size + 1,
            before=(place[0], str(place[1])) if place else None, **said,
        )  # fmt: skip
        lines, _more = merged(wanted)
        rows = [SimpleNamespace(at=line.at, pk=UUID(line.key), line=line) for line in lines]
        page, following = NEWEST_FIRST.cut(request, rows, size)
        note_reading(actor=self.member, what=f"{kind}.timeline", subject=found, now=timezone.now())
        return Response({"next": following, "results": TimelineLineSerializer(page, many=True).data})

    def _found(self, kind: str, key: UUID) -> Any:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        if kind not in KINDS or (kind != "party" and not can(self.member, "registry.read")):
            raise NotFound("no timeline of that")
        found = KINDS[kind](self.member).filter(pk=key).first()
        if found is None or not can(self.member, "register.read", found):
            raise NotFound("nobody of theirs")
        return found
