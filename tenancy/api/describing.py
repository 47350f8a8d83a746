"""What the schema says of every endpoint without its asking: problems, versions, keys, pages."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from tenancy.api.problems import MEDIA_TYPE

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description=_("Any text of your choice, new for each request. Sent again, the request is not carried out again."),
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=_("The ETag you read. When it has changed since, nothing is done and the answer is 412."),
)
IF_MATCH_NEEDED = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=_("The ETag you read. When it has changed since, nothing is done and the answer is 412."),
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=_("The ETag you have. When nothing has changed, the answer is 304 without a body."),
)
CURSOR = OpenApiParameter(
    "cursor",
    OpenApiTypes.STR,
    description=_("Where the page begins: it is part of the address under “next”."),
)


class ProblemSerializer(serializers.Serializer):
    """Why a request was not carried out (RFC 9457). Nothing of it was stored."""

    type = serializers.CharField(help_text=_("An address that names the kind of problem, the same in every language."))
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("What to do about it, in the reader's language."))
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=_("Sentences by the name of each field that is not valid."),
    )


class Described(AutoSchema):
    """Adds to each operation what all have in common."""

    problem: ClassVar[type[serializers.Serializer]] = ProblemSerializer

    def get_override_parameters(self) -> list[Any]:
        if self.method in UNSAFE:
            if getattr(self.view, "needs_version", False):
                return [IDEMPOTENCY_KEY, IF_MATCH_NEEDED]
            return [IDEMPOTENCY_KEY, *([IF_MATCH] if getattr(self.view, "knows_version", False) else [])]
        return [IF_NONE_MATCH] if getattr(self.view, "has_version", True) else []

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self._get_response_for_code(self.problem, "default", [MEDIA_TYPE])
        if self.method not in UNSAFE and "200" in bodies and getattr(self.view, "has_version", True):
            bodies["304"] = {"description": str(_("Nothing has changed since the version you have."))}
        return {**bodies, "default": {**problem, "description": str(_("A problem: nothing was done."))}}

    def get_description(self) -> str:
        """Nothing that the operation does not say itself: docstrings are for those who read the code."""
        return ""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The scope a token needs stands with what the operation does."""
        operation = super().get_operation(*args, **kwargs)
        scope = self.view.scope_of(self.method) if hasattr(self.view, "scope_of") else ""
        if operation and scope:
            words = str(_("A token needs the right “%(scope)s”.") % {"scope": scope})
            if self.method in UNSAFE and getattr(self.view, "needs_version", False):
                words += " " + str(_("It is done only with an If-Match."))
            operation["description"] = "\n\n".join(
                part for part in (str(operation.get("description", "")), words) if part
            )
        return operation


def last_touch(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Shapes are not described by the docstrings of their classes; words are in the language in force, not lazy."""
    for shape in result["components"]["schemas"].values():
        if "properties" in shape:
            shape.pop("description", None)
    return _said(result)


def _said(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _said(each) for name, each in part.items()}
    if isinstance(part, list | tuple):
        return [_said(each) for each in part]
    return str(part) if isinstance(part, Promise) else part


def page_of(row: type[serializers.Serializer]) -> Any:
    """The shape of a page of such rows."""
    name = row.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "next": serializers.CharField(
                allow_null=True, help_text=_("The address of the next page on this host, or null on the last one.")
            ),
            "results": row(many=True),
        },
    )
